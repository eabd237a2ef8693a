"""To whom an organizer writes: people of one event, by any combination of what is known of them.

Why it is so: docs/decisions/137-messages-of-organizers.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from webapp.domain.places.enrollment import CLOSABLE, LIVE, EnrollmentStatus
from webapp.domain.questions.answer_filter import AnswerFilter, Which


class Came(StrEnum):
    """Whether somebody was there, as far as is known."""

    CAME = "came"
    MISSED = "missed"


S = EnrollmentStatus
#: What whole events say of it; of one day the check-ins of that day do.
STANDING: Mapping[Came, frozenset[EnrollmentStatus]] = {
    Came.CAME: frozenset({S.CHECKED_IN, S.ATTENDED}),
    Came.MISSED: frozenset({S.CONFIRMED, S.NO_SHOW}),
}
#: Who may be asked about a day: who had a place on it.
HAD_PLACE = CLOSABLE | {S.ATTENDED, S.NO_SHOW, S.UNDECIDED}
#: Questions that one audience may name.
MOST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Audience:
    """All of these together; what is left out does not matter.

    No `statuses` are all who have a place or ask for one. `came` with a `day` is about that local date only. `answers`
    are each to another question, `facility_id` and `class_id` where else they belong, `is_first_time` that they came to
    nothing of the organization before.
    """

    statuses: frozenset[EnrollmentStatus] = frozenset()
    came: Came | None = None
    day: date | None = None
    answers: tuple[AnswerFilter, ...] = ()
    facility_id: int | None = None
    class_id: int | None = None
    is_first_time: bool = False

    @property
    def wanted(self) -> frozenset[EnrollmentStatus]:
        """The statuses that people of it may have, by all that is asked of their status."""
        wanted = self.statuses or LIVE
        if self.came is None:
            return wanted
        return wanted & (HAD_PLACE if self.day is not None else STANDING[self.came])

    def as_kept(self) -> dict[str, Any]:
        """As the row of a message keeps it, in JSON."""
        kept: dict[str, Any] = {
            "statuses": sorted(self.statuses),
            "came": self.came,
            "day": self.day.isoformat() if self.day else None,
            "answers": [[one.question_id, one.which, one.value] for one in self.answers],
            "facility": self.facility_id,
            "class": self.class_id,
            "first_time": self.is_first_time,
        }
        return {name: value for name, value in kept.items() if value}


def kept_audience(kept: Mapping[str, Any]) -> Audience:
    """What `Audience.as_kept` wrote."""
    return Audience(
        statuses=frozenset(EnrollmentStatus(one) for one in kept.get("statuses", ())),
        came=Came(kept["came"]) if kept.get("came") else None,
        day=date.fromisoformat(kept["day"]) if kept.get("day") else None,
        answers=tuple(AnswerFilter(one, Which(which), value) for one, which, value in kept.get("answers", ())),
        facility_id=kept.get("facility"),
        class_id=kept.get("class"),
        is_first_time=bool(kept.get("first_time")),
    )
