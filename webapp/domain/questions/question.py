"""A question that an event asks of everybody who enrolls: what it can be, when it is asked, and who reads the answers.

Why it is so: docs/decisions/129-questions-of-an-event.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.refusal import Refused
from webapp.domain.text import fold

WORDING_LIMIT, HELP_LIMIT, CHOICE_LIMIT = 200, 2000, 120
#: Of one event.
MOST_QUESTIONS, MOST_FILES = 30, 3
FEWEST_CHOICES, MOST_CHOICES = 2, 30
#: For how many days after the end of the event answers can be kept; None is for ever.
KEPT_DAYS = (30, 90, 365, None)


class QuestionKind(StrEnum):
    """What an answer looks like."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    YES_NO = "yes_no"
    #: A text (the help of the question) to say yes to, or not.
    AGREEMENT = "agreement"
    DATE = "date"
    PHONE = "phone"
    FILE = "file"


class AskedAt(StrEnum):
    """The moment at which a question is asked."""

    SIGN_UP = "sign_up"
    LATER = "later"
    DOOR = "door"


class SeenBy(StrEnum):
    """Who reads the answers; each includes those before it."""

    ORGANIZERS = "organizers"
    DESK = "desk"
    TEACHERS = "teachers"


WITH_CHOICES = frozenset({QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF})
YES, NO = "yes", "no"
_MOMENTS = tuple(AskedAt)


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """What an organizer says of a question. `shown_if_id`: asked only where that other one has `shown_if_answer`."""

    kind: QuestionKind
    wording: str
    help: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    asked: AskedAt = AskedAt.SIGN_UP
    seen_by: SeenBy = SeenBy.ORGANIZERS
    kept_days: int | None = 30
    shown_if_id: int | None = None
    shown_if_answer: str | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """The answers that are possible, where these can be counted: another question can depend on one of them."""
        if self.kind in WITH_CHOICES:
            return self.choices
        return {QuestionKind.YES_NO: (YES, NO), QuestionKind.AGREEMENT: (YES,)}.get(self.kind, ())

    def asks_else_than(self, other: "QuestionDraft") -> bool:
        """Whether an answer to the one is no answer to the other."""
        is_other_text = QuestionKind.AGREEMENT in {self.kind, other.kind} and self.help != other.help
        asked = (self.kind, self.wording, self.choices)
        return asked != (other.kind, other.wording, other.choices) or is_other_text


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an event, as it is asked now, or (`is_retired`) as it was asked before."""

    id: int
    draft: QuestionDraft
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """One form: at which moments its questions are asked, and whose answers may be read where it stands."""

    moments: frozenset[AskedAt]
    levels: frozenset[SeenBy] = frozenset(SeenBy)

    def asks(self, question: QuestionDraft) -> bool:
        return question.asked in self.moments and question.seen_by in self.levels


#: Before a place is given.
AT_SIGN_UP = Asking(frozenset({AskedAt.SIGN_UP}))
#: On one's own page, once there is a place: who was added by others was not asked before.
BY_THEMSELVES = Asking(frozenset({AskedAt.SIGN_UP, AskedAt.LATER}))


def at_the_door(levels: frozenset[SeenBy]) -> Asking:
    """At a desk that may read those answers."""
    return Asking(frozenset({AskedAt.DOOR}), levels)


def require_whole(draft: QuestionDraft) -> None:
    """Refuse a question that nobody could answer: `choices_too_few`, `choices_too_many`, `choice_twice`,
    `agreement_text_missing`, `kept_days_unknown`."""
    if draft.kind in WITH_CHOICES:
        if len(draft.choices) < FEWEST_CHOICES:
            raise Refused("choices_too_few", field="choices", fewest=FEWEST_CHOICES)
        if len(draft.choices) > MOST_CHOICES:
            raise Refused("choices_too_many", field="choices", most=MOST_CHOICES)
        _require_different(draft.choices)
    if draft.kind is QuestionKind.AGREEMENT and not draft.help:
        raise Refused("agreement_text_missing", field="help")
    if draft.kept_days not in KEPT_DAYS:
        raise Refused("kept_days_unknown", field="kept_days")


def _require_different(choices: Sequence[str]) -> None:
    seen: set[str] = set()
    for choice in choices:
        if (folded := fold(choice) or choice) in seen:
            raise Refused("choice_twice", field="choices", choice=choice)
        seen.add(folded)


def require_together(questions: Sequence[Question]) -> None:
    """Refuse a list of questions, in their order, that cannot be asked like that.

    `too_many_questions`, `too_many_files`; of a condition: `condition_not_before` (its question comes later, or is
    none of these), `condition_too_late` (asked at a later moment), `condition_impossible` (nobody can answer that).
    """
    if len(questions) > MOST_QUESTIONS:
        raise Refused("too_many_questions", most=MOST_QUESTIONS)
    if sum(one.draft.kind is QuestionKind.FILE for one in questions) > MOST_FILES:
        raise Refused("too_many_files", most=MOST_FILES)
    before: dict[int, QuestionDraft] = {}
    for one in questions:
        if (other_id := one.draft.shown_if_id) is not None:
            _require_condition(one.draft, before.get(other_id))
        before[one.id] = one.draft


def _require_condition(draft: QuestionDraft, other: QuestionDraft | None) -> None:
    if other is None:
        raise Refused("condition_not_before", wording=draft.wording)
    if _MOMENTS.index(other.asked) > _MOMENTS.index(draft.asked):
        raise Refused("condition_too_late", wording=draft.wording, other=other.wording)
    if draft.shown_if_answer not in other.conditions:
        raise Refused("condition_impossible", wording=draft.wording, other=other.wording)


def moved(ids: Sequence[int], question_id: int, *, up: bool) -> list[int]:
    """The ids with that one a place earlier or later; at the end of the list it stays. `not_found` for none of them."""
    if question_id not in ids:
        raise Refused("not_found")
    at = ids.index(question_id)
    to = max(at - 1, 0) if up else at + 1
    order = [one for one in ids if one != question_id]
    return [*order[:to], question_id, *order[to:]]


def seen_levels(*, manages: bool, runs_desk: bool, teaches: bool) -> frozenset[SeenBy]:
    """The questions whose answers somebody with these rights in the organization may read."""
    if manages:
        return frozenset(SeenBy)
    if runs_desk:
        return frozenset({SeenBy.DESK, SeenBy.TEACHERS})
    return frozenset({SeenBy.TEACHERS}) if teaches else frozenset()


def answers_close_at(due_at: datetime | None, starts_at: datetime) -> datetime:
    """Until when (exclusive) people answer and change their answers: as the organizer says, else until the start."""
    return due_at or starts_at


def require_open_answers(due_at: datetime | None, starts_at: datetime, now: datetime) -> None:
    """Refuse what comes after that (`answers_over`)."""
    closes_at = answers_close_at(due_at, starts_at)
    if now >= closes_at:
        raise Refused("answers_over", closes_at=closes_at)


def ends_to_forget(now: datetime) -> dict[int, datetime]:
    """By days for which answers are kept: events that ended until then (inclusive) have theirs deleted."""
    return {days: now - timedelta(days=days) for days in KEPT_DAYS if days is not None}
