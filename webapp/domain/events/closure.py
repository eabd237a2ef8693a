"""Attended or no-show: the rule the closing job, the rehearsal and every explanation share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from webapp.domain.places.enrollment import CLOSABLE, EnrollmentStatus
from webapp.domain.refusal import Refused

#: An event with online sessions is closed when all of them are measured, at the latest this long after its end
#: or the end of its last session, whichever is later.
LONGEST_WAIT = timedelta(hours=2)
#: Closure comes this often: the longest that an event which is over waits for it.
CLOSURE_PERIOD = timedelta(minutes=15)
#: What a policy may say.
MOST_DELAY_MINUTES = 24 * 60


def closing_from(effective_end_at: datetime, delay_minutes: int) -> datetime | None:
    """From when on an event is closed, where that is later than its end; its desk stays open meanwhile."""
    return effective_end_at + timedelta(minutes=delay_minutes) if delay_minutes else None


def closes_by(effective_end_at: datetime, sessions_end_at: datetime | None) -> datetime:
    """When an event is closed at the latest; the last of its online sessions may end after it.

    `effective_end_at`: its end, or from when on it is closed.
    """
    if sessions_end_at is None:
        return effective_end_at
    return max(effective_end_at, sessions_end_at) + LONGEST_WAIT


class AttendanceRequirement(StrEnum):
    ALL_DAYS = "all_days"
    ANY_DAY = "any_day"
    MINIMUM_DAYS = "minimum_days"


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """How many of the event's days a person has to be there."""

    requirement: AttendanceRequirement
    minimum_days: int | None
    total_days: int

    @property
    def required_days(self) -> int:
        """Days asked for: never none, never more than the event has."""
        asked = {
            AttendanceRequirement.ALL_DAYS: self.total_days,
            AttendanceRequirement.ANY_DAY: 1,
            AttendanceRequirement.MINIMUM_DAYS: self.minimum_days or 1,
        }[self.requirement]
        return max(1, min(asked, self.total_days))


def require_minimum_days(requirement: AttendanceRequirement, minimum: int | None, total: int) -> None:
    """Refuse a minimum that is missing, below one, or above the days of the event."""
    if requirement is not AttendanceRequirement.MINIMUM_DAYS:
        return
    if minimum is None or not 1 <= minimum <= total:
        raise Refused("minimum_days_out_of_range", minimum=minimum, total=total)


def days_present(check_in_dates: Iterable[date], days_of_event: Iterable[date]) -> int:
    """Distinct event days with a check-in. A check-in outside the event's days counts nothing."""
    return len(set(check_in_dates) & set(days_of_event))


class Doubt(StrEnum):
    """Why it is not known who was in an online session."""

    #: Somebody was let in, and the video server told nothing.
    SILENT = "silent"
    #: People or phones were in the room, and nobody said who they were.
    UNMATCHED = "unmatched"
    #: It could not be measured.
    UNMEASURED = "unmeasured"


def decide_outcome(
    status: EnrollmentStatus, present: int, rule: AttendanceRule, *, possible: int = 0
) -> EnrollmentStatus:
    """What closure makes of one enrollment; anything it does not decide stays as it is.

    `present`: distinct event days; of somebody whose place was released, whether they came to the door all the same.
    `possible` are the days if everything that is missing spoke for the person: where that
    changes the result, it cannot be known.
    """
    if status is EnrollmentStatus.RELEASED:
        return status if present else EnrollmentStatus.NO_SHOW
    if status not in CLOSABLE:
        return status
    if status is EnrollmentStatus.CHECKED_IN and present >= rule.required_days:
        return EnrollmentStatus.ATTENDED
    return EnrollmentStatus.UNDECIDED if possible >= rule.required_days else EnrollmentStatus.NO_SHOW


def settle_outcome(present: int, rule: AttendanceRule, *, possible: int = 0) -> EnrollmentStatus:
    """What an undecided outcome, or one that is looked at anew, comes to with what is known now."""
    return decide_outcome(EnrollmentStatus.CHECKED_IN, present, rule, possible=possible)


def outcome_reason(status: EnrollmentStatus, outcome: EnrollmentStatus, rule: AttendanceRule) -> str:
    """The reason the audit trail keeps for a move by closure (see `undecided_reason` for the other one).

    Kept in English; `languages.kept_texts` says it to its reader, and has to know every sentence.
    """
    if status is EnrollmentStatus.CONFIRMED:
        return "Never checked in"
    if status is EnrollmentStatus.RELEASED:
        return "Never came to the desk"
    has_attended = outcome is EnrollmentStatus.ATTENDED
    if rule.total_days == 1:
        return "Checked in" if has_attended else "Not checked in on the day of the event"
    if has_attended:
        return f"Checked in on at least {rule.required_days} of {rule.total_days} days"
    return f"Checked in on fewer than {rule.required_days} of {rule.total_days} days"


_DOUBTS = {
    Doubt.SILENT: "the video server told us nothing about an online session",
    Doubt.UNMATCHED: "people in the room of an online session could not be matched",
    Doubt.UNMEASURED: "an online session could not be measured",
}


def undecided_reason(doubts: Iterable[Doubt]) -> str:
    """The reason the audit trail keeps for an outcome that nobody can know."""
    known = set(doubts)
    words = " and ".join(_DOUBTS[one] for one in Doubt if one in known)
    return f"Cannot be decided: {words}"
