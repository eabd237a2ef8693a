"""The desk's script in a real browser: no scan is lost, none presses a button, the cursor comes home."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.frontend.desk_page import DeskPage
from tests.support.waiting import eventually


@pytest.fixture
def desk(frame: Flask, page: Page) -> Iterator[DeskPage]:
    served = DeskPage(frame)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(served.address)
    expect(page.locator("#scan")).to_be_focused()
    yield served
    page.close()
    served.stop()
    assert complaints == []


def scan(page: Page, code: str, end: str = "Enter", *, stops_before: int | None = None) -> None:
    """What a scanner sends: keys 8 ms apart by their own time stamps, however busy this machine is.

    `stops_before`: at this key it (or the machine) stops for a fifth of a second.
    """
    devtools = page.context.new_cdp_session(page)
    pressed_at = time.time()
    for at, key in enumerate([*code, end]):
        pressed_at += 0.2 if at == stops_before else 0.008
        name = f"Digit{key}" if key.isdigit() else f"Key{key}" if len(key) == 1 else key
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        sent = {"key": key, "code": name, "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}.get(key, ord(key[0]))}
        devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, "timestamp": pressed_at, **sent})
        devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": pressed_at, **sent})
    devtools.detach()


def shown(page: Page, code: str) -> None:
    expect(page.locator(".result__name")).to_have_text(code)
    expect(page.locator("#scan")).to_be_focused()
    expect(page.locator("#scan")).to_have_value("")


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


@pytest.mark.parametrize("at", range(1, 9))
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


def test_slow_typing_searches_and_enter_sends_the_words(desk: DeskPage, page: Page) -> None:
    page.locator(".guest button").focus()
    page.keyboard.type("miranda", delay=140)
    # A key that came late may have sent part of the word before; the whole word follows it.
    eventually(lambda: desk.searched[-1:] == ["miranda"])
    expect(page.locator("#guests")).to_have_text("found")
    page.keyboard.press("Enter")
    shown(page, "miranda")
    assert [words for words, _ in desk.arrived] == ["miranda"]
    assert desk.searched[-1] in {"miranda", ""}


def test_scans_wait_for_a_server_that_is_away_and_keep_their_ids(desk: DeskPage, page: Page) -> None:
    desk.times_away = 1
    scan(page, "7Q4M2K01")
    expect(page.locator("#trouble")).to_be_visible()
    assert desk.arrived == []
    scan(page, "7Q4M2K02")
    shown(page, "7Q4M2K02")
    assert [code for code, _ in desk.arrived] == ["7Q4M2K01", "7Q4M2K02"]
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_scan_without_network_is_sent_when_it_is_back(desk: DeskPage, page: Page) -> None:
    page.context.set_offline(True)
    scan(page, "7Q4M2K01")
    expect(page.locator("#trouble")).to_contain_text("Scans are kept on this page")
    expect(page.locator("#desks")).to_contain_text("1 waiting")
    page.context.set_offline(False)
    shown(page, "7Q4M2K01")
    expect(page.locator("#desks")).to_have_text("Live")


def test_undo_is_one_key(desk: DeskPage, page: Page) -> None:
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    page.keyboard.press("Control+z")
    expect(page.locator("#result")).to_have_text("Taken back")
    expect(page.locator("#scan")).to_be_focused()
    assert desk.undone == 1
