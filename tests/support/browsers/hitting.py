"""Whether what a page shows can be seen and pressed: by real coordinates, as a finger or a mouse would find it."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import CDPSession, Page

SIZES = {390: {"width": 390, "height": 844}, 1440: {"width": 1440, "height": 900}}
#: What somebody has who set their browser's text to twice the usual size.
_TWICE, _USUAL = 32, 16
_SCRIPT = Path(__file__).with_suffix(".js").read_text()


def open_page(page: Page, address: str) -> None:
    """Go there, and be ready to ask."""
    page.goto(address)
    page.evaluate(_SCRIPT)


def missed(page: Page) -> list[str]:
    """What cannot be pressed: on the page, and in each menu when it is open."""
    return page.evaluate("[...hitting.missed(document), ...hitting.missedWhenOpened()]")


def missed_in_dialogs(page: Page, seen: set[str]) -> Iterator[str]:
    """The same for each dialog; of those whose links have the same words only the first, which `seen` remembers."""
    links = page.locator("a[data-dialog]:visible")
    for number in range(links.count()):
        words = links.nth(number).inner_text().strip()
        known = f"{words} at {page.viewport_size}"
        if known in seen:
            continue
        seen.add(known)
        links.nth(number).click()
        page.locator("dialog[open] > *").first.wait_for()
        yield from (
            f"dialog {words}: {said}"
            for said in page.evaluate("hitting.missed(document.querySelector('dialog[open]'))")
        )
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="hidden")


def cut(page: Page) -> list[str]:
    """Columns of tables, tabs and filters that should be seen without moving anything sideways, and are not."""
    return page.evaluate("hitting.cut()")


def too_wide(page: Page) -> str:
    """By how much the page scrolls sideways, and what sticks out; nothing if it does not."""
    return page.evaluate("hitting.tooWide()")


def too_wide_with_large_text(page: Page, tools: CDPSession) -> str:
    """The same with the text at 200 %."""
    tools.send("Page.setFontSizes", {"fontSizes": {"standard": _TWICE}})
    try:
        return too_wide(page)
    finally:
        tools.send("Page.setFontSizes", {"fontSizes": {"standard": _USUAL}})
