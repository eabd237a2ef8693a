"""The line that stays until something goes through."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_a_failure_stays_on_the_page_until_something_goes_through(served: AppPage, page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_role("link", name="Decide").click()
    line = page.get_by_role("alert")
    expect(line).to_contain_text("That didn’t go through. Nothing was changed.")
    page.context.set_offline(False)
    line.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Decide?")).to_be_visible()
    expect(line).to_be_hidden()


def test_the_pages_own_look_fails_silently(served: AppPage, page: Page) -> None:
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#trouble")).to_be_hidden()
