"""The page looks again by itself, but not behind a dialog."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_the_page_looks_again_every_twenty_seconds(served: AppPage, page: Page) -> None:
    page.clock.install()
    page.reload()
    expect(page.locator("#place")).to_have_text("before")
    page.clock.run_for(20500)
    expect(page.locator("#place")).to_have_text("after")
    assert served.refreshed == 1


def test_nothing_is_replaced_behind_a_dialog(served: AppPage, page: Page) -> None:
    page.clock.install()
    page.reload()
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.clock.run_for(41000)
    assert served.refreshed == 0
