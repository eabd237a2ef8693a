"""Adding people to a facility: whom the organization knows is suggested, and to whom."""

import pytest

from tests.support.worlds.world import World
from webapp.domain.permission import Role

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def guest(world, organization_id, use_cases) -> int:
    """Somebody who had a place in an event and belongs to no facility."""
    guest = world.person("Ana Silva", email="ana@post.example")
    use_cases.enrolls(world.event(), guest)
    return guest


def test_an_address_is_suggested_by_the_name_until_the_person_is_there(world, organizer, classroom, guest):
    page = organizer.get(f"/admin/facilities/{world.facility_id}/people")
    known = page.by_id("email").get("hx-get")

    assert page.by_id("email").get("list") == "email-suggestions"
    found = organizer.get(f"{known}?email=ana", htmx=True)
    assert '<option value="ana@post.example">Ana Silva</option>' in found.html
    classroom.belong([guest])
    assert organizer.get(f"{known}?email=ana", htmx=True).html.strip() == ""


def test_suggestions_are_for_staff_of_the_organization(app, world, organizer, guest, reader, reader_of):
    known = f"/admin/facilities/{world.facility_id}/people/known?email=ana"
    elsewhere = World(app)
    elsewhere.organization("Elsewhere")
    others = [elsewhere.person("Else", role=role) for role in (Role.ORGANIZER, Role.ADMIN)]

    assert [reader_of(one).get(known).status for one in others] == [404, 404]
    assert (reader_of(guest).get(known).status, reader.get(known).status) == (403, 302)
    own = f"/admin/facilities/{elsewhere.facility_id}/people/known?email=ana"
    assert "ana@post.example" not in reader_of(others[0]).get(own).html
    assert organizer.get(own).status == 404
