"""The questions of events: as rules read them, and as organizers list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.questions.answer import Sheet
from webapp.domain.questions.question import AskedAt, Question, QuestionDraft, QuestionKind, SeenBy
from webapp.extensions import db
from webapp.models import EnrollmentAnswer, Event, EventQuestion
from webapp.queries.row_types import AnyRow

QUESTION, ANSWER = EventQuestion.__table__, EnrollmentAnswer.__table__


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question with what its organizer has to know to change it. `answered`: how many people said something."""

    question: Question
    event_id: int
    version: int
    answered: int
    replaces_id: int | None

    @property
    def id(self) -> int:
        return self.question.id

    @property
    def draft(self) -> QuestionDraft:
        return self.question.draft


def question_of(row: AnyRow) -> Question:
    """The question in a row that has its columns."""
    draft = QuestionDraft(
        kind=QuestionKind(row.kind),
        wording=row.wording,
        help=row.help,
        choices=tuple(row.choices.splitlines()),
        is_required=row.is_required,
        asked=AskedAt(row.asked),
        seen_by=SeenBy(row.seen_by),
        kept_days=row.kept_days,
        shown_if_id=row.shown_if_id,
        shown_if_answer=row.shown_if_answer,
    )
    return Question(row.id, draft, is_retired=row.retired_at is not None)


def asked_questions(session: Session, event_id: int) -> tuple[Question, ...]:
    """What that event asks now, in order."""
    asked = select(QUESTION).where(QUESTION.c.event_id == event_id, QUESTION.c.retired_at.is_(None))
    return tuple(question_of(row) for row in session.execute(asked.order_by(QUESTION.c.position, QUESTION.c.id)))


def asks_at_sign_up(session: Session, event_id: int) -> bool:
    """Whether that event asks something before it gives a place."""
    asked = exists().where(
        QUESTION.c.event_id == event_id, QUESTION.c.retired_at.is_(None), QUESTION.c.asked == AskedAt.SIGN_UP
    )
    return bool(session.scalar(select(asked)))


def sheet_of_newcomer(event_id: int) -> Sheet:
    """What the event asks now, of somebody who answered nothing yet."""
    return Sheet(asked_questions(db.session(), event_id))


def listed_questions(event_id: int) -> list[ListedQuestion]:
    """What the event asks, in order, and behind it what it asked before and still has answers to."""
    rows = db.session.execute(_listed().where(QUESTION.c.event_id == event_id)).all()
    found = [_listed_of(row) for row in rows]
    now = [one for one in found if not one.question.is_retired]
    return now + [one for one in found if one.question.is_retired and one.answered]


def listed_question(question_id: int) -> ListedQuestion | None:
    """That question, or None."""
    row = db.session.execute(_listed().where(QUESTION.c.id == question_id)).one_or_none()
    return None if row is None else _listed_of(row)


def events_to_copy_from(organization_id: int, event_id: int) -> Sequence[AnyRow]:
    """The latest other events of the organization that ask something: id, title and start."""
    asks = exists().where(QUESTION.c.event_id == Event.id, QUESTION.c.retired_at.is_(None))
    return db.session.execute(
        select(Event.id, Event.title, Event.starts_at, Event.timezone)
        .where(Event.organization_id == organization_id, Event.id != event_id, Event.deleted_at.is_(None), asks)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(50)
    ).all()


def has_answers(session: Session, question_id: int) -> bool:
    """Whether anybody answered it, be it by leaving it blank."""
    return bool(session.scalar(select(exists().where(ANSWER.c.question_id == question_id))))


def _listed() -> Select:
    people = select(func.count(ANSWER.c.enrollment_id.distinct())).where(ANSWER.c.question_id == QUESTION.c.id)
    answered = people.correlate(QUESTION).scalar_subquery().label("answered")
    return select(*QUESTION.c, answered).order_by(QUESTION.c.position, QUESTION.c.id)


def _listed_of(row: AnyRow) -> ListedQuestion:
    return ListedQuestion(question_of(row), row.event_id, row.version, row.answered, row.replaces_id)
