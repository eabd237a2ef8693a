"""The standby line at the desk: a scan puts somebody into it, a press takes them out, the page counts them."""

import pytest

from tests.support.worlds.open_desk import tap_id
from tests.support.worlds.standby import StandbyDesk
from tests.support.worlds.world import NOON
from tests.views.desk.test_desk_decide import words_of_result

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def door(world) -> StandbyDesk:
    return StandbyDesk(world)


@pytest.fixture
def organizer(door, reader_of):
    return reader_of(door.desk.organizer_id)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_who_waits_is_put_into_the_line_and_taken_out_again(door, organizer, htmx):
    desk = f"/desk/{door.event_id}"

    def send(path: str, **fields: str):
        page = organizer.post(f"{desk}/{path}", htmx=htmx, request_id=tap_id(), **fields)
        return page if htmx else organizer.get(page.location)

    scanned = send("scan", q=door.desk.code(door.cy))
    said = words_of_result(scanned)
    assert "Arrived, standby position 1" in said
    assert "2 people with a place aren’t here yet." in said
    assert ("Release places" in said, "Take out of the line" in said) == (True, True)
    whole = organizer.get(desk).text
    assert ("In the standby line" in whole, "Standby 1" in whole) == (True, True)
    send("standby/leave", enrollment=str(door.cy))
    assert "In the standby line" not in organizer.get(desk).text


def test_who_lost_the_place_is_told_kindly_and_is_first(door, organizer, world):
    with world.app.app_context():
        door.comes(door.cy, at=NOON)
        door.releases(door.ben, at=NOON)
    desk = f"/desk/{door.event_id}"
    said = words_of_result(organizer.post(f"{desk}/checkin", htmx=True, request_id=tap_id(), enrollment=str(door.ben)))
    assert "Arrived, standby position 1" in said
    assert "Their place was given to someone who was waiting. The next free place is theirs." in said


def test_a_walk_in_joins_the_line(door, organizer):
    desk = f"/desk/{door.event_id}"
    assert "This person joins the standby line." in organizer.get(f"{desk}/walk-in").text
    page = organizer.post(f"{desk}/walk-in", htmx=True, request_id=tap_id(), name="Wim Walker")
    assert "Arrived, standby position 1" in words_of_result(page)
