"""What the people of one event say against what was decided, and how they found it; for its organizers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, union
from sqlalchemy.orm import aliased

from webapp.domain.anonymity import in_no_order, number_shown
from webapp.domain.attendance_response import Answer
from webapp.domain.contradiction import CONTRADICTIONS, contradicts
from webapp.domain.prompt import EXPECTED
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, EnrollmentTransition, ScheduledAttendancePrompt, User
from webapp.queries.events.export import steady_session
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.places.standing import is_last_move
from webapp.queries.word_search import begins_words

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
    """One row; reads like it (`person.name`). Without an enrollment `status` is None."""

    row: Row

    def __getattr__(self, name: str):
        return getattr(self.row, name)

    @property
    def is_contradicted(self) -> bool:
        return contradicts(self.row.answer, self.row.status)


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
    rows = db.session.execute(cut(_people(event_id, asked), number, PAGE_SIZE))
    return FilteredPage([Respondent(row) for row in rows], total, number, PAGE_SIZE, counts=counts, matching=matching)


def response_rows(event_id: int, asked: ResponseFilter) -> Iterator[Respondent]:
    """All rows that the filter lets through, a few at a time: what an export asks for."""
    rows = steady_session().execute(_people(event_id, asked).execution_options(yield_per=_ROWS))
    return (Respondent(row) for row in rows)


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
            func.count().label("answered"), func.count(_RESPONSE.rating).label("ratings"),
            func.count(_RESPONSE.comment).label("comments"),
        ).where(gave_answer)
    ).one()  # fmt: skip
    return Totals(row.asked, row.answered, row.asked - row.answered_when_asked, row.ratings, row.comments)


def opinions_of(event_id: int, totals: Totals, *, is_final: bool, page: int) -> Opinions:
    """What may be shown of ratings and comments; at most two statements.

    `is_final`: no answer can change any more.
    """
    rated = number_shown(totals.ratings, is_final=is_final)
    commented = number_shown(totals.comments, is_final=is_final)
    comments = in_no_order(_first(event_id, _RESPONSE.comment, commented)) if commented else []
    page = max(1, min(page, -(-commented // COMMENTS_AT_ONCE)))
    shown = comments[(page - 1) * COMMENTS_AT_ONCE : page * COMMENTS_AT_ONCE]
    return Opinions(_ratings(event_id, rated) if rated else {}, tuple(shown), commented, page)


def _first(event_id: int, column: ColumnElement, number: int) -> Sequence[str]:
    """Of the first so many people."""
    return db.session.scalars(_in_order(event_id, column).limit(number)).all()


def _in_order(event_id: int, column: ColumnElement) -> Select:
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
    row = db.session.execute(_of_event(event_id, query, func.count(), *sums)).one()
    return {said: int(count) for said, count in zip(Said, row[1:], strict=True)}, row[0]


def _has_said(said: Said) -> ColumnElement[bool]:
    if said is Said.NOTHING:
        return or_(_RESPONSE.answer.is_(None), _RESPONSE.answer == Answer.UNKNOWN)
    if said is Said.CONTRADICTIONS:
        return is_contradicted()
    return _RESPONSE.answer == Answer(said.value)


def is_contradicted() -> ColumnElement[bool]:
    """Whether answer and record contradict each other; by the table of the rule."""
    pairs = sorted(CONTRADICTIONS)
    return or_(*(and_(_RESPONSE.answer == answer, Enrollment.status == status) for answer, status in pairs))


def _people(event_id: int, asked: ResponseFilter) -> Select:
    move, actor = EnrollmentTransition, aliased(User)
    people = _of_event(
        event_id, asked.query, User.id.label("user_id"), User.name, User.email, _RESPONSE.answer,
        Enrollment.id.label("enrollment_id"), Enrollment.status, Enrollment.changed_at, Enrollment.source,
        move.from_status, move.to_status, move.kind, move.triggered_by, move.actor_label,
        actor.name.label("actor_name"),
    )  # fmt: skip
    people = people.outerjoin(move, is_last_move()).outerjoin(actor, actor.id == move.actor_id)
    if asked.said is not None:
        people = people.where(_has_said(asked.said))
    return people.order_by(case((is_contradicted(), 0), else_=1), User.search_text, User.id)


def _of_event(event_id: int, query: str, *columns: ColumnElement) -> Select:
    """Who had a place, and who said anything: whoever only looked at the page is named to nobody."""
    had_a_place = select(Enrollment.user_id).where(
        Enrollment.event_id == event_id, Enrollment.status.in_(sorted(EXPECTED))
    )
    answered = select(_RESPONSE.user_id).where(_RESPONSE.event_id == event_id, _RESPONSE.answer != Answer.UNKNOWN)
    other = aliased(Enrollment)
    latest = (
        select(func.max(other.id))
        .where(other.event_id == event_id, other.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    return (
        select(*columns)
        .select_from(User)
        .outerjoin(Enrollment, Enrollment.id == latest)
        .outerjoin(_RESPONSE, and_(_RESPONSE.event_id == event_id, _RESPONSE.user_id == User.id))
        .where(User.id.in_(union(had_a_place, answered)), begins_words(User.search_text, query))
    )
