"""A number of hours in the event form: one of a few, or typed beside them."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.events.event_draft import MAX_DEADLINE_HOURS
from webapp.domain.places.offer import MOST_LAST_CALL_HOURS, MOST_OFFER_HOURS
from webapp.views.forms.form import Form
from webapp.views.forms.readers import or_none, whole
from webapp.views.words.deadlines import (
    ANOTHER,
    deadline_options,
    deadline_words,
    last_call_options,
    offer_options,
    offer_words,
)


@dataclass(frozen=True, slots=True)
class HoursChoice:
    """The field of that name; `other` is the one beside it, for what is none of the `options`."""

    name: str
    other: str
    low: int
    high: int
    options: Callable[[], list[tuple[str, str]]]
    words: Callable[[int | None], str]

    def show(self, form: Form) -> None:
        """Hours that are no choice of their own stand in the field beside them."""
        hours = form.values[self.name]
        if hours not in dict(self.options()):
            form.values |= {self.name: ANOTHER, self.other: hours}

    def read(self, form: Form) -> int | None:
        """The hours that were chosen or typed; mistakes are noted in the form."""
        hours = whole(self.low, self.high)
        if form.values[self.name] == ANOTHER:
            return form.read(self.other, hours)
        return form.read(self.name, or_none(hours))


DEADLINE = HoursChoice(
    "cancellation_deadline_hours", "other_deadline_hours", 0, MAX_DEADLINE_HOURS, deadline_options, deadline_words
)
OFFER = HoursChoice("offer_hours", "other_offer_hours", 1, MOST_OFFER_HOURS, offer_options, offer_words)
LAST_CALL = HoursChoice(
    "last_call_hours", "other_last_call_hours", 0, MOST_LAST_CALL_HOURS, last_call_options, deadline_words
)
HOURS_CHOICES = (DEADLINE, OFFER, LAST_CALL)
