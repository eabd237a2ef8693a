"""Each benchmark can be started: nothing else runs them, and what they borrow from the tests moves."""

import re
from pathlib import Path

import pytest

import bench
from bench.__main__ import benchmark

FOLDER = Path(bench.__file__).parent
NAMES = re.findall(r"^\| `(\w+)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_of_the_table_finds_what_it_needs(name: str) -> None:
    assert callable(benchmark(name).main)


def test_the_table_has_every_benchmark() -> None:
    begins = re.compile(r"^def main\(_?server_url: str\) -> Report:", re.MULTILINE)
    found = {file.stem for file in FOLDER.rglob("*.py") if begins.search(file.read_text())}
    assert set(NAMES) == found
