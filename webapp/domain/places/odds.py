"""What became of people who waited at a position like this one, so long before events like this one.

Counted, never estimated, and said only where there are enough of them.
Why it is so: docs/decisions/132-honest-odds.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: So long before the start, in days: people are compared with those who waited at the longest of these that is not
#: longer than the time left.
LEADS = (28, 14, 7, 3, 1)
#: Below so many people nothing is said.
LEAST_CASES = 20
#: Events of so many days back count, and the last ones of these at most.
LOOKS_BACK, LAST_EVENTS = timedelta(days=365), 30


@dataclass(frozen=True, slots=True)
class Odds:
    """`got` of `cases` people who stood at `rank` or worse, `days` before `events` events, got a place."""

    got: int
    cases: int
    events: int
    rank: int
    days: int


def lead_days(starts_at: datetime, now: datetime) -> int | None:
    """With how many days before the start somebody who waits now is compared; None in its last day."""
    left = starts_at - now
    return next((days for days in LEADS if timedelta(days=days) <= left), None)


def like_sizes(capacity: int) -> tuple[int, int]:
    """The least and the most places of an event that is like one of so many: half to twice."""
    return (capacity + 1) // 2, capacity * 2


def says_enough(cases: int) -> bool:
    """Whether so many people say something about the next one."""
    return cases >= LEAST_CASES
