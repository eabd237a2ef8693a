"""Who may ask for an organization, or open one."""

from datetime import UTC, datetime

import pytest

from webapp.domain.installation.opening import MOST_LATELY, Opening, require_may_ask
from webapp.domain.refusal import Refused

PROVED = datetime(2026, 6, 1, tzinfo=UTC)
OPERATOR, REQUEST, OPEN = Opening.OPERATOR, Opening.REQUEST, Opening.OPEN


@pytest.mark.parametrize(
    ("opening", "proved_at", "has_open_request", "lately", "code"),
    [
        (OPERATOR, PROVED, False, 0, "not_found"),
        (REQUEST, None, False, 0, "prove_first"),
        (OPEN, None, False, 0, "prove_first"),
        (REQUEST, PROVED, True, 1, "request_waits"),
        (OPEN, PROVED, True, 1, "request_waits"),
        (REQUEST, PROVED, False, MOST_LATELY, "too_many_organizations"),
        (OPEN, PROVED, False, MOST_LATELY + 1, "too_many_organizations"),
        (REQUEST, PROVED, False, MOST_LATELY - 1, None),
        (OPEN, PROVED, False, 0, None),
    ],
)
def test_who_may(opening, proved_at, has_open_request, lately, code):
    said = None
    try:
        require_may_ask(opening, address_proved_at=proved_at, has_open_request=has_open_request, lately=lately)
    except Refused as refused:
        said = refused.code
    assert said == code
