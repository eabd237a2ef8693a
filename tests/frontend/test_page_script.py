"""What every page's script does, in a real browser: dialogs, and the line that stays."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.frontend.desk_page import DeskPage


@pytest.fixture
def address(frame: Flask, page: Page) -> Iterator[str]:
    served = DeskPage(frame)
    yield served.address
    page.close()
    served.stop()


def test_a_decision_opens_in_place_and_gives_the_focus_back(address: str, page: Page) -> None:
    page.goto(address)
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_role("dialog", name="Decide?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url == address


def test_the_same_link_is_a_page_without_javascript(address: str, page: Page) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address)
    plain.get_by_role("link", name="Decide").click()
    assert plain.url == address + "decision"
    context.close()


def test_a_failure_stays_on_the_page_until_something_goes_through(address: str, page: Page) -> None:
    page.goto(address)
    page.context.set_offline(True)
    page.get_by_role("link", name="Decide").click()
    line = page.get_by_role("alert")
    expect(line).to_contain_text("That did not go through. Nothing was changed.")
    page.context.set_offline(False)
    line.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Decide?")).to_be_visible()
    expect(line).to_be_hidden()


def test_a_menu_closes_with_escape(address: str, page: Page) -> None:
    page.goto(address)
    menu = "<details data-menu open><summary>Menu</summary><a href='/'>Entry</a></details>"
    page.evaluate("menu => document.body.insertAdjacentHTML('beforeend', menu)", menu)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Entry")).to_be_hidden()
