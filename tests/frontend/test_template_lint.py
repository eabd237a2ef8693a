"""What a strict content policy forbids is refused before a browser sees it."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.frontend.sources import PAGES, TEMPLATES

LONGEST = 120
#: Columns of a line, as `.djlint_rules.yaml` says for pages.
WIDEST = 140
#: Mail readers ignore style sheets, and no content policy applies to them.
MAILS = TEMPLATES / "email"
WEB_PAGES = [page for page in PAGES if MAILS not in page.parents]

FORBIDDEN = {
    "style attribute": r"<[^>]*\sstyle\s*=",
    "inline handler": r"<[^>]*\son[a-z]+\s*=(?!=)",
    "hx-on": r"\bhx-on\b",
    "computed values": r"""=\s*["']js(?:avascript)?:""",
    "trigger filter (sent on every event without eval)": r"""hx-trigger\s*=\s*["'][^"']*\[""",
    "raw output": r"\|\s*safe\b|\bMarkup\b|autoescape\s+false",
    "inline script": r"<script(?![^>]*\ssrc=)(?! type=.application/ld\+json.>)",
    "inline style sheet": r"<style\b",
    "another origin": r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""",
    "unquoted attribute": r"<[a-z][^>]*\s(?:value|href|id|name|class|action)=\{\{",
    "button disabled as the only guard": r"hx-disabled-elt",
}


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.S)


@pytest.mark.parametrize("page", WEB_PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_obeys_the_content_policy(page: Path) -> None:
    text = _without_comments(page.read_text())
    broken = [rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)]
    assert not broken


@pytest.mark.parametrize("page", WEB_PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_form_that_posts_carries_the_token(page: Path) -> None:
    text = _without_comments(page.read_text())
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.S):
        assert "csrf_field()" in form or "csrf_token" in form


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_what_a_template_imports_is_there(page: Path) -> None:
    """Jinja says nothing before the macro is called, which may be on a page that is opened once a year."""
    missing = [
        f"{name} of {found.template.value}"
        for found in Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
        .parse(page.read_text())
        .find_all(nodes.FromImport)
        for name in (name if isinstance(name, str) else name[0] for name in found.names)
        if not re.search(rf"(macro {name}\(|set {name} =)", (TEMPLATES / found.template.value).read_text())
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_template_stays_small(page: Path) -> None:
    assert len(page.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "fault",
    [
        '<p style="color:red">',
        "<a onclick=go()>",
        '<b hx-on:click="x">',
        "<i hx-vals='js:{a:1}'>",
        '<i hx-trigger="click[ctrlKey]">',
        "{{ a | safe }}",
        "<script>go()</script>",
        '<img src="//cdn.example/x">',
    ],
)
def test_the_rules_find_a_planted_fault(fault: str) -> None:
    assert any(re.search(pattern, fault, re.I) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("page", sorted(MAILS.rglob("*.txt")), ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_no_line_of_a_mails_source_is_long(page: Path) -> None:
    """The linter of templates reads only the others. A line that has to stay one is broken inside a tag."""
    assert [line for line in page.read_text().splitlines() if len(line) > WIDEST] == []
