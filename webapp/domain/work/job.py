"""What a periodic job is, how often a run is tried, and when somebody else may go on with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: The schedule of what is looked at with every tick instead of at times of its own.
EVERY_TICK = "tick"
#: The row among the periodic jobs in which every tick leaves its (real) time; it is no job itself.
TICK = "tick"
#: A tick is asked for this often (seconds).
TICK_SECONDS = 2

#: Pauses before the second, third and fourth try.
RETRY_SECONDS = (1, 5, 10)
TRIES = 1 + len(RETRY_SECONDS)
#: Whoever works on a run says so at least this often; silent for longer, it is taken over.
LEASE = timedelta(seconds=3)
#: A run that waits for longer is looked for in the queue; missing there for twice as long, it is lost.
PICKUP = timedelta(seconds=4)
#: A worker that took one from the queue has claimed it by then, however busy the machine is.
LONGEST_PICKUP = timedelta(seconds=30)
#: A run that ends one worker after the other is given up after this many.
MOST_TAKEOVERS = 20


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """One line of the schedule: `cron` in UTC (`is_local`: not), or `EVERY_TICK`; `title` and `often` are words."""

    name: str
    title: str
    cron: str
    often: str
    about: str
    #: The times are of each facility's own clock; `services.classes.activation.activation_start` asks which are due.
    is_local: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether it has times of its own, and a run on the record for each."""
        return self.cron != EVERY_TICK


@dataclass(frozen=True, slots=True)
class Retry:
    """When to try again after a failure; `at` is None after the last try."""

    at: datetime | None


def retry_after(attempt: int, real_now: datetime) -> Retry:
    """What follows when try number `attempt` (from 1) failed."""
    if attempt >= TRIES:
        return Retry(None)
    return Retry(real_now + timedelta(seconds=RETRY_SECONDS[attempt - 1]))


def is_late(last_run_at: datetime | None, next_run_at: datetime, period: timedelta, now: datetime) -> bool:
    """Whether a job has been silent for two of its periods (the first is reckoned from its due time)."""
    expected_since = last_run_at or next_run_at - period
    return now - expected_since > 2 * period
