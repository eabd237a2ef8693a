"""How numbers, codes and names read, and what templates are given."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from webapp.views.words import formatting


@pytest.mark.parametrize(("count", "words"), [(0, "0 places"), (1, "1 place"), (4, "4 places"), (1200, "1,200 places")])
def test_plural(count: int, words: str) -> None:
    assert formatting.plural(count, "{n} place", "{n} places") == words


@pytest.mark.parametrize(("code", "words"), [("7Q4M2KXW", "7Q4M 2KXW"), ("7Q4M", "7Q4M"), ("", "")])
def test_code_groups(code: str, words: str) -> None:
    assert formatting.code_groups(code) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mira Sand", "MS"),
        ("Joris van Aalst", "JA"),
        ("Łukasz Wiśniewski", "ŁW"),
        ("Cher", "C"),
        ("A\u030asa Lind", "ÅL"),
        ("  ", "?"),
        ("田中", "田"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert formatting.initials(name) == letters


def test_a_cover_belongs_to_its_event() -> None:
    assert formatting.cover_classes("clay-june") == formatting.cover_classes("clay-june")
    assert len({formatting.cover_classes(f"event-{n}") for n in range(200)}) == 15


def test_templates_leave_now_out(frame: Flask) -> None:
    instant = datetime(2026, 6, 13, 8, tzinfo=UTC)
    say = frame.jinja_env.from_string("{{ x | day('UTC') }}; {{ span(x, None, 'UTC') }}; {{ x | ago(now) if now }}")
    assert say.render(x=instant, now=instant) == "Sat 13 June; Sat 13 June, 08:00; just now"
    assert say.render(x=instant).startswith("Sat 13 June 2026; ")
