"""The one engine that moves enrollments: guarded update, trail and domain event together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, literal, null, select, update
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
    """Move a set of enrollments of the locked event: three statements, whatever the number.

    Raises `illegal_move` for a move that is not in the table and `stale` when one of them no
    longer stands where the caller saw it; in both cases nothing may be committed.
    """
    if not ids:
        return
    require_legal(from_status, to_status, cause.kind)
    changed = session.execute(
        update(_ENROLLMENT)
        .where(is_among(session, _ENROLLMENT.c.id, ids), _ENROLLMENT.c.status == from_status)
        .where(_ENROLLMENT.c.event_id == locked.id)
        .values(_new_values(from_status, to_status, cause))
    )
    if changed.rowcount != len(ids):
        raise Refused("stale")
    locked.count_move(from_status, to_status, len(ids))
    record_moves(session, ids, from_status=from_status, to_status=to_status, cause=cause)


def record_moves(
    session: Session, ids: Sequence[int], *, from_status: S | None, to_status: S, cause: Cause
) -> None:
    """Trail and domain event of moves just written; the outbox keeps one per version."""
    chosen = is_among(session, _ENROLLMENT.c.id, ids)
    trail = {
        "enrollment_id": _ENROLLMENT.c.id,
        "event_id": _ENROLLMENT.c.event_id,
        "version": _ENROLLMENT.c.version,
        "from_status": literal(from_status) if from_status else null(),
        "to_status": literal(to_status),
        "kind": literal(cause.kind),
        "triggered_by": literal(cause.by),
        "actor_id": _typed(EnrollmentTransition, "actor_id", cause.actor.user_id),
        "actor_label": _typed(EnrollmentTransition, "actor_label", cause.actor.desk_label),
        "reason": _typed(EnrollmentTransition, "reason", cause.reason),
        "at": _typed(EnrollmentTransition, "at", cause.at),
    }
    _copy(session, EnrollmentTransition, trail, chosen)
    domain_event = event_of_move(from_status, to_status, cause.kind)
    if domain_event is None:
        return
    told = {
        "kind": literal(domain_event),
        "event_id": _ENROLLMENT.c.event_id,
        "enrollment_id": _ENROLLMENT.c.id,
        "version": _ENROLLMENT.c.version,
        "occurred_at": _typed(OutboxEvent, "occurred_at", cause.at),
    }
    _copy(session, OutboxEvent, told, chosen)
    nudge_after_commit(session, "relay-outbox")


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


def _typed(model: type, column: str, value: object):  # noqa: ANN202 -- a bound SQL value
    return literal(value, model.__table__.c[column].type)


def _copy(session: Session, model: type, values: dict, chosen) -> None:  # noqa: ANN001 -- SQL clause
    source = select(*values.values()).where(chosen).order_by(_ENROLLMENT.c.id)
    session.execute(insert(model.__table__).from_select(list(values), source))
