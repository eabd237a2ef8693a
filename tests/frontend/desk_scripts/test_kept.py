"""What is shown without a connection, and what became of it."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan, shown


def test_without_a_connection_no_verdict_of_another_person_stands(desk: DeskPage, page: Page) -> None:
    """A green "Checked in" of the guest before must not be taken for the one who is not sent yet."""
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    page.context.set_offline(True)
    for code in ("7Q4M2K02", "7Q4M2K03"):
        scan(page, code)
        expect(page.locator("#result")).to_contain_text("Kept on this page, not sent yet")
        shown(page, code)
    expect(page.locator(".result")).to_have_count(1)
    expect(page.locator(".result")).to_contain_text("2 are waiting")
    expect(page.locator("#trouble")).not_to_contain_text("Nothing was changed")


def test_what_became_of_kept_scans_stays_until_it_was_read(desk: DeskPage, page: Page) -> None:
    page.context.set_offline(True)
    codes = ["7Q4M2K01", "7Q4M2K02", "7Q4M2K03"]
    for code in codes:
        scan(page, code)
        shown(page, code)
    page.context.set_offline(False)
    told = page.locator("#kept li")
    expect(told).to_have_text([f"{code} Checked in" for code in codes])
    scan(page, "7Q4M2K04")
    shown(page, "7Q4M2K04")
    expect(told).to_have_count(3)
    page.get_by_role("button", name="Dismiss").click()
    expect(told).to_have_count(0)
    expect(page.locator("#scan")).to_be_focused()
