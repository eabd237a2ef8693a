"""What people can be filtered by in a message to them: as a form offers it, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from webapp.domain.notices.audience import Audience, Came
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.languages import formats
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.notices.mailings.audience import statuses_of
from webapp.queries.notices.mailings.choices import classes_to_choose, facilities_to_choose
from webapp.queries.questions.questions import listed_questions
from webapp.views.words.instants import date_in_words
from webapp.views.words.questions.filters import answer_filters
from webapp.views.words.statuses import enrollment_words

#: Days of an event that can be chosen; of a longer one only the whole.
_MOST_DAYS = 14
_CAME, _MISSED = str(Came.CAME), str(Came.MISSED)

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AudienceChoices:
    """Values and words of every filter. `answers` are by question, `statuses` with the number of people."""

    statuses: Sequence[tuple[EnrollmentStatus, str, int]]
    came: Choices
    answers: Sequence[tuple[str, Choices]]
    facilities: Choices
    classes: Choices

    @property
    def answer_values(self) -> dict[str, str]:
        """Each answer that can be chosen: “Will you eat with us?”: Yes"""
        return {
            value: gettext("“{question}”: {answer}", question=wording, answer=words)
            for wording, choices in self.answers
            for value, words in choices
        }


def choices_for(event: EventFacts, audience: Audience | None = None) -> AudienceChoices:
    """What this event offers, and what an audience that was kept before has chosen of it."""
    chosen = audience or Audience()
    counts = statuses_of(event.id)
    return AudienceChoices(
        statuses=[
            (status, enrollment_words(status).crew, counts.get(status, 0))
            for status in EnrollmentStatus
            if counts.get(status) or status in chosen.statuses
        ],
        came=came_choices(event),
        answers=answer_filters(listed_questions(event.id) if event.has_questions else ()),
        facilities=_with_ids(facilities_to_choose(event.organization_id, including=chosen.facility_id)),
        classes=_with_ids(classes_to_choose(event.organization_id, including=chosen.class_id)),
    )


def came_choices(event: EventFacts) -> Choices:
    """Came, did not come, and the same for each day of an event of several."""
    found = [(_CAME, gettext("Came")), (_MISSED, gettext("Didn’t come"))]
    if 1 < len(event.days) <= _MOST_DAYS:
        for on in event.days:
            said = date_in_words(on)
            found.append((f"{_CAME}.{on}", gettext("Came on {day}", day=said)))
            found.append((f"{_MISSED}.{on}", gettext("Didn’t come on {day}", day=said)))
    return found


def came_of(value: str) -> tuple[Came | None, date | None]:
    """What one of `came_choices` means; "" is no filter."""
    came, _, on = value.partition(".")
    return (Came(came) if came else None), (date.fromisoformat(on) if on else None)


def came_value(audience: Audience) -> str:
    """The choice that an audience has made."""
    return ".".join(str(one) for one in (audience.came, audience.day) if one is not None)


def answer_of_value(value: str) -> AnswerFilter:
    """What one of the answers to choose from means."""
    question_id, which, *rest = value.split(".", 2)
    return AnswerFilter(int(question_id), Which(which), rest[0] if rest else "")


def audience_words(audience: Audience, choices: AudienceChoices) -> list[str]:
    """Each filter of it in words."""
    statuses = [enrollment_words(one).crew for one in EnrollmentStatus if one in audience.statuses]
    said = [formats.listed(statuses) if statuses else gettext("Everyone with a place or asking for one")]
    came, answers = dict(choices.came), choices.answer_values
    said += [came.get(came_value(audience), gettext("Came or didn’t come"))] if audience.came else []
    said += [answers.get(str(one), gettext("An answer to a question")) for one in audience.answers]
    if audience.facility_id is not None:
        name = dict(choices.facilities).get(str(audience.facility_id), "")
        said.append(gettext("Belongs to {facility}", facility=name))
    if audience.class_id is not None:
        said.append(gettext("Is in {title}", title=dict(choices.classes).get(str(audience.class_id), "")))
    said += [gettext("Here for the first time")] if audience.is_first_time else []
    return said


def _with_ids(rows: Sequence[tuple[int, str]]) -> Choices:
    return [(str(id_), name) for id_, name in rows]
