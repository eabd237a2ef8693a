"""What counts as virtual."""

import pytest

from webapp.domain.people.history import is_virtual


@pytest.mark.parametrize(
    ("place", "has_online_session", "virtual"),
    [("Studio 2", False, False), ("Studio 2", True, True), ("", False, True), ("  ", False, True), ("", True, True)],
)
def test_virtual_is_what_happens_at_no_place_or_can_be_joined_from_elsewhere(place, has_online_session, virtual):
    assert is_virtual(place, has_online_session=has_online_session) is virtual
