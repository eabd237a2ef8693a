"""History, privacy and leaving in a real browser: changed in the row, saved by a switch, with and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.asking.attendance_response import Answer
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.asking.attendance_response import answer
from webapp.services.asking.privacy import choose_handle

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    return World(app, now=clock.real_now().replace(microsecond=0))


@pytest.fixture
def mira(app, world) -> int:
    """Somebody who was at one event, and at another one she was not."""
    world.organization()
    mira, use_cases = world.person("Mira Sand"), UseCases(app, world)
    for slug, title, came in (("clay", "Hand-building with clay", True), ("walk", "Lantern walk", False)):
        starts_at = world.now - timedelta(days=3 if came else 5)
        event_id = world.event(title, slug=slug, starts_at=starts_at)
        placed = use_cases.enrolls(event_id, mira, now=starts_at - timedelta(days=1))
        if came:
            use_cases.is_checked_in(event_id, placed, starts_at + timedelta(minutes=1))
        use_cases.is_closed(event_id, starts_at + timedelta(hours=3))
        with app.app_context():
            answer(user_id=mira, event_id=event_id, answer=Answer.ATTENDED, now=starts_at + timedelta(hours=3))
    with app.app_context():
        choose_handle(user_id=mira, text="mira-sand")
    return mira


@pytest.fixture
def cookie(app, server, mira) -> Callable[[], dict[str, str]]:
    """A session of hers."""

    def begin() -> dict[str, str]:
        with app.app_context():
            token = begin_sign_in(user_id=mira, user_agent="journey", real_now=clock.real_now())
        return {"name": "turnout_signed_in", "value": token, "url": server.url}

    return begin


def test_an_answer_is_changed_in_its_row_and_escape_leaves_it(server, cookie, browser: Browser):
    with window(browser, cookie=cookie()) as page:
        said = complaints(page)
        page.goto(f"{server.url}/me/history")
        row = page.locator("#record-clay")
        row.get_by_role("link", name="Change for Hand-building with clay").click()
        expect(row.get_by_role("button", name="I was there")).to_be_focused()
        page.keyboard.press("Escape")
        expect(row.get_by_role("link", name="Change for Hand-building with clay")).to_be_focused()
        expect(row).to_contain_text("Your answer: I was there")

        page.keyboard.press("Enter")
        row.get_by_role("button", name="For part of it").click()

        expect(row).to_contain_text("Your answer: For part of it")
        expect(page.locator("#say")).to_have_text("Your answer is saved.")
        expect(row.get_by_role("link", name="Change for Hand-building with clay")).to_be_focused()
        page.reload()
        expect(row).to_contain_text("Your answer: For part of it")
        assert (said, page.url) == ([], f"{server.url}/me/history")


def test_a_switch_saves_and_the_profile_follows(server, cookie, browser: Browser):
    with window(browser, cookie=cookie()) as page:
        said = complaints(page)
        page.goto(f"{server.url}/people/mira-sand")
        expect(page.locator("main")).to_contain_text("2 events")
        page.goto(f"{server.url}/me/privacy")
        event = page.get_by_role("group", name=re.compile("Hand-building with clay"))
        event.get_by_role("switch", name="On my profile").click()
        expect(event).to_contain_text("Saved")
        expect(page.locator("#say")).to_have_text("Saved for Hand-building with clay")
        page.get_by_role("switch", name="Show to other organizations").click()
        expect(page.locator("#saved-usual")).to_have_text("Saved")
        walk = page.get_by_role("group", name=re.compile("Lantern walk"))
        expect(walk.get_by_role("switch", name="Other organizations")).to_be_checked()
        expect(event.get_by_role("switch", name="Other organizations")).not_to_be_checked()

        page.get_by_role("link", name="See my profile as others see it").click()

        expect(page.locator("main")).not_to_contain_text("Hand-building with clay")
        expect(page.get_by_role("listitem").filter(has_text="Lantern walk")).to_contain_text("Says: was there")
        assert said == []


def test_the_same_without_scripts(server, cookie, browser: Browser):
    with window(browser, cookie=cookie(), java_script_enabled=False) as page:
        page.goto(f"{server.url}/me/history")
        page.get_by_role("link", name="Change for Lantern walk").click()
        page.get_by_role("button", name="I didn’t go").click()
        expect(page.get_by_role("status")).to_have_text("Your answer is saved.")
        expect(page.locator("#record-walk")).to_contain_text("Your answer: I didn’t go")
        page.get_by_role("link", name="Who can see this").click()
        page.get_by_role("group", name=re.compile("clay")).get_by_role("switch", name="Other organizations").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Saved.")
        page.reload()
        expect(
            page.get_by_role("group", name=re.compile("clay")).get_by_role("switch", name="Other organizations")
        ).to_be_checked()
        page.get_by_role("link", name="Delete my account").click()
        page.get_by_role("button", name="Delete my account").click()
        expect(page.get_by_role("status")).to_have_text("Your account has been deleted.")
        assert page.goto(f"{server.url}/people/mira-sand").status == 404


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_no_page_of_it_has_a_fault(server, cookie, browser: Browser, size, theme, share, scripts):
    found = {}
    with window(browser, size=size, theme=theme, cookie=cookie()) as page:
        if not scripts:  # axe is one itself, so the page's own are kept away instead
            page.route(re.compile(r"\.js"), lambda route: route.abort())
        for path in _PAGES[share]:
            page.goto(server.url + path)
            if faults := faults_of(page):
                found[path] = faults
    assert found == {}


_PAGES = (
    "/me/history",
    "/me/history/clay/answer",
    "/me/privacy",
    "/me/privacy/preview",
    "/people/mira-sand",
    "/me/delete",
)
