"""Attended or no-show: the rule the closing job, the rehearsal and every explanation share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from webapp.domain.enrollment import CLOSABLE, EnrollmentStatus
from webapp.domain.refusal import Refused

#: An event with online sessions is closed when all of them are measured, at the latest this long after its end.
LONGEST_WAIT = timedelta(hours=2)


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


def decide_outcome(status: EnrollmentStatus, present: int, rule: AttendanceRule) -> EnrollmentStatus:
    """What closure makes of one enrollment; anything it does not decide stays as it is."""
    if status not in CLOSABLE:
        return status
    came_often_enough = status is EnrollmentStatus.CHECKED_IN and present >= rule.required_days
    return EnrollmentStatus.ATTENDED if came_often_enough else EnrollmentStatus.NO_SHOW


def outcome_reason(status: EnrollmentStatus, outcome: EnrollmentStatus, rule: AttendanceRule) -> str:
    """The reason the audit trail keeps for a move by closure."""
    if status is EnrollmentStatus.CONFIRMED:
        return "Never checked in"
    came = "at least" if outcome is EnrollmentStatus.ATTENDED else "fewer than"
    if rule.total_days == 1:
        return "Checked in" if outcome is EnrollmentStatus.ATTENDED else "Not checked in on the day of the event"
    return f"Checked in on {came} {rule.required_days} of {rule.total_days} days"
