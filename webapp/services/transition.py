"""The one engine that moves enrollments: guarded update, trail and domain event together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Insert, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from webapp.domain.domain_event import event_of_move
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import TransitionKind, Trigger, require_legal
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition, OutboxEvent
from webapp.queries.id_set import is_among
from webapp.services.seats import LockedEvent
from webapp.services.unit_of_work import nudge_after_commit

_ENROLLMENT = Enrollment.__table__

#: The column that keeps when a status was reached.
_STAMP = {
    S.CONFIRMED: "confirmed_at",
    S.CHECKED_IN: "checked_in_at",
    S.ATTENDED: "attended_at",
    S.NO_SHOW: "no_show_at",
    S.CANCELLED: "cancelled_at",
    S.REJECTED: "rejected_at",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Who moves, why and when: the same for every row of one move."""

    by: Trigger
    actor: Actor
    at: datetime
    reason: str | None = None
    kind: TransitionKind = TransitionKind.MOVE


def move_enrollments(
    session: Session,
    locked: LockedEvent,
    ids: Sequence[int],
    *,
    from_status: S,
    to_status: S,
    cause: Cause,
) -> None:
    """Move a set of enrollments of the locked event: one statement on PostgreSQL, three on
    SQLite, whatever the number.

    Raises `illegal_move` for a move that is not in the table and `stale` when one of them no
    longer stands where the caller saw it; in both cases nothing may be committed.
    """
    if not ids:
        return
    require_legal(from_status, to_status, cause.kind)
    moving = (
        update(_ENROLLMENT)
        .where(is_among(session, _ENROLLMENT.c.id, ids), _ENROLLMENT.c.status == from_status)
        .where(_ENROLLMENT.c.event_id == locked.id)
        .values(_new_values(from_status, to_status, cause))
    )
    records = _records(from_status, to_status, cause)
    if session.get_bind().dialect.name == "postgresql":
        moved = moving.returning(_ENROLLMENT.c.id, _ENROLLMENT.c.event_id, _ENROLLMENT.c.version).cte("moved")
        written = [
            _copying(model, values, moved).cte(model.__tablename__ + "_written") for model, values in records
        ]
        count = session.scalar(select(func.count()).select_from(moved).add_cte(*written))
    else:
        count = session.execute(moving).rowcount
        _write(session, records, ids)
    if count != len(ids):
        raise Refused("stale")
    locked.count_move(from_status, to_status, len(ids))
    nudge_after_commit(session, "relay-outbox")


def record_moves(
    session: Session, ids: Sequence[int], *, from_status: S | None, to_status: S, cause: Cause
) -> None:
    """Trail and domain event of moves just written; the outbox keeps one per version."""
    _write(session, _records(from_status, to_status, cause), ids)
    nudge_after_commit(session, "relay-outbox")


def _records(from_status: S | None, to_status: S, cause: Cause) -> list[tuple[type, dict]]:
    """The rows that tell of a move, as (model, values that are the same for everybody)."""
    trail = {
        "from_status": literal(from_status) if from_status else null(),
        "to_status": literal(to_status),
        "kind": literal(cause.kind),
        "triggered_by": literal(cause.by),
        "actor_id": _typed(EnrollmentTransition, "actor_id", cause.actor.user_id),
        "actor_label": _typed(EnrollmentTransition, "actor_label", cause.actor.desk_label),
        "reason": _typed(EnrollmentTransition, "reason", cause.reason),
        "at": _typed(EnrollmentTransition, "at", cause.at),
    }
    domain_event = event_of_move(from_status, to_status, cause.kind)
    if domain_event is None:
        return [(EnrollmentTransition, trail)]
    told = {"kind": literal(domain_event), "occurred_at": _typed(OutboxEvent, "occurred_at", cause.at)}
    return [(EnrollmentTransition, trail), (OutboxEvent, told)]


def _write(session: Session, records: list[tuple[type, dict]], ids: Sequence[int]) -> None:
    chosen = is_among(session, _ENROLLMENT.c.id, ids)
    for model, values in records:
        session.execute(_copying(model, values, _ENROLLMENT, chosen))


def _copying(model: type, values: dict, moved: FromClause, *chosen: ColumnElement[bool]) -> Insert:
    """An insert of one row per moved enrollment, in their order."""
    row = {
        "enrollment_id": moved.c.id, "event_id": moved.c.event_id, "version": moved.c.version, **values,
    }  # fmt: skip
    return insert(model.__table__).from_select(
        list(row), select(*row.values()).where(*chosen).order_by(moved.c.id)
    )


def _new_values(from_status: S, to_status: S, cause: Cause) -> dict[str, object]:
    values: dict[str, object] = {
        "status": to_status,
        "version": _ENROLLMENT.c.version + 1,
        "changed_at": cause.at,
    }
    if to_status in _STAMP:
        # The first time counts: a withdrawn correction does not rewrite when a seat was given.
        stamp = _STAMP[to_status]
        values[stamp] = func.coalesce(_ENROLLMENT.c[stamp], cause.at)
    if from_status is S.CHECKED_IN and to_status is S.CONFIRMED:
        values["checked_in_at"] = None
    if from_status is S.ATTENDED and to_status is S.NO_SHOW:
        values["attended_at"] = None
    if from_status is S.WAITLISTED and to_status is S.CONFIRMED:
        values["promoted_at"] = cause.at
    return values


def _typed(model: type, column: str, value: object):
    return literal(value, model.__table__.c[column].type)
