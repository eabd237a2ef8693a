"""A file of people for an event, read in the background: kept, started, stopped, gone on with.

Each part of it is one transaction together with how far it is, so whoever goes on after a worker was killed does
nothing twice. Why it is so: docs/decisions/123-a-file-in-the-background.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.spreadsheet import read_table_text
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.lists.guest_choice import ColumnChoice, columns_to_choose
from webapp.domain.places.lists.guest_list import GuestList, read_guest_list
from webapp.domain.places.lists.people_import import MOST_BYTES, STARTABLE, ImportStatus, require_startable
from webapp.domain.refusal import Refused
from webapp.domain.work.schedule import IMPORT_PEOPLE
from webapp.extensions import db
from webapp.models import PeopleImport, PeopleImportLine, User
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.places.guest_import import CHUNK, Line, Result, check_lines, import_chunk, renew_if_doubled
from webapp.services.places.transition import Cause
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction
from webapp.services.work.opening import open_runs

_IMPORT, _LINE = PeopleImport.__table__, PeopleImportLine.__table__
#: How long a file waits for somebody to start it, or to go on with it.
KEPT_FOR = timedelta(hours=24)
#: Lines of which nothing is told: they came to what was wished.
_FINE = frozenset({Result.ENROLLED, Result.WAITLISTED, Result.ALREADY})


def keep_upload(*, event_id: int, file_name: str, data: bytes, actor: Actor, by: Trigger, now: datetime) -> int:
    """Keep a file that can be read, and return its id. Raises Refused: `file_missing`, `file_too_large`, and what
    `read_upload` raises, but for columns that nobody recognises: those are chosen by hand.
    """
    if not data:
        raise Refused("file_missing")
    if len(data) > MOST_BYTES:
        raise Refused("file_too_large", most=MOST_BYTES // 1024 // 1024)
    try:
        total = len(read_upload(data, {}).guests)
    except Refused as refused:
        if refused.code != "no_address_column":
            raise
        total = 0
    end_reading()
    with write_transaction() as session:
        new = insert(_IMPORT).values(
            event_id=event_id,
            created_by_id=actor.user_id,
            acts_as=by,
            file_name=file_name,
            status=ImportStatus.UPLOADED,
            named={},
            is_stop_asked=False,
            total=total,
            done=0,
            counts={},
            created_at=now,
            data=data,
        )
        import_id: int = session.scalars(new.returning(_IMPORT.c.id)).one()
        return import_id


def read_upload(data: bytes, named: Mapping[str, str]) -> GuestList:
    """The list in a file of text or a workbook, as the command reads it.

    Raises Refused: what `read_table_text` and `read_guest_list` raise.
    """
    return read_guest_list(read_table_text(data).text, named)


def columns_of_upload(data: bytes, named: Mapping[str, str]) -> ColumnChoice | None:
    """Which columns of the file can be chosen, and which is what; None where there is no choice."""
    try:
        return columns_to_choose(read_table_text(data).text, named)
    except Refused:
        return None


def name_columns(*, import_id: int, named: Mapping[str, str]) -> None:
    """Keep which column is what, of a file that was not started. Raises Refused: `not_found`,
    `import_not_startable`, `import_file_gone`, and what `read_upload` raises.
    """
    row = _row(import_id)
    if row.status != ImportStatus.UPLOADED:
        raise Refused("import_not_startable")
    require_startable(row.status, has_data=row.data is not None)
    total = len(read_upload(row.data, named).guests)
    end_reading()
    with write_transaction() as session:
        own = update(_IMPORT).where(_IMPORT.c.id == import_id, _IMPORT.c.status == ImportStatus.UPLOADED)
        session.execute(own.values(named=dict(named), total=total))


def start_import(*, import_id: int, now: datetime, real_now: datetime) -> None:
    """Let a worker read it, from where it stopped.

    Raises Refused: `not_found`, `import_not_startable`, `import_file_gone`, `import_running` (another file of the
    event), and what `read_upload` raises.
    """
    row = _row(import_id)
    require_startable(row.status, has_data=row.data is not None)
    total = len(read_upload(row.data, row.named).guests)
    end_reading()
    with write_transaction() as session:
        started = update(_IMPORT).where(_IMPORT.c.id == import_id, _IMPORT.c.status.in_(sorted(STARTABLE)))
        opened = open_runs(
            session,
            IMPORT_PEOPLE,
            event_ids=[row.event_id],
            started_by_id=row.created_by_id,
            for_a_worker=True,
            now=now,
            real_now=real_now,
        )
        if not opened:
            raise Refused("import_running")
        values = {"status": ImportStatus.RUNNING, "is_stop_asked": False, "total": total}
        if rows_changed(session, started.values(**values, error=None, started_at=now)) != 1:
            raise Refused("import_not_startable")
        nudge_after_commit(session, "tick")


def stop_import(*, import_id: int) -> None:
    """Let the worker stop after the part it is at; what is in stays in. Not running: nothing happens."""
    with write_transaction() as session:
        running = update(_IMPORT).where(_IMPORT.c.id == import_id, _IMPORT.c.status == ImportStatus.RUNNING)
        session.execute(running.values(is_stop_asked=True))


def run_import(*, event_id: int, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Read the event's running file from where it is; how many lines were read. Safe to repeat, also half done."""
    row = _running(event_id)
    if row is None:
        return {}
    cause = _cause(row, now)
    try:
        lines = check_lines(read_upload(row.data, row.named).guests)
        end_reading()
        progress = _Progress(row.id, event_id, row.done)
        while _next_part(progress, lines, cause, beat):
            renew_if_doubled(progress.parts)
    except Refused as refused:
        _end(row.id, ImportStatus.FAILED, now, error=refused.code)
        return {}
    return {"lines": progress.read}


def forget_uploads(session: Session, *, now: datetime) -> int:
    """Delete the bytes of files that nobody started, or went on with, for a day; how many."""
    old = (_IMPORT.c.data.is_not(None), _IMPORT.c.status != ImportStatus.RUNNING, _IMPORT.c.created_at < now - KEPT_FOR)
    return rows_changed(session, update(_IMPORT).where(*old).values(data=None))


@dataclass
class _Progress:
    """How far this worker is: lines behind it, and what it read itself."""

    import_id: int
    event_id: int
    done: int
    parts: int = 0
    read: int = 0


def _next_part(progress: _Progress, lines: list[Line], cause: Cause, beat: Beat | None) -> bool:
    """Read one part, with all that tells of it in one transaction; False when there is nothing more to do."""
    part = lines[progress.done : progress.done + CHUNK]
    with write_transaction() as session:
        decided = import_chunk(session, progress.event_id, part, cause) if part else []
        own = select(_IMPORT.c.status, _IMPORT.c.done, _IMPORT.c.is_stop_asked, _IMPORT.c.counts)
        row = session.execute(own.where(_IMPORT.c.id == progress.import_id).with_for_update()).one()
        if row.status != ImportStatus.RUNNING or row.done != progress.done:
            # Somebody else went on with it while we were silent: what we just did is undone.
            raise Refused("stale")
        after = progress.done + len(part)
        ended = ImportStatus.DONE if after >= len(lines) else ImportStatus.STOPPED if row.is_stop_asked else None
        counts = Counter(row.counts) + Counter(line.result.value for line in decided if line.result)
        values: dict[str, Any] = {"done": after, "counts": dict(counts)}
        if ended is not None:
            values |= {"status": ended, "finished_at": cause.at, "is_stop_asked": False}
        if ended is ImportStatus.DONE:
            values["data"] = None
        session.execute(update(_IMPORT).where(_IMPORT.c.id == progress.import_id).values(values))
        _keep_lines(session, progress.import_id, decided)
        progress.done, progress.parts, progress.read = after, progress.parts + 1, progress.read + len(part)
        if beat is not None:
            beat(session, {"lines": progress.read})
    return ended is None


def _keep_lines(session: Session, import_id: int, decided: Iterable[Line]) -> None:
    rows = [
        {
            "import_id": import_id,
            "number": line.number,
            "name": line.name[:200],
            "address": line.address[:254],
            "result": line.result or Result.FULL,
            "facts": {name: str(value) for name, value in line.facts.items()},
        }
        for line in decided
        if line.result not in _FINE
    ]
    if rows:
        session.execute(insert(_LINE), rows)


def _row(import_id: int) -> AnyRow:
    row = db.session.execute(select(*_IMPORT.c).where(_IMPORT.c.id == import_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def _running(event_id: int) -> AnyRow | None:
    own = select(*_IMPORT.c, User.name).join(User, User.id == _IMPORT.c.created_by_id)
    return db.session.execute(
        own.where(_IMPORT.c.event_id == event_id, _IMPORT.c.status == ImportStatus.RUNNING)
    ).one_or_none()


def _cause(row: AnyRow, now: datetime) -> Cause:
    actor = Actor(user_id=row.created_by_id, name=row.name)
    return Cause(by=Trigger(row.acts_as), actor=actor, at=now, reason=f"Imported from {row.file_name[:80]}")


def _end(import_id: int, status: ImportStatus, now: datetime, *, error: str) -> None:
    with write_transaction() as session:
        running = update(_IMPORT).where(_IMPORT.c.id == import_id, _IMPORT.c.status == ImportStatus.RUNNING)
        session.execute(running.values(status=status, finished_at=now, error=error))
