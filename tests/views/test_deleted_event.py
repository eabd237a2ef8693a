"""Deleting an event on its page, and that afterwards every page about it is one that does not exist."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.inventory.route_table import Route, routes_of
from tests.support.pages.reading import Page, Reader
from tests.support.worlds.opinions import keep_opinions, keep_prompts
from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import CheckIn, Enrollment, Event, Notification
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.events.closure import close_event
from webapp.services.notices.notification import notify
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
TITLE = "Hand-building with clay"
#: Looking at them writes who looked, or when.
SEEN = PASSING | {"event_views"}


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def draft(world, browser) -> int:
    return world.event(TITLE, slug="clay", status="draft")


def delete(reader, event_id: int, title: str = TITLE, **more):
    return reader.post(f"/admin/events/{event_id}/delete", title=title, **more)


# -- the page that deletes


def test_the_title_is_typed_and_the_event_is_gone(browser, draft, session):
    page = browser.get(f"/admin/events/{draft}/delete")
    assert (page.headings("h1"), page.buttons()[-2:]) == (["Delete this event?"], ["Keep it", "Delete this event"])
    assert "Delete" in browser.get(f"/admin/events/{draft}").buttons()

    answer = delete(browser, draft, "hand-building WITH clay")

    assert (answer.status, answer.location) == (303, "/admin/events")
    page = browser.get("/admin/events")
    assert "“Hand-building with clay” has been deleted." in page.text
    assert page.words_of("rows").startswith("No events yet")
    once = digest(session)
    again = delete(browser, draft)
    assert (again.status, again.location, digest(session)) == (303, "/admin/events", once)


def test_in_a_dialog_it_leads_on_to_the_list(browser, draft):
    assert browser.get(f"/admin/events/{draft}/delete", htmx=True).by_id("main") is None

    answer = delete(browser, draft, htmx=True)

    assert (answer.status, answer.headers["HX-Redirect"]) == (200, "/admin/events")


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Type the title of the event"),
        (" \n\t", "Type the title of the event"),
        ("clay", "This isn’t the title of the event. Type it exactly as it appears above"),
        ("x" * 100_000, "This isn’t the title of the event."),
        ("Hand-building with clay\0", "This isn’t the title of the event."),
        (TITLE + "; DROP TABLE events", "This isn’t the title of the event."),
        ([TITLE, "other"], "This was sent twice"),
    ],
)
def test_another_title_deletes_nothing(browser, draft, session, title, sentence):
    before = digest(session)
    page = delete(browser, draft, title)

    assert (page.status, sentence in page.text, digest(session)) == (422, True, before)


def test_a_published_event_has_to_be_called_off_first(browser, world, session):
    event_id = world.event(TITLE)
    before = digest(session)

    asked, sent = browser.get(f"/admin/events/{event_id}/delete"), delete(browser, event_id)

    sentence = "Call this event off before you delete it, so that people know. Nothing was changed."
    assert [(page.status, sentence in page.text) for page in (asked, sent)] == [(409, True), (409, True)]
    assert digest(session) == before
    assert "Call it off" in asked.buttons()
    assert "Delete" not in browser.get(f"/admin/events/{event_id}").buttons()


def test_organizers_are_told_no_and_others_that_there_is_no_such_event(browser, draft, world, reader_of, session):
    organizer, participant = reader_of(world.person(role=Role.ORGANIZER)), reader_of(world.person())
    assert "Delete" not in organizer.get(f"/admin/events/{draft}").buttons()
    world.organization("Harbour Crew")
    stranger = reader_of(world.person("Harriet Crew", role=Role.ADMIN))
    before = digest(session)

    assert [delete(one, draft).status for one in (organizer, participant, stranger)] == [403, 403, 404]
    assert digest(session) == before
    delete(browser, draft)
    assert delete(stranger, draft).status == 404


# -- afterwards


@pytest.fixture
def gone(app, world, use_cases, browser, session):
    """A deleted event in which everything happened that can happen; ids by the names that addresses use."""
    event_id = world.event(TITLE, slug="clay", starts_at=NOON - timedelta(hours=5))
    mira, ben, early = world.person("Mira Sand"), world.person("Ben Okafor"), NOON - timedelta(days=5)
    placed = [use_cases.enrolls(event_id, user_id, early) for user_id in (mira, ben)]
    use_cases.is_checked_in(event_id, placed[0], NOON - timedelta(hours=4))
    keep_prompts(app, event_id, [mira, ben], at=NOON - timedelta(hours=2))
    keep_opinions(app, event_id, [(mira, "attended", 5, "Again!")], at=NOON - timedelta(hours=1))
    admin = world.actor(world.person("Orla"), Role.ADMIN)
    with app.app_context():
        helper = create_helper_link(event_id=event_id, name="Mia", desk="Left", actor=admin, now=NOON)
        close_event(event_id=event_id, now=NOON - timedelta(hours=2))
        with write_transaction() as own:
            line = {
                "dedupe_key": "p",
                "user_id": mira,
                "type": "attendance_prompt",
                "event_id": event_id,
                "prompt_number": 1,
                "title": "Were you there?",
                "created_at": NOON,
            }
            notify(own, [line])
    of_event = {
        "event_id": event_id,
        "slug": "clay",
        "mira": mira,
        "helper": helper.token,
        "title": TITLE,
        "enrollment_id": placed[0].enrollment_id,
        "code": session.scalar(select(Enrollment.pass_code).limit(1)),
        "check_in_id": session.scalar(select(CheckIn.id)),
        "notification_id": session.scalar(select(Notification.id)),
    }
    return of_event


def address(route: Route, ids: dict) -> str | None:
    """The route's address about that event; None for a route about something else."""
    names = re.findall(r"<(?:[^:<>]+(?:\(.*?\))?:)?(\w+)>", route.rule)
    if not set(names) & {"event_id", "slug", "enrollment_id", "check_in_id", "code"} or "digest" in names:
        return None
    values = {**ids, "what": "reject"}
    filled = re.sub(r"<(?:[^:<>]+(?:\(.*?\))?:)?(\w+)>", lambda part: str(values.get(part.group(1), "1")), route.rule)
    return filled


def test_every_page_about_it_does_not_exist_for_anybody(app, browser, gone, reader_of, session):
    participant, helper = reader_of(gone["mira"]), Reader(app.test_client())
    helper.client.set_cookie("turnout_helper", gone["helper"])
    readers = {"admin": browser, "participant": participant, "helper": helper, "signed out": Reader(app.test_client())}
    pages = [(route, path) for route in routes_of(app) if route.method == "GET" and (path := address(route, gone))]
    assert len(pages) >= 25
    was_there = [path for _, path in pages if browser.get(path).status == 200]
    assert len(was_there) >= 12
    assert delete(browser, gone["event_id"]).status == 303
    browser.get("/admin/events")  # it says once that it is deleted

    found = {}
    for who, reader in readers.items():
        for route, path in pages:
            page = Page(reader.client.get(path, follow_redirects=True))
            # Some lead on first: to sign in, or to the list in which it stood.
            is_gone = page.status == 404 or bool(page.response.history)
            is_told_no = page.status == 403 and who == "participant" and route.guard.startswith("staff:")
            if not (is_gone or is_told_no) or TITLE in page.text:
                found[f"{who}: {path}"] = page.status
    assert found == {}


def test_every_form_about_it_changes_nothing(app, browser, gone, reader_of, session):
    delete(browser, gone["event_id"])
    participant, found = reader_of(gone["mira"]), {}
    forms = [(route, path) for route in routes_of(app) if route.method == "POST" and (path := address(route, gone))]
    before = digest(session, leaving_out=SEEN)
    for _, path in forms:
        for who, reader in (("admin", browser), ("participant", participant)):
            answer = reader.post(path, title=TITLE, version="1", reason="x", answer="attended", name="x", to="attended")
            if answer.status < 400 and not path.endswith("/delete"):
                found[f"{who}: {path}"] = answer.status
    assert (len(forms) >= 12, found) == (True, {})
    assert digest(session, leaving_out=SEEN) == before


def test_no_list_names_it(browser, gone, reader_of, world):
    participant = reader_of(gone["mira"])
    lists = [
        *(
            (browser, path)
            for path in ("/admin/events", "/admin/events?show=past&q=clay", "/admin/audit", "/admin/jobs", "/desk/")
        ),
        *((participant, path) for path in ("/events", "/events?q=clay", "/me", "/me/history")),
    ]
    named = [TITLE in reader.get(path).text for reader, path in lists]
    assert sum(named) >= 4
    delete(browser, gone["event_id"])
    browser.get("/admin/events")  # it says once that it is deleted

    assert [path for reader, path in lists if TITLE in reader.get(path).text] == []


def test_its_codes_open_nothing_at_another_desk(app, browser, gone, world):
    delete(browser, gone["event_id"])
    other = world.event("Another", starts_at=NOON - timedelta(minutes=30))

    sent = browser.post(f"/desk/{other}/scan", q=gone["code"], day="2026-06-10", desk="Left", request_id="tap-0001")
    answer = browser.get(sent.location)

    assert TITLE not in answer.text
    assert "Not on this list" in answer.text


def test_its_title_is_free_for_an_address_of_its_own(browser, gone, session):
    delete(browser, gone["event_id"])

    assert session.scalars(select(Event.slug)).all() == ["clay"]
