"""The template that translators start from."""

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
    with collected.open("rb") as file:
        messages = [message.id for message in read_po(file) if message.id]
    texts = [text for one in messages for text in (one if isinstance(one, tuple) else (one,))]
    assert [text for text in texts if "{}" in text or "%s" in text.replace("%%", "")] == []
