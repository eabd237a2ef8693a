"""Who is in a room: whose leave was not told, unless the room was closed after they were last heard of."""

from webapp.domain.online.live_room import look_into_room
from webapp.domain.online.presence import ScheduledSession, StayTimes

SESSION = ScheduledSession(1000, 4600)


def looked(stays):
    inside, outside = look_into_room(stays, SESSION)
    return [(one.identity, one.since) for one in inside], [(one.identity, one.left) for one in outside]


def test_in_longest_first_and_left_latest_first():
    stays = {
        "u1": [StayTimes(1200, None, 1200)],
        "u2": [StayTimes(1000, None, 1300)],
        "u3": [StayTimes(1000, 1500, 1500)],
        "u4": [StayTimes(1000, 2000, 2000)],
    }
    assert looked(stays) == ([("u2", 1000), ("u1", 1200)], [("u4", 2000), ("u3", 1500)])


def test_who_came_back_is_in_since_then_and_several_connections_are_one_person():
    assert looked({"u1": [StayTimes(1000, 1500, 1500), StayTimes(1600, None, 1600)]}) == ([("u1", 1600)], [])
    two = [StayTimes(1000, None, 1000), StayTimes(1100, None, 1100), StayTimes(1200, 1300, 1300)]
    assert looked({"u1": two}) == ([("u1", 1000)], [])


def test_a_room_that_was_closed_holds_nobody_who_was_not_heard_of_since():
    stays = {"u1": [StayTimes(1000, None, 1100, 2000)], "u2": [StayTimes(1000, None, 2100)]}
    assert looked(stays) == ([("u2", 1000)], [("u1", 2000)])


def test_an_empty_room_has_nobody():
    assert looked({}) == ([], [])
