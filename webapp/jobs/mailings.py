"""Messages that organizers write: the run that sends those of one event."""

from webapp.jobs.beat import beat_of
from webapp.services.notices.mailings.sending import send_mailings
from webapp.services.work.run import ClaimedRun


def send_due_mailings(claim: ClaimedRun) -> dict[str, int]:
    """Send what is due of that run's event; each portion says that we are alive, or stops if we lost the claim."""
    if claim.event_id is None:
        raise ValueError("this run is about no event")
    return send_mailings(event_id=claim.event_id, now=claim.as_of_at, beat=beat_of(claim))
