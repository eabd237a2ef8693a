"""News of the other desks: taken where nobody works, and the pill says when none come."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.support.waiting import eventually

NEWS = '<b id="tally" data-rev="2" data-gone="7 8" hx-swap-oob="true">2</b>'


def test_news_is_taken_and_asked_for_once(desk: DeskPage, page: Page) -> None:
    desk.news = NEWS
    expect(page.locator("#tally")).to_have_text("2")
    expect(page.locator("#guest-7")).to_have_count(0)
    expect(page.locator("#guest-8")).to_have_text("Ada Seated")  # listed as in already: the list was newer
    eventually(lambda: desk.asked_since[-1:] == ["2"])


def test_a_row_under_the_finger_stays(desk: DeskPage, page: Page) -> None:
    page.keyboard.press("ArrowDown")
    desk.news = NEWS
    expect(page.locator("#tally")).to_have_text("2")
    expect(page.get_by_role("button", name="Check in")).to_be_focused()


def test_the_pill_says_when_the_server_is_silent(desk: DeskPage, page: Page) -> None:
    page.clock.install()
    page.reload()
    page.context.set_offline(True)
    page.clock.run_for(8000)
    expect(page.locator("#desks")).to_have_text("Reconnecting")
    title = page.get_by_role("heading", level=1)
    title.evaluate("(one) => { one.textContent = 'Hand-building with clay' }")
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        lines = title.evaluate("(one) => one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)")
        assert lines <= 3, "beside the pill the title falls to a letter a line"
    page.clock.run_for(10000)
    expect(page.locator("#desks")).to_have_text("Offline")
    page.context.set_offline(False)
    page.clock.run_for(10000)
    expect(page.locator("#desks")).to_have_text("Live")
