"""What was measured, and the reports made of it, written as sets: only rows that differ are touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    SQLColumnExpression,
    Table,
    Text,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause
from sqlalchemy.types import BigInteger, TypeEngine

from webapp.models import MeetingAttendance, MeetingSession, SessionReport
from webapp.models.columns import UtcDateTime
from webapp.queries.id_set import is_among
from webapp.queries.row_set import row_set
from webapp.services.row_count import rows_changed

_ATTENDANCE, _REPORT = MeetingAttendance.__table__, SessionReport.__table__

#: One measured person, in this order; instants are whole seconds since 1970, `hundredths` of a percent.
MEASURED_COLUMNS: dict[str, TypeEngine[Any]] = {
    "session_id": BigInteger(),
    "user_id": BigInteger(),
    "is_enrolled": Boolean(),
    "entered": BigInteger(),
    "left": BigInteger(),
    "intervals": Text(),
    "seconds": Integer(),
    "seconds_least": Integer(),
    "seconds_most": Integer(),
    "hundredths": Integer(),
    "status": Text(),
    "needs_review": Boolean(),
    "late_seconds": Integer(),
    "is_calculated": Boolean(),
    "note": Text(),
    "tries": Integer(),
    "error": Text(),
    "possible_status": Text(),
    "took_part_as": Text(),
}
_SAME_NAME = (
    "session_id",
    "user_id",
    "is_enrolled",
    "seconds",
    "seconds_least",
    "seconds_most",
    "status",
    "needs_review",
    "late_seconds",
    "is_calculated",
    "note",
    "tries",
    "error",
    "possible_status",
    "took_part_as",
)
#: What says when, not what: no reason to write a row anew.
_STAMPS = {"calculated_at", "synced_at"}


def write_attendances(
    session: Session, rows: Sequence[tuple[Any, ...]], session_ids: Sequence[int], *, now: datetime, is_first: bool
) -> int:
    """Make the attendances of those locked sessions exactly these rows; returns how many were written or deleted.

    `is_first`: none of the sessions was ever calculated, so there is nothing to compare with.
    """
    changed = 0
    if rows:
        given = row_set(session, MEASURED_COLUMNS, rows)
        values = {name: given.c[name] for name in _SAME_NAME} | {
            "first_join_at": _instant(session, given.c.entered),
            "last_leave_at": _instant(session, given.c.left),
            "intervals": _as_json(session, given.c.intervals),
            "percentage": cast(given.c.hundredths, Float) / 100,
            "calculated_at": literal(now, UtcDateTime()),
        }
        changed = _upsert(session, _ATTENDANCE, values, given, true(), is_first=is_first)
    if is_first:
        return changed
    of_sessions = is_among(session, _ATTENDANCE.c.session_id, session_ids)
    if session.scalar(select(func.count()).select_from(_ATTENDANCE).where(of_sessions)) != len(rows):
        changed += _delete_others(session, rows, session_ids)
    return changed


def sync_reports(session: Session, session_ids: Sequence[int], *, now: datetime, all_certain: bool) -> int:
    """Bring reports up to what was measured of the enrolled; staff's marks and fields stay as they are.

    Only from calculated records: while somebody's status is open again (never if `all_certain`),
    the report has none.
    """
    measured = _ATTENDANCE
    chosen = is_among(session, measured.c.session_id, session_ids) & measured.c.is_enrolled
    values = {
        "session_id": measured.c.session_id,
        "user_id": measured.c.user_id,
        "entered_at": measured.c.first_join_at,
        "left_at": measured.c.last_leave_at,
        "minutes": measured.c.seconds // 60,
        "percentage": measured.c.percentage,
        "status": measured.c.status,
        "is_late": measured.c.late_seconds > 0,
        "late_minutes": measured.c.late_seconds // 60,
        "synced_at": literal(now, UtcDateTime()),
    }
    fresh = {"is_automatic": true(), "fields": _as_json(session, literal("{}", Text()))}
    changed = _upsert(session, _REPORT, values, measured, chosen & measured.c.is_calculated, fresh=fresh)
    if all_certain:
        return changed
    is_open_again = exists().where(
        measured.c.session_id == _REPORT.c.session_id,
        measured.c.user_id == _REPORT.c.user_id,
        ~measured.c.is_calculated,
    )
    opened = (
        update(_REPORT)
        .where(is_among(session, _REPORT.c.session_id, session_ids), _REPORT.c.status.is_not(None), is_open_again)
        .values(status=null(), synced_at=now)
    )
    return changed + rows_changed(session, opened)


def stamp_sessions(session: Session, seen: Sequence[tuple[int, int, bool, str | None]], *, now: datetime) -> None:
    """Those sessions (id, deliveries seen, reconciled by this, doubt) are calculated."""
    if not seen:
        return
    given = row_set(session, {"id": BigInteger(), "through": Integer(), "reconciled": Boolean(), "doubt": Text()}, seen)
    table = MeetingSession.__table__
    session.execute(
        update(table)
        .where(table.c.id == given.c.id)
        .values(
            calculated_at=now,
            calculated_through=given.c.through,
            calculation_tries=0,
            next_try_at=null(),
            calculation_error=null(),
            doubt=given.c.doubt,
            reconciled_at=func.coalesce(
                table.c.reconciled_at, case((given.c.reconciled, literal(now, UtcDateTime())), else_=null())
            ),
        )
    )


def _upsert(
    session: Session,
    table: Table,
    values: dict[str, ColumnElement[Any]],
    source: FromClause,
    chosen: ColumnElement[bool],
    *,
    fresh: dict[str, ColumnElement[Any]] | None = None,
    is_first: bool = False,
) -> int:
    """Insert those rows, or update where something differs; `fresh` is for new rows only.

    With `is_first` all are new: whoever else would write them waits for our locks.
    """
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    row = values | (fresh or {})
    # SQLite needs a WHERE here, or it would take ON CONFLICT for a part of the join.
    query = select(*row.values()).select_from(source).where(chosen, literal(1) == 1)
    inserting = dialect.insert(table).from_select(list(row), query, include_defaults=False)
    if is_first:
        return rows_changed(session, inserting.execution_options(preserve_rowcount=True))
    new = inserting.excluded
    changing = [name for name in values if name not in {"session_id", "user_id"}]
    compared = [name for name in changing if name not in _STAMPS]
    differs = or_(*(_plain(table.c[name]).is_distinct_from(_plain(new[name])) for name in compared))
    upserting = inserting.on_conflict_do_update(
        index_elements=["session_id", "user_id"], set_={name: new[name] for name in changing}, where=differs
    )
    # Else an INSERT that wrote nothing does not say so.
    return rows_changed(session, upserting.execution_options(preserve_rowcount=True))


def _delete_others(session: Session, rows: Sequence[tuple[Any, ...]], session_ids: Sequence[int]) -> int:
    """Who has no place any more and was never there. A report with something of the staff's stays."""
    deleted = 0
    for table in (_ATTENDANCE, _REPORT):
        gone = delete(table).where(is_among(session, table.c.session_id, session_ids))
        if rows:
            pair = {"session_id": BigInteger(), "user_id": BigInteger()}
            given = row_set(session, pair, [row[:2] for row in rows])
            gone = gone.where(
                ~exists().where(given.c.session_id == table.c.session_id, given.c.user_id == table.c.user_id)
            )
        if table is _REPORT:
            gone = gone.where(_REPORT.c.marked_status.is_(None), cast(_REPORT.c.fields, Text) == "{}")
        deleted += rows_changed(session, gone)
    return deleted


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON is compared as its text; PostgreSQL has no equality for it."""
    return cast(column, Text) if isinstance(column.type, JSON) else column


def _instant(session: Session, seconds: SQLColumnExpression[int]) -> ColumnElement[datetime]:
    if session.get_bind().dialect.name == "postgresql":
        return func.to_timestamp(cast(seconds, Float), type_=UtcDateTime())
    return func.strftime("%Y-%m-%d %H:%M:%S.000000", seconds, "unixepoch", type_=Text())


def _as_json(session: Session, words: ColumnElement[str]) -> ColumnElement[Any]:
    # SQLite keeps JSON as text; a cast would look for a number in it.
    return cast(words, JSON) if session.get_bind().dialect.name == "postgresql" else words
