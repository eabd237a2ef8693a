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
    String,
    Table,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus, TransitionKind
from webapp.domain.refusal import Refused
from webapp.models import User
from webapp.models.columns import BigId
from webapp.queries.id_set import id_set, is_among, is_in_set
from webapp.queries.ledger import EVENTS, Ledger
from webapp.queries.parameters import unseen
from webapp.queries.row_types import AnySelect
from webapp.services.places.certificates.issuing import follow_outcome
from webapp.services.places.line.held_offers import end_offers_of
from webapp.services.places.open_appeals import overtake_appeals
from webapp.services.places.parties.leaders import settle_leaders
from webapp.services.places.seats import LockedSeats
from webapp.services.places.stamps import FirstTime
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import nudge_after_commit

#: What the records of a move take from its cause.
_FACTS = ("triggered_by", "actor_id", "actor_label", "reason", "at")


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
    locked: LockedSeats,
    ids: Sequence[int],
    *,
    from_status: Any,
    to_status: Any,
    cause: Cause,
) -> None:
    """Move a set of enrollments of the locked offering: one statement on PostgreSQL, three on
    SQLite, whatever the number.

    Raises `illegal_move` for a move that is not in the table and `stale` when one of them no
    longer stands where the caller saw it; in both cases nothing may be committed.
    """
    if not ids:
        return
    ledger = locked.ledger
    ledger.require_legal(from_status, to_status, cause.kind)
    stamps = locked.stamps(from_status, to_status, at=cause.at, actor_id=cause.actor.user_id)
    move = _Move(ledger, from_status, to_status, cause.kind, _shape(stamps))
    values = _new_values(stamps, cause) | {"moving": id_set(session, ids), "offering": locked.id}
    if session.get_bind().dialect.name == "postgresql":
        count = session.scalar(_moving_with_records(move), values | _values(cause))
    else:
        count = rows_changed(session, _moving(move, postgresql=False), values)
        _write(session, ledger, _records(ledger, from_status, to_status, cause.kind, _facts(ledger, cause)), ids)
    if count != len(ids):
        raise Refused("stale")
    if from_status is ledger.waiting:
        end_offers_of(session, locked, ids, to_status=to_status, by=cause.by, now=cause.at)
    if from_status is EnrollmentStatus.NO_SHOW:
        overtake_appeals(session, ids, now=cause.at)
    settle_leaders(session, locked, ids, from_status=from_status, to_status=to_status)
    is_told = ledger.event_of_move(from_status, to_status, cause.kind) is not None
    follow_outcome(session, locked, ids, from_status=from_status, to_status=to_status, is_told=is_told, now=cause.at)
    locked.count_move(from_status, to_status, len(ids))
    nudge_after_commit(session, "relay-outbox")


def record_moves(
    session: Session, ids: Sequence[int], *, from_status: Any, to_status: Any, cause: Cause, ledger: Ledger = EVENTS
) -> None:
    """Trail and domain event of moves just written; the outbox keeps one per version."""
    _write(session, ledger, _records(ledger, from_status, to_status, cause.kind, _facts(ledger, cause)), ids)
    nudge_after_commit(session, "relay-outbox")


def insert_newcomer(
    session: Session, row: Mapping[str, Any], *, blocking: frozenset[Any], cause: Cause, ledger: Ledger = EVENTS
) -> int | None:
    """Insert an enrollment with its trail and domain event: one statement on PostgreSQL.

    Returns its id, or None where an enrollment of the same person stands in the way: one
    with a `blocking` status, or where the person was merged into another one just now.
    """
    status = ledger.status_of(row["status"])
    enrollments = ledger.enrollments.c
    if session.get_bind().dialect.name == "postgresql":
        # Built once per kind of newcomer: the hottest statement of the product.
        statement = _newcomer_with_records(ledger, tuple(row), status, cause.kind, blocking)
        values = {f"new_{name}": value for name, value in row.items()} | _values(cause)
        enrollment_id = session.scalar(statement, values)
    else:
        columns = {name: literal(value, enrollments[name].type) for name, value in row.items()}
        enrollment_id = session.scalar(_inserting(ledger, columns, blocking).returning(enrollments.id))
        if enrollment_id is not None:
            records = _records(ledger, None, status, cause.kind, _facts(ledger, cause))
            _write(session, ledger, records, [enrollment_id])
    nudge_after_commit(session, "relay-outbox")
    return enrollment_id


@cache
def _newcomer_with_records(
    ledger: Ledger, names: tuple[str, ...], status: Any, kind: TransitionKind, blocking: frozenset[Any]
) -> AnySelect:
    enrollments, trail = ledger.enrollments.c, ledger.transitions.c
    columns = {name: bindparam(f"new_{name}", type_=enrollments[name].type) for name in names}
    moved = _inserting(ledger, columns, blocking).returning(*_moved(ledger)).cte("moved")
    facts = {name: bindparam(name, type_=trail[name].type) for name in _FACTS}
    return select(moved.c.id).add_cte(*_written(ledger, _records(ledger, None, status, kind, facts), moved))


def _moved(ledger: Ledger) -> tuple[ColumnElement[Any], ...]:
    """What the records of a move take from the enrollment that moved."""
    enrollments = ledger.enrollments.c
    return enrollments.id, enrollments[ledger.key], enrollments.version


def _inserting(ledger: Ledger, columns: Mapping[str, ColumnElement[Any]], blocking: frozenset[Any]) -> Insert:
    enrollments = ledger.enrollments
    in_the_way = exists().where(
        enrollments.c[ledger.key] == columns[ledger.key],
        enrollments.c.user_id == columns["user_id"],
        enrollments.c.status.in_(sorted(blocking)),
    )
    newcomer = select(*columns.values()).select_from(_held(columns["user_id"])).where(~in_the_way)
    return insert(enrollments).from_select(list(columns), newcomer)


def _held(user_id: ColumnElement[Any]) -> FromClause:
    """The person's row, unless it was merged into another one: a merge that is under way is waited for."""
    row = User.__table__.alias("newcomer")
    found = select(row.c.id).where(row.c.id == user_id, row.c.merged_into_id.is_(None))
    return found.with_for_update(read=True, key_share=True).subquery("held")


def _values(cause: Cause) -> dict[str, Any]:
    """What a cause writes into the trail, by column."""
    found = (cause.by, cause.actor.acting_id, cause.actor.desk_label, cause.reason, cause.at)
    return dict(zip(_FACTS, found, strict=True))


def _facts(ledger: Ledger, cause: Cause) -> dict[str, ColumnElement[Any]]:
    trail = ledger.transitions.c
    return {name: literal(value, trail[name].type) for name, value in _values(cause).items()}


def _records(
    ledger: Ledger, from_status: Any, to_status: Any, kind: TransitionKind, facts: Mapping[str, ColumnElement[Any]]
) -> list[tuple[Table, dict[str, Any]]]:
    """The rows that tell of a move, as (table, values that are the same for everybody)."""
    trail = {
        "from_status": literal(from_status) if from_status else null(),
        "to_status": literal(to_status),
        "kind": literal(kind),
        **facts,
    }
    domain_event = ledger.event_of_move(from_status, to_status, kind)
    if domain_event is None:
        return [(ledger.transitions, trail)]
    told = {"kind": literal(domain_event), "occurred_at": facts["at"]}
    return [(ledger.transitions, trail), (ledger.outbox, told)]


def _written(ledger: Ledger, records: list[tuple[Table, dict[str, Any]]], moved: CTE) -> list[CTE]:
    """PostgreSQL writes the records in the statement that moves."""
    return [_copying(ledger, table, values, moved).cte(f"{table.name}_written") for table, values in records]


def _write(session: Session, ledger: Ledger, records: list[tuple[Table, dict[str, Any]]], ids: Sequence[int]) -> None:
    enrollments = ledger.enrollments
    chosen = is_among(session, enrollments.c.id, ids)
    for table, values in records:
        session.execute(_copying(ledger, table, values, enrollments, chosen))


def _copying(
    ledger: Ledger, table: Table, values: dict[str, Any], moved: FromClause, *chosen: ColumnElement[bool]
) -> Insert:
    """An insert of one row per moved enrollment, in their order."""
    row = {
        "enrollment_id": moved.c.id,
        ledger.key: moved.c[ledger.key],
        "version": moved.c.version,
        **values,
    }
    return insert(table).from_select(list(row), select(*row.values()).where(*chosen).order_by(moved.c.id))


@dataclass(frozen=True, slots=True)
class _Move:
    """What moves have in common that are the same statement. `stamps`: columns, and whether a first value stays."""

    ledger: Ledger
    from_status: Any
    to_status: Any
    kind: TransitionKind
    stamps: tuple[tuple[str, bool], ...]


def _shape(stamps: Mapping[str, object]) -> tuple[tuple[str, bool], ...]:
    return tuple((name, isinstance(value, FirstTime)) for name, value in stamps.items())


@cache
def _moving_with_records(move: _Move) -> AnySelect:
    """PostgreSQL: the move and all that tells of it, in one statement; how many moved."""
    ledger, trail = move.ledger, move.ledger.transitions.c
    facts = {name: bindparam(name, type_=trail[name].type) for name in _FACTS}
    records = _records(ledger, move.from_status, move.to_status, move.kind, facts)
    moved = _moving(move, postgresql=True).returning(*_moved(ledger)).cte("moved")
    return select(func.count()).select_from(moved).add_cte(*_written(ledger, records, moved))


@cache
def _moving(move: _Move, *, postgresql: bool) -> Update:
    enrollments = move.ledger.enrollments
    columns = enrollments.c
    stamped = {}
    for name, is_first_time in move.stamps:
        value = bindparam(f"new_{name}", type_=columns[name].type)
        stamped[name] = func.coalesce(columns[name], value) if is_first_time else value
    return (
        update(enrollments)
        .where(is_in_set(columns.id, unseen(bindparam("moving", type_=String)), postgresql=postgresql))
        .where(columns.status == literal(move.from_status))
        .where(columns[move.ledger.key] == bindparam("offering", type_=BigId))
        .values(
            status=literal(move.to_status),
            version=columns.version + 1,
            changed_at=bindparam("new_changed_at", type_=columns.changed_at.type),
            **stamped,
        )
    )


def _new_values(stamps: Mapping[str, object], cause: Cause) -> dict[str, object]:
    values = {f"new_{name}": value.value if isinstance(value, FirstTime) else value for name, value in stamps.items()}
    return values | {"new_changed_at": cause.at}
