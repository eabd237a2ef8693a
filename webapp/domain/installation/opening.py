"""Who may open an organization on this installation."""

from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.refusal import Refused


class Opening(StrEnum):
    """The setting `TURNOUT_ORGANIZATIONS`."""

    #: Operators open them and invite the owner.
    OPERATOR = "operator"
    #: Anybody with a proved address asks, an operator decides.
    REQUEST = "request"
    #: Anybody with a proved address opens one.
    OPEN = "open"


#: Requests and openings of one person together, within this time.
MOST_LATELY = 3
LATELY = timedelta(days=30)


def require_may_ask(
    opening: Opening, *, address_proved_at: datetime | None, has_open_request: bool, lately: int
) -> None:
    """Refuse whoever may not ask for an organization, or open one, now; `lately` counts what they did within `LATELY`.

    Raises Refused: `not_found` (operators only), `prove_first`, `request_waits`, `too_many_organizations`.
    """
    if opening is Opening.OPERATOR:
        raise Refused("not_found")
    if address_proved_at is None:
        raise Refused("prove_first")
    if has_open_request:
        raise Refused("request_waits")
    if lately >= MOST_LATELY:
        raise Refused("too_many_organizations", most=MOST_LATELY, days=LATELY.days)
