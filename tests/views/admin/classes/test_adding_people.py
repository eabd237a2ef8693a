"""Adding people: to a facility, where those are suggested whom the organization knows, and to a class, by a search."""

import pytest

from tests.support.worlds.classes.classroom import statuses
from tests.support.worlds.rows import digest
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

    assert page.by_id("email").get("hx-target") == "#email-suggestions"
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


@pytest.fixture
def adding(world, organizer, classroom):
    """The page that enrolls into a class, and four people of its facility by name."""
    names = ("Ana Silva", "Ben Okafor", "Mei Lin", "Mei Tanaka")
    people = {name: world.person(name) for name in names}
    classroom.belong(list(people.values()))
    return f"/admin/classes/{classroom.make(capacity=9)}/people/add", people


def boxes(page) -> dict[str, bool]:
    """Who can be chosen on the page, and whether they are."""
    return {
        one.get("value"): one.get("checked") is not None
        for one in page.tree.iter("input")
        if one.get("name") == "person"
    }


@pytest.mark.parametrize("htmx", [True, False])
def test_who_is_chosen_stays_chosen_through_searches(organizer, adding, session, htmx):
    address, people = adding
    ana, ben, mei, other = (str(one) for one in people.values())
    before = digest(session)

    found = organizer.post(address, htmx=htmx, q="mei", what="search", person=[ana])
    again = organizer.post(address, htmx=htmx, q="ben", what="search", person=[ana, mei], despite_clash="1")

    assert boxes(found) == {ana: True, mei: False, other: False}
    assert boxes(again) == {ana: True, mei: True, ben: False}
    assert "2 people chosen" in again.text
    assert (found.status, "<html" in found.html, digest(session)) == (200, not htmx, before)
    assert again.by_id("despite_clash").get("checked") is not None


def test_a_search_that_finds_nobody_keeps_the_chosen_and_they_are_enrolled(organizer, adding, session):
    address, people = adding
    ana = people["Ana Silva"]

    page = organizer.post(address, q="nobody", what="search", person=[ana])

    assert "No one else found" in page.text and "Enroll selected people" in page.buttons()
    assert organizer.post(address, q="nobody", person=[ana]).status == 303
    assert statuses(session, int(address.split("/")[3])) == {"enrolled": 1}


def test_nobody_chosen_is_said_and_the_search_kept(organizer, adding):
    page = organizer.post(adding[0], q="mei")

    assert (page.status, page.by_id("q").get("value"), len(boxes(page))) == (422, "mei", 2)


def test_only_people_of_the_facility_are_named(app, world, organizer, adding, reader_of):
    address, people = adding
    stranger = world.person("Far Stranger", email="far@post.example")
    elsewhere = World(app)
    elsewhere.organization("Elsewhere")
    other = reader_of(elsewhere.person("Else", role=Role.ORGANIZER))

    page = organizer.post(address, q="ana", what="search", person=[stranger, people["Ben Okafor"]])

    assert "Stranger" not in page.text and "far@post.example" not in page.html
    assert boxes(page) == {str(people["Ben Okafor"]): True, str(people["Ana Silva"]): False}
    assert [other.get(address).status, other.post(address, q="ana", what="search").status] == [404, 404]


@pytest.mark.parametrize("page", ["x", "-1", "0", "9" * 30])
def test_what_is_no_page_is_not_found(organizer, adding, page):
    assert organizer.post(adding[0], page=page).status == 404


def test_the_next_page_keeps_the_chosen(world, organizer, adding, classroom):
    address, people = adding
    classroom.belong(world.people(60))
    ana = str(people["Ana Silva"])

    page = organizer.post(address, page="2", person=[ana])

    assert (page.status, "51 to 63 of 63" in page.text, boxes(page)[ana]) == (200, True, True)
