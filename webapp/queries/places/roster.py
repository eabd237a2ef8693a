"""Who is in one event: a page of the table with its filters, and one person of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from webapp.domain.asking.contradiction import contradicts
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import AttendanceResponse, CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, LateFact, User
from webapp.queries.id_set import is_among
from webapp.queries.ledger import heads_of_party, rank_among_units
from webapp.queries.mail_address import carer_name
from webapp.queries.notices.reminder import says_coming
from webapp.queries.page import FilteredPage, Order, cut_in_order, in_order, nearest_page
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

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
    """One row: its columns in their order, then the evidence. `rank` counts from 1, for the waitlisted only."""

    id: int
    event_id: int
    user_id: int
    status: str
    version: int
    enrolled_at: datetime | None
    changed_at: datetime
    source: str
    pass_code: str
    name: str
    email: str | None
    #: Who looks after them, and of how many who came together they are one; None: of nobody, by themselves.
    carer: str | None
    party_heads: int | None
    #: The last move, and who made it.
    from_status: str | None
    to_status: str | None
    kind: str | None
    triggered_by: str | None
    actor_label: str | None
    reason: str | None
    actor_name: str | None
    #: What the person said afterwards, and that they will come.
    answer: str | None
    says_coming: bool
    late_outcome: str | None
    rank: int | None
    #: Local dates on which they were there.
    days: frozenset[date]

    @property
    def is_contradicted(self) -> bool:
        """Whether the person says something else than the record does."""
        return contradicts(self.answer, self.status)


#: A page of the table; its numbers are people who match the search.
RosterPage = FilteredPage[RosterPerson, S]


def roster_page(event_id: int, asked: RosterFilter) -> RosterPage:
    """A page of an event's people; at most four statements, whatever their number."""
    counts = _counts(event_id, asked.query)
    matching = sum(counts.values())
    total = counts.get(asked.status, 0) if asked.status else matching
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    rows = db.session.execute(_page(event_id, asked, number, total)).all()
    people = _with_evidence(event_id, rows)
    return FilteredPage(people, total, number, PAGE_SIZE, counts=counts, matching=matching)


def person_of_roster(enrollment_id: int) -> RosterPerson | None:
    """One enrollment as its row of the table, or None; at most three statements."""
    row = db.session.execute(_rows().where(Enrollment.id == enrollment_id)).one_or_none()
    return None if row is None else _with_evidence(row.event_id, [row])[0]


def ids_of_roster(event_id: int, asked: RosterFilter) -> Sequence[int]:
    """Enrollment ids that the filter lets through, in its order, all pages: what an export asks for."""
    return db.session.scalars(in_order(_ids(event_id, asked), _order(asked))).all()


def _matching(event_id: int, query: str) -> ColumnElement[bool]:
    return and_(Enrollment.event_id == event_id, matches_words(User.search_text, query))


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
            Enrollment.id,
            Enrollment.event_id,
            Enrollment.user_id,
            Enrollment.status,
            Enrollment.version,
            Enrollment.enrolled_at,
            Enrollment.changed_at,
            Enrollment.source,
            Enrollment.pass_code,
            User.name,
            User.email,
            carer_name().label("carer"),
            heads_of_party().label("party_heads"),
            move.from_status,
            move.to_status,
            move.kind,
            move.triggered_by,
            move.actor_label,
            move.reason,
            _ACTOR.name.label("actor_name"),
            AttendanceResponse.answer,
            says_coming().label("says_coming"),
            LateFact.outcome.label("late_outcome"),
        )
        .outerjoin(LateFact, LateFact.enrollment_id == Enrollment.id)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(move, and_(move.enrollment_id == Enrollment.id, move.version == Enrollment.version))
        .outerjoin(_ACTOR, _ACTOR.id == move.actor_id)
        .outerjoin(
            AttendanceResponse,
            and_(AttendanceResponse.event_id == Enrollment.event_id, AttendanceResponse.user_id == Enrollment.user_id),
        )
    )


def _page(event_id: int, asked: RosterFilter, number: int, total: int) -> Select:
    """The rows of one page. Which they are is found first: the rest is asked of these alone."""
    order = _order(asked)
    chosen = cut_in_order(_ids(event_id, asked), order, number, total=total, size=PAGE_SIZE).subquery()
    return in_order(_rows().join(chosen, chosen.c.id == Enrollment.id), order)


def _ids(event_id: int, asked: RosterFilter) -> Select:
    query = select(Enrollment.id).where(Enrollment.event_id == event_id)
    if asked.query.strip() or asked.order is RosterSort.NAME:
        query = query.join(User, User.id == Enrollment.user_id).where(matches_words(User.search_text, asked.query))
    if asked.status is not None:
        query = query.where(Enrollment.status == asked.status)
    return query


def _order(asked: RosterFilter) -> Order:
    orders: dict[RosterSort, Order] = {
        RosterSort.NAME: ((User.search_text, False),),
        RosterSort.POSITION: ((Enrollment.status != S.WAITLISTED, False), (Enrollment.waitlist_position, False)),
        RosterSort.ENROLLED: ((Enrollment.enrolled_at, False),),
        RosterSort.CHANGED: ((Enrollment.changed_at, True),),
    }
    return (*orders[asked.order], (Enrollment.id, False))


def _with_evidence(event_id: int, rows: Sequence[Row]) -> tuple[RosterPerson, ...]:
    ids = [row.id for row in rows]
    days = days_present(ids)
    ranks = _ranks(event_id, [row.id for row in rows if row.status == S.WAITLISTED])
    return tuple(value_of(RosterPerson, row, ranks.get(row.id), frozenset(days.get(row.id, ()))) for row in rows)


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
            rank_among_units(Enrollment).label("rank"),
        )
        .where(Enrollment.event_id == event_id, Enrollment.is_waiting)
        .subquery()
    )
    rows = db.session.execute(select(line.c.id, line.c.rank).where(is_among(db.session(), line.c.id, enrollment_ids)))
    return {enrollment_id: rank for enrollment_id, rank in rows}
