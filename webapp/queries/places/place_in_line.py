"""Somebody's place in line, as the link in their mail opens it."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.waitlist import returns_until
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event, User
from webapp.queries.events.event import EventFacts, event_facts, facts_of
from webapp.queries.ledger import is_last_move, rank_in_line
from webapp.queries.places.parties.party import waiting_together


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """An enrollment that waits, or waited. `rank` counts from 1, while it waits."""

    enrollment_id: int
    version: int
    user_id: int
    user_name: str
    status: EnrollmentStatus
    rank: int | None
    #: How many wait together, if the person leads them.
    together: int
    #: Until when they can come back; None where they did not leave by themselves.
    returns_until: datetime | None
    event: EventFacts


def place_of_link(token: str, now: datetime) -> PlaceInLine:
    """What a mailed link opens. Raises Refused: `link_invalid`, `not_found`, `organization_closed` (suspended)."""
    claims = read(current_app.extensions["settings"].secret_keys, LinkPurpose.PLACE_IN_LINE, token, now)
    row = db.session.execute(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .join(User, User.id == Enrollment.user_id)
        .join(EnrollmentTransition, is_last_move())
        .add_columns(
            Enrollment.id.label("enrollment_id"),
            Enrollment.version.label("enrollment_version"),
            Enrollment.user_id,
            User.name.label("user_name"),
            Enrollment.status.label("own_status"),
            Enrollment.cancelled_at.label("left_at"),
            rank_in_line().label("rank"),
            waiting_together().label("together"),
            EnrollmentTransition.from_status,
            EnrollmentTransition.triggered_by,
        )
        .where(Enrollment.id == claims.get("enrollment"))
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    event = facts_of(row)
    if event.is_suspended:
        raise Refused("organization_closed")
    status = EnrollmentStatus(row.own_status)
    until = returns_until(
        status,
        moved_from=EnrollmentStatus(row.from_status) if row.from_status else None,
        moved_by=Trigger(row.triggered_by),
        left_at=row.left_at,
        starts_at=event.starts_at,
    )
    rank = row.rank if status is EnrollmentStatus.WAITLISTED else None
    return PlaceInLine(
        row.enrollment_id,
        row.enrollment_version,
        row.user_id,
        row.user_name,
        status,
        rank,
        row.together or 1,
        until,
        event,
    )
