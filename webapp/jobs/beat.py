"""How a run says that its worker is alive."""

from sqlalchemy.orm import Session

from webapp import clock
from webapp.services.beat import Beat
from webapp.services.work.run import ClaimedRun, renew_claim


def beat_of(claim: ClaimedRun) -> Beat:
    """Renews the claim with each chunk, or stops the work if we lost it."""

    def beat(session: Session, counts: dict[str, int]) -> None:
        renew_claim(session, claim, counts=counts, real_now=clock.real_now())

    return beat
