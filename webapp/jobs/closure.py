"""Closing: the sweep that finds events, and the run that closes one."""

from webapp import clock
from webapp.domain.work.run import OpenedRun
from webapp.domain.work.schedule import CLOSE_EVENT
from webapp.jobs.beat import beat_of
from webapp.services.events.closure import close_event, complete_empty_events
from webapp.services.events.forecast import keep_forecasts
from webapp.services.work.due import start_closures
from webapp.services.work.run import ClaimedRun


def start_due_closures(claim: ClaimedRun) -> list[OpenedRun]:
    """Open a run for every event that has to be closed."""
    return start_closures(name=CLOSE_EVENT, now=claim.as_of_at, real_now=clock.real_now(), parent_id=claim.id)


def complete_empty(claim: ClaimedRun) -> int:
    """Complete the events that are over and that nobody is in: for them no run is opened."""
    return complete_empty_events(now=claim.as_of_at, beat=beat_of(claim))


def keep_due_forecasts(claim: ClaimedRun) -> int:
    """Keep what would have been said of the events that are closed by now, to compare it with who came."""
    return keep_forecasts(now=claim.as_of_at, beat=beat_of(claim))


def close_one_event(claim: ClaimedRun) -> dict[str, int]:
    """Close the event of that run; each chunk says that we are alive, or stops if we lost the claim."""
    if claim.event_id is None:
        raise ValueError("this run is about no event")
    return close_event(event_id=claim.event_id, now=claim.as_of_at, beat=beat_of(claim)).counts
