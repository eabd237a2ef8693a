"""Reminders the day before."""

from sqlalchemy.orm import Session

from webapp import clock
from webapp.services.notices.reminder import send_reminders
from webapp.services.work.run import ClaimedRun, renew_claim


def remind(claim: ClaimedRun) -> dict[str, int]:
    """The run that reminds; each chunk says that we are alive, or stops if we lost the claim."""

    def beat(session: Session, counts: dict[str, int]) -> None:
        renew_claim(session, claim, counts=counts, real_now=clock.real_now())

    return send_reminders(now=claim.as_of_at, beat=beat)
