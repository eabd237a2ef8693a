"""Deleting answers whose time is over: so many days after the end of their event, as each question says."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select

from webapp.domain.questions.question import ends_to_forget
from webapp.models import AnswerFile, EnrollmentAnswer, Event, EventQuestion
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_ANSWER, _FILE = EnrollmentAnswer.__table__, AnswerFile.__table__
#: Questions in one transaction.
_BATCH = 50


def delete_old_answers(*, now: datetime) -> dict[str, int]:
    """Delete what is due, some questions at a time; how many answers."""
    done = {"answers": 0}
    while True:
        with write_transaction() as session:
            due = select(EventQuestion.id).join(Event, Event.id == EventQuestion.event_id).where(_is_due(now))
            has_answers = exists().where(_ANSWER.c.question_id == EventQuestion.id)
            ids = session.scalars(due.where(has_answers).order_by(EventQuestion.id).limit(_BATCH)).all()
            if not ids:
                return done
            session.execute(delete(_FILE).where(_FILE.c.question_id.in_(ids)))
            done["answers"] += rows_changed(session, delete(_ANSWER).where(_ANSWER.c.question_id.in_(ids)))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        *(
            and_(EventQuestion.kept_days == days, Event.effective_end_at <= end)
            for days, end in ends_to_forget(now).items()
        )
    )
