"""Closing: the sweep that finds events, and the run that closes one."""

from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.schedule import CLOSE_EVENT
from webapp.services.due_work import OpenedRun, start_closures
from webapp.services.events.closure import close_event
from webapp.services.job_run import ClaimedRun, renew_claim


def start_due_closures(claim: ClaimedRun) -> list[OpenedRun]:
    """Open a run for every event that has to be closed."""
    return start_closures(
        name=CLOSE_EVENT, now=claim.as_of_at, real_now=clock.real_now(), parent_id=claim.id
    )


def close_one_event(claim: ClaimedRun) -> dict[str, int]:
    """Close the event of that run; each chunk says that we are alive, or stops if we lost the claim."""
    if claim.event_id is None:
        raise ValueError("this run is about no event")

    def beat(session: Session, counts: dict[str, int]) -> None:
        renew_claim(session, claim, counts=counts, real_now=clock.real_now())

    return close_event(event_id=claim.event_id, now=claim.as_of_at, beat=beat).counts
