"""The form of one question: from text to a draft and back."""

from collections.abc import Sequence

from webapp.domain.questions.question import (
    CHOICE_LIMIT,
    HELP_LIMIT,
    KEPT_DAYS,
    MOST_CHOICES,
    WITH_CHOICES,
    WORDING_LIMIT,
    AskedAt,
    Question,
    QuestionDraft,
    QuestionKind,
    SeenBy,
    require_whole,
)
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.languages.words import N_
from webapp.queries.questions.questions import ListedQuestion
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, one_of, prose, switch
from webapp.views.words.questions.kinds import KEPT, condition_words

_ALL_CHOICES = MOST_CHOICES * (CHOICE_LIMIT + 2) * 2
QUESTION = FormKind(
    ("kind", "wording", "help", "choices", "is_required", "asked", "seen_by", "kept_days", "condition"),
    sentences={
        ("wording", "text_missing"): N_("Enter the question"),
    },
    field_of={"condition_not_before": "condition", "condition_too_late": "asked", "condition_impossible": "choices"},
)
_NEVER = "never"


def new_form() -> Form:
    """An empty form with the usual choices made."""
    return filled(QuestionDraft(QuestionKind.SHORT_TEXT, ""))


def filled(draft: QuestionDraft) -> Form:
    """The form of a question as it is."""
    names = ("kind", "wording", "help", "is_required", "asked", "seen_by")
    return QUESTION.filled(
        {name: getattr(draft, name) for name in names}
        | {
            "choices": "\n".join(draft.choices),
            "kept_days": draft.kept_days or _NEVER,
            "condition": _condition_value(draft.shown_if_id, draft.shown_if_answer),
        }
    )


def draft_of(form: Form, before: Sequence[Question]) -> QuestionDraft | None:
    """The draft that the form describes, or None with the mistakes noted in it. `before`: on which it can depend."""
    kind = form.read("kind", one_of(QuestionKind))
    has_choices = kind in WITH_CHOICES
    condition = form.read("condition", lambda text: _read_condition(text, before)) or (None, None)
    values = {
        "wording": form.read("wording", line(WORDING_LIMIT)),
        "help": form.read("help", prose(HELP_LIMIT)),
        "choices": form.read("choices", _read_choices) if has_choices else (),
        "is_required": form.read("is_required", switch),
        "asked": form.read("asked", one_of(AskedAt)),
        "seen_by": form.read("seen_by", one_of(SeenBy)),
        "kept_days": form.read("kept_days", _read_days),
    }
    if form.errors:
        return None
    draft = QuestionDraft(kind=kind, shown_if_id=condition[0], shown_if_answer=condition[1], **values)
    form.check(lambda: require_whole(draft))
    return None if form.is_refused else draft


def condition_options(before: Sequence[Question]) -> list[tuple[str, str]]:
    """Every answer on which a question behind those can depend."""
    found = []
    for one in before:
        for answer in one.draft.conditions:
            asks = QuestionDraft(QuestionKind.SHORT_TEXT, "", shown_if_id=one.id, shown_if_answer=answer)
            found.append((_condition_value(one.id, answer), condition_words(asks, one.draft)))
    return found


def before_of(asked: Sequence[ListedQuestion], question_id: int | None = None) -> list[Question]:
    """The questions in front of that one, or all of them."""
    ids = [one.id for one in asked]
    return [one.question for one in asked[: ids.index(question_id) if question_id in ids else len(ids)]]


def kept_options() -> list[tuple[str, str]]:
    """For how long answers can be kept."""
    return [(str(days or _NEVER), str(KEPT[days])) for days in KEPT_DAYS]


def _condition_value(question_id: int | None, answer: str | None) -> str:
    return f"{question_id}:{answer}" if question_id is not None else ""


def _read_condition(text: str, before: Sequence[Question]) -> tuple[int, str] | None:
    if not text:
        return None
    known = {_condition_value(one.id, answer): (one.id, answer) for one in before for answer in one.draft.conditions}
    if text not in known:
        raise Refused("condition_gone")
    return known[text]


def _read_choices(text: str) -> tuple[str, ...]:
    if len(text) > _ALL_CHOICES:
        raise Refused("text_too_long", limit=_ALL_CHOICES)
    return tuple(clean_line(one, limit=CHOICE_LIMIT, field="choices") for one in text.splitlines() if one.strip())


def _read_days(text: str) -> int | None:
    known = {str(days or _NEVER): days for days in KEPT_DAYS}
    if text not in known:
        raise Refused("kept_days_unknown")
    return known[text]
