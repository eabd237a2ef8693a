"""Online sessions move with their event, as far as they have not begun."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from webapp.domain.events.event_draft import EventDraft
from webapp.domain.online.meeting_session import is_inside_event, times_after_move
from webapp.domain.refusal import Refused
from webapp.models import MeetingSession
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.online.session_rooms import wait_for_rooms
from webapp.services.places.seats import LockedEvent

_SESSION = MeetingSession.__table__
_MOVING = (
    update(_SESSION)
    .where(_SESSION.c.id == bindparam("of_session"))
    .values(starts_at=bindparam("new_start"), ends_at=bindparam("new_end"), version=_SESSION.c.version + 1)
)


def move_sessions(
    session: Session, locked: LockedEvent, draft: EventDraft, changed: Collection[str], *, now: datetime
) -> None:
    """Move what has not begun by as much as the event's start moves (`locked` is the event before that).

    Four statements at most. Raises Refused: `sessions_outside_event`, where the event would not
    hold all of them any more, and `room_taken`.
    """
    if not {"starts_at", "ends_at", "timezone"} & set(changed):
        return
    rows = session.execute(
        select(_SESSION).where(
            _SESSION.c.event_id == locked.id, _SESSION.c.cancelled_at.is_(None), _SESSION.c.starts_at > now
        )
    ).all()
    times = {row.id: times_after_move(row, locked.row, draft) for row in rows}
    outside = sum(not is_inside_event(*pair, draft) for pair in times.values())
    if outside:
        raise Refused("sessions_outside_event", sessions=outside)
    moved = [row for row in rows if times[row.id] != (row.starts_at, row.ends_at)]
    if not moved:
        return
    wait_for_rooms(session, sorted({row.room_name for row in moved}))
    session.connection().execute(_MOVING, [_move(row, times[row.id]) for row in moved])
    _require_free_rooms(session, [row.id for row in moved])


def _move(row: AnyRow, pair: tuple[datetime, datetime]) -> dict[str, Any]:
    return {"of_session": row.id, "new_start": pair[0], "new_end": pair[1]}


def _require_free_rooms(session: Session, ids: Sequence[int]) -> None:
    """Refuse (`room_taken`) what was just written where another session has the room at that time."""
    other = aliased(MeetingSession)
    meets = and_(
        other.room_name == MeetingSession.room_name,
        other.id != MeetingSession.id,
        other.cancelled_at.is_(None),
        other.starts_at < MeetingSession.ends_at,
        MeetingSession.starts_at < other.ends_at,
    )
    taken = session.execute(
        select(other.room_name, other.title)
        .join(MeetingSession, meets)
        .where(is_among(session, MeetingSession.id, ids))
        .limit(1)
    ).one_or_none()
    if taken is not None:
        raise Refused("room_taken", room=taken.room_name, title=taken.title)
