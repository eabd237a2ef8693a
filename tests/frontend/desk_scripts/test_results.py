"""A result counts down, becomes one line and goes, and makes its sound once."""

from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage
from tests.frontend.desk_scripts.scanning import scan, shown

#: Each tone that is made is noted on the page; the desk's own switch stays on.
COUNT_TONES = """() => {
  window.tones = 0;
  window.AudioContext = class {
    currentTime = 0;
    destination = {};
    createOscillator() { window.tones += 1; return { frequency: {}, connect: (to) => to, start() {}, stop() {} }; }
    createGain() {
      return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to };
    }
  };
}"""


def test_the_undo_counts_down_and_the_result_becomes_a_line_and_goes(desk: DeskPage, page: Page) -> None:
    page.clock.install()
    page.reload()
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    expect(page.locator("[data-left]")).to_have_text("10 s")
    page.clock.run_for(4000)
    expect(page.locator("[data-left]")).to_have_text("6 s")
    page.clock.run_for(6500)
    expect(page.locator("form[data-undo]")).to_have_count(0)
    expect(page.locator(".result--brief")).to_have_count(1)
    page.clock.run_for(20000)
    expect(page.locator(".result")).to_have_count(0)


def test_who_is_in_leaves_the_list(desk: DeskPage, page: Page) -> None:
    desk.gone = "7"
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    expect(page.locator("#guest-7")).to_have_count(0)


def test_a_result_sounds_once_and_not_when_it_is_switched_off(desk: DeskPage, page: Page) -> None:
    page.evaluate(COUNT_TONES)
    switch = page.get_by_role("button", name="Sound")
    scan(page, "7Q4M2K01")
    shown(page, "7Q4M2K01")
    assert page.evaluate("window.tones") == 2
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#scan")).to_be_focused()
    scan(page, "7Q4M2K02")
    shown(page, "7Q4M2K02")
    assert page.evaluate("window.tones") == 2
    page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
