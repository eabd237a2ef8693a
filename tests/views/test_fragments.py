"""Parts of pages that are kept for everybody hold nothing of anybody."""

import re

import pytest
from flask import Flask
from markupsafe import Markup

from tests.frontend.sources import TEMPLATES
from webapp.languages.language import speaking
from webapp.views.fragments import kept_part

pytestmark = pytest.mark.only_db("sqlite")
#: What belongs to one reader, one request or one moment.
PERSONAL = (
    "csrf_token",
    "csrf_field",
    "current_actor",
    "request.",
    "session.",
    "get_flashed_messages",
    "now",
    "unproved",
)
VIEWS = TEMPLATES.parent / "webapp" / "views"
MENU = "components/account_menu.html"


def test_gaps_are_filled_for_each_reader_and_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        first = kept_part(
            MENU,
            {"name": "<b>Mira", "initials": "M", "token": "one"},
            runs_desk=False,
            organizes=False,
            watches_jobs=False,
        )
        other = kept_part(
            MENU, {"name": "Ana", "initials": "A", "token": "two"}, runs_desk=False, organizes=False, watches_jobs=False
        )
    assert isinstance(first, Markup)
    assert "&lt;b&gt;Mira" in first and 'value="one"' in first
    assert "Mira" not in other and 'value="two"' in other
    assert str(other) == str(first).replace("&lt;b&gt;Mira", "Ana").replace(">M<", ">A<").replace('"one"', '"two"')


def test_each_language_and_each_mount_has_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        english = kept_part("layouts/parts/_top.html", here="")
        with speaking("en_XA"):
            assert kept_part("layouts/parts/_top.html", here="") != english
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/town"}):
        assert 'href="/town/events"' in kept_part("layouts/parts/_top.html", here="")
    with app.test_request_context("/"):
        assert kept_part("layouts/parts/_top.html", here="") == english


def test_no_kept_template_asks_for_anything_personal() -> None:
    texts = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}
    callers = [*texts.values(), *(path.read_text() for path in VIEWS.rglob("*.py"))]
    todo = {name for text in callers for name in re.findall(r'kept_part\(\s*"([^"]+)"', text)}
    seen: set[str] = set()
    assert len(todo) >= 9
    while todo:
        name = todo.pop()
        seen.add(name)
        code = " ".join(re.findall(r"\{[{%](.*?)[}%]\}", texts[name], re.S))
        unquoted = re.sub(r"'[^']*'", "''", code)
        asked = [word for word in PERSONAL if re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", unquoted)]
        assert not asked, f"{name} is kept for everybody, and asks for {asked}"
        todo |= set(re.findall(r'(?:from|include) "([^"]+)"', code)) - seen
