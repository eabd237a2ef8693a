"""What the people of one event say against what was decided, and how they found it; for its organizers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.asking.anonymity import in_hash_order, number_to_show
from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.contradiction import CONTRADICTIONS, contradicts
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    EnrollmentTransition,
    LateFact,
    ScheduledAttendancePrompt,
    User,
)
from webapp.queries.events.export import steady_session
from webapp.queries.ledger import is_last_move
from webapp.queries.page import FilteredPage, cut_in_order, nearest_page
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
COMMENTS_AT_ONCE = 20
_ROWS = 500
_RESPONSE = AttendanceResponse


class Said(StrEnum):
    """The filters of the table."""

    CONTRADICTIONS = "contradictions"
    ATTENDED = "attended"
    PARTIAL = "partial"
    NOT_ATTENDED = "not_attended"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ResponseFilter:
    """What the address of the page asks for; `comments` is a page of those, too."""

    said: Said | None = None
    query: str = ""
    page: int = 1
    comments: int = 1


@dataclass(frozen=True, slots=True)
class Respondent:
    """One row: its columns in their order. Without an enrollment everything about one is None."""

    user_id: int
    name: str
    email: str | None
    answer: str | None
    enrollment_id: int | None
    status: str | None
    changed_at: datetime | None
    source: str | None
    #: The last move, and who made it.
    from_status: str | None
    to_status: str | None
    kind: str | None
    triggered_by: str | None
    actor_label: str | None
    actor_name: str | None
    #: What is to be recorded, by evidence that came after the closing.
    late_outcome: str | None

    @property
    def is_contradicted(self) -> bool:
        """Whether the person says something else than the record does, or what was learnt since says it."""
        return contradicts(self.answer, self.status) or self.late_outcome is not None


#: A page of the table; its numbers are people who match the search.
ResponsePage = FilteredPage[Respondent, Said]


@dataclass(frozen=True, slots=True)
class Totals:
    """People of the event: who got a question, who said anything, whose question is unanswered."""

    asked: int
    answered: int
    silent: int
    ratings: int
    comments: int


@dataclass(frozen=True, slots=True)
class Opinions:
    """Ratings and comments without names. `ratings` is 1 to 5 -> how many; empty while there are too few."""

    ratings: dict[int, int]
    comments: tuple[str, ...]
    comments_shown: int
    comments_page: int

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def average(self) -> float:
        return sum(stars * count for stars, count in self.ratings.items()) / self.rated


def responses_page(event_id: int, asked: ResponseFilter) -> ResponsePage:
    """A page of the table, contradictions first; two statements, whatever the number of people."""
    counts, matching = _counts(event_id, asked.query)
    total = matching if asked.said is None else counts[asked.said]
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    rows = db.session.execute(_page(event_id, asked, number, total))
    return FilteredPage(
        [value_of(Respondent, row) for row in rows], total, number, PAGE_SIZE, counts=counts, matching=matching
    )


def response_rows(event_id: int, asked: ResponseFilter) -> Iterator[Respondent]:
    """All rows that the filter lets through, a few at a time: what an export asks for."""
    rows = steady_session().execute(_with_moves(_people(event_id, asked)).execution_options(yield_per=_ROWS))
    return (value_of(Respondent, row) for row in rows)


def response_totals(event_id: int) -> Totals:
    """The numbers above the table; one statement."""
    prompt = ScheduledAttendancePrompt
    was_asked = select(prompt.user_id).where(prompt.event_id == event_id, prompt.sent_at.is_not(None)).distinct()
    gave_answer = and_(_RESPONSE.event_id == event_id, _RESPONSE.answer != Answer.UNKNOWN)
    asked = was_asked.subquery()
    answered_when_asked = select(func.count()).where(gave_answer, _RESPONSE.user_id.in_(was_asked)).scalar_subquery()
    row = db.session.execute(
        select(
            select(func.count()).select_from(asked).scalar_subquery().label("asked"),
            answered_when_asked.label("answered_when_asked"),
            func.count().label("answered"),
            func.count(_RESPONSE.rating).label("ratings"),
            func.count(_RESPONSE.comment).label("comments"),
        ).where(gave_answer)
    ).one()
    return Totals(row.asked, row.answered, row.asked - row.answered_when_asked, row.ratings, row.comments)


def opinions_of(event_id: int, totals: Totals, *, is_final: bool, page: int) -> Opinions:
    """What may be shown of ratings and comments; at most two statements.

    `is_final`: no answer can change any more.
    """
    rated = number_to_show(totals.ratings, is_final=is_final)
    commented = number_to_show(totals.comments, is_final=is_final)
    comments = in_hash_order(_first(event_id, _RESPONSE.comment, commented)) if commented else []
    page = max(1, min(page, -(-commented // COMMENTS_AT_ONCE)))
    shown = comments[(page - 1) * COMMENTS_AT_ONCE : page * COMMENTS_AT_ONCE]
    return Opinions(_ratings(event_id, rated) if rated else {}, tuple(shown), commented, page)


def _first(event_id: int, column: SQLColumnExpression[Any], number: int) -> Sequence[str]:
    """Of the first so many people."""
    return db.session.scalars(_in_order(event_id, column).limit(number)).all()


def _in_order(event_id: int, column: SQLColumnExpression[Any]) -> Select:
    """By when the person first answered: that is what an organizer sees happen, and it never changes."""
    said = select(column).where(_RESPONSE.event_id == event_id, column.is_not(None))
    return said.order_by(_RESPONSE.answered_at, _RESPONSE.id)


def _ratings(event_id: int, number: int) -> dict[int, int]:
    first = _in_order(event_id, _RESPONSE.rating).limit(number).subquery()
    rows = db.session.execute(select(first.c.rating, func.count()).group_by(first.c.rating))
    found = {stars: count for stars, count in rows}
    return {stars: found.get(stars, 0) for stars in range(5, 0, -1)}


def _counts(event_id: int, query: str) -> tuple[dict[Said, int], int]:
    sums = [func.coalesce(func.sum(case((_has_said(said), 1), else_=0)), 0) for said in Said]
    who = _who(event_id)
    people = _of_event(event_id, who, func.count(), *sums)
    if query.strip():
        people = people.join(User, User.id == who.c.user_id).where(matches_words(User.search_text, query))
    row = db.session.execute(people).one()
    return {said: int(count) for said, count in zip(Said, row[1:], strict=True)}, row[0]


def _has_said(said: Said) -> ColumnElement[bool]:
    if said is Said.NOTHING:
        return or_(_RESPONSE.answer.is_(None), _RESPONSE.answer == Answer.UNKNOWN)
    if said is Said.CONTRADICTIONS:
        return is_contradicted()
    return _RESPONSE.answer == Answer(said.value)


def is_contradicted() -> ColumnElement[bool]:
    """Whether answer and record contradict each other, by the table of the rule, or late evidence and record do."""
    pairs = sorted(CONTRADICTIONS)
    said = (and_(_RESPONSE.answer == answer, Enrollment.status == status) for answer, status in pairs)
    return or_(LateFact.outcome.is_not(None), *said)


def _page(event_id: int, asked: ResponseFilter, number: int, total: int) -> Select:
    """The rows of one page. Who they are is found first: the rest is asked of these alone."""
    order = ((_rank(), False), (User.search_text, False), (User.id, False))
    return _with_moves(cut_in_order(_people(event_id, asked), order, number, total=total, size=PAGE_SIZE))


def _rank() -> ColumnElement[int]:
    """Contradictions first."""
    return case((is_contradicted(), 0), else_=1)


def _people(event_id: int, asked: ResponseFilter) -> Select:
    """Those that the filter lets through, in no order: who, the place they had last, what they say."""
    who = _who(event_id)
    people = _of_event(event_id, who, who.c.user_id, who.c.enrollment_id, _RESPONSE.answer, _rank().label("rank"))
    people = people.join(User, User.id == who.c.user_id).where(matches_words(User.search_text, asked.query))
    return people if asked.said is None else people.where(_has_said(asked.said))


def _with_moves(people: Select) -> Select:
    """These people in order, with name, record and who set it."""
    move, actor, chosen = EnrollmentTransition, aliased(User), people.subquery()
    return (
        select(
            User.id.label("user_id"),
            User.name,
            User.email,
            chosen.c.answer,
            Enrollment.id.label("enrollment_id"),
            Enrollment.status,
            Enrollment.changed_at,
            Enrollment.source,
            move.from_status,
            move.to_status,
            move.kind,
            move.triggered_by,
            move.actor_label,
            actor.name.label("actor_name"),
            LateFact.outcome.label("late_outcome"),
        )
        .select_from(chosen)
        .join(User, User.id == chosen.c.user_id)
        .outerjoin(Enrollment, Enrollment.id == chosen.c.enrollment_id)
        .outerjoin(LateFact, LateFact.enrollment_id == chosen.c.enrollment_id)
        .outerjoin(move, is_last_move())
        .outerjoin(actor, actor.id == move.actor_id)
        .order_by(chosen.c.rank, User.search_text, User.id)
    )


def _who(event_id: int) -> Subquery:
    """Who had a place, and who said anything, with their last enrollment there.

    Whoever only looked at the page is named to nobody.
    """
    had_a_place = func.max(case((Enrollment.holds_place, 1), else_=0))
    places = (
        select(Enrollment.user_id, func.max(Enrollment.id).label("enrollment_id"), had_a_place.label("had_a_place"))
        .where(Enrollment.event_id == event_id)
        .group_by(Enrollment.user_id)
        .cte()
    )
    without_place = (
        select(_RESPONSE.user_id, places.c.enrollment_id)
        .outerjoin(places, places.c.user_id == _RESPONSE.user_id)
        .where(_RESPONSE.event_id == event_id, _RESPONSE.answer != Answer.UNKNOWN)
        .where(func.coalesce(places.c.had_a_place, 0) < 1)
    )
    # PostgreSQL takes "= 1" of a maximum for one person in 200, and would look all of them up one by one.
    with_place = select(places.c.user_id, places.c.enrollment_id).where(places.c.had_a_place > 0)
    return with_place.union_all(without_place).subquery()


def _of_event(event_id: int, who: Subquery, *columns: SQLColumnExpression[Any]) -> Select:
    own = and_(_RESPONSE.event_id == event_id, _RESPONSE.user_id == who.c.user_id)
    return (
        select(*columns)
        .select_from(who)
        .outerjoin(Enrollment, Enrollment.id == who.c.enrollment_id)
        .outerjoin(LateFact, LateFact.enrollment_id == who.c.enrollment_id)
        .outerjoin(_RESPONSE, own)
    )
