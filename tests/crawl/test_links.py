"""Links that are taken along: copied with a press, handed on where the browser can, readable without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.crawl.conftest import Stage

pytestmark = pytest.mark.xdist_group("crawl")
#: The desktop browser of the tests has no such function; a phone's has.
_SHARES = "navigator.share = (what) => { window.shared = what; return Promise.resolve(); }"


@pytest.fixture
def event_page(stage: Stage, browser: Browser) -> Iterator[Page]:
    stage.show("demo")
    context = browser.new_context(base_url=stage.web.url, permissions=["clipboard-read", "clipboard-write"])
    context.add_cookies(stage.cookies("organizer"))
    page = context.new_page()
    page.goto("/admin/events")
    page.get_by_role("link", name="Harbour Code Camp").click()
    yield page
    context.close()


def link_of(page: Page) -> str:
    return page.get_by_label("Link to share", exact=True).input_value()


def test_a_link_is_copied_with_one_press(event_page: Page) -> None:
    event_page.get_by_role("button", name="Copy Link to share").click()

    expect(event_page.get_by_role("button", name="Copied Link to share")).to_be_visible()
    assert event_page.evaluate("navigator.clipboard.readText()") == link_of(event_page)
    assert link_of(event_page).endswith("/events/harbour-code-camp")
    expect(event_page.get_by_role("button", name="Share Link to share")).to_be_hidden()


def test_a_browser_that_hands_links_on_has_a_button_for_it(event_page: Page) -> None:
    event_page.add_init_script(_SHARES)
    event_page.reload()
    event_page.get_by_role("button", name="Share Link to share").click()

    assert event_page.evaluate("window.shared") == {"title": "Harbour Code Camp", "url": link_of(event_page)}


def test_a_helper_link_and_a_profile_can_be_copied(event_page: Page) -> None:
    event_page.get_by_role("link", name="Helper links").click()
    event_page.get_by_label("Name of the helper").fill("Hana")
    event_page.get_by_label("Desk", exact=True).fill("Door")
    event_page.get_by_role("button", name="Create link").click()
    event_page.get_by_role("button", name="Copy Personal link").click()
    assert "/desk/join/" in event_page.evaluate("navigator.clipboard.readText()")

    event_page.goto("/me/privacy")
    event_page.get_by_role("button", name="Generate a random link").click()
    event_page.get_by_role("button", name="Copy Link to your profile").click()
    assert "/people/" in event_page.evaluate("navigator.clipboard.readText()")


def test_without_a_script_a_link_is_a_field_to_read(event_page: Page, browser: Browser, stage: Stage) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=stage.web.url)
    context.add_cookies(stage.cookies("organizer"))
    plain = context.new_page()
    plain.goto(event_page.url)
    expect(plain.get_by_label("Link to share", exact=True)).to_have_value(link_of(event_page))
    expect(plain.get_by_role("button", name="Copy Link to share")).to_be_hidden()
    context.close()
