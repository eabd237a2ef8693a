"""Looks at a page in every way that counts: axe, sizes, themes, and what the browser complains about."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
THEMES = ("light", "dark")
_LONG = (pytest.mark.long, pytest.mark.slow)
#: A window's size and theme: two pairs show both of each, the other two are for the long run.
LOOKS = [
    ("phone", "dark"),
    ("desktop", "light"),
    pytest.param("phone", "light", marks=_LONG),
    pytest.param("desktop", "dark", marks=_LONG),
]
_ALL, _EVERY_OTHER, _THE_OTHERS = slice(None), slice(0, None, 2), slice(1, None, 2)
_HALVES = [("phone", "dark", _EVERY_OTHER), ("desktop", "light", _THE_OTHERS)]
_WHOLES = [(size, theme, _ALL) for size in SIZES for theme in THEMES]
#: For tests of many pages: a third word says which of them are looked at in this size and theme, `pages[share]`.
#: In `make test` each page once, every other one on a dark phone; in the long run each page in every look.
SHARED_LOOKS = [
    *(pytest.param(*look, id=f"half-{look[0]}-{look[1]}") for look in _HALVES),
    *(pytest.param(*look, id=f"{look[0]}-{look[1]}", marks=_LONG) for look in _WHOLES),
]
#: The same for a test that takes them one after the other, because what it looks at takes long to come to.
LOOKS_TOGETHER = [pytest.param(_HALVES, id="halves"), pytest.param(_WHOLES, id="wholes", marks=_LONG)]
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


def faults_of(page: Page) -> list[str]:
    """What axe finds, one line per rule and place; and a page that is wider than the screen."""
    result = Axe().run(page, options=_RULES)
    found = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in result.response["violations"]
        for node in rule["nodes"]
    ]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:
        found.append(f"wider than the screen: {width}")
    return found


@contextmanager
def window(
    browser: Browser, *, size: str = "phone", theme: str = "light", cookie: dict | None = None, **more
) -> Iterator[Page]:
    """A window of its own, with axe allowed in beside the page's own policy."""
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=theme, bypass_csp=True, reduced_motion="reduce", **more
    )
    if cookie:
        context.add_cookies([cookie])
    try:
        yield context.new_page()
    finally:
        context.close()


def complaints(page: Page) -> list[str]:
    """Fills with what the browser says about its policy or a script; look at it at the end."""
    said: list[str] = []
    # A navigation that is faster than its animation is no fault of the page.
    page.on("pageerror", lambda error: said.append(str(error)) if "Transition" not in str(error) else None)
    page.on("console", lambda message: _take_down(said, message.text) if message.type == "error" else None)
    return said


def _take_down(said: list[str], words: str) -> None:
    """What the console says, except answers that tests ask for, and searches that newer letters took the place of."""
    if "htmx:sendAbort" in words:
        said.pop()  # htmx calls it an error twice; the first time it does not say why
    elif "Failed to load resource" not in words:
        said.append(words)
