"""Who answered what: a page of an event's people with their answers, and all of them for a spreadsheet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.questions.answer import Answer
from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.extensions import db
from webapp.models import Enrollment, User
from webapp.queries.events.export import steady_session, streamed
from webapp.queries.id_set import is_among
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.questions.questions import ANSWER, ListedQuestion
from webapp.queries.questions.sheets import answer_of
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AnswersAsked:
    """What the address of the table asks for."""

    query: str = ""
    answer: AnswerFilter | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class AnsweringPerson:
    """A row of the table: whose place, and the answers by question."""

    enrollment_id: int
    name: str
    email: str | None
    status: str
    answers: Mapping[int, Answer]


def answers_page(event_id: int, question_ids: Sequence[int], asked: AnswersAsked) -> Page[AnsweringPerson]:
    """A page of everybody who has a place, or asks for one, with their answers to these questions."""
    people = _people(event_id, asked)
    total = db.session.scalar(select(func.count()).select_from(people.subquery())) or 0
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    rows = db.session.execute(cut(people.order_by(User.sort_name, Enrollment.id), number, PAGE_SIZE)).all()
    answers = _answers_of([row.id for row in rows], question_ids)
    return Page([value_of(AnsweringPerson, row, answers[row.id]) for row in rows], total, number, PAGE_SIZE)


def answer_csv_lines(
    event_id: int, questions: Sequence[ListedQuestion], asked: AnswersAsked, *, has_email: bool
) -> Iterator[str]:
    """One record for each of them, every cell safe in a spreadsheet; choices as they are kept, several in one cell.

    Desks and teachers get no addresses (`has_email`).
    """
    yield "\ufeff" + csv_line(["name", *(["email"] if has_email else []), "status", *(_head(one) for one in questions)])
    for person in _records(event_id, [one.id for one in questions], asked):
        said = ["; ".join(person.answers.get(one.id, ())) for one in questions]
        yield csv_line([person.name, *([person.email] if has_email else []), person.status, *said])


def _head(listed: ListedQuestion) -> str:
    return listed.draft.wording + (" (before)" if listed.question.is_retired else "")


def _records(event_id: int, question_ids: Sequence[int], asked: AnswersAsked) -> Iterator[AnsweringPerson]:
    """All of them, a few in memory at a time. One statement."""
    session = steady_session()
    theirs = and_(ANSWER.c.enrollment_id == Enrollment.id, is_among(session, ANSWER.c.question_id, [*question_ids, 0]))
    query = _people(event_id, asked).outerjoin(ANSWER, theirs).add_columns(ANSWER.c.question_id, ANSWER.c.value)
    order = (User.sort_name, Enrollment.id, ANSWER.c.question_id, ANSWER.c.number)
    for _, group in groupby(streamed(session, query.order_by(*order)), key=lambda row: row["id"]):
        together = list(group)
        yield _record(together)


def _record(rows: Sequence[Mapping[str, Any]]) -> AnsweringPerson:
    values: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row["question_id"] is not None:
            values[row["question_id"]].append(row["value"])
    first = rows[0]
    answers = {id_: answer_of(texts) for id_, texts in values.items()}
    return AnsweringPerson(first["id"], first["name"], first["email"], first["status"], answers)


def _people(event_id: int, asked: AnswersAsked) -> Select:
    gone = (EnrollmentStatus.CANCELLED, EnrollmentStatus.REJECTED)
    people = (
        select(Enrollment.id, User.name, User.email, Enrollment.status)
        .join(User, User.id == Enrollment.user_id)
        .where(
            Enrollment.event_id == event_id,
            Enrollment.status.not_in(gone),
            matches_words(User.search_text, asked.query),
        )
    )
    return people.where(has_answer(asked.answer)) if asked.answer else people


def has_answer(wanted: AnswerFilter) -> ColumnElement[bool]:
    """Whether the joined `Enrollment` answered like that."""
    # Its own name for the table: the statement around it may read answers, too.
    own = ANSWER.alias()
    mine = (
        select(own.c.enrollment_id)
        .where(own.c.enrollment_id == Enrollment.id, own.c.question_id == wanted.question_id)
        .correlate(Enrollment)
    )
    if wanted.which is Which.IS:
        return mine.where(own.c.value == wanted.value).exists()
    given = mine.where(own.c.value != "").exists()
    return given if wanted.which is Which.GIVEN else ~given


def _answers_of(enrollment_ids: Sequence[int], question_ids: Sequence[int]) -> dict[int, dict[int, Answer]]:
    found: dict[int, dict[int, list[str]]] = {id_: defaultdict(list) for id_ in enrollment_ids}
    if enrollment_ids and question_ids:
        session = db.session()
        rows = session.execute(
            select(ANSWER.c.enrollment_id, ANSWER.c.question_id, ANSWER.c.value)
            .where(
                is_among(session, ANSWER.c.enrollment_id, enrollment_ids),
                is_among(session, ANSWER.c.question_id, question_ids),
            )
            .order_by(ANSWER.c.enrollment_id, ANSWER.c.question_id, ANSWER.c.number)
        )
        for row in rows:
            found[row.enrollment_id][row.question_id].append(row.value)
    return {id_: {one: answer_of(texts) for one, texts in answers.items()} for id_, answers in found.items()}
