"""Whose identities staff said it was, as entries of the audit trail of events."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    EnrollmentTransition,
    Event,
    IdentityMatchChange,
    MeetingSession,
    RoomGuest,
    User,
)
from webapp.queries.reach import within
from webapp.queries.word_search import matches_words


def matches_in_trail(
    *, reach: Reach, event_id: int | None, query: str, before: int | None, after: datetime | None
) -> Sequence[Row]:
    """Matches and matches taken back between two moves of the trail, newest first; one statement.

    `before` is the id of the move that follows them, `after` the instant of the oldest one beside them;
    `query` are words of the matched person's name.
    """
    change, by = IdentityMatchChange, aliased(User)
    place = select(func.max(Enrollment.id)).where(
        Enrollment.event_id == change.event_id, Enrollment.user_id == change.user_id
    )
    guest_name = (
        select(func.max(RoomGuest.name))
        .join(MeetingSession, MeetingSession.room_name == RoomGuest.room_name)
        .where(MeetingSession.event_id == change.event_id, RoomGuest.identity == change.identity)
    )
    found = (
        select(
            change.is_match,
            change.identity,
            change.reason,
            change.at,
            by.name.label("actor_name"),
            User.name.label("person"),
            Event.title.label("event_title"),
            Event.timezone,
            place.scalar_subquery().label("enrollment_id"),
            guest_name.scalar_subquery().label("guest_name"),
        )
        .join(User, User.id == change.user_id)
        .join(by, by.id == change.actor_id)
        .join(Event, Event.id == change.event_id)
        .where(matches_words(User.search_text, query), Event.deleted_at.is_(None))
    )
    if event_id is None:
        found = found.where(within(reach, Event.organization_id, Event.facility_id))
    else:
        found = found.where(change.event_id == event_id)
    if before is not None:
        move = EnrollmentTransition
        found = found.where(change.at < select(move.at).where(move.id == before).scalar_subquery())
    if after is not None:
        found = found.where(change.at >= after)
    return db.session.execute(found.order_by(change.id.desc())).all()
