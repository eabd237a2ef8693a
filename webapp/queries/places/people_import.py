"""Files of people that were read into events: one with its event, the latest of an event, lines that were left out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Reach
from webapp.domain.places.lists.people_import import ImportStatus
from webapp.extensions import db
from webapp.models import Event, PeopleImport, PeopleImportLine, User
from webapp.queries.reach import within
from webapp.queries.row_types import AnyRow, value_of

_IMPORT = PeopleImport.__table__
#: Files of one event that are listed.
_MOST_LISTED = 10
#: How long it is told that a file was not read to its end, and of how many.
LOOKS_BACK = timedelta(days=14)
MOST_INTERRUPTED = 20


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """One file without its bytes: its columns in their order, and who brought it."""

    id: int
    event_id: int
    created_by_id: int
    file_name: str
    status: str
    named: dict[str, str]
    is_stop_asked: bool
    total: int
    done: int
    counts: dict[str, Any]
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    has_data: bool
    by_name: str

    @property
    def is_running(self) -> bool:
        return self.status == ImportStatus.RUNNING


def import_by_id(import_id: int) -> ImportFacts | None:
    """That file, or None. One statement."""
    row = db.session.execute(_facts().where(_IMPORT.c.id == import_id)).one_or_none()
    return None if row is None else value_of(ImportFacts, row)


def imports_of_event(event_id: int) -> list[ImportFacts]:
    """The latest files of an event, newest first. One statement."""
    latest = _facts().where(_IMPORT.c.event_id == event_id).order_by(_IMPORT.c.id.desc()).limit(_MOST_LISTED)
    return [value_of(ImportFacts, row) for row in db.session.execute(latest)]


def interrupted_imports(reach: Reach, now: datetime) -> Sequence[Row]:
    """Files of the last 14 days that failed, or were stopped and can go on; the latest first. One statement.

    `id, file_name, status, done, total, title`. Only of events that can still take people, and not where a later
    file of the event was started.
    """
    later = _IMPORT.alias()
    is_followed = exists().where(
        later.c.event_id == _IMPORT.c.event_id, later.c.id > _IMPORT.c.id, later.c.status != ImportStatus.UPLOADED
    )
    can_go_on = and_(_IMPORT.c.status == ImportStatus.STOPPED, _IMPORT.c.data.is_not(None))
    told = (_IMPORT.c.id, _IMPORT.c.file_name, _IMPORT.c.status, _IMPORT.c.done, _IMPORT.c.total, Event.title)
    return db.session.execute(
        select(*told)
        .join(Event, Event.id == _IMPORT.c.event_id)
        .where(or_(_IMPORT.c.status == ImportStatus.FAILED, can_go_on), _IMPORT.c.finished_at > now - LOOKS_BACK)
        .where(Event.status == EventStatus.PUBLISHED, Event.deleted_at.is_(None), Event.effective_end_at > now)
        .where(within(reach, Event.organization_id, Event.facility_id), ~is_followed)
        .order_by(_IMPORT.c.id.desc())
        .limit(MOST_INTERRUPTED)
    ).all()


def data_of_import(import_id: int) -> bytes | None:
    """The bytes of the file, as long as they are kept."""
    return db.session.scalar(select(_IMPORT.c.data).where(_IMPORT.c.id == import_id))


def left_out_lines(import_id: int, *, most: int | None = None) -> Sequence[AnyRow]:
    """`number, name, address, result, facts` of lines that came to no place, in the order of the file."""
    line = PeopleImportLine.__table__.c
    query = select(line.number, line.name, line.address, line.result, line.facts).where(line.import_id == import_id)
    return db.session.execute(query.order_by(line.number).limit(most)).all()


def left_out_csv(import_id: int, heads: Sequence[str], why: Callable[[str, Mapping[str, Any]], str]) -> Iterator[str]:
    """The same as a file for a spreadsheet: name, address, line and `why(result, facts)`, every cell safe."""
    yield "\ufeff" + csv_line(heads)
    for line in left_out_lines(import_id):
        yield csv_line([line.name, line.address, line.number, why(line.result, line.facts)])


def left_out_count(import_id: int) -> int:
    """How many lines came to no place."""
    counted = select(func.count()).where(PeopleImportLine.import_id == import_id)
    return db.session.scalar(counted) or 0


def _facts() -> Select[Any]:
    left_out = {"data", "acts_as"}
    columns = [column for column in _IMPORT.c if column.name not in left_out]
    has_data = _IMPORT.c.data.is_not(None).label("has_data")
    return select(*columns, has_data, User.name).join(User, User.id == _IMPORT.c.created_by_id)
