"""Reminders the day before."""

from webapp.jobs.beat import beat_of
from webapp.services.notices.reminder import send_reminders
from webapp.services.work.run import ClaimedRun


def remind(claim: ClaimedRun) -> dict[str, int]:
    """The run that reminds; each chunk says that we are alive, or stops if we lost the claim."""
    return send_reminders(now=claim.as_of_at, beat=beat_of(claim))
