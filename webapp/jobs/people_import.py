"""Reading a file of people into an event: the run that does it."""

from webapp.jobs.beat import beat_of
from webapp.services.places.people_import import run_import
from webapp.services.work.run import ClaimedRun


def import_people(claim: ClaimedRun) -> dict[str, int]:
    """Read the file of that run's event; each part says that we are alive, or stops if we lost the claim."""
    if claim.event_id is None:
        raise ValueError("this run is about no event")
    return run_import(event_id=claim.event_id, now=claim.as_of_at, beat=beat_of(claim))
