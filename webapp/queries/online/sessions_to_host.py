"""Online sessions that somebody has to do something about: those of events today, and rooms with unknown people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, func, literal, or_, select

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import Doubt
from webapp.domain.online.calculation import LOOKS_BACK
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassSession, Event, IdentityMatch, MeetingSession, ProgramClass, RoomGuest
from webapp.queries.reach import class_within, taught_by, within

_SESSION = MeetingSession
_DAY = timedelta(days=1)
#: Of each kind.
MOST = 20


def sessions_to_host(reach: Reach, now: datetime) -> Sequence[Row]:
    """Sessions of published events that are not over and start within a day: one statement.

    `id, title, starts_at, ends_at, event_id, event_title, timezone, organization_id, facility_id`.
    """
    return db.session.execute(
        select(
            _SESSION.id,
            _SESSION.title,
            _SESSION.starts_at,
            _SESSION.ends_at,
            Event.id.label("event_id"),
            Event.title.label("event_title"),
            Event.timezone,
            Event.organization_id,
            Event.facility_id,
        )
        .join(Event, Event.id == _SESSION.event_id)
        .where(within(reach, Event.organization_id, Event.facility_id))
        .where(Event.status == EventStatus.PUBLISHED, Event.deleted_at.is_(None), _SESSION.cancelled_at.is_(None))
        .where(_SESSION.ends_at > now, _SESSION.starts_at < now + _DAY)
        .order_by(_SESSION.starts_at, _SESSION.id)
        .limit(MOST)
    ).all()


def sessions_to_match(reach: Reach, user_id: int | None, now: datetime) -> Sequence[Row]:
    """Sessions of the last days in which people nobody knows could change a result, the latest first: one statement.

    `id, title, owner_title, ends_at, people, organization_id, facility_id, teaches`; `people` may be 0 where the room
    did not keep their names.
    """
    query = _unmatched(user_id).where(
        _SESSION.doubt == Doubt.UNMATCHED,
        _SESSION.cancelled_at.is_(None),
        _SESSION.ends_at.between(now - LOOKS_BACK, now),
        or_(within(reach, Event.organization_id, Event.facility_id), class_within(reach)),
    )
    return db.session.execute(query.order_by(_SESSION.ends_at.desc(), _SESSION.id).limit(MOST)).all()


def _unmatched(user_id: int | None) -> Select:
    matched = select(IdentityMatch.identity).where(
        or_(IdentityMatch.event_id == _SESSION.event_id, IdentityMatch.class_id == ClassSession.class_id)
    )
    people = select(func.count()).where(
        RoomGuest.room_name == _SESSION.room_name,
        RoomGuest.identity.not_in(matched.correlate(_SESSION, ClassSession)),
    )
    return (
        select(
            _SESSION.id,
            _SESSION.title,
            func.coalesce(Event.title, ProgramClass.title).label("owner_title"),
            _SESSION.ends_at,
            people.correlate(_SESSION, ClassSession).scalar_subquery().label("people"),
            func.coalesce(Event.organization_id, ProgramClass.organization_id).label("organization_id"),
            func.coalesce(Event.facility_id, ProgramClass.facility_id).label("facility_id"),
            (literal(False) if user_id is None else taught_by(user_id)).label("teaches"),
        )
        .outerjoin(Event, Event.id == _SESSION.event_id)
        .outerjoin(ClassSession, ClassSession.id == _SESSION.class_session_id)
        .outerjoin(ProgramClass, ProgramClass.id == ClassSession.class_id)
    )
