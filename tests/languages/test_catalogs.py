"""The template that translators start from."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from runtime.catalogs import TEMPLATE, collect


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("catalogs") / "messages.pot"
    collect(str(target))
    return target


def test_the_template_holds_what_is_said_today(collected) -> None:
    assert TEMPLATE.read_text() == collected.read_text(), "run make words"


def test_words_of_pages_mails_views_and_of_the_domains_data_are_found(collected) -> None:
    with collected.open("rb") as file:
        catalog = read_po(file)
    for said in ("Sign in", "Your place is confirmed.", "Event is full", "Exercises solved", "Needs practice"):
        assert said in catalog, said
    assert catalog.get(("{n} place", "{n} places")) is not None


def test_placeholders_have_names(collected) -> None:
    """A translator moves words around: a place without a name could not be moved."""
    texts = _messages(collected)
    assert [text for text in texts if "{}" in text or "%s" in text.replace("%%", "")] == []


def test_no_attribute_is_given_to_translators(collected) -> None:
    """A tag within a sentence is whole; a piece of one is not for people to read."""
    without_tags = [re.sub(r"<[^<>]+>", "", text) for text in _messages(collected)]
    assert [text for text in without_tags if re.search(r"[a-z-]+=[\"']|[<>]", text)] == []


def _messages(collected: Path) -> list[str]:
    with collected.open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    return [text for one in ids for text in (one if isinstance(one, tuple) else (one,))]
