"""Staff adds people to an event by name: by the rule, or against it with a reason; all of them or nobody.

What it does is shown before (`rehearse_adding`), and done only as it was shown.
Why it is so: docs/decisions/122-more-people-than-places.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.adding import AddedLine, Fate, Terms, key_of
from webapp.domain.places.enrollment import LIVE, EnrollmentSource, place_newcomer
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.lists.pasted_people import PastedPerson
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.queries.events.event import event_by_id
from webapp.queries.ledger import EVENTS
from webapp.services.places.added_lines import (
    clean_lines,
    decide_lines,
    households_of,
    ids_of_added,
    namesakes,
    reason_of,
    tickets_for,
)
from webapp.services.places.guest_import import require_importable, standing_of
from webapp.services.places.invitations.inviting import invite, people_asked
from webapp.services.places.newcomers import Place, add_newcomers
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next, who_is_next
from webapp.services.unit_of_work import end_reading, write_transaction


def rehearse_adding(*, event_id: int, people: Sequence[PastedPerson], terms: Terms, now: datetime) -> list[AddedLine]:
    """What would become of each of them now; writes nothing.

    Raises Refused: `not_found`, `event_not_published`, `event_over`.
    """
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    locked = LockedEvent.of(event)
    require_importable(locked, now)
    locked.count_next(len(who_is_next(db.session(), locked, now=now)))
    lines = _decide(db.session(), locked, clean_lines(people), terms, now)
    end_reading()
    return lines


def add_people(
    *,
    event_id: int,
    people: Sequence[PastedPerson],
    terms: Terms,
    seen: str,
    actor: Actor,
    by: Trigger,
    now: datetime,
) -> list[AddedLine]:
    """Add everybody as it was shown: `seen` is the `key_of` that `rehearse_adding` came to.

    Raises Refused: `not_found`, `event_not_published`, `event_over`, `reason_required`, `position_missing`,
    `preview_outdated` (nothing is done; it would do something else than what was seen).
    """
    terms.require_reason()
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        require_importable(locked, now)
        promote_next(session, locked, now=now)
        lines = _decide(session, locked, clean_lines(people), terms, now)
        if key_of(lines, terms) != seen:
            raise Refused("preview_outdated")
        _write(session, locked, lines, terms, Cause(by=by, actor=actor, at=now))
        save_counters(session, locked)
    return lines


def _decide(
    session: Session, locked: LockedEvent, lines: list[AddedLine], terms: Terms, now: datetime
) -> list[AddedLine]:
    """What becomes of each line by these terms; seats and queue are counted in `locked`, but for tickets."""
    lines, known = households_of(session, lines)
    before = standing_of(session, locked.id, list(known.values()))
    asked = people_asked(session, locked.id) if locked.row.asks_added else set()
    same_name = set() if terms.is_another else namesakes(session, EVENTS, locked.id, lines)

    def settled(line: AddedLine) -> Fate | None:
        status = before.get(known.get(line.number, 0))
        if status in LIVE:
            return Fate.ALREADY
        if locked.row.asks_added and line.address is not None:
            return Fate.ASKED if known.get(line.number) in asked else Fate.INVITED
        if status is S.CANCELLED and not terms.reason:
            return Fate.GAVE_UP
        return Fate.NAMESAKE if line.address is None and fold(line.name) in same_name else None

    def next_status() -> S:
        return place_newcomer(
            locked.terms, capacity=locked.capacity, taken=locked.taken, waiting=locked.ahead_of_newcomer(now), now=now
        )

    return decide_lines(locked, lines, terms, settled=settled, next_status=next_status)


def _write(session: Session, locked: LockedEvent, lines: list[AddedLine], terms: Terms, cause: Cause) -> None:
    people = ids_of_added(session, lines, now=cause.at)
    tickets = iter(tickets_for(session, locked, lines, terms))
    places: dict[Fate, dict[int, Place]] = defaultdict(dict)
    for line in lines:
        if line.is_added and line.fate is not Fate.INVITED:
            ticket = next(tickets) if line.fate is Fate.WAITLIST else None
            status = S.WAITLISTED if ticket is not None else S.CONFIRMED
            place = Place(status, ticket, line.rank, is_over=line.fate is Fate.OVER)
            places[line.fate or Fate.PLACE][people[line.number]] = place
    invite(session, locked, [people[line.number] for line in lines if line.fate is Fate.INVITED], cause=cause)
    for fate, of_fate in places.items():
        told = replace(cause, reason=reason_of(fate, terms))
        add_newcomers(session, locked, of_fate, cause=told, source=EnrollmentSource.STAFF)
