"""Small decisions open in place, and are pages without JavaScript."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_a_decision_opens_in_place_and_gives_the_focus_back(served: AppPage, page: Page) -> None:
    link = page.get_by_role("link", name="Decide")
    link.click()
    expect(page.get_by_role("dialog", name="Decide?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(link).to_be_focused()
    assert page.url == served.address


def test_the_same_link_is_a_page_without_javascript(served: AppPage, page: Page) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(served.address)
    plain.get_by_role("link", name="Decide").click()
    assert plain.url == f"{served.address}decision"
    context.close()
