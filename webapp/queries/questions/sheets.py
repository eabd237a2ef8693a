"""What people were asked and what they answered: one sheet for each enrollment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.questions.answer import Answer, Sheet
from webapp.domain.questions.question import Question
from webapp.extensions import db
from webapp.models import AnswerFile, Enrollment, Event, EventQuestion
from webapp.queries.id_set import is_among
from webapp.queries.questions.questions import ANSWER, QUESTION, question_of
from webapp.queries.row_types import AnyRow

_ENROLLMENT = Enrollment.__table__


def sheet_of(session: Session, enrollment_id: int) -> Sheet:
    """All that the event of this enrollment asks or asked, and their answers. One statement."""
    return sheets_of(session, [enrollment_id]).get(enrollment_id, Sheet(()))


def sheets_of(session: Session, enrollment_ids: Collection[int]) -> dict[int, Sheet]:
    """The same for several enrollments, by id; none of an event that never asked anything. One statement."""
    theirs = and_(ANSWER.c.enrollment_id == _ENROLLMENT.c.id, ANSWER.c.question_id == QUESTION.c.id)
    rows = session.execute(
        select(_ENROLLMENT.c.id.label("enrollment_id"), *QUESTION.c, ANSWER.c.value)
        .join(QUESTION, QUESTION.c.event_id == _ENROLLMENT.c.event_id)
        .outerjoin(ANSWER, theirs)
        .where(is_among(session, _ENROLLMENT.c.id, list(enrollment_ids)))
        .order_by(_ENROLLMENT.c.id, QUESTION.c.position, QUESTION.c.id, ANSWER.c.number)
    ).all()
    by_enrollment: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        by_enrollment[row.enrollment_id].append(row)
    return {enrollment_id: _sheet(group) for enrollment_id, group in by_enrollment.items()}


def _sheet(rows: Iterable[AnyRow]) -> Sheet:
    questions: dict[int, Question] = {}
    answers: dict[int, list[str]] = {}
    for row in rows:
        questions.setdefault(row.id, question_of(row))
        if row.value is not None:
            answers.setdefault(row.id, []).append(row.value)
    return Sheet(tuple(questions.values()), {id_: answer_of(values) for id_, values in answers.items()})


def answer_of(values: Iterable[str]) -> Answer:
    """The answer in the rows of it: an empty one stands for left blank."""
    return tuple(value for value in values if value)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of an answer with what says who may have it."""

    event_id: int
    user_id: int
    seen_by: str
    name: str
    mimetype: str
    body: bytes


def file_of(enrollment_id: int, question_id: int) -> KeptFile | None:
    """The file that somebody answered with; None where there is none (any longer)."""
    row = db.session.execute(
        select(
            Enrollment.event_id,
            Enrollment.user_id,
            EventQuestion.seen_by,
            ANSWER.c.value,
            AnswerFile.mimetype,
            AnswerFile.body,
        )
        .join(Enrollment, Enrollment.id == AnswerFile.enrollment_id)
        .join(Event, and_(Event.id == Enrollment.event_id, Event.deleted_at.is_(None)))
        .join(EventQuestion, EventQuestion.id == AnswerFile.question_id)
        .join(
            ANSWER,
            and_(ANSWER.c.enrollment_id == AnswerFile.enrollment_id, ANSWER.c.question_id == AnswerFile.question_id),
        )
        .where(AnswerFile.enrollment_id == enrollment_id, AnswerFile.question_id == question_id)
    ).one_or_none()
    return None if row is None else KeptFile(*row)


def own_sheets(places: Mapping[int, bool]) -> dict[int, Sheet]:
    """Sheets of those enrollments whose event asks something (`places`: by id, whether it does); none asks nothing."""
    asked = [enrollment_id for enrollment_id, has_questions in places.items() if has_questions]
    return sheets_of(db.session(), asked) if asked else {}
