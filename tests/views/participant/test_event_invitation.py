"""An invitation by mail: opened without signing in, answered by a press, and by the link of that person only."""

import re

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest, standing
from webapp.domain.permission import Role
from webapp.models import Message

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def asked(world, reader_of, session):
    """Ada was invited by staff: the event, the staff's browser and the link in her mail."""
    world.organization()
    staff = reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
    event_id = world.event(capacity=3, slug="clay", asks_added=True)
    address = f"/admin/events/{event_id}/people/add"
    staff.get(address)
    page = staff.post(address, name="Ada Okafor", email="ada@okafor.example", phone="")
    assert "Gets an invitation" in page.text
    lines = "".join(page.by_id("lines").itertext())
    assert staff.post(address, **{**page.fields(address), "lines": lines}, what="add").status == 303
    body = session.scalars(select(Message.body).where(Message.kind == "invitation")).one()
    session.rollback()
    return event_id, staff, re.search(r"/invitations/\S+", body)[0]


def test_opening_changes_nothing_and_a_press_gives_the_place(asked, reader, session) -> None:
    event_id, staff, link = asked
    before = digest(session)
    page = reader.get(link)
    assert page.buttons("main") == ["Yes, I’m coming", "No, thanks"]
    assert digest(session) == before

    assert "You have a place" in reader.post(f"{link}/yes").text
    assert "You have a place" in reader.post(f"{link}/yes").text
    assert reader.post(f"{link}/no").status == 409
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert "Said yes" in staff.get(f"/admin/events/{event_id}/invitations").text


def test_staff_withdraws_it_and_an_altered_link_is_nothing(asked, reader, session, world, reader_of) -> None:
    event_id, staff, link = asked
    assert reader.get(f"{link[:-2]}xx").status == 404
    staff.get(f"/admin/events/{event_id}/invitations")
    world.organization("Another one")
    other = reader_of(world.person("Otto", role=Role.ADMIN))
    other.get("/admin/events")
    assert other.post("/admin/event-invitations/1/withdraw").status == 404

    assert staff.post("/admin/event-invitations/1/withdraw").status == 303
    assert "This invitation was withdrawn" in reader.get(link).text
    assert reader.post(f"{link}/yes").status == 409
    assert standing(session, event_id).taken == 0
