"""The online side of a class's sessions: an online session that follows what the session of the class says.

Whether, how and when it is held is decided about the session of the class; here that becomes a
room with a time. Whoever calls holds the class's lock.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, cast, insert, null, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.online.meeting_session import ROOM_PREFIX
from webapp.domain.permission import Actor
from webapp.models import ClassSession, MeetingSession, ProgramClass
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow

_MEETING, _SESSION, _CLASS = MeetingSession.__table__, ClassSession.__table__, ProgramClass.__table__
_FOLLOWS = ("kind", "starts_at", "ends_at")

_MOVING = (
    update(_MEETING)
    .where(_MEETING.c.id == bindparam("of_meeting"))
    .values(
        {name: bindparam(f"new_{name}", type_=_MEETING.c[name].type) for name in (*_FOLLOWS, "cancelled_at")}
        | {"cancelled_by_id": bindparam("new_by"), "version": _MEETING.c.version + 1}
        # What was measured was another time, or by another rule.
        | {name: null() for name in ("calculated_at", "reconciled_at", "next_try_at", "calculation_error")}
        | {"calculation_tries": 0}
    )
)


def follow_sessions(session: Session, session_ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Bring the online side of these sessions of a class up to them: made, moved, called off, taken up again.

    Four statements at most for any number of them. What stands already is not written.
    """
    rows = _side_by_side(session, session_ids)
    fresh = [row for row in rows if row.meeting_id is None and row.is_online]
    if fresh:
        session.execute(insert(_MEETING), [_planned(row, actor, now) for row in fresh])
        unnamed = is_among(session, _MEETING.c.class_session_id, [row.id for row in fresh])
        named = {"room_name": ROOM_PREFIX + cast(_MEETING.c.id, String)}
        session.execute(update(_MEETING).where(unnamed, _MEETING.c.room_name == "").values(named))
    moves = [_move(row, actor, now) for row in rows if row.meeting_id is not None and not _stands(row)]
    if moves:
        session.connection().execute(_MOVING, moves)


def rename_meetings(session: Session, class_id: int, title: str) -> None:
    """Online sessions are called what their class is called."""
    of_class = select(_SESSION.c.id).where(_SESSION.c.class_id == class_id)
    session.execute(update(_MEETING).where(_MEETING.c.class_session_id.in_(of_class)).values(title=title))


def _side_by_side(session: Session, session_ids: Sequence[int]) -> Sequence[AnyRow]:
    is_online = _SESSION.c.online_kind.is_not(None) & (_SESSION.c.status == SessionStatus.SCHEDULED)
    meeting = [_MEETING.c[name].label(f"meeting_{name}") for name in ("id", *_FOLLOWS, "cancelled_at")]
    return session.execute(
        select(
            _SESSION.c.id,
            _SESSION.c.starts_at,
            _SESSION.c.ends_at,
            _SESSION.c.online_kind.label("kind"),
            _CLASS.c.title,
            is_online.label("is_online"),
            *meeting,
        )
        .join(_CLASS, _CLASS.c.id == _SESSION.c.class_id)
        .outerjoin(_MEETING, _MEETING.c.class_session_id == _SESSION.c.id)
        .where(is_among(session, _SESSION.c.id, session_ids))
        .order_by(_SESSION.c.id)
    ).all()


def _planned(row: AnyRow, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "class_session_id": row.id,
        "title": row.title,
        "room_name": "",
        "created_at": now,
        "created_by_id": actor.user_id,
        "version": 1,
        "calculation_tries": 0,
        **{name: getattr(row, name) for name in _FOLLOWS},
    }


def _stands(row: AnyRow) -> bool:
    """Whether the online side is as the session says; where it is called off, its times do not matter."""
    if not row.is_online:
        return row.meeting_cancelled_at is not None
    is_same = all(getattr(row, f"meeting_{name}") == getattr(row, name) for name in _FOLLOWS)
    return is_same and row.meeting_cancelled_at is None


def _move(row: AnyRow, actor: Actor, now: datetime) -> dict[str, Any]:
    """As the session says; called off it keeps its kind, which the session may not have any more."""
    new = {f"new_{name}": getattr(row, name) for name in _FOLLOWS}
    cancelled_at, by = (None, None) if row.is_online else (now, actor.user_id)
    return {
        "of_meeting": row.meeting_id,
        **new,
        "new_kind": row.kind or row.meeting_kind,
        "new_cancelled_at": cancelled_at,
        "new_by": by,
    }
