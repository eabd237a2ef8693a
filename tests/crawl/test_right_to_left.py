"""Every kind of page from right to left, in words that are a third longer: nothing is cut off, covered or unreadable.

No language that is written so is shipped yet; the first one must cost no style sheet.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Page

from tests.crawl.conftest import ROLES, Stage
from tests.crawl.test_hits import kinds_of, unlike
from tests.support.browsers.crawling import Visited
from tests.support.browsers.hitting import SIZES, cut, missed, open_page
from tests.support.browsers.page_faults import faults_of

pytestmark = [pytest.mark.xdist_group("crawl"), pytest.mark.slow]
_STAFF = {"organizer", "operator"}


@pytest.mark.parametrize(
    "role",
    [
        *("anonymous", "participant", "helper"),
        *(pytest.param(role, marks=pytest.mark.long) for role in ("organizer", "operator")),
    ],
)
def test_pages_from_right_to_left_are_sound(stage: Stage, browser: Browser, role: str) -> None:
    """On pages that together show every kind of element, one on a phone and the next on a desktop."""
    known = kinds_of(stage.pages("participant", "filled")) if role in _STAFF else set()

    found = list(_faults(stage, browser, role, unlike(stage.pages(role, "filled"), known), in_turns=True))

    assert found == [], "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_all_pages_from_right_to_left_are_sound(stage: Stage, browser: Browser, role: str) -> None:
    found = list(_faults(stage, browser, role, stage.pages(role, "filled")))

    assert found == [], "\n".join(found)


def _faults(
    stage: Stage, browser: Browser, role: str, pages: Sequence[Visited], *, in_turns: bool = False
) -> Iterator[str]:
    stage.show("filled")
    context = browser.new_context(locale="en-XA", viewport=SIZES[390], reduced_motion="reduce", bypass_csp=True)
    context.add_cookies(stage.cookies(role))
    page = context.new_page()
    turns = cycle([(width,) for width in SIZES] if in_turns else [tuple(SIZES)])
    for visited, widths in zip(pages, turns, strict=False):
        for width in widths:
            page.set_viewport_size(SIZES[width])
            for words in _faults_on(page, visited.address):
                yield f"{role}, {visited.address.removeprefix(stage.web.url)} at {width}: {words}"
    context.close()


def _faults_on(page: Page, address: str) -> Iterator[str]:
    open_page(page, address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    yield from (*cut(page), *missed(page), *faults_of(page))
