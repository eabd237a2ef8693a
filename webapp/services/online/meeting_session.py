"""Planning online sessions: one or a series of them, and changing or calling off what has not begun."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import FROZEN
from webapp.domain.online.meeting_session import (
    ROOM_PREFIX,
    SessionDraft,
    default_room,
    require_changeable,
    require_session_times,
)
from webapp.domain.online.session_kind import session_kind
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import Event, MeetingSession
from webapp.queries.events.closure import has_outcome
from webapp.queries.row_types import AnyRow
from webapp.services.online.session_rooms import wait_for_rooms
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_SESSION = MeetingSession.__table__


def create_sessions(
    *, event_id: int, drafts: Sequence[SessionDraft], actor: Actor, request_id: str, now: datetime
) -> list[int]:
    """Plan those sessions and return their ids, in order. The same form sent twice plans once.

    Raises Refused: `not_found`, `event_frozen`, `closure_begun`, `session_in_past`,
    `unknown_choice` (no such kind), `request_id_reused` (the form was sent before with other
    values), `room_taken`, and what `require_session_times` refuses.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        made = _made_by(session, event_id, request_id)
        if made:
            return _same_or_refused(made, drafts)
        plan_sessions(session, locked, drafts, actor=actor, now=now, request_id=request_id)
        return [row.id for row in _made_by(session, event_id, request_id)]


def plan_sessions(
    session: Session,
    locked: LockedEvent,
    drafts: Sequence[SessionDraft],
    *,
    actor: Actor,
    now: datetime,
    request_id: str | None = None,
) -> None:
    """Plan them, one at least, in a transaction that holds the event. Raises Refused: as `create_sessions`."""
    _require_plannable(session, locked)
    for draft in drafts:
        _require_possible(draft, locked, now)
    _require_free_rooms(session, locked, drafts)
    common = {
        "event_id": locked.id,
        "request_id": request_id,
        "created_at": now,
        "created_by_id": actor.user_id,
        "version": 1,
        "calculation_tries": 0,
    }
    session.execute(insert(_SESSION), [{**common, **_columns(draft)} for draft in drafts])
    _name_rooms(session, locked.id)


def edit_session(*, session_id: int, draft: SessionDraft, expected_version: int, now: datetime) -> int:
    """Change a session that has not begun; returns its version. Sent twice it changes once.

    Raises Refused: `not_found`, `stale`, `session_started`, `session_cancelled`, and as `create_sessions`.
    """
    with write_transaction() as session:
        row, locked = _lock(session, session_id)
        version: int = row.version
        if not draft.room_name:
            draft = SessionDraft(draft.title, draft.kind, draft.starts_at, draft.ends_at, default_room(session_id))
        if not draft.differences(row):
            return version
        if version != expected_version:
            raise Refused("stale")
        require_changeable(row, now)
        _require_plannable(session, locked)
        _require_possible(draft, locked, now)
        _require_free_rooms(session, locked, [draft], but=session_id)
        _write(session, row, **_columns(draft))
        return version + 1


def cancel_session(*, session_id: int, actor: Actor, expected_version: int, now: datetime) -> None:
    """Call off a session that has not begun. Called off already: nothing happens.

    Raises Refused: `not_found`, `stale`, `session_started`.
    """
    with write_transaction() as session:
        row, _ = _lock(session, session_id)
        if row.cancelled_at is not None:
            return
        if row.version != expected_version:
            raise Refused("stale")
        require_changeable(row, now)
        _write(session, row, cancelled_at=now, cancelled_by_id=actor.user_id)


def _lock(session: Session, session_id: int) -> tuple[Any, LockedEvent]:
    """The session as it is under the lock of its event: whoever plans waits for whoever planned."""
    event_id = session.scalar(select(_SESSION.c.event_id).where(_SESSION.c.id == session_id))
    if event_id is None:
        raise Refused("not_found")
    locked = lock_event(session, event_id)
    return session.execute(select(_SESSION).where(_SESSION.c.id == session_id)).one(), locked


def _write(session: Session, row: Any, **values: object) -> None:
    """Guarded, so that the row is not even locked where a calculation has it by now."""
    guarded = update(_SESSION).where(_SESSION.c.id == row.id, _SESSION.c.version == row.version)
    if rows_changed(session, guarded.values(**values, version=row.version + 1)) != 1:
        raise Refused("stale")


def _columns(draft: SessionDraft) -> dict[str, object]:
    return {
        "title": draft.title,
        "kind": draft.kind,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "room_name": draft.room_name,
    }


def _require_plannable(session: Session, locked: LockedEvent) -> None:
    if locked.row.status in FROZEN:
        raise Refused("event_frozen")
    if has_outcome(session, locked.id):
        raise Refused("closure_begun")


def _require_possible(draft: SessionDraft, locked: LockedEvent, now: datetime) -> None:
    session_kind(draft.kind)
    require_session_times(draft, locked.row)
    if draft.ends_at <= now:
        raise Refused("session_in_past")


def _require_free_rooms(
    session: Session, locked: LockedEvent, drafts: Sequence[SessionDraft], but: int | None = None
) -> None:
    """Refuse (`room_taken`) a room that another session has at that time, or another organization at all.

    The video server tells of a room by its name alone: whoever shares it would be measured together.
    """
    names = sorted({draft.room_name for draft in drafts} - {"", default_room(but or 0)})
    if not names:
        return
    wait_for_rooms(session, names)
    others = session.execute(
        select(_SESSION.c.room_name, _SESSION.c.title, _SESSION.c.starts_at, _SESSION.c.ends_at, Event.organization_id)
        .join(Event, Event.id == _SESSION.c.event_id)
        .where(_SESSION.c.room_name.in_(names), _SESSION.c.cancelled_at.is_(None), _SESSION.c.id != (but or 0))
        .where(
            or_(
                Event.organization_id != locked.row.organization_id,
                _SESSION.c.ends_at > min(draft.starts_at for draft in drafts),
            )
        )
    ).all()
    for other in others:
        if other.organization_id != locked.row.organization_id:
            raise Refused("room_taken", room=other.room_name)
        if any(_meet(draft, other) for draft in drafts):
            raise Refused("room_taken", room=other.room_name, title=other.title)


def _meet(draft: SessionDraft, other: AnyRow) -> bool:
    starts_at: datetime = other.starts_at
    return draft.room_name == other.room_name and draft.starts_at < other.ends_at and starts_at < draft.ends_at


def _name_rooms(session: Session, event_id: int) -> None:
    unnamed = (_SESSION.c.event_id == event_id, _SESSION.c.room_name == "")
    session.execute(update(_SESSION).where(*unnamed).values(room_name=ROOM_PREFIX + cast(_SESSION.c.id, String)))


def _made_by(session: Session, event_id: int, request_id: str) -> Sequence[Any]:
    query = select(_SESSION).where(_SESSION.c.event_id == event_id, _SESSION.c.request_id == request_id)
    return session.execute(query.order_by(_SESSION.c.starts_at)).all()


def _same_or_refused(made: Sequence[Any], drafts: Sequence[SessionDraft]) -> list[int]:
    """What the form made before; `request_id_reused` if it says something else now."""

    def said(one: Any, room_name: str) -> tuple[datetime, datetime, str, str, str]:
        return (one.starts_at, one.ends_at, one.title, one.kind, room_name)

    before = [said(row, "" if row.room_name == default_room(row.id) else row.room_name) for row in made]
    if before != sorted((said(draft, draft.room_name) for draft in drafts), key=lambda values: values[0]):
        raise Refused("request_id_reused")
    return [row.id for row in made]
