"""The one engine that moves enrollments: guarded update, trail and domain event together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Insert,
    Select,
    bindparam,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)  # fmt: skip
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
#: What the records of a move take from the enrollment that moved.
_MOVED = (_ENROLLMENT.c.id, _ENROLLMENT.c.event_id, _ENROLLMENT.c.version)
#: What they take from its cause.
_FACTS = ("triggered_by", "actor_id", "actor_label", "reason", "at")

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
    records = _records(from_status, to_status, cause.kind, _facts(cause))
    if session.get_bind().dialect.name == "postgresql":
        moved = moving.returning(*_MOVED).cte("moved")
        count = session.scalar(select(func.count()).select_from(moved).add_cte(*_written(records, moved)))
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
    _write(session, _records(from_status, to_status, cause.kind, _facts(cause)), ids)
    nudge_after_commit(session, "relay-outbox")


def insert_newcomer(
    session: Session, row: Mapping[str, Any], *, blocking: frozenset[S], cause: Cause
) -> int | None:
    """Insert an enrollment with its trail and domain event: one statement on PostgreSQL.

    Returns its id, or None where an enrollment of the same person stands in the way: one
    with a `blocking` status.
    """
    status = S(row["status"])
    if session.get_bind().dialect.name == "postgresql":
        # Built once per kind of newcomer: the hottest statement of the product.
        statement = _newcomer_with_records(tuple(row), status, cause.kind, blocking)
        values = {f"new_{name}": value for name, value in row.items()} | _values(cause)
        enrollment_id = session.scalar(statement, values)
    else:
        columns = {name: literal(value, _ENROLLMENT.c[name].type) for name, value in row.items()}
        enrollment_id = session.scalar(_inserting(columns, blocking).returning(_ENROLLMENT.c.id))
        if enrollment_id is not None:
            _write(session, _records(None, status, cause.kind, _facts(cause)), [enrollment_id])
    nudge_after_commit(session, "relay-outbox")
    return enrollment_id


@cache
def _newcomer_with_records(
    names: tuple[str, ...], status: S, kind: TransitionKind, blocking: frozenset[S]
) -> Select:
    columns = {name: bindparam(f"new_{name}", type_=_ENROLLMENT.c[name].type) for name in names}
    moved = _inserting(columns, blocking).returning(*_MOVED).cte("moved")
    facts = {name: bindparam(name, type_=EnrollmentTransition.__table__.c[name].type) for name in _FACTS}
    return select(moved.c.id).add_cte(*_written(_records(None, status, kind, facts), moved))


def _inserting(columns: Mapping[str, ColumnElement[Any]], blocking: frozenset[S]) -> Insert:
    in_the_way = exists().where(
        _ENROLLMENT.c.event_id == columns["event_id"],
        _ENROLLMENT.c.user_id == columns["user_id"],
        _ENROLLMENT.c.status.in_(sorted(blocking)),
    )
    return insert(_ENROLLMENT).from_select(list(columns), select(*columns.values()).where(~in_the_way))


def _values(cause: Cause) -> dict[str, Any]:
    """What a cause writes into the trail, by column."""
    found = (cause.by, cause.actor.user_id, cause.actor.desk_label, cause.reason, cause.at)
    return dict(zip(_FACTS, found, strict=True))


def _facts(cause: Cause) -> dict[str, ColumnElement[Any]]:
    trail = EnrollmentTransition.__table__.c
    return {name: literal(value, trail[name].type) for name, value in _values(cause).items()}


def _records(
    from_status: S | None, to_status: S, kind: TransitionKind, facts: Mapping[str, ColumnElement[Any]]
) -> list[tuple[type, dict]]:
    """The rows that tell of a move, as (model, values that are the same for everybody)."""
    trail = {
        "from_status": literal(from_status) if from_status else null(),
        "to_status": literal(to_status),
        "kind": literal(kind),
        **facts,
    }
    domain_event = event_of_move(from_status, to_status, kind)
    if domain_event is None:
        return [(EnrollmentTransition, trail)]
    return [(EnrollmentTransition, trail), (OutboxEvent, {"kind": literal(domain_event), "occurred_at": facts["at"]})]


def _written(records: list[tuple[type, dict]], moved: CTE) -> list[CTE]:
    """PostgreSQL writes the records in the statement that moves."""
    return [_copying(model, values, moved).cte(f"{model.__tablename__}_written") for model, values in records]


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
