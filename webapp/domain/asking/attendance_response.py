"""A person's own answer: was I there? It never changes evidence, measurement or outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.asking.prompt import answers_close_at
from webapp.domain.numbers import parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose

LOWEST_RATING, HIGHEST_RATING = 1, 5
#: Code points.
COMMENT_LIMIT = 1000


class Answer(StrEnum):
    """`unknown` is recorded for a person who was asked and stayed silent; nobody can send it."""

    ATTENDED = "attended"
    PARTIAL = "partial"
    NOT_ATTENDED = "not_attended"
    UNKNOWN = "unknown"


#: What a person can say.
SENDABLE = (Answer.ATTENDED, Answer.PARTIAL, Answer.NOT_ATTENDED)
#: Who was there, for all of it or not, can say how it was.
PRESENT = frozenset({Answer.ATTENDED, Answer.PARTIAL})


@dataclass(frozen=True, slots=True)
class Feedback:
    """How it was: 1 to 5, and words; either may be missing."""

    rating: int | None
    comment: str | None

    @property
    def is_empty(self) -> bool:
        return self.rating is None and self.comment is None


class AnswerPhase(StrEnum):
    """Where an event stands with regard to the answers of its people."""

    NOT_BEGUN = "not_begun"
    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class AskedEvent:
    """What decides whether somebody may answer about an event."""

    starts_at: datetime
    effective_end_at: datetime
    is_called_off: bool = False
    is_deleted: bool = False


def answer_phase(event: AskedEvent, now: datetime) -> AnswerPhase:
    """Open from the start of the event until its answers close, that instant included."""
    if event.is_deleted:
        return AnswerPhase.DELETED
    if event.is_called_off:
        return AnswerPhase.CALLED_OFF
    if now < event.starts_at:
        return AnswerPhase.NOT_BEGUN
    return AnswerPhase.OPEN if now <= answers_close_at(event.effective_end_at) else AnswerPhase.CLOSED


def require_answerable(event: AskedEvent, now: datetime) -> None:
    """Refuse outside the window: `answers_not_open`, `answers_closed`, `event_called_off`, `event_deleted`."""
    phase = answer_phase(event, now)
    if phase is AnswerPhase.DELETED:
        raise Refused("event_deleted")
    if phase is AnswerPhase.CALLED_OFF:
        raise Refused("event_called_off")
    if phase is AnswerPhase.NOT_BEGUN:
        raise Refused("answers_not_open", opens_at=event.starts_at)
    if phase is AnswerPhase.CLOSED:
        raise Refused("answers_closed", closed_at=answers_close_at(event.effective_end_at))


def parse_answer(text: str) -> Answer:
    """The answer somebody sends, or `answer_unknown`: silence is not something to say."""
    if text not in SENDABLE:
        raise Refused("answer_unknown")
    return Answer(text)


def parse_feedback(rating: str, comment: str) -> Feedback:
    """What a form sends; either may be empty. Raises `number_invalid`, `text_too_long`, `text_broken`."""
    stars = parse_whole(rating, low=LOWEST_RATING, high=HIGHEST_RATING, field="rating") if rating else None
    words = clean_prose(comment, limit=COMMENT_LIMIT, field="comment")
    return Feedback(stars, words or None)


def require_feedback_possible(answer: Answer | None) -> None:
    """Refuse feedback of somebody who did not say that they were there."""
    if answer is None or answer is Answer.UNKNOWN:
        raise Refused("feedback_without_answer")
    if answer not in PRESENT:
        raise Refused("feedback_not_there")


def require_something_said(said: Feedback, before: Feedback) -> None:
    """Refuse to send nothing (`feedback_missing`); emptied words take back what was said before."""
    if said.is_empty and before.is_empty:
        raise Refused("feedback_missing")
