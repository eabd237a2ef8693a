"""Who may enroll, in real browsers: an organizer chooses a list, then a link, and people read where they stand."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    world = World(app, now=clock.real_now())
    world.organization()
    return world


@pytest.fixture
def cookie_of(app, server):
    def made(user_id: int) -> dict[str, str]:
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return {"name": "turnout_signed_in", "value": token, "url": server.url}

    return made


@pytest.fixture
def organizer(world, cookie_of) -> dict[str, str]:
    return cookie_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def here(server, world) -> str:
    """The pages of an event of five places for its organizers."""
    starts_at = clock.real_now().replace(microsecond=0) + timedelta(days=2)
    return f"{server.url}/admin/events/{world.event(slug='clay', capacity=5, starts_at=starts_at)}"


def chooses(page: Page, here: str, who: str) -> None:
    """Says in the event's form who may enroll, and goes where that is filled."""
    page.goto(f"{here}/edit")
    page.get_by_role("radio", name=who).check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Link and list").click()


def test_a_list_lets_in_who_is_on_it(server, world, here, organizer, cookie_of, page: Page, browser: Browser):
    ana, event = cookie_of(world.person("Ana Silva", email="ana@studio.example")), f"{server.url}/events/clay"
    page.context.add_cookies([organizer])
    chooses(page, here, "People on a list")
    page.get_by_label("Addresses and domains").fill("Ben\n@studio.example")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text("Line 1, Ben: Enter an email address")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Addresses and domains").fill("@studio.example")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text("1 entry was added.")).to_be_visible()
    with window(browser, size="phone", theme="dark") as stranger:
        said = complaints(stranger)
        stranger.goto(event)
        expect(stranger.get_by_role("heading", name="This event is for people on a list")).to_be_visible()
        assert (faults_of(stranger), said) == ([], [])
    with window(browser, size="phone", cookie=ana) as phone:
        phone.goto(event)
        phone.get_by_role("button", name="Enroll", exact=True).click()
        expect(phone.get_by_role("heading", name="You are enrolled")).to_be_visible()
    for size, theme in (("phone", "dark"), ("desktop", "light")):
        with window(browser, size=size, theme=theme, cookie=organizer) as looked:
            said = complaints(looked)
            looked.goto(f"{here}/access")
            assert (faults_of(looked), said) == ([], [])


def test_a_link_lets_in_until_another_one(server, here, organizer, page: Page, browser: Browser):
    page.context.add_cookies([organizer])
    chooses(page, here, "Anyone with the link")
    link = page.get_by_label("Link to enroll", exact=True).input_value()
    with window(browser, size="phone") as stranger:
        stranger.goto(f"{server.url}/events/clay")
        expect(stranger.get_by_role("heading", name="This event is for people with its link")).to_be_visible()
        assert faults_of(stranger) == []
        stranger.goto(link)
        expect(stranger.get_by_role("heading", name="5 places left")).to_be_visible()
        page.get_by_role("button", name="Replace the link").click()
        expect(page.get_by_text("The old one no longer works.")).to_be_visible()
        assert faults_of(page) == []
        stranger.goto(link)
        expect(stranger.get_by_text("This link no longer works.")).to_be_visible()
