"""What is open closes: with Escape, or by a click elsewhere."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_a_menu_closes_with_escape_and_by_a_click_elsewhere(served: AppPage, page: Page) -> None:
    menu, entry = page.get_by_text("Entries"), page.get_by_role("link", name="Entry")
    menu.click()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    expect(entry).to_be_visible()
    page.locator("#place").click()
    expect(entry).to_be_hidden()


def test_escape_in_a_row_is_its_own_way_back(served: AppPage, page: Page) -> None:
    page.evaluate("document.getElementById('back').onclick = () => { document.title = 'back' }")
    page.get_by_label("Name").press("Escape")
    assert page.title() == "back"
