"""A burst of keys is a scan: none is lost, and none presses a button."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan, scan_on, shown
from tests.support.browsers.keyboards import LAYOUTS, typed
from tests.support.waiting import eventually


def test_fifty_scans_in_a_row_arrive_once_each_and_in_order(desk: DeskPage, page: Page) -> None:
    codes = [f"7Q4M2K{number:02d}" for number in range(50)]
    for code in codes:
        scan(page, code)
    shown(page, codes[-1])
    assert [code for code, _ in desk.arrived] == codes
    assert len({request_id for _, request_id in desk.arrived}) == len(codes)
    assert len(desk.searched) < len(codes) / 5  # a busy machine may let a search through


@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scan_presses_nothing_wherever_the_focus_is(desk: DeskPage, page: Page, end: str) -> None:
    page.locator(".guest button").focus()
    scan(page, "7Q4M2KXW", end)
    shown(page, "7Q4M2KXW")
    assert desk.pressed == 0


@pytest.mark.parametrize(
    "at",
    [pytest.param(at, marks=() if at in {1, 4, 7} else (pytest.mark.long, pytest.mark.slow)) for at in range(1, 9)],
)
@pytest.mark.parametrize("focus", ["#scan", ".guest button"])
def test_a_scan_that_stops_on_its_way_arrives_whole(desk: DeskPage, page: Page, focus: str, at: int) -> None:
    page.locator(focus).first.focus()
    scan(page, "7Q4M2KXW", stops_before=at)
    shown(page, "7Q4M2KXW")
    assert [code for code, _ in desk.arrived] == ["7Q4M2KXW"]


def test_words_that_stop_on_their_way_arrive_whole(desk: DeskPage, page: Page) -> None:
    page.locator("#scan").focus()
    scan(page, "NOBODY KNOWN", stops_before=3)
    shown(page, "NOBODY KNOWN")


def test_a_scan_after_a_letter_by_mistake_is_the_scan(desk: DeskPage, page: Page) -> None:
    page.keyboard.type("f")
    scan(page, "7Q4M2KXW", stops_before=0)
    shown(page, "7Q4M2KXW")


def test_a_scan_into_another_field_is_taken_back_out(desk: DeskPage, page: Page) -> None:
    page.locator("#note").fill("Came by bus. ")
    page.locator("#note").focus()
    scan(page, "7Q4M2KXW")
    shown(page, "7Q4M2KXW")
    expect(page.locator("#note")).to_have_value("Came by bus. ")


def test_a_scan_closes_a_dialog(desk: DeskPage, page: Page) -> None:
    page.get_by_text("Decide", exact=True).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    scan(page, "7Q4M2KXW")
    shown(page, "7Q4M2KXW")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_scanner_for_us_keys_arrives_on_every_layout(desk: DeskPage, page: Page) -> None:
    address = "HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WR"
    for number, layout in enumerate(LAYOUTS, start=1):
        scan_on(page, address, layout)
        eventually(lambda number=number: len(desk.arrived) == number)
        expect(page.locator("#scan")).to_have_value("")
    assert desk.pressed_keys == [address] * len(LAYOUTS)
    assert [words for words, _ in desk.arrived] == [typed(address, layout) for layout in LAYOUTS]


@pytest.mark.parametrize("layout", ["French", "Czech", "Russian", "Hungarian"])
def test_a_code_by_itself_arrives_with_its_physical_keys(desk: DeskPage, page: Page, layout: str) -> None:
    page.locator(".guest button").focus()
    scan_on(page, "F5EGR0WR", layout, end="Tab")
    eventually(lambda: desk.pressed_keys == ["F5EGR0WR"])
    assert desk.pressed == 0


def test_a_scanner_that_knows_the_layout_is_sent_as_it_reads(desk: DeskPage, page: Page) -> None:
    """A German scanner on a German machine: the slash is Shift and 7."""
    devtools = page.context.new_cdp_session(page)
    german = {
        character: (code, level) for code, pair in LAYOUTS["German"].items() for level, character in enumerate(pair)
    }
    pressed_at = time.time()
    for character in "HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WR\r":
        pressed_at += 0.008
        code, level = german.get(character, ("Enter", 0))
        key = "Enter" if character == "\r" else character
        sent = {"key": key, "code": code, "modifiers": 8 * level, "timestamp": pressed_at, "text": character}
        devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", **sent})
    devtools.detach()
    eventually(lambda: len(desk.arrived) == 1)
    assert desk.arrived[0][0] == "HTTPS://TURNOUT.EXAMPLE/C/F5EGR0WR"
