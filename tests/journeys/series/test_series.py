"""An event is repeated, several dates are taken with one press, and later ones move together; without scripts, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import faults_of, window
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@dataclass
class Windows:
    """Windows of one size and theme; axe is a script, so it looks where scripts are on, and the steps are the same."""

    browser: Browser
    url: str
    size: str
    theme: str

    @property
    def has_scripts(self) -> bool:
        return self.size == "desktop"

    def looks(self, page: Page) -> None:
        assert not self.has_scripts or faults_of(page) == []

    @contextmanager
    def of(self, token: str) -> Iterator[Page]:
        cookie = {"name": "turnout_signed_in", "value": token, "url": self.url}
        kind = {"size": self.size, "theme": self.theme, "java_script_enabled": self.has_scripts}
        with window(self.browser, cookie=cookie, **kind) as page:
            yield page


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_a_series_from_its_first_date_to_a_change_of_all(app, server, browser: Browser, size, theme):
    now = clock.real_now().replace(microsecond=0)
    world = World(app, now=now)
    start = (now + timedelta(days=3)).replace(hour=17, minute=0, second=0)
    event_id = world.event("Open studio night", starts_at=start, ends_at=start + timedelta(hours=3), capacity=12)
    with app.app_context():
        orla, mei = world.person("Orla Byrne", role=Role.ORGANIZER), world.person("Mei Chen")
        of_orla, of_mei = (begin_sign_in(user_id=one, user_agent="journey", real_now=now) for one in (orla, mei))
    windows = Windows(browser, server.url, size, theme)
    event = f"{server.url}/admin/events/{event_id}"

    with windows.of(of_orla) as page:
        page.goto(event)
        repeats(windows, page)
    with windows.of(of_mei) as page:
        page.goto(f"{server.url}/series/open-studio-night")
        takes_all_and_cancels_one(windows, page)
    with windows.of(of_orla) as page:
        page.goto(event)
        moves_all(windows, page)


def repeats(windows: Windows, page: Page) -> None:
    page.get_by_role("link", name="Repeat this event").click()
    # Before its scripts are there the page does not look anew by itself.
    page.wait_for_url("**/repeat")
    page.wait_for_load_state()
    page.get_by_label("Number of dates").fill("3")
    if windows.has_scripts:
        page.get_by_label("Number of dates").blur()
    else:
        page.get_by_role("button", name="Show the dates").first.click()
    expect(page.get_by_text("3 dates", exact=True)).to_be_visible()
    windows.looks(page)
    page.get_by_role("button", name="Add these dates as drafts").click()
    expect(page.get_by_text("3 dates were added as drafts.")).to_be_visible()
    page.get_by_role("button", name="Publish 3 drafts").click()
    expect(page.get_by_text("3 dates were published.")).to_be_visible()
    windows.looks(page)


def takes_all_and_cancels_one(windows: Windows, page: Page) -> None:
    windows.looks(page)
    page.get_by_role("button", name="Enroll for all 4 dates").click()
    expect(page.get_by_role("heading", name="You have a place on 4 dates")).to_be_visible()
    windows.looks(page)
    page.get_by_role("link", name="My passes").click()
    expect(page.get_by_role("heading", name="Your 4 passes")).to_be_visible()
    windows.looks(page)
    page.get_by_role("link", name="All dates").click()
    page.get_by_role("link", name="Cancel dates").click()
    page.get_by_role("checkbox").first.check()
    windows.looks(page)
    page.get_by_role("button", name="Cancel the chosen dates").click()
    expect(page.get_by_role("heading", name="You have a place on 3 dates")).to_be_visible()


def moves_all(windows: Windows, page: Page) -> None:
    page.locator("main").get_by_role("link", name="Open studio night").last.click()
    page.get_by_role("link", name="Change ").first.click()
    page.get_by_label("Starts at").fill("18:30")
    page.get_by_label("Ends at").fill("21:30")
    page.get_by_label("This and all later dates").check()
    page.get_by_label("Why?").fill("Concert next door")
    windows.looks(page)
    page.get_by_role("button", name="Show what changes").click()
    confirm = page.get_by_role("button", name="Change 4 dates and tell 3 people")
    expect(confirm).to_be_visible()
    windows.looks(page)
    confirm.click()
    expect(page.get_by_text("4 dates were changed.")).to_be_visible()
    expect(page.get_by_text("Concert next door")).to_be_visible()
    windows.looks(page)
