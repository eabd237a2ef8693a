"""What stands in a field once a person was picked, and how it is read again."""

import pytest

from webapp.queries.people.known_people import KnownPerson
from webapp.views.forms.known_people import as_picked, picked


@pytest.mark.parametrize("name", ["Ana Silva", "山田 雅子", "O'Brien, Kit", "A"])
def test_who_was_picked_is_read_as_name_and_address(name):
    assert picked(as_picked(KnownPerson(name, "ana@post.example"))) == (name, "ana@post.example")


@pytest.mark.parametrize(
    "text", ["", "Ana", "Zed <i>Walker</i>", "<ana@post.example>", "Ana <ana>", "Ana <a@b> c", "Ana <a b@c>"]
)
def test_anything_else_is_a_name(text):
    assert picked(text) == (text, "")
