"""Online sessions that are over: calculated, and what nobody left closed. Retries go with the tick."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Row

from webapp import clock
from webapp.domain.work.run import OpenedRun
from webapp.domain.work.schedule import CALCULATE_SESSIONS
from webapp.jobs.beat import beat_of
from webapp.queries.online.session_calculation import due_sessions, has_retry_due, sessions_to_reconcile
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.session_attendance import Calculated, calculate_sessions, reconcile_sessions
from webapp.services.unit_of_work import end_reading
from webapp.services.work.opening import open_run
from webapp.services.work.run import ClaimedRun

#: Looks which sessions it is about.
Look = Callable[[datetime], Sequence[Row]]


def calculate_due(claim: ClaimedRun) -> dict[str, int]:
    """The run that calculates sessions which ended more than 5 minutes ago and need it."""
    rows = look_and_fold(due_sessions, claim.as_of_at)
    return _last(calculate_sessions(rows, now=claim.as_of_at, beat=beat_of(claim)))


def reconcile_due(claim: ClaimedRun) -> dict[str, int]:
    """The run that closes what is still open an hour after the end."""
    rows = look_and_fold(sessions_to_reconcile, claim.as_of_at)
    return _last(reconcile_sessions(rows, now=claim.as_of_at, beat=beat_of(claim)))


def look_and_fold(look: Look, now: datetime) -> Sequence[Row]:
    """The sessions to work on, after their rooms were brought up to what was told.

    What is told after that makes a session due again, so nothing is lost by not waiting for it.
    """
    rows = look(now)
    end_reading()
    behind = sorted({row.room_name for row in rows if row.is_behind})
    if behind:
        fold_due_rooms(now=now, only=behind)
    return rows


def open_retry() -> OpenedRun | None:
    """A run for sessions whose calculation failed a minute ago, unless one is open already."""
    now = clock.now()
    is_due = has_retry_due(now)
    end_reading()
    if not is_due:
        return None
    run_id, is_new = open_run(name=CALCULATE_SESSIONS.name, now=now, real_now=clock.real_now())
    return OpenedRun(run_id, CALCULATE_SESSIONS.name) if is_new else None


def _last(steps: Iterator[Calculated]) -> dict[str, int]:
    done = Calculated()
    for step in steps:
        done = step
    return done.counts
