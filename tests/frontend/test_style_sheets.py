"""What a linter for style sheets would look for, asked of the sheets and of the browser that reads them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.frontend.sources import STATIC

SHEETS = sorted(STATIC.rglob("css/**/*.css"))
SIDES = re.compile(r"(?:^|-)(?:left|right|top|bottom)(?:-|$)|^(?:min-|max-)?(?:width|height)$")
FLOWS = {"text-align", "float", "clear", "caption-side"}
AROUND = {"margin", "padding", "inset", "scroll-margin", "scroll-padding", "border-width", "border-color"}
#: Blocks of descriptors, which are no declarations.
DESCRIPTORS = ("@font-face", "@page", "@bottom", "@view-transition")
#: Not set by the shorthand that their name begins with.
OWN = {"flex-wrap", "flex-direction", "border-collapse", "border-radius"}


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)


def rules(text: str) -> Iterator[list[tuple[str, str]]]:
    """The declarations of each rule, in order, as the formatter leaves them."""
    for head, block in re.findall(r"([^{};]*)\{((?:[^{}]*;)?\s*)\}", text):
        if not head.strip().startswith(DESCRIPTORS):
            yield [(name, " ".join(value.split())) for name, value in re.findall(r"([\w-]+):\s*([^;]*);", block)]


def is_physical(name: str, value: str) -> bool:
    """Does it name a side of the screen instead of one of the text?"""
    parts = re.split(r"\s+(?![^(]*\))", value.partition("/")[0].strip())
    if name == "border-radius":
        return not (len(parts) == 1 or (len(parts) == 4 and parts[0] == parts[1] and parts[2] == parts[3]))
    if name in AROUND:
        return len(parts) == 4 and parts[1] != parts[3]
    return bool(SIDES.search(name)) or (name in FLOWS and value in {"left", "right"})


def is_undone(name: str, later: list[str]) -> bool:
    """Does a shorthand after it set it again?"""
    return name not in OWN and any(name.startswith(f"{short}-") for short in later)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.relative_to(STATIC)))
def test_sides_are_those_of_the_text(sheet: Path) -> None:
    """So that a page from right to left needs no second style sheet."""
    found = [line for rule in rules(without_comments(sheet)) for line in rule if is_physical(*line)]
    assert found == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.relative_to(STATIC)))
def test_no_shorthand_undoes_what_stands_before_it(sheet: Path) -> None:
    undone = []
    for rule in rules(without_comments(sheet)):
        names = [name for name, _ in rule]
        undone += [name for at, name in enumerate(names) if is_undone(name, names[at + 1 :])]
    assert undone == []


def test_every_token_that_is_used_is_given() -> None:
    everything = "".join(without_comments(sheet) for sheet in SHEETS)
    used, given = set(re.findall(r"var\((--[\w-]+)\)", everything)), set(re.findall(r"(--[\w-]+):", everything))
    assert used - given == set()


def test_the_browser_understands_every_declaration(page: Page) -> None:
    declared = {line for sheet in SHEETS for rule in rules(without_comments(sheet)) for line in rule}
    assert len(declared) > 800
    lines = sorted((name, value.removesuffix(" !important")) for name, value in declared if not name.startswith("--"))
    unknown = page.evaluate("lines => lines.filter(([name, value]) => !CSS.supports(name, value))", lines)
    # Safari's own names, which Chromium does not know.
    assert [name for name, _ in unknown if name not in {"-webkit-font-smoothing", "-webkit-text-size-adjust"}] == []


@pytest.mark.parametrize(
    ("rule", "is_found"),
    [
        ("a {\n  margin-left: 1px;\n}", True),
        ("a {\n  inset-inline-start: 1px;\n}", False),
        ("a {\n  padding: 1px 2px 1px 3px;\n}", True),
        ("a {\n  padding: 1px 2px 3px;\n}", False),
        ("a {\n  border-radius: 0 var(--r) var(--r) 0;\n}", True),
        ("a {\n  text-align: left;\n}", True),
        ("@media (max-width: 30rem) {\n  a {\n    inline-size: min(100% - 2 * var(--gap), 3rem);\n  }\n}", False),
    ],
)
def test_a_planted_side_is_found(rule: str, is_found: bool) -> None:
    (found,) = rules(rule)
    assert any(is_physical(*line) for line in found) is is_found
