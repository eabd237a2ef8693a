"""What is to be sent waits for the server, keeps its id, and is never called done before."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan, shown
from tests.support.waiting import eventually


def test_scans_wait_for_a_server_that_is_away_and_keep_their_ids(desk: DeskPage, page: Page) -> None:
    desk.times_away = 99  # until it is said to be back: the page tries again by itself
    scan(page, "7Q4M2K01")
    expect(page.locator("#trouble")).to_be_visible()
    assert desk.arrived == []
    desk.times_away = 0
    scan(page, "7Q4M2K02")
    # What waits behind another one is named at once, before it is sent.
    eventually(lambda: [code for code, _ in desk.arrived] == ["7Q4M2K01", "7Q4M2K02"])
    shown(page, "7Q4M2K02")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_scan_without_network_is_sent_when_it_is_back(desk: DeskPage, page: Page) -> None:
    page.context.set_offline(True)
    scan(page, "7Q4M2K01")
    expect(page.locator("#trouble")).to_contain_text("We keep scans on this page")
    expect(page.locator("#desks")).to_contain_text("1 waiting")
    page.context.set_offline(False)
    shown(page, "7Q4M2K01")
    expect(page.locator("#desks")).to_have_text("Live")


def test_a_server_that_is_away_is_not_said_to_have_changed_nothing(desk: DeskPage, page: Page) -> None:
    desk.times_away = 1
    scan(page, "7Q4M2K01")
    expect(page.locator("#result")).to_contain_text("Kept on this page, not sent yet")
    expect(page.locator("#trouble")).to_contain_text("We keep scans on this page")
    expect(page.locator("#trouble")).not_to_contain_text("Nothing was changed")
