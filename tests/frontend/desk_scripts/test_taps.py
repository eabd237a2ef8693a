"""The button of a guest in the list goes the way of a scan."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage


def test_a_press_without_a_connection_is_kept_like_a_scan(desk: DeskPage, page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#result")).to_contain_text("Kept on this page, not sent yet")
    expect(page.locator(".result__name")).to_have_text("Mei Chen")
    page.get_by_role("button", name="Check in").click()
    page.context.set_offline(False)
    expect(page.locator("#result")).to_contain_text("Checked in")
    assert [what for what, _ in desk.arrived] == ["guest 7"]
