"""Who may enroll: chosen in the form, filled on a page of its own, every mistake named and nothing done by it."""

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.places.access import LINK, link_of, listed
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import Event, EventListEntry, EventPolicy

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def event_id(world, browser) -> int:
    return world.event(slug="clay", who_may="list")


@pytest.fixture
def address(event_id) -> str:
    return f"/admin/events/{event_id}/access"


def test_people_and_groups_are_added_and_taken_off(app, world, session, browser, event_id, address):
    class_id = Classroom(app, world).make("Weaving")
    assert "The list is empty" in browser.get(address).text
    text = "Ana <ana@studio.example>\n@Studio.example"
    answer = browser.post(f"{address}/list", written=text, facility_id=str(world.facility_id), class_id=str(class_id))
    assert (answer.status, answer.location) == (303, address)
    assert listed(session, event_id) == ["ana@studio.example", "studio.example", world.facility_id, class_id]
    page = browser.get(address)
    assert "4 entries were added." in page.text
    for words in ("@studio.example", "Everyone with an address there", "Studio 2", "Everyone in this class: 0 people"):
        assert words in page.text
    browser.post(f"{address}/list", written="ana@studio.example")
    assert "All of them were on the list already." in browser.get(address).text
    entry_id = session.scalar(select(EventListEntry.id).where(EventListEntry.value == "ana@studio.example"))
    session.rollback()
    for status in (303, 404):
        assert browser.post(f"/admin/event-list-entries/{entry_id}/remove").status == status
    assert listed(session, event_id) == ["studio.example", world.facility_id, class_id]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"written": ""}, "Enter an address or a domain, or choose a group"),
        ({"written": "ana@post.example\nBen\n@nowhere"}, "Check 2 lines. Nothing was added"),
        ({"written": "Ben"}, "Line 1, Ben: Enter an email address like name@example.org"),
        ({"written": "a\n" * 501}, "500"),
        ({"written": "ana@post.example", "facility_id": "999"}, "Choose a facility of this organization"),
        ({"written": "ana@post.example", "class_id": "x"}, "Choose a class of this organization"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_added(session, browser, address, fields, says):
    before = digest(session)
    page = browser.post(f"{address}/list", **fields)
    assert (page.status, says in page.text) == (422, True)
    assert digest(session) == before


def test_the_link_is_copied_from_the_page_and_replaced(world, session, browser):
    event_id = world.event(slug="clay", who_may="link", link_token=LINK)
    address = f"/admin/events/{event_id}/access"
    page = browser.get(address)
    assert f"/e/{LINK}" in page.html
    assert "Add to the list" not in page.text
    assert browser.post(f"{address}/link", **page.fields(f"{address}/link")).status == 303
    new = link_of(session, event_id)
    assert new != LINK
    for where in (address, f"/admin/events/{event_id}", f"/admin/events/{event_id}/sharing"):
        assert (f"/e/{new}" in browser.get(where).html, LINK in browser.get(where).html) == (True, False), where
    assert f"/e/{new}" in browser.get(f"/admin/events/{event_id}/poster").html
    # The page before is old: nothing is replaced by it.
    assert browser.post(f"{address}/link", seen=LINK).status == 303
    assert link_of(session, event_id) == new
    open_id = world.event(slug="raku")
    assert browser.post(f"/admin/events/{open_id}/access/link", seen="").status == 409


def saved(session, event_id: int) -> tuple[str, bool, object]:
    session.rollback()
    row = session.execute(
        select(EventPolicy.who_may, EventPolicy.link_token, EventPolicy.list_opens_at).where(
            EventPolicy.event_id == event_id
        )
    ).one()
    return row.who_may, row.link_token is not None, row.list_opens_at


def test_the_form_says_who_may_enroll(session, browser, new):
    cases = {
        "open": {"opens_at": "2026-06-11 10:00", "list_opens_at": "2026-06-10 10:00"},
        "link": {"list_opens_at": "2026-06-10 10:00"},
        "list": {},
    }
    for who_may, fields in cases.items():
        answer = browser.post("/admin/events/new", **{**new, **fields, "who_may": who_may, "request_id": who_may * 6})
        assert answer.status == 303, answer.text
        event_id = int(answer.location.rpartition("/")[2])
        kind, has_link, opens = saved(session, event_id)
        assert (kind, has_link, opens is not None) == (who_may, who_may == "link", who_may == "open")
        page = browser.get(f"/admin/events/{event_id}")
        assert ("Access" in page.text) is True
    assert "People on the list can enroll from" not in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"who_may": "friends"}, "Choose one of the options"),
        ({"list_opens_at": "2026-06-11 10:00"}, "Enter when enrollment opens for everyone"),
        (
            {"opens_at": "2026-06-11 10:00", "list_opens_at": "2026-06-11 10:00"},
            "Enter a time before enrollment opens for everyone",
        ),
        ({"list_opens_at": "soon"}, "Enter a valid date and time for when enrollment opens for the list"),
    ],
)
def test_a_form_that_contradicts_itself_makes_no_event(session, browser, new, fields, says):
    page = browser.post("/admin/events/new", **{**new, **fields})
    assert (page.status, says in page.text) == (422, True)
    assert session.scalar(select(Event.id)) is None


def test_only_who_manages_events_sees_the_list(world, reader_of, address):
    desk = reader_of(world.person("Lu", role=Role.DESK))
    assert desk.get(address).status == 403
    assert desk.post(f"{address}/list", written="ana@post.example").status == 403
