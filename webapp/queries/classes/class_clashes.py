"""Sessions that want the same room, instructor or people at the same time. Touching ends do not clash."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.recurrence import LONGEST_MINUTES
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, Facility, ProgramClass, Room, User
from webapp.queries.classes.class_sessions import is_held, overlap
from webapp.queries.id_set import is_among

_mine, _other = aliased(ClassSession), aliased(ClassSession)


def require_no_clash(
    session: Session, session_ids: Sequence[int], *, within: tuple[datetime, datetime], organization_id: int
) -> None:
    """Refuse what was just written for these sessions where it clashes with another session.

    To be asked in the transaction that wrote them, which holds the locks of their facility and
    instructors. `within`: the first start and the last end of them. Raises
    `sessions_overlap_themselves` (the class meets then already), `room_clash`,
    `instructor_clash`; a class of another organization is not named.
    """
    own = _first(session, session_ids, within, _other.class_id == _mine.class_id)
    if own is not None:
        raise Refused("sessions_overlap_themselves", at=own.starts_at, timezone=own.timezone)
    room = _first(session, session_ids, within, _other.room_id == _mine.room_id)
    if room is not None:
        raise Refused("room_clash", room=room.room_name, title=room.title, at=room.starts_at, timezone=room.timezone)
    teaches = _first(session, session_ids, within, _other.instructor_id == _mine.instructor_id)
    if teaches is None:
        return
    facts = {"title": teaches.title, "at": teaches.starts_at, "timezone": teaches.timezone}
    is_own = teaches.organization_id == organization_id
    raise Refused("instructor_clash", instructor=teaches.instructor_name, **(facts if is_own else {}))


def _first(
    session: Session, session_ids: Sequence[int], within: tuple[datetime, datetime], shares: ColumnElement[bool]
) -> Row | None:
    earliest = within[0] - timedelta(minutes=LONGEST_MINUTES)
    return session.execute(
        select(
            ProgramClass.title,
            ProgramClass.organization_id,
            _other.starts_at,
            Facility.timezone,
            Room.name.label("room_name"),
            User.name.label("instructor_name"),
        )
        .select_from(_mine)
        .join(_other, shares & overlap(_mine, _other) & is_held(_other) & (_other.id != _mine.id))
        .join(ProgramClass, ProgramClass.id == _other.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .outerjoin(Room, Room.id == _other.room_id)
        .outerjoin(User, User.id == _other.instructor_id)
        .where(
            ~ProgramClass.is_frozen,
            is_among(session, _mine.id, session_ids),
            is_held(_mine),
            # No session is longer than a day: so an index finds the others.
            _other.starts_at > earliest,
            _other.starts_at < within[1],
        )
        .order_by(_other.starts_at, _other.id)
        .limit(1)
    ).one_or_none()
