"""Typing searches, scanning does not."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import shown
from tests.support.waiting import eventually


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
