"""Who is in one event: a page of the table with its filters, and one person of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from webapp.domain.contradiction import contradicts
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import AttendanceResponse, CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, User
from webapp.queries.id_set import is_among
from webapp.queries.notices.reminder import says_coming
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.word_search import begins_words

PAGE_SIZE = 50
_ACTOR = aliased(User)


class RosterSort(StrEnum):
    """The orders of the table; the waitlist is read by position unless asked otherwise."""

    NAME = "name"
    POSITION = "position"
    ENROLLED = "enrolled"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What the address of the page asks for."""

    status: S | None = None
    query: str = ""
    sort: RosterSort | None = None
    page: int = 1

    @property
    def order(self) -> RosterSort:
        usual = RosterSort.POSITION if self.status is S.WAITLISTED else RosterSort.NAME
        return self.sort or usual


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One row; reads like it (`person.name`). `rank` counts from 1, for the waitlisted only."""

    row: Row
    rank: int | None
    days: frozenset[date]

    def __getattr__(self, name: str):
        return getattr(self.row, name)

    @property
    def is_contradicted(self) -> bool:
        """Whether the person says something else than the record does."""
        return contradicts(self.row.answer, self.row.status)


#: A page of the table; its numbers are people who match the search.
RosterPage = FilteredPage[RosterPerson, S]


def roster_page(event_id: int, asked: RosterFilter) -> RosterPage:
    """A page of an event's people; at most four statements, whatever their number."""
    counts = _counts(event_id, asked.query)
    matching = sum(counts.values())
    total = counts.get(asked.status, 0) if asked.status else matching
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    rows = db.session.execute(cut(_people(event_id, asked), number, PAGE_SIZE)).all()
    people = _with_evidence(event_id, rows)
    return FilteredPage(people, total, number, PAGE_SIZE, counts=counts, matching=matching)


def person_of_roster(enrollment_id: int) -> RosterPerson | None:
    """One enrollment as its row of the table, or None; at most three statements."""
    row = db.session.execute(_rows().where(Enrollment.id == enrollment_id)).one_or_none()
    return None if row is None else _with_evidence(row.event_id, [row])[0]


def ids_of_roster(event_id: int, asked: RosterFilter) -> Sequence[int]:
    """Enrollment ids that the filter lets through, in its order, all pages: what an export asks for."""
    return db.session.scalars(_people(event_id, asked).with_only_columns(Enrollment.id)).all()


def _matching(event_id: int, query: str) -> ColumnElement[bool]:
    return and_(Enrollment.event_id == event_id, begins_words(User.search_text, query))


def _counts(event_id: int, query: str) -> dict[S, int]:
    groups = select(Enrollment.status, func.count()).group_by(Enrollment.status)
    if query.strip():
        groups = groups.join(User, User.id == Enrollment.user_id).where(_matching(event_id, query))
    else:
        groups = groups.where(Enrollment.event_id == event_id)
    return {S(status): count for status, count in db.session.execute(groups)}


def _rows() -> Select:
    move = EnrollmentTransition
    return (
        select(
            Enrollment.id, Enrollment.event_id, Enrollment.user_id, Enrollment.status, Enrollment.version,
            Enrollment.enrolled_at, Enrollment.changed_at, Enrollment.source, Enrollment.pass_code,
            User.name, User.email, move.from_status, move.to_status, move.kind, move.triggered_by,
            move.actor_label, move.reason, _ACTOR.name.label("actor_name"), AttendanceResponse.answer,
            says_coming().label("says_coming"),
        )
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(move, and_(move.enrollment_id == Enrollment.id, move.version == Enrollment.version))
        .outerjoin(_ACTOR, _ACTOR.id == move.actor_id)
        .outerjoin(
            AttendanceResponse,
            and_(
                AttendanceResponse.event_id == Enrollment.event_id, AttendanceResponse.user_id == Enrollment.user_id
            ),
        )
    )  # fmt: skip


def _people(event_id: int, asked: RosterFilter) -> Select:
    query = _rows().where(_matching(event_id, asked.query))
    if asked.status is not None:
        query = query.where(Enrollment.status == asked.status)
    order = {
        RosterSort.NAME: (User.search_text,),
        RosterSort.POSITION: (Enrollment.status != S.WAITLISTED, Enrollment.waitlist_position),
        RosterSort.ENROLLED: (Enrollment.enrolled_at,),
        RosterSort.CHANGED: (Enrollment.changed_at.desc(),),
    }[asked.order]
    return query.order_by(*order, Enrollment.id)


def _with_evidence(event_id: int, rows: Sequence[Row]) -> tuple[RosterPerson, ...]:
    ids = [row.id for row in rows]
    days = days_present(ids)
    ranks = _ranks(event_id, [row.id for row in rows if row.status == S.WAITLISTED])
    return tuple(RosterPerson(row, ranks.get(row.id), frozenset(days.get(row.id, ()))) for row in rows)


def days_present(enrollment_ids: Sequence[int]) -> dict[int, list[date]]:
    """Local dates with a living check-in, by enrollment."""
    if not enrollment_ids:
        return {}
    rows = db.session.execute(
        select(CheckIn.enrollment_id, CheckIn.local_on)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(db.session(), CheckIn.enrollment_id, enrollment_ids), CheckInReversal.check_in_id.is_(None))
    )
    found: dict[int, list[date]] = {}
    for enrollment_id, local_on in rows:
        found.setdefault(enrollment_id, []).append(local_on)
    return found


def _ranks(event_id: int, enrollment_ids: Sequence[int]) -> dict[int, int]:
    """Places in line, from 1 without a gap, of those enrollments."""
    if not enrollment_ids:
        return {}
    line = (
        select(
            Enrollment.id,
            func.row_number().over(order_by=Enrollment.waitlist_position).label("rank"),
        )
        .where(Enrollment.event_id == event_id, Enrollment.status == S.WAITLISTED)
        .subquery()
    )
    rows = db.session.execute(select(line.c.id, line.c.rank).where(is_among(db.session(), line.c.id, enrollment_ids)))
    return {enrollment_id: rank for enrollment_id, rank in rows}
