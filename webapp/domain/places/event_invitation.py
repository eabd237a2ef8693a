"""An invitation to an event: it holds no seat, and is answered yes, maybe or no, until its time is over."""

from datetime import datetime, timedelta
from enum import Enum, StrEnum

from webapp.domain.refusal import Refused

#: So long after a mail the same person is not written to again.
AGAIN_AFTER = timedelta(hours=1)


class InvitationStatus(StrEnum):
    """Of one invitation."""

    OPEN = "open"
    MAYBE = "maybe"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class InvitationAnswer(Enum):
    """What somebody says to it, as the address of the mail's link ends."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


BECOMES = {
    InvitationAnswer.YES: InvitationStatus.ACCEPTED,
    InvitationAnswer.MAYBE: InvitationStatus.MAYBE,
    InvitationAnswer.NO: InvitationStatus.DECLINED,
}
#: A yes would still be welcome: such people are not invited again, but may be reminded.
WAITED_FOR = frozenset({InvitationStatus.OPEN, InvitationStatus.MAYBE})
#: What can be answered, in another way, too, and withdrawn. A yes is a place, which is given back as any other.
ANSWERABLE = WAITED_FOR | {InvitationStatus.DECLINED}


def answers_until(
    expires_at: datetime | None, *, asked_at: datetime, closes_at: datetime, starts_at: datetime
) -> datetime:
    """Until when it is answered, exclusive: its own end, never after that of enrollment.

    Who was asked when enrollment was closed answers until the start: the organizer wanted them nevertheless.
    """
    last = closes_at if asked_at < closes_at else starts_at
    return min(expires_at or last, last)


def require_answerable(status: str, *, until: datetime, now: datetime) -> None:
    """Refuse an answer to what was withdrawn or got a yes (`invitation_answered`), or is over (`invitation_over`)."""
    if status not in ANSWERABLE:
        raise Refused("invitation_answered")
    if now >= until:
        raise Refused("invitation_over")


def require_mailed_again(status: str, *, mailed_at: datetime, until: datetime, now: datetime) -> None:
    """Refuse another mail: as `require_answerable`, also after a no, and too soon (`invitation_sent_lately`)."""
    require_answerable(status if status in WAITED_FOR else InvitationStatus.WITHDRAWN, until=until, now=now)
    if now < mailed_at + AGAIN_AFTER:
        raise Refused("invitation_sent_lately")


def require_expiry(expires_at: datetime | None, *, until: datetime, now: datetime) -> None:
    """Refuse an end that has passed (`expiry_passed`) or comes after enrollment is over (`expiry_too_late`)."""
    if expires_at is not None and expires_at <= now:
        raise Refused("expiry_passed")
    if expires_at is not None and expires_at > until:
        raise Refused("expiry_too_late")
