"""A person's own history: a page of it, what it adds up to, and one line of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, true

from webapp.domain.attendance_response import Answer
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.history import DECIDED, HistoryFilter
from webapp.domain.privacy import Sharing
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, Event, User
from webapp.queries.id_set import is_among
from webapp.queries.page import FilteredPage, cut
from webapp.queries.people.record import Record, is_worth_a_choice, newest_first, records_of

PAGE_SIZE = 50
#: Two switches each: more of them is a wall.
PRIVACY_PAGE_SIZE = 20


def history_page(
    user_id: int, *, show: HistoryFilter, page: int, now: datetime
) -> FilteredPage[Record, HistoryFilter]:
    """What a person was at, or could have been, newest event first. Two statements, however long it is."""
    counts = [func.coalesce(func.sum(case((_lets(each), 1), else_=0)), 0).label(each) for each in HistoryFilter]
    found = db.session.execute(records_of(user_id, now).with_only_columns(*counts)).one()
    counted = {each: int(getattr(found, each)) for each in HistoryFilter}
    rows = db.session.execute(cut(newest_first(records_of(user_id, now)).where(_lets(show)), page, PAGE_SIZE))
    return FilteredPage(
        [Record(row) for row in rows], counted[show], page, PAGE_SIZE, counts=counted,
        matching=counted[HistoryFilter.ALL],
    )  # fmt: skip


def attendance_by_organization(user_id: int, now: datetime) -> Sequence[Row]:
    """`organization_id`, `organization_name`, ..., `attended` of `decided` places; by name."""
    decided = records_of(user_id, now).where(Enrollment.status.in_(sorted(DECIDED))).subquery()
    each = (decided.c.organization_id, decided.c.organization_name, decided.c.organization_slug, decided.c.logo_digest)
    attended = func.sum(case((decided.c.status == S.ATTENDED, 1), else_=0))
    return db.session.execute(
        select(*each, attended.label("attended"), func.count().label("decided"))
        .group_by(*each)
        .order_by(decided.c.organization_name, decided.c.organization_id)
    ).all()


def record_of_slug(user_id: int, slug: str, now: datetime) -> Record | None:
    """The person's own record of that event, or None where it is not in their history."""
    row = db.session.execute(records_of(user_id, now).where(Event.slug == slug)).one_or_none()
    return Record(row) if row else None


def records_with_ids(user_id: int, event_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of the events that are in the person's history."""
    if not event_ids:
        return []
    session = db.session()
    query = records_of(user_id, now).where(is_among(session, Event.id, event_ids))
    return list(session.scalars(query.with_only_columns(Event.id)))


def shareable_records(user_id: int, *, page: int, now: datetime) -> tuple[tuple[Record, ...], bool]:
    """A page of the records that others see or may come to see, newest first; whether there are more."""
    query = newest_first(records_of(user_id, now)).where(is_worth_a_choice())
    size = PRIVACY_PAGE_SIZE
    rows = db.session.execute(query.limit(size + 1).offset((page - 1) * size)).all()
    return tuple(Record(row) for row in rows[:size]), len(rows) > size


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


def _lets(show: HistoryFilter) -> ColumnElement[bool]:
    """The condition of a filter: the answer where there is one, else the record."""
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    is_silent = answer == Answer.UNKNOWN
    return {
        HistoryFilter.ALL: true(),
        HistoryFilter.ATTENDED: or_(answer == Answer.ATTENDED, and_(is_silent, Enrollment.status == S.ATTENDED)),
        HistoryFilter.PARTIAL: answer == Answer.PARTIAL,
        HistoryFilter.NOT_ATTENDED: or_(
            answer == Answer.NOT_ATTENDED, and_(is_silent, Enrollment.status == S.NO_SHOW)
        ),
        HistoryFilter.UNANSWERED: is_silent,
    }[show]
