"""Every decision stands in the index once, and is linked from the rule or the module that it decides."""

import re

import pytest

from runtime.paths import ROOT
from tests.inventory.test_source import tracked

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(file.name for file in FOLDER.glob("[0-9]*.md"))
INDEX = re.findall(r"^- \[(\d{3})\]\(([\w.-]+)\) \S", (FOLDER / "README.md").read_text(), re.MULTILINE)
_TEXT = {".md", ".py", ".html", ".toml", ".css", ".js"}


def test_the_index_lists_each_record_once():

    names = [name for _, name in INDEX]

    assert len(names) == len(set(names))
    assert set(RECORDS) <= set(names)
    assert all(name.startswith(f"{number}-") for number, name in INDEX)


def test_no_number_is_given_twice():
    numbers = [name[:3] for name in RECORDS]

    assert len(numbers) == len(set(numbers))


@pytest.fixture(scope="module")
def elsewhere() -> str:
    """Everything that is written outside the folder of the records."""
    files = [file for file in tracked() if FOLDER not in file.parents and file.suffix in _TEXT]
    return "".join(file.read_text() for file in files)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_linked_from_what_it_decides(name, elsewhere):
    assert f"decisions/{name[:3]}" in elsewhere


@pytest.mark.parametrize("name", RECORDS)
def test_what_a_record_links_is_there(name):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (FOLDER / name).read_text())

    assert [target for target in targets if not (FOLDER / target).exists()] == []
