"""Keys for hands."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan, shown


def test_undo_is_one_key(desk: DeskPage, page: Page) -> None:
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    page.keyboard.press("Control+z")
    expect(page.locator("#result")).to_have_text("Undone")
    expect(page.locator("#scan")).to_be_focused()
    assert desk.undone == 1


def test_arrows_walk_through_the_list_and_back_to_the_field(desk: DeskPage, page: Page) -> None:
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Check in")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#scan")).to_be_focused()


def test_escape_clears_the_field_and_the_result(desk: DeskPage, page: Page) -> None:
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    page.locator("#scan").fill("mir")
    page.keyboard.press("Escape")
    expect(page.locator("#scan")).to_have_value("")
    expect(page.locator(".result")).to_have_count(0)


def test_a_function_key_presses_what_names_it(desk: DeskPage, page: Page) -> None:
    page.keyboard.press("F2")
    expect(page.get_by_role("dialog", name="Decide?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#scan")).to_be_focused()
