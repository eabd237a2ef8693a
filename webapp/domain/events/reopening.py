"""Opening an event again that was closed too early: who still came, or comes, is decided anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.refusal import Refused

#: So long after its closing an event can be opened again.
REOPEN_WINDOW = timedelta(hours=24)
#: So long from now on it may run at most.
LONGEST_EXTENSION = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reopened:
    """How many outcomes go back, by what they were; how many were decided by people since and stay."""

    attended: int = 0
    no_show: int = 0
    undecided: int = 0
    kept: int = 0

    @property
    def going_back(self) -> int:
        return self.attended + self.no_show + self.undecided

    @property
    def key(self) -> str:
        """The same for the same people: a form carries it to show that somebody read it."""
        return f"{self.attended}.{self.no_show}.{self.undecided}.{self.kept}"


def is_reopenable(status: str, completed_at: datetime | None, now: datetime) -> bool:
    """Whether an event in that status, closed then, may be opened again."""
    return status == EventStatus.COMPLETED and completed_at is not None and now < completed_at + REOPEN_WINDOW


def require_reopenable(status: str, completed_at: datetime | None, ends_at: datetime, now: datetime) -> None:
    """Refuse what is not closed (`event_not_closed`), what was closed too long ago (`reopening_over`), and a new end
    that is not ahead, or further than a day (`new_end_out_of_range`)."""
    if status != EventStatus.COMPLETED or completed_at is None:
        raise Refused("event_not_closed")
    if not is_reopenable(status, completed_at, now):
        raise Refused("reopening_over")
    if not now < ends_at <= now + LONGEST_EXTENSION:
        raise Refused("new_end_out_of_range")


def require_days_kept(rule: AttendanceRule, days: int) -> None:
    """Refuse a new end after midnight where one more day would ask more of everybody (`new_end_adds_day`)."""
    if days > rule.total_days and rule.requirement is not AttendanceRequirement.ANY_DAY:
        raise Refused("new_end_adds_day")
