"""How much of a race is run: in `make test` a quarter of its people and rounds, in the long run all of them."""

import pytest

_LONG = (pytest.mark.long, pytest.mark.slow)


@pytest.fixture(params=[pytest.param(4, id="quarter"), pytest.param(1, id="whole", marks=_LONG)])
def part(request: pytest.FixtureRequest) -> int:
    """What its numbers are divided by."""
    return request.param
