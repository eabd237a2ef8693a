"""The desk's start page says whether a scanner reads, and remembers how slow it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan


@pytest.fixture
def start(desk: DeskPage, page: Page) -> Page:
    page.goto(f"{desk.address}start")
    page.get_by_label("Try your scanner").focus()
    return page


def test_a_scanner_reads_fine_and_its_pace_is_kept(start: Page) -> None:
    scan(start, "7Q4M2KXW")
    expect(start.get_by_role("status")).to_have_text("Works well: 8 ms per character.")
    expect(start.get_by_label("Try your scanner")).to_have_value("")
    assert start.evaluate("localStorage.getItem('desk-gap')") == "24"


def test_hands_are_told_from_a_scanner(start: Page) -> None:
    start.keyboard.type("7Q4M2KXW", delay=120)
    start.keyboard.press("Enter")
    expect(start.get_by_role("status")).to_contain_text("typed by hand")
    assert start.evaluate("localStorage.getItem('desk-gap')") is None
