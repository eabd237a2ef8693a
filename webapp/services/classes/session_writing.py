"""How sessions of a class are written: under which locks, with their trail, and never into a clash.

Whoever writes times, rooms or instructors holds, in this order, the rows of the facility, of the
instructors (by id) and of the class, so that two at once cannot take the same room or teacher.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import require_not_frozen
from webapp.domain.classes.session_change import KEPT, as_kept, require_inside_class, require_online_open
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import ClassAttendance, ClassSession, ClassSessionChange, Facility, ProgramClass, User
from webapp.queries.classes.class_clashes import require_no_clash
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.classes.class_meetings import follow_sessions
from webapp.services.classes.people.class_seats import LockedClass, lock_class

_SESSION, _TRAIL = ClassSession.__table__, ClassSessionChange.__table__

_MOVING = (
    update(_SESSION)
    .where(_SESSION.c.id == bindparam("of_session"), _SESSION.c.version == bindparam("of_version"))
    .values({name: bindparam(f"new_{name}", type_=_SESSION.c[name].type) for name in KEPT})
    .values(version=_SESSION.c.version + 1)
)


@dataclass(frozen=True, slots=True)
class SessionsChanged:
    """The batch by which the change is undone, and how many sessions it changed."""

    batch: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes sessions, why and when."""

    actor: Actor
    reason: str
    at: datetime
    is_undo: bool = False


def lock_for_sessions(
    session: Session, class_id: int, wanted: set[int | None], *, batch: str | None = None
) -> LockedClass:
    """Lock facility, instructors by id and class, in this order: `wanted` and whoever teaches the class.

    With `batch` also who did before that change. Raises `not_found`, `class_frozen`, `stale`
    (somebody else was made instructor while this waited).
    """
    facility_id = session.scalar(select(ProgramClass.facility_id).where(ProgramClass.id == class_id))
    if facility_id is None:
        raise Refused("not_found")
    session.execute(select(Facility.id).where(Facility.id == facility_id).with_for_update(key_share=True))
    teachers = wanted | _teachers(session, class_id, batch)
    lock_teachers(session, teachers)
    locked = lock_class(session, class_id)
    require_not_frozen(locked.status)
    if locked.row.facility_id != facility_id or not _teachers(session, class_id, batch) <= {None, *teachers}:
        raise Refused("stale")
    return locked


def sessions_where(session: Session, *conditions: Any) -> Sequence[AnyRow]:
    """Sessions in order of time."""
    return session.execute(select(*_SESSION.c).where(*conditions).order_by(_SESSION.c.starts_at, _SESSION.c.id)).all()


def require_unmarked(session: Session, rows: Sequence[AnyRow]) -> None:
    """What roll-call was taken of stays where and when it was (`class_session_marked`)."""
    if not rows:
        return
    marked = exists().where(ClassAttendance.session_id == _SESSION.c.id)
    mine = is_among(session, _SESSION.c.id, [row.id for row in rows])
    sessions = session.scalar(select(func.count()).select_from(_SESSION).where(mine, marked))
    if sessions:
        raise Refused("class_session_marked", sessions=sessions)


def write_sessions(
    session: Session, locked: LockedClass, rows: Sequence[AnyRow], wanted: Mapping[int, Mapping[str, Any]], *, why: Why
) -> SessionsChanged:
    """Write these sessions, their trail and their online side; statements do not grow with their number.

    Raises `class_session_outside`, `session_started`, and what clashes then; nothing may be
    committed after that.
    """
    for row in rows:
        require_inside_class(wanted[row.id]["local_on"], locked.row.starts_on, locked.row.ends_on)
        require_online_open(row, wanted[row.id], why.at)
    return write_rows(session, rows, wanted, why=why, organization_id=locked.row.organization_id)


def write_rows(
    session: Session,
    rows: Sequence[AnyRow],
    wanted: Mapping[int, Mapping[str, Any]],
    *,
    why: Why,
    organization_id: int,
) -> SessionsChanged:
    """The same of sessions of several classes, whose facility and instructors are locked. Raises what clashes."""
    batch = str(uuid.uuid4())
    session.connection().execute(_MOVING, [_moving(row, wanted[row.id]) for row in rows])
    session.execute(insert(_TRAIL), [_line(row, wanted[row.id], batch, why) for row in rows])
    ids = [row.id for row in rows]
    require_free(session, organization_id, is_among(session, _SESSION.c.id, ids))
    follow_sessions(session, ids, actor=why.actor, now=why.at)
    return SessionsChanged(batch, len(rows))


def lock_teachers(session: Session, user_ids: Iterable[int | None]) -> None:
    """Lock instructors by id, so that nobody takes one of them for two sessions at once."""
    teachers = sorted({user_id for user_id in user_ids if user_id is not None})
    if teachers:
        query = select(User.id).where(is_among(session, User.id, teachers)).order_by(User.id)
        session.execute(query.with_for_update(key_share=True)).all()


def require_free(session: Session, organization_id: int, which: Any) -> None:
    """Refuse what was just written for these sessions where it clashes with another one."""
    rows = sessions_where(session, which)
    within = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    require_no_clash(session, [row.id for row in rows], within=within, organization_id=organization_id)


def _teachers(session: Session, class_id: int, batch: str | None) -> set[int | None]:
    found = set(session.scalars(select(_SESSION.c.instructor_id).where(_SESSION.c.class_id == class_id).distinct()))
    if batch is not None:
        query = select(_TRAIL.c.before).where(_TRAIL.c.class_id == class_id, _TRAIL.c.batch == batch)
        found |= {before["instructor_id"] for before in session.scalars(query)}
    return found


def _moving(row: AnyRow, columns: Mapping[str, Any]) -> dict[str, Any]:
    new = {f"new_{name}": columns[name] for name in KEPT}
    return {"of_session": row.id, "of_version": row.version, **new}


def _line(row: AnyRow, columns: Mapping[str, Any], batch: str, why: Why) -> dict[str, Any]:
    return {
        "session_id": row.id,
        "class_id": row.class_id,
        "version": row.version + 1,
        "batch": batch,
        "before": as_kept({name: getattr(row, name) for name in KEPT}),
        "after": as_kept(columns),
        "is_undo": why.is_undo,
        "reason": why.reason,
        "actor_id": why.actor.user_id,
        "at": why.at,
    }
