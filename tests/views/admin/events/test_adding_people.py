"""Adding people to an event by name: whom, what will happen, and only then the button."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest, standing
from webapp.domain.permission import Role
from webapp.models import Enrollment, User


@pytest.fixture
def full(world, browser, use_cases, noon):
    """An event of two places that is full, with one person in line."""
    event_id = world.event(capacity=2)
    use_cases.fills(event_id, 3)
    return event_id


def press(browser, event_id, **fields):
    return browser.post(f"/admin/events/{event_id}/people/add", **fields)


def shown_form(page, event_id):
    lines = page.by_id("lines")
    return {**page.fields(f"/admin/events/{event_id}/people/add"), "lines": "".join(lines.itertext())}


def test_one_person_is_added_after_the_preview(world, browser, session, noon) -> None:
    event_id = world.event(capacity=5)
    browser.get(f"/admin/events/{event_id}/people/add")

    page = press(browser, event_id, name="Greta Müller", email="Greta@Verein.example", phone="")
    assert page.status == 200
    assert "Gets a place" in page.text and "greta@verein.example" in page.text
    assert session.scalar(select(User).where(User.name == "Greta Müller")) is None

    done = press(browser, event_id, **shown_form(page, event_id), what="add")
    assert done.status == 303
    assert "1 person has a place now" in browser.get(done.location).text
    session.rollback()
    greta = session.execute(select(User).where(User.name == "Greta Müller")).scalar_one()
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert greta.given_by_others


def test_over_the_limit_is_asked_for_a_reason_and_shown_everywhere(full, browser, session) -> None:
    browser.get(f"/admin/events/{full}/people/add")
    page = press(browser, full, lines="Greta Müller, greta@verein.example\nEmil Weber\tnot-a-mail@\n")
    assert "Joins the waitlist, number 2" in page.text
    assert "Left out" in page.text
    form = {**shown_form(page, full), "wish": "over_limit"}
    before = digest(session)

    page = press(browser, full, **form, what="add")
    assert page.status == 422 and "Say why" in page.text
    page = press(browser, full, **{**form, "reason": "Helps with the glue table"}, what="add")
    assert page.status == 409 and "Gets a place, over the limit" in page.text  # it was another outcome that was seen
    assert digest(session) == before

    press(browser, full, **{**shown_form(page, full), "wish": "over_limit"}, what="add")
    assert standing(session, full).taken == 3
    for address in (f"/admin/events/{full}", f"/admin/events/{full}/enrollments", "/admin/events"):
        assert "over by 1" in browser.get(address).text, address
    assert "over_capacity" in browser.get(f"/admin/events/{full}/export.csv").text


def test_a_position_moves_somebody_up_with_a_reason(full, browser, session) -> None:
    browser.get(f"/admin/events/{full}/people/add")
    line = standing(session, full).queue
    form = {"lines": "Ada One", "wish": "in_line", "position": "1", "reason": "Was promised this"}
    page = press(browser, full, **form)
    assert "Joins the waitlist, number 1" in page.text

    press(browser, full, **{**form, **shown_form(page, full), "wish": "in_line"}, what="add")

    assert standing(session, full).queue[1:] == line


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " ", "email": "", "phone": ""}, "Enter a name"),
        ({"name": "Ada", "email": "ada@", "phone": ""}, "Enter an email address"),
        ({"name": "Ada", "email": "", "phone": "call me"}, "Enter a phone number"),
        ({"lines": " \n "}, "Enter someone’s name"),
        ({"lines": "\n".join(f"Person {n}" for n in range(501))}, "Paste at most 500 lines"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(world, browser, session, noon, fields, sentence) -> None:
    event_id = world.event()
    browser.get(f"/admin/events/{event_id}/people/add")
    before = digest(session)

    page = press(browser, event_id, **fields)

    assert page.status == 422
    assert sentence in page.text
    assert digest(session) == before


def test_only_staff_of_the_organization_adds_people(world, browser, reader_of, noon) -> None:
    event_id = world.event()
    stranger = world.person("Mira Sand")
    world.organization("Another one")
    other = world.person("Otto", role=Role.ADMIN)
    assert reader_of(stranger).get(f"/admin/events/{event_id}/people/add").status in {403, 404}
    assert reader_of(other).get(f"/admin/events/{event_id}/people/add").status == 404


def test_an_event_that_is_over_takes_nobody(world, browser, session, noon) -> None:
    event_id = world.event(status="draft")
    browser.get(f"/admin/events/{event_id}/people/add")

    page = press(browser, event_id, name="Ada", email="", phone="")

    assert page.status == 409 and "not open for enrollment" in page.text


def test_who_waits_is_given_a_place_over_the_limit_from_their_page(full, browser, session) -> None:
    waiting = session.scalars(select(Enrollment.id).where(Enrollment.status == "waitlisted")).one()
    session.rollback()
    address = f"/admin/enrollments/{waiting}/give-place"
    page = browser.get(address)
    assert "Give it over the limit" in page.text
    form = {"version": page.fields(address)["version"], "reason": "Drives the van"}

    assert browser.post(address, **form).status == 422
    assert browser.post(address, **form, over="1").status == 303
    assert standing(session, full).taken == 3
    assert "Over the limit: Drives the van" in browser.get(f"/admin/enrollments/{waiting}").text
