"""When a room was over: by its own sid, or because another one began under its name."""

import pytest

from webapp.domain.online.room_end import RoomEnds, room_ends

#: Killed at 60 without a word; started again at 80, closed at 213.
RESTARTED = RoomEnds(closed={"RM_new": [213]}, begun={"RM_old": 0, "RM_new": 80})


@pytest.mark.parametrize(
    ("room", "seen", "closed"),
    [
        ("RM_old", 7, 80),  # not by the other room's end
        ("RM_old", 80, 80),
        ("RM_old", 100, None),  # it was heard of after the new one began: nothing proves its end
        ("RM_new", 90, 213),
        ("RM_new", 214, None),
        (None, 7, 213),  # whichever room it was
        ("RM_unheard", 7, 80),
    ],
)
def test_a_stay_ends_with_its_own_room_or_with_the_beginning_of_the_next(room, seen, closed):
    assert RESTARTED.stay(5, None, seen, room).closed == closed


def test_what_was_told_of_a_leave_stays():
    assert RESTARTED.stay(5, 90, 90, "RM_old") == (5, 90, 90, None)


def test_an_earlier_room_and_the_end_of_an_earlier_session_end_no_later_stay():
    ends = room_ends([("RM_a", 50.0), (None, 70.0)], [("RM_a", 0.0), ("RM_b", 60.0)], [40.0])
    assert ends.stay(65, None, 65, "RM_b").closed == 70
    assert ends.stay(10, None, 10, "RM_a").closed == 40
    assert ends.stay(45, None, 45, "RM_a").closed == 50
    assert ends.stay(71, None, 71, "RM_b").closed is None
