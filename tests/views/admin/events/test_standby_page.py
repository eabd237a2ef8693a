"""Giving absent places to people at the door: looked at before, pressed once, looked at again."""

import pytest

from tests.support.worlds.editing import edit
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.standby import StandbyDesk
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Enrollment, Event

#: At noon the event runs for two hours: places may be released.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def door(world) -> StandbyDesk:
    made = StandbyDesk(world)
    with world.app.app_context():
        made.comes(made.cy)
    return made


@pytest.fixture
def address(door) -> str:
    return f"/admin/events/{door.event_id}/standby"


@pytest.fixture
def organizer(door, reader_of):
    return reader_of(door.desk.organizer_id)


def test_who_loses_and_who_gains_is_said_before_and_one_press_does_it(door, address, organizer, session):
    page = organizer.get(address)
    assert ("1 of 2 can lose their place" in page.text, "1 of 1 can get in" in page.text) == (True, True)
    assert "Release 1 place now" in page.text
    fields = page.fields(address)
    # Who got the place last is ticked.
    assert _ticked(page) == [str(door.ben)]
    fields["lose"] = str(door.ben)
    done = organizer.post(address, **fields)
    assert done.status == 303
    after = organizer.get(address).text
    assert "1 place released. Cy Sand is checked in." in after
    assert ("Released places" in after, "Ben Sand" in after) == (True, True)
    before = digest(session)
    assert organizer.post(address, **fields).status == 409
    assert digest(session) == before


def test_somebody_arrives_in_between_and_the_page_shows_it_anew(door, address, organizer, session):
    fields = organizer.get(address).fields(address) | {"lose": str(door.ben)}
    with door.world.app.app_context():
        door.comes(door.ben, at=NOON)
    before = digest(session)
    page = organizer.post(address, **fields)
    assert (page.status, "so nothing was released" in page.text) == (409, True)
    assert "Ben Sand" not in page.text
    assert _ticked(page) == [str(door.ana)]
    assert digest(session) == before


def test_more_than_wait_and_nobody_at_all_are_refused(door, address, organizer, session):
    fields = organizer.get(address).fields(address)
    before = digest(session)
    many = organizer.post(address, **{**fields, "lose": [str(door.ana), str(door.ben)]})
    assert (many.status, "Only 1 person waits. Choose no more." in many.text) == (422, True)
    assert organizer.post(address, **{**fields, "lose": []}).status == 422
    assert organizer.post(address, **{**fields, "lose": "x"}).status == 404
    assert digest(session) == before


def test_before_its_time_and_without_a_line_there_is_no_button(door, address, organizer, world, session):
    with world.app.app_context():
        edit(session, door.event_id, standby_minutes=180)
    page = organizer.get(address)
    assert ("You can release places from" in page.text, "Release 1 place now" in page.text) == (True, False)
    with world.app.app_context():
        edit(session, door.event_id, standby_minutes=None)
    assert "This event has no standby line" in organizer.get(address).text


def test_a_release_is_undone_where_the_seat_is_free(door, address, organizer, world, session):
    with world.app.app_context():
        door.releases(door.ben, at=NOON)
        edit(session, door.event_id, capacity=3)
    page = organizer.get(address)
    undo = f"{address}/undo/{door.ben}"
    assert organizer.post(undo, **page.fields(undo)).status == 303
    assert standing(session, door.event_id).statuses["confirmed"] == 2
    assert "Ben Sand has the place again." in organizer.get(address).text
    assert organizer.post(undo, version="3").status == 409


def test_the_automatic_release_can_be_stopped(door, address, organizer, world, session):
    with world.app.app_context():
        edit(session, door.event_id, standby_automatic=True)
    page = organizer.get(address)
    stop = f"{address}/stop"
    assert "Places are released automatically" in page.text
    assert organizer.post(stop, **page.fields(stop)).status == 303
    assert "Places are released automatically" not in organizer.get(address).text


def test_only_who_may_give_places_sees_it(door, address, reader_of, world):
    assert reader_of(world.person("Vera", role=Role.VIEWER)).get(address).status == 403
    assert reader_of(world.person("Stranger")).get(address).status in {403, 404}


def test_a_person_reads_where_they_stand(door, reader_of, world, session):
    address = f"/events/{_slug(session, door.event_id)}"
    people = _people(session, door)
    assert "You are number 1 in the standby line" in reader_of(people[door.cy]).get(address).text
    assert "If you come anyway, the desk puts you in the standby line" in reader_of(people[door.dee]).get(address).text
    with world.app.app_context():
        door.releases(door.ben, at=NOON)
    ben = reader_of(people[door.ben])
    assert "If you come, you’re first in line" in ben.get(address).text
    assert "You weren’t checked in" in ben.get(f"/me/enrollments/{door.ben}/why").text
    with world.app.app_context():
        door.comes(door.ben, at=NOON)
    assert "you’re ahead of everyone who waits" in ben.get(address).text


def _ticked(page) -> list[str]:
    boxes = [one for one in page.tree.iter("input") if one.get("name") == "lose"]
    return [one.get("value") for one in boxes if one.get("checked") is not None]


def _slug(session, event_id: int) -> str:
    session.rollback()
    return session.get_one(Event, event_id).slug


def _people(session, door) -> dict[int, int]:
    found = {one: session.get_one(Enrollment, one).user_id for one in (door.ana, door.ben, door.cy, door.dee)}
    session.rollback()
    return found
