"""A person's own history: a page of it, what it adds up to, and one line of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, bindparam, case, func, or_, select, true

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.people.history import HistoryFilter
from webapp.domain.people.privacy import Sharing
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, Event, Organization, User
from webapp.queries.id_set import is_among
from webapp.queries.page import FilteredPage
from webapp.queries.parameters import built_once, page_of, reader_at
from webapp.queries.people.record import Record, by_organization, is_worth_a_choice, past, shown, shown_page
from webapp.queries.row_types import value_of

PAGE_SIZE = 25
#: Two switches each: more of them is a wall.
PRIVACY_PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class HistoryPage(FilteredPage[Record, HistoryFilter]):
    """A page of a history. `organizations`: `attended` of `decided` places at each, by name."""

    organizations: Sequence[Row]


def history_page(user_id: int, *, show: HistoryFilter, page: int, now: datetime) -> HistoryPage:
    """What a person was at, or could have been, newest event first. Two statements, however long it is."""
    whose, connection = reader_at(user_id, now), db.session.connection()
    sums = connection.execute(_sums(), whose).all()
    counted = {each: sum(getattr(row, f"let_{each}") for row in sums) for each in HistoryFilter}
    rows = connection.execute(_rows(show), whose | page_of(page, PAGE_SIZE))
    return HistoryPage(
        [value_of(Record, row) for row in rows],
        counted[show],
        page,
        PAGE_SIZE,
        counts=counted,
        matching=counted[HistoryFilter.ALL],
        organizations=[row for row in sums if row.decided],
    )


def record_of_slug(user_id: int, slug: str, now: datetime) -> Record | None:
    """The person's own record of that event, or None where it is not in their history."""
    asked = reader_at(user_id, now) | {"slug": slug}
    row = db.session.connection().execute(_record_of_slug(), asked).one_or_none()
    return value_of(Record, row) if row else None


def records_with_ids(user_id: int, event_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of the events that are in the person's history."""
    if not event_ids:
        return []
    session = db.session()
    return list(session.scalars(past().where(is_among(session, Event.id, event_ids)), reader_at(user_id, now)))


def shareable_records(user_id: int, *, page: int, now: datetime) -> tuple[tuple[Record, ...], bool]:
    """A page of the records that others see or may come to see, newest first; whether there are more."""
    size = PRIVACY_PAGE_SIZE
    asked = reader_at(user_id, now) | page_of(page, size, more=1)
    rows = db.session.connection().execute(_shareable(), asked).all()
    return tuple(value_of(Record, row) for row in rows[:size]), len(rows) > size


@dataclass(frozen=True, slots=True)
class OwnPrivacy:
    """What a person usually lets others see, and the address of their profile."""

    sharing: Sharing
    handle: str | None


def own_privacy(user_id: int) -> OwnPrivacy:
    """Of that account."""
    row = db.session.execute(
        select(User.handle, User.records_on_profile, User.records_to_organizations).where(User.id == user_id)
    ).one()
    return OwnPrivacy(Sharing(row.records_on_profile, row.records_to_organizations), row.handle)


@cache
def _sums() -> Select:
    """What each filter lets through and what was decided, for each organization: all of it in one walk."""
    let_through = [_number_of(_lets(each)).label(f"let_{each}") for each in HistoryFilter]
    attended = _number_of(Enrollment.is_attended).label("attended")
    decided = _number_of(Enrollment.is_decided).label("decided")
    sums = by_organization(past(), *let_through, attended, decided)
    return built_once(sums.order_by(Organization.name, Organization.id))


@cache
def _rows(show: HistoryFilter) -> Select:
    return built_once(shown_page(_lets(show)))


@cache
def _shareable() -> Select:
    return built_once(shown_page(is_worth_a_choice()))


@cache
def _record_of_slug() -> Select:
    return built_once(shown(past().where(Event.slug == bindparam("slug"))))


def _number_of(which: SQLColumnExpression[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _lets(show: HistoryFilter) -> ColumnElement[bool]:
    """The condition of a filter: the answer where there is one, else the record."""
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    is_silent = answer == Answer.UNKNOWN
    return {
        HistoryFilter.ALL: true(),
        HistoryFilter.ATTENDED: or_(answer == Answer.ATTENDED, and_(is_silent, Enrollment.is_attended)),
        HistoryFilter.PARTIAL: answer == Answer.PARTIAL,
        HistoryFilter.NOT_ATTENDED: or_(answer == Answer.NOT_ATTENDED, and_(is_silent, Enrollment.status == S.NO_SHOW)),
        HistoryFilter.UNANSWERED: is_silent,
    }[show]
