"""The sessions of a class: planned by a rule, changed one by one or together, and put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from webapp.adapters.recurrence import dates_of
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.session_change import KEPT, SessionChange, as_columns, changed_columns
from webapp.domain.online.session_kind import require_lesson_kind
from webapp.domain.permission import Actor
from webapp.domain.recurrence import Scope, SessionPlan, require_inside, require_minutes, session_times
from webapp.domain.refusal import Refused
from webapp.models import ClassRule, ClassSession, ClassSessionChange
from webapp.queries.id_set import is_among
from webapp.queries.organizations.days_off import days_off
from webapp.queries.row_types import AnyRow
from webapp.services.classes.class_editing import require_instructor, require_room
from webapp.services.classes.class_meetings import follow_sessions
from webapp.services.classes.people.class_seats import LockedClass
from webapp.services.classes.session_writing import (
    SessionsChanged,
    Why,
    lock_for_sessions,
    require_free,
    require_unmarked,
    sessions_where,
    write_sessions,
)
from webapp.services.unit_of_work import write_transaction

_SESSION, _TRAIL, _RULE = ClassSession.__table__, ClassSessionChange.__table__, ClassRule.__table__


@dataclass(frozen=True, slots=True)
class Chosen:
    """The session somebody pointed at, as they saw it, and which of its rule go with it."""

    session_id: int
    expected_version: int
    scope: Scope = Scope.THIS


def plan_sessions(*, class_id: int, plan: SessionPlan, actor: Actor, now: datetime) -> tuple[date, ...]:
    """Plan the sessions that a rule gives, the same time on the clock on every date; returns the dates.

    Those that have begun by now are not held online, whatever the plan says.
    Raises Refused: `not_found`, `class_frozen`, `stale`, `rule_before_class`, `rrule_beyond_class`,
    `minutes_out_of_range`, `too_many_sessions`, `no_sessions`, `unknown_choice`, `room_elsewhere`,
    `instructor_unknown`, `sessions_overlap_themselves`, `room_clash`, `instructor_clash`, `time_skipped`.
    """
    with write_transaction() as session:
        locked = lock_for_sessions(session, class_id, {plan.instructor_id})
        require_inside(plan, starts_on=locked.row.starts_on, ends_on=locked.row.ends_on)
        _require_parts(session, locked, plan.room_id, plan.instructor_id)
        require_lesson_kind(plan.online_kind)
        dates = dates_of(plan.rule, starts_on=plan.starts_on, ends_on=locked.row.ends_on)
        if plan.skips_days_off:
            dates = _open_dates(session, locked, dates)
        rule_id = session.scalar(
            insert(_RULE)
            .values(
                class_id=class_id,
                rrule=plan.rule.text,
                starts_on=plan.starts_on,
                starts_at_local=f"{plan.at:%H:%M}",
                minutes=plan.minutes,
                created_at=now,
            )
            .returning(_RULE.c.id)
        )
        session.execute(insert(_SESSION), [_planned(plan, locked, rule_id, on, now) for on in dates])
        require_free(session, locked.row.organization_id, _SESSION.c.rule_id == rule_id)
        if plan.online_kind is not None:
            made = session.scalars(select(_SESSION.c.id).where(_SESSION.c.rule_id == rule_id)).all()
            follow_sessions(session, made, actor=actor, now=now)
        return tuple(dates)


def change_sessions(
    *, class_id: int, chosen: Chosen, change: SessionChange, reason: str, actor: Actor, now: datetime
) -> SessionsChanged:
    """Cancel or change a session, with those after it, or all of its rule that did not begin yet.

    Cancelled ones are left as they are. Raises Refused: `not_found`, `class_frozen`, `stale`,
    `session_started` (being held online is settled then), `unknown_choice`,
    `reason_required`, `class_session_cancelled`, `class_session_marked`, `nothing_changed_here`,
    `class_session_outside`, `minutes_out_of_range`, `room_elsewhere`, `instructor_unknown`,
    `sessions_overlap_themselves`, `room_clash`, `instructor_clash`, `time_skipped`.
    """
    if not reason.strip():
        raise Refused("reason_required")
    with write_transaction() as session:
        locked = lock_for_sessions(session, class_id, {change.values.get("instructor_id")})
        rows = _chosen(session, class_id, chosen, now)
        _require_possible(session, locked, change, rows)
        wanted = {row.id: changed_columns(row, change, locked.timezone, reason=reason) for row in rows}
        different = [row for row in rows if any(wanted[row.id][name] != getattr(row, name) for name in KEPT)]
        if not different:
            raise Refused("nothing_changed_here")
        return write_sessions(session, locked, different, wanted, why=Why(actor, reason, now))


def undo_change(*, class_id: int, batch: str, reason: str, actor: Actor, now: datetime) -> SessionsChanged:
    """Put the sessions of a change back to what they were before it, all of them together.

    Raises Refused: `not_found`, `class_frozen`, `stale`, `reason_required`, `change_undone`,
    `changed_since`, `class_session_marked`, `class_session_outside`, and what clashes now.
    """
    if not reason.strip():
        raise Refused("reason_required")
    with write_transaction() as session:
        locked = lock_for_sessions(session, class_id, set(), batch=batch)
        lines = session.execute(
            select(_TRAIL).where(_TRAIL.c.class_id == class_id, _TRAIL.c.batch == batch, _TRAIL.c.is_undo.is_(False))
        ).all()
        if not lines:
            raise Refused("not_found")
        wanted = {line.session_id: as_columns(line.before) for line in lines}
        rows = sessions_where(session, is_among(session, _SESSION.c.id, list(wanted)))
        _require_unchanged_since(session, {line.session_id: line.version for line in lines}, rows)
        require_unmarked(session, [row for row in rows if _is_elsewhere(row, wanted[row.id])])
        return write_sessions(session, locked, rows, wanted, why=Why(actor, reason, now, is_undo=True))


def _open_dates(session: Session, locked: LockedClass, dates: Sequence[date]) -> list[date]:
    """Those on which the facility is not closed; `no_sessions` where none is left."""
    closed = days_off(session, locked.row.facility_id, dates[0], dates[-1])
    left = [on for on in dates if on not in closed]
    if not left:
        raise Refused("no_sessions")
    return left


def _planned(plan: SessionPlan, locked: LockedClass, rule_id: int | None, on: date, now: datetime) -> dict[str, Any]:
    starts_at, ends_at = session_times(on, plan.at, plan.minutes, locked.timezone)
    return {
        "class_id": locked.id,
        "rule_id": rule_id,
        "rule_on": on,
        "local_on": on,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "room_id": plan.room_id,
        "instructor_id": plan.instructor_id,
        "status": SessionStatus.SCHEDULED,
        "version": 1,
        "online_kind": plan.online_kind if starts_at > now else None,
    }


def _chosen(session: Session, class_id: int, chosen: Chosen, now: datetime) -> Sequence[AnyRow]:
    """The session, and those of its rule that go with it and were not cancelled."""
    row = session.execute(
        select(*_SESSION.c).where(_SESSION.c.id == chosen.session_id, _SESSION.c.class_id == class_id)
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    if row.version != chosen.expected_version:
        raise Refused("stale")
    if row.status == SessionStatus.CANCELLED:
        raise Refused("class_session_cancelled")
    if chosen.scope is Scope.THIS or row.rule_id is None:
        return [row]
    from_here = chosen.scope is Scope.FROM_HERE
    begins = _SESSION.c.starts_at >= row.starts_at if from_here else _SESSION.c.starts_at > now
    held = _SESSION.c.status == SessionStatus.SCHEDULED
    return sessions_where(session, _SESSION.c.class_id == class_id, _SESSION.c.rule_id == row.rule_id, held, begins)


def _require_possible(session: Session, locked: LockedClass, change: SessionChange, rows: Sequence[AnyRow]) -> None:
    values = change.values
    if "minutes" in values:
        require_minutes(values["minutes"])
    _require_parts(session, locked, values.get("room_id"), values.get("instructor_id"))
    require_lesson_kind(values.get("online_kind"))
    if change.moves_time:
        require_unmarked(session, rows)


def _require_parts(session: Session, locked: LockedClass, room_id: int | None, instructor_id: int | None) -> None:
    require_room(session, room_id, locked.row.facility_id)
    require_instructor(session, instructor_id, locked.row.organization_id)


def _require_unchanged_since(session: Session, versions: Mapping[int, int], rows: Sequence[AnyRow]) -> None:
    if all(row.version == versions[row.id] for row in rows):
        return
    undone = select(func.count()).where(
        is_among(session, _TRAIL.c.session_id, list(versions)),
        _TRAIL.c.is_undo,
        _TRAIL.c.version == max(versions.values()) + 1,
    )
    raise Refused("change_undone" if session.scalar(undone) else "changed_since")


def _is_elsewhere(row: AnyRow, columns: Mapping[str, Any]) -> bool:
    """Whether these columns hold it at another time, or not at all."""
    return any(columns[name] != getattr(row, name) for name in ("starts_at", "ends_at", "status"))
