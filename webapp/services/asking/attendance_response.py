"""A person says whether they were there, and how it was. Evidence, measurement and outcome stay as they are."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, literal, select, update
from sqlalchemy.orm import Session

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.asking.attendance_response import (
    PRESENT,
    Answer,
    Feedback,
    require_answerable,
    require_feedback_possible,
    require_something_said,
)
from webapp.domain.asking.prompt import PromptEnd
from webapp.domain.people.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.models import AttendanceResponse, Notification
from webapp.queries.asking.attendance_response import question_about
from webapp.services.asking.privacy import set_record_privacy
from webapp.services.asking.prompt import end_open_prompts
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_RESPONSE = AttendanceResponse.__table__
_NOTIFICATION = Notification.__table__
_NO_FEEDBACK: dict[str, object] = {"rating": None, "comment": None, "feedback_at": None}


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """Whom a mailed link stands for, which event it asks about, and whether its time is over."""

    user_id: int
    event_id: int
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What is stored now; `dropped_feedback` where the new answer left no room for what was said before."""

    answer: Answer
    dropped_feedback: bool = False


def read_answer_link(token: str, now: datetime) -> AnswerLink:
    """What a mailed link says. Raises `link_invalid`."""
    keys = current_app.extensions["settings"].secret_keys
    has_ended = False
    try:
        claims = read(keys, LinkPurpose.ANSWER, token, now)
    except Refused as refused:
        if refused.code != "link_expired":
            raise
        claims, has_ended = refused.facts, True
    return AnswerLink(int(claims["user"]), int(claims["event"]), has_ended)


def answer(
    *, user_id: int, event_id: int, answer: Answer, now: datetime, notification_id: int | None = None
) -> Answered:
    """Store a person's answer about an event; a later one takes the place of an earlier one.

    Every prompt of that event is answered by it: the ones they got are read, the one that is
    planned is not sent. Answering "not attended" drops the feedback given before. With
    `notification_id`, it has to be one of their own prompts of this event.

    Raises `not_found`, `answer_unknown`, `answers_not_open`, `answers_closed`,
    `event_called_off`, `event_deleted`.
    """
    if answer is Answer.UNKNOWN:
        raise Refused("answer_unknown")
    with write_transaction() as session:
        # What a snooze locks first, so that of an answer and a snooze one sees the other.
        prompts = _lock_prompts(session, user_id, event_id)
        _require_question(user_id, event_id, now)
        if notification_id is not None and notification_id not in prompts:
            raise Refused("not_found")
        answered = _keep_answer(session, user_id, event_id, answer, now=now)
        end_open_prompts(session, event_id=event_id, user_id=user_id, because=PromptEnd.ANSWERED, now=now)
        # After that, because a prompt that was just being sent is there by now.
        _mark_answered(session, user_id, event_id, now)
    return answered


def give_feedback(*, user_id: int, event_id: int, said: Feedback, sharing: Sharing, now: datetime) -> None:
    """Store how it was, and who else sees the record; sent again, it takes the place of what was said.

    Raises `not_found`, `answers_not_open`, `answers_closed`, `event_called_off`, `event_deleted`,
    `feedback_without_answer`, `feedback_not_there`, `feedback_missing`.
    """
    with write_transaction() as session:
        _require_question(user_id, event_id, now)
        row = session.execute(
            select(*_RESPONSE.c).where(_is_response(user_id, event_id)).with_for_update()
        ).one_or_none()
        require_feedback_possible(Answer(row.answer) if row else None)
        before = Feedback(row.rating, row.comment) if row else Feedback(None, None)
        require_something_said(said, before)
        if said != before:
            given_at = None if said.is_empty else now
            session.execute(
                update(_RESPONSE)
                .where(_is_response(user_id, event_id))
                .values(rating=said.rating, comment=said.comment, feedback_at=given_at)
            )
        set_record_privacy(session, user_id=user_id, event_id=event_id, sharing=sharing, now=now)


def _lock_prompts(session: Session, user_id: int, event_id: int) -> list[int]:
    """Lock the prompts they got about that event; their ids."""
    prompts = select(_NOTIFICATION.c.id).where(_is_prompt(user_id, event_id))
    return list(session.scalars(prompts.order_by(_NOTIFICATION.c.id).with_for_update()))


def _require_question(user_id: int, event_id: int, now: datetime) -> None:
    """Refuse whoever was never asked, and whatever is not the time to answer."""
    question = question_about(user_id, event_id)
    if question is None:
        raise Refused("not_found")
    require_answerable(question.event, now)


def _keep_answer(session: Session, user_id: int, event_id: int, answer: Answer, *, now: datetime) -> Answered:
    first = {
        "event_id": event_id,
        "user_id": user_id,
        "answer": answer,
        "answered_at": now,
        "changed_at": now,
        "created_at": now,
    }
    insertion = insert_unless_there(session, _RESPONSE).values(first).returning(_RESPONSE.c.id)
    if session.scalar(insertion) is not None:
        return Answered(answer)
    row = session.execute(select(*_RESPONSE.c).where(_is_response(user_id, event_id)).with_for_update()).one()
    if row.answer == answer:
        return Answered(answer)
    drops = answer not in PRESENT and (row.rating is not None or row.comment is not None)
    changes = {"answer": answer, "answered_at": row.answered_at or now, "changed_at": now}
    session.execute(
        update(_RESPONSE).where(_RESPONSE.c.id == row.id).values({**changes, **(_NO_FEEDBACK if drops else {})})
    )
    return Answered(answer, dropped_feedback=drops)


def _mark_answered(session: Session, user_id: int, event_id: int, now: datetime) -> None:
    column = _NOTIFICATION.c.read_at
    session.execute(
        update(_NOTIFICATION)
        .where(_is_prompt(user_id, event_id), _NOTIFICATION.c.responded_at.is_(None))
        .values(read_at=func.coalesce(column, literal(now, column.type)), responded_at=now)
    )


def _is_prompt(user_id: int, event_id: int) -> ColumnElement[bool]:
    return and_(
        _NOTIFICATION.c.event_id == event_id,
        _NOTIFICATION.c.user_id == user_id,
        _NOTIFICATION.c.prompt_number.is_not(None),
    )


def _is_response(user_id: int, event_id: int) -> ColumnElement[bool]:
    return and_(_RESPONSE.c.event_id == event_id, _RESPONSE.c.user_id == user_id)
