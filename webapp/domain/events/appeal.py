"""An appeal: somebody says that they were there, and staff answers.

Why it is so: docs/decisions/135-appeals.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused

#: Counted from the effective end of the event.
FILED_WITHIN = timedelta(hours=336)
DECIDED_WITHIN = timedelta(hours=672)
#: So long after an appeal was answered its picture is kept.
PICTURE_KEPT = timedelta(days=90)
#: Characters of what the person says, of the answer, and of a note.
WORDS_LIMIT = 500


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    #: Corrected to attended, with the answer as the reason.
    GRANTED = "granted"
    DECLINED = "declined"
    #: Nobody decided in time: the outcome stands.
    LAPSED = "lapsed"
    #: By the person.
    WITHDRAWN = "withdrawn"
    #: The outcome was changed or taken back in another way before anybody decided.
    OVERTAKEN = "overtaken"


#: After one of these there is no second appeal about the same place.
ANSWERED = frozenset({AppealOutcome.GRANTED, AppealOutcome.DECLINED, AppealOutcome.LAPSED})


@dataclass(frozen=True, slots=True)
class AppealTerms:
    """What decides whether somebody may appeal: how they came out, when the event ended, what they filed before."""

    status: EnrollmentStatus
    effective_end_at: datetime
    earlier: AppealOutcome | None = None

    @property
    def filed_until(self) -> datetime:
        """Exclusive."""
        return self.effective_end_at + FILED_WITHIN

    @property
    def decided_until(self) -> datetime:
        """Exclusive: from then on the outcome stands."""
        return self.effective_end_at + DECIDED_WITHIN


def require_fileable(terms: AppealTerms, now: datetime) -> None:
    """Refuse to take an appeal: `appeal_not_no_show`, `appeal_answered` (fact: `outcome`), `appeal_open`,
    `appeal_too_late` (fact: `until`)."""
    if terms.earlier in ANSWERED:
        raise Refused("appeal_answered", outcome=terms.earlier)
    if terms.earlier is AppealOutcome.OPEN:
        raise Refused("appeal_open")
    if terms.status is not EnrollmentStatus.NO_SHOW:
        raise Refused("appeal_not_no_show")
    if now >= terms.filed_until:
        raise Refused("appeal_too_late", until=terms.filed_until)


def is_fileable(terms: AppealTerms, now: datetime) -> bool:
    """Whether the button may invite: exactly where pressing it is not refused."""
    try:
        require_fileable(terms, now)
    except Refused:
        return False
    return True


def outcome_at(outcome: str, decided_until: datetime, now: datetime) -> AppealOutcome:
    """What became of it by now, whether or not a job ran."""
    if outcome == AppealOutcome.OPEN and now >= decided_until:
        return AppealOutcome.LAPSED
    return AppealOutcome(outcome)


def require_open(outcome: str, decided_until: datetime, now: datetime) -> None:
    """Refuse (`appeal_over`; fact: `outcome`) to decide or withdraw what is not open any more."""
    stands = outcome_at(outcome, decided_until, now)
    if stands is not AppealOutcome.OPEN:
        raise Refused("appeal_over", outcome=stands)


def may_decide(*, overrides: bool, settles: bool, organizers_decide: bool) -> bool:
    """Whether somebody decides appeals: who overrides outcomes, and where the organization says so who settles
    undecided ones."""
    return overrides or (settles and organizers_decide)


def require_came_at(came_at: datetime | None, *, days: tuple[date, ...], timezone: str, until: datetime) -> None:
    """Refuse (`appeal_time_outside`) a time of arrival that is on no day of the event, or after its end (`until`)."""
    if came_at is None:
        return
    if came_at.astimezone(ZoneInfo(timezone)).date() not in days or came_at > until:
        raise Refused("appeal_time_outside")


def pictures_over(now: datetime) -> datetime:
    """Pictures of appeals that were over then, or before, are deleted by now."""
    return now - PICTURE_KEPT
