"""How many people somebody looks after."""

import pytest

from webapp.domain.people.care import MOST_CARED_FOR, require_room
from webapp.domain.refusal import Refused


@pytest.mark.parametrize("count", [0, 1, MOST_CARED_FOR - 1])
def test_there_is_room_for_one_more(count):
    require_room(count)


@pytest.mark.parametrize("count", [MOST_CARED_FOR, MOST_CARED_FOR + 1])
def test_beyond_the_limit_there_is_none(count):
    with pytest.raises(Refused) as caught:
        require_room(count)
    assert (caught.value.code, caught.value.facts) == ("cared_for_full", {"most": MOST_CARED_FOR})
