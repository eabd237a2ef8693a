"""An invitation to an event: it holds no seat, and is answered once, until the event starts."""

from datetime import datetime
from enum import StrEnum

from webapp.domain.refusal import Refused


class InvitationStatus(StrEnum):
    """Of one invitation; only an open one can be answered or withdrawn."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def require_answerable(status: str, *, starts_at: datetime, now: datetime) -> None:
    """Refuse an answer to what was answered or withdrawn (`invitation_answered`), or once the event has started
    (`invitation_over`).
    """
    if status != InvitationStatus.OPEN:
        raise Refused("invitation_answered")
    if now >= starts_at:
        raise Refused("invitation_over")
