"""Whose address it is: an address that nobody proved owns nothing that others gave it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Staff from before addresses had to be proved keep their role this long.
STAFF_GRACE = timedelta(days=14)


class MailedLink(StrEnum):
    """What a mailed link is for. Whoever uses one has proved the address."""

    RESET = "reset"
    CONFIRM = "confirm"


#: The mail around each. What it says is a secret of the mailbox: no page and no file shows it.
MAIL_KIND = {MailedLink.RESET: "password_reset", MailedLink.CONFIRM: "address_confirmation"}
#: How long each works.
LIFETIME = {MailedLink.RESET: timedelta(minutes=30), MailedLink.CONFIRM: timedelta(days=7)}


class AddressState(StrEnum):
    """What an account may do, by what is known of its address."""

    PROVED = "proved"
    #: Nobody gave it anything: it does for itself what it likes, and is invited to confirm.
    OWN = "own"
    #: Staff from before, who are asked and keep what they have for a while.
    ASKED = "asked"
    #: Others gave it something: it opens by its mailbox only.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AddressProof:
    """What an account's row says about its address."""

    proved_at: datetime | None
    given_by_others: bool = False
    grace_until: datetime | None = None

    def state(self, now: datetime) -> AddressState:
        """Whether the account is open to whoever knows its password."""
        if self.proved_at is not None:
            return AddressState.PROVED
        if not self.given_by_others:
            return AddressState.OWN
        in_grace = self.grace_until is not None and now < self.grace_until
        return AddressState.ASKED if in_grace else AddressState.CLOSED
