"""Facilities on their pages: who may, what is said, and that bad input changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Event, Facility, Room

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
NEW = {
    "name": "Oficina Pinheiros",
    "address": "Rua dos Pinheiros 740, São Paulo",
    "timezone": "America/Sao_Paulo",
    "accessibility": "Step-free entrance from the yard",
}


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def admin(world, northside, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


def listed(northside: int) -> str:
    return f"/admin/organization/{northside}/facilities"


def test_from_the_organization_to_an_event_at_a_second_facility(admin, northside, world, session, reader_of):
    assert f'href="{listed(northside)}"' in admin.get("/admin/organization").html
    page = admin.get(f"{listed(northside)}/new")
    assert page.by_id("timezone").get("value") == "Europe/Berlin", "the clocks of the first one are proposed"
    answer = admin.post(f"{listed(northside)}/new", **NEW)
    assert (answer.status, answer.location) == (303, listed(northside))
    assert "Oficina Pinheiros" in admin.get(listed(northside)).text
    assert "Oficina Pinheiros" in reader_of(world.person("Olga", role=Role.ORGANIZER)).get("/admin/events/new").text

    made = session.scalars(select(Facility.id).order_by(Facility.id.desc())).first()
    event_id = world.event(slug="clay")
    session.rollback()
    session.execute(Event.__table__.update().where(Event.id == event_id).values(facility_id=made))
    session.commit()
    shown = admin.get("/events/clay").text
    assert "Rua dos Pinheiros 740" in shown
    assert "Step-free entrance from the yard" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Enter the name of the facility"),
        ({"name": "x" * 121}, "120"),
        ({"name": "Studio 2"}, "Another facility has this name"),
        ({"timezone": "Mars/Base"}, "Choose a time zone from the list"),
        ({"timezone": ""}, "Choose a time zone from the list"),
        ({"address": "x" * 301}, "300"),
        ({"accessibility": "x" * 501}, "500"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept_in_the_form(admin, northside, session, wrong, said):
    before = digest(session)
    page = admin.post(f"{listed(northside)}/new", **{**NEW, **wrong})
    assert (page.status, said in page.text) == (422, True), page.text
    assert page.by_id("address").get("value") == {**NEW, **wrong}["address"]
    assert digest(session) == before


def test_it_is_changed_archived_and_restored(admin, northside, world, session):
    path = f"/admin/facilities/{world.facility_id}"
    form = {name: NEW[name] for name in ("name", "address", "accessibility")}
    assert admin.post(f"{path}/edit", **form, version="1").status == 303
    assert admin.post(f"{path}/edit", **form, version="").status == 422
    assert admin.post(f"{path}/edit", **{**form, "name": "Other"}, version="1").status == 409
    event_id = world.event(starts_at=NOON + timedelta(days=3))
    refused = admin.post(f"{path}/archive", version="2")
    assert (refused.status, "Events or classes are still planned here" in refused.text) == (409, True)
    assert admin.post(f"/admin/events/{event_id}/cancel", reason="Rain", version="1").status == 303
    assert admin.post(f"{path}/archive", version="2").status == 303
    assert "Archived" in admin.get(listed(northside)).text
    assert "Oficina Pinheiros" not in admin.get("/admin/events/new").text
    assert admin.post(f"{path}/restore").status == 303
    assert "Oficina Pinheiros" in admin.get("/admin/events/new").text


def test_what_a_time_zone_moves_is_said_before_it_is_done(admin, northside, app, world, session):
    classroom = Classroom(app, world)
    class_id = classroom.make("Pottery")
    classroom.meets(class_id, NOON + timedelta(days=2))
    path = f"/admin/facilities/{world.facility_id}/zone"
    before = digest(session)
    same = admin.post(path, timezone="Europe/Berlin", version="1")
    assert (same.status, "Choose another time zone" in same.text) == (422, True)
    page = admin.post(path, timezone="Europe/Lisbon", version="1")
    assert (page.status, digest(session)) == (200, before)
    assert "1 planned session keeps its time on the clock, so it moves." in page.text
    fields = page.fields(path)
    classroom.meets(class_id, NOON + timedelta(days=3))
    again = admin.post(path, **fields)
    assert (again.status, "2 planned sessions keep their time" in again.text) == (200, True), "there is more to read"
    assert admin.post(path, **{**again.fields(path), "timezone": "Mars/Base"}).status == 422
    assert admin.post(path, **again.fields(path)).status == 303
    assert "2 sessions with it" in admin.get(listed(northside)).text
    session.rollback()
    assert session.get_one(Facility, world.facility_id).timezone == "Europe/Lisbon"


def test_a_room_gets_a_capacity_and_another_name(admin, world, session):
    form = {"facility_id": str(world.facility_id), "name": "Kiln"}
    assert admin.post("/admin/rooms", **form, capacity="many").status == 422
    assert admin.post("/admin/rooms", **form, capacity="0").status == 422
    assert admin.post("/admin/rooms", **form, capacity="12").status == 303
    room = session.scalars(select(Room)).one()
    path = f"/admin/rooms/{room.id}/edit"
    assert (room.name, room.capacity) == ("Kiln", 12)
    session.rollback()
    assert admin.get(path).by_id("capacity").get("value") == "12"
    admin.post("/admin/rooms", **{**form, "name": "Yard"}, capacity="")
    assert admin.post(path, name="Yard", capacity="12").status == 422
    assert admin.post(path, name="Kiln room", capacity="").status == 303
    room = session.scalars(select(Room).where(Room.name == "Kiln room")).one()
    assert room.capacity is None


def test_nobody_else_sees_or_changes_them(northside, world, reader_of, session):
    organizer, stranger = reader_of(world.person("Olga", role=Role.ORGANIZER)), reader_of(world.person("Sam"))
    own = world.facility_id
    world.organization("Elsewhere")
    other = reader_of(world.person("Ola", role=Role.ADMIN))
    before = digest(session)
    forms = [f"{listed(northside)}/new", f"/admin/facilities/{own}/edit", f"/admin/facilities/{own}/zone"]
    for path in (listed(northside), *forms):
        assert [who.get(path).status for who in (organizer, stranger, other)] == [403, 403, 404], path
    for path in (*forms, f"/admin/facilities/{own}/archive", f"/admin/facilities/{own}/restore"):
        answers = [who.post(path, **NEW, version="1").status for who in (organizer, stranger, other)]
        assert answers == [403, 403, 404], path
    assert digest(session) == before
