"""On every page, as each kind of person, on a phone and on a desktop: what can be seen can be pressed.

An invisible link lay over a whole page, and no test noticed: Playwright presses what it was told to press, and axe
and the readers of HTML look at the text. This asks the browser what lies at the middle of each link, button and field.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import cycle

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.crawl.conftest import Stage
from tests.support.browsers.crawling import Visited
from tests.support.browsers.hitting import (
    SIZES,
    cut,
    missed,
    missed_in_dialogs,
    open_page,
    too_wide,
    too_wide_with_large_text,
)

pytestmark = pytest.mark.xdist_group("crawl")
_LONG = (pytest.mark.long, pytest.mark.slow)
_STAFF = {"organizer", "operator"}
Kinds = set[tuple[str, ...]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", ["anonymous", "participant", "helper", pytest.param("organizer", marks=_LONG), "operator"]
)
def test_what_is_shown_can_be_pressed(stage: Stage, browser: Browser, role: str) -> None:
    """On the pages that together show every kind of element, one in one size and the next in the other."""
    known = kinds_of(stage.pages("participant", "filled")) if role in _STAFF else set()
    chosen = unlike(stage.pages(role, "filled"), known)

    assert list(faults_of(stage, browser, role, chosen, in_turns=True)) == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("role", ["anonymous", "participant", "helper", "organizer", "operator"])
@pytest.mark.parametrize("world", ["filled", "demo"])
def test_on_each_of_all_pages_what_is_shown_can_be_pressed(
    stage: Stage, browser: Browser, role: str, world: str
) -> None:
    assert list(faults_of(stage, browser, role, stage.pages(role, world), world)) == []


@pytest.mark.slow
def test_no_word_in_a_table_leaves_its_cell_on_a_phone(stage: Stage, browser: Browser) -> None:
    """One table of each address: names of jobs lay over their results, and no other page has such long ones."""
    tables = {
        re.sub(r"\d+", "1", visited.address.partition("?")[0]): visited.address
        for visited in reversed(stage.pages("operator", "filled"))
        if any("table" in classes.split() for _, classes, *_ in visited.markup.kinds)
    }
    stage.show("filled")
    context = browser.new_context(viewport=SIZES[390], reduced_motion="reduce")
    context.add_cookies(stage.cookies("operator"))
    page, found = context.new_page(), []
    for address in tables.values():
        open_page(page, address)
        found += [f"{address.removeprefix(stage.web.url)}: {words}" for words in cut(page)]
    context.close()

    assert len(tables) > 10
    assert found == [], "\n".join(found)


def faults_of(
    stage: Stage,
    browser: Browser,
    role: str,
    pages: Sequence[Visited],
    world: str = "filled",
    *,
    in_turns: bool = False,
) -> Iterator[str]:
    """One line for each thing on these pages of that world that cannot be pressed or seen."""
    stage.show(world)
    context = browser.new_context(viewport=SIZES[390], reduced_motion="reduce")
    context.add_cookies(stage.cookies(role))
    page = context.new_page()
    tools, seen = context.new_cdp_session(page), set()
    turns = cycle([(width,) for width in SIZES] if in_turns else [tuple(SIZES)])
    for visited, widths in zip(pages, turns, strict=False):
        for words in _faults_on(page, tools, visited.address, widths, seen):
            yield f"{role}, {visited.address.removeprefix(stage.web.url)}: {words}"
    context.close()


def _faults_on(page: Page, tools: CDPSession, address: str, widths: Sequence[int], seen: set[str]) -> Iterator[str]:
    page.set_viewport_size(SIZES[390])
    open_page(page, address)
    yield from cut(page)
    if over := too_wide_with_large_text(page, tools):
        yield f"with text at 200 % wider than the screen by {over}"
    for width in widths:
        page.set_viewport_size(SIZES[width])
        if over := too_wide(page):
            yield f"wider than {width} by {over}"
        yield from (f"at {width}: {words}" for words in (*missed(page), *missed_in_dialogs(page, seen)))


def kinds_of(pages: Sequence[Visited]) -> Kinds:
    """Tag and classes of all elements."""
    return {kind[:2] for page in pages for kind in page.markup.kinds}


def unlike(pages: Sequence[Visited], known: Kinds) -> list[Visited]:
    """Pages that together show every kind of element, but for those known."""
    chosen, known = [], set(known)
    for page in pages:
        if kinds_of([page]) - known:
            known |= kinds_of([page])
            chosen.append(page)
    return chosen
