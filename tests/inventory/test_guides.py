"""The guides name files and helpers that are there."""

import re

from runtime.paths import ROOT

GUIDES = (
    "README.md",
    "docs/architecture.md",
    "docs/testing.md",
    "docs/rules.md",
    "docs/commands.md",
    "docs/settings.md",
)


def rows(guide: str) -> list[list[str]]:
    lines = [line for line in (ROOT / guide).read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_links_lead_to_files():
    missing = [
        (guide, target)
        for guide in GUIDES
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / guide).read_text())
        if not (ROOT / guide).parent.joinpath(target).exists()
    ]

    assert missing == []


def test_paths_of_the_guides_are_there():
    folders = (ROOT, ROOT / "webapp", ROOT / "tests")
    missing = [
        (guide, path)
        for guide in GUIDES
        for path in re.findall(r"`([\w./-]+/[\w-]+\.(?:py|html|md))`", (ROOT / guide).read_text())
        if not any(folder.joinpath(path).exists() for folder in folders)
    ]

    assert missing == []


def test_a_helper_is_in_the_file_that_the_guide_names():
    missing = []
    for cells in rows("docs/testing.md"):
        files = [ROOT / "tests" / path for path in re.findall(r"`(support/[\w./]+)`", cells[-1])]
        sources = [file for one in files for file in ([one] if one.is_file() else one.rglob("*.py"))]
        text = "".join(file.read_text() for file in sources)
        missing += [name for name in re.findall(r"`(\w+)", cells[1]) if files and not re.search(rf"\b{name}\b", text)]

    assert missing == []
