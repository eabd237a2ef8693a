"""What counts as past, and as virtual."""

from datetime import timedelta

import pytest

from tests.support.world import NOON
from webapp.domain.history import is_past, is_virtual


def test_an_event_is_past_from_the_second_it_ends():
    assert [is_past(NOON, NOON + timedelta(seconds=late)) for late in (-1, 0, 1)] == [False, True, True]


@pytest.mark.parametrize(
    ("place", "has_online_session", "virtual"),
    [("Studio 2", False, False), ("Studio 2", True, True), ("", False, True), ("  ", False, True), ("", True, True)],
)
def test_virtual_is_what_happens_at_no_place_or_can_be_joined_from_elsewhere(place, has_online_session, virtual):
    assert is_virtual(place, has_online_session=has_online_session) is virtual
