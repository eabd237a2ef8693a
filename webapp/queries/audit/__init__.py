"""Every invariant, proven in the data. Set-based: a fixed number of statements."""

from collections.abc import Iterator
from datetime import datetime

from webapp.extensions import db
from webapp.queries.audit import (
    account,
    activation,
    class_people,
    event,
    given_ids,
    notification,
    outbox,
    party,
    presence,
    privacy,
    program_class,
    prompt,
    roll_call,
    seats,
    session,
    stay,
    trail,
)
from webapp.queries.audit.invariant import ComputedInvariant, Finding, Invariant, TimedInvariant
from webapp.queries.audit.outcomes import certificate, no_show

INVARIANTS: tuple[Invariant | ComputedInvariant | TimedInvariant, ...] = (
    *seats.INVARIANTS,
    *party.INVARIANTS,
    *trail.INVARIANTS,
    *outbox.INVARIANTS,
    *presence.INVARIANTS,
    *event.INVARIANTS,
    *account.INVARIANTS,
    *activation.INVARIANTS,
    *program_class.INVARIANTS,
    *certificate.INVARIANTS,
    *no_show.INVARIANTS,
    *prompt.INVARIANTS,
    *notification.INVARIANTS,
    *stay.INVARIANTS,
    *session.INVARIANTS,
    *roll_call.INVARIANTS,
    *privacy.INVARIANTS,
    *class_people.INVARIANTS,
    *given_ids.INVARIANTS,
)

__all__ = ["INVARIANTS", "Finding", "broken_invariants"]


def broken_invariants(now: datetime) -> Iterator[Finding]:
    """Where the data breaks a rule, invariant by invariant; nothing where all is well."""
    for invariant in INVARIANTS:
        yield from invariant.findings(db.session(), now)
