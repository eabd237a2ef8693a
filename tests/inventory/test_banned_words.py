"""No message says what `docs/words.md` says no page says: the whole text of every message, as a translator gets it.

Nor does what a command prints, or what somebody reads who runs the product: README, commands and settings.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "webapp" / "languages" / "catalogs" / "messages.pot"
#: What is not said -> what is said instead.
BANNED = {
    r"\bwhoever\b": "“people who ...”, “the next person ...”",
    r"\bby (?:itself|themselves)\b": "“automatically”",
    r"\bany more\b|\bno more mails?\b": "“no longer”, “anymore”, “unsubscribe”",
    r"\b(?:some|any|every|no)body\b": "“someone”, “anyone”, “everyone”, “no one”",
    r"\bmails?\b|\be-mails?\b": "“email”, “emails”",
    r"\broll-call\b": "“roll call”",
    r"\btimezones?\b": "“time zone”",
    r"\b(?:take|takes|taken|took|give|gives|given|gave) (?:\S+ ){0,2}back\b": "“undo”, “withdraw”, “cancel”",
    r"\b(?:give|gives|given|gave) up\b": "“cancel”, “leave”; of an email “failed”",
    r"\bbeg[iau]ns?\b": "“start”, “started”",
    r"\bbegin like these\b|\bfits? (?:these|this|the)\b": "“no matches”",
    r"\btoo old\b": "“expired”",
    r"\b(?:crew|staff)\b": "“team”, “organizers”",
    r"\bit stands in\b|\bstands beside\b": "“recorded in ...”, “shown beside ...”",
    r"^Empty: ": "“leave blank to ...”",
    r"\bstraight away\b": "“right away”, “immediately”",
    r"\bmeasured anew\b": "“measured again”",
    r"\bwe will\b|\bthat is a mistake\b": "“we’ll”, “that’s a mistake”",
    r"\bdo not accept\b|\bnot accepted\b": "“decline”, “declined”",
    r"\b(?:cancel|cancelled) (?:the|this) (?:event|class|session)\b": "“call off”, “called off”",
    r"\btill\b": "“until”",
    r"\bleave (?:it|this)? ?empty\b": "“leave blank”",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{[^}]*\}|<[^>]*>")
GUIDES = [ROOT / "README.md", ROOT / "docs" / "commands.md", ROOT / "docs" / "settings.md"]
#: What prints something: the commands, their jobs by hand, and the settings that refuse a start.
COMMANDS = [
    *(ROOT / "webapp" / "cli").glob("*.py"),
    ROOT / "webapp/jobs/by_hand.py",
    *(ROOT / "webapp/config").glob("*.py"),
]
#: What somebody may call a column, for a command to understand.
TYPED = "e mail"
#: Code, and names of pages, files and settings.
_NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|!\[[^]]*\]", re.DOTALL)


def messages() -> Iterator[str]:
    with TEMPLATE.open("rb") as file:
        for message in read_po(file):
            yield from (message.id,) if isinstance(message.id, str) else message.id


@pytest.mark.parametrize("banned", BANNED)
def test_no_message_says_what_is_banned(banned: str) -> None:
    pattern = re.compile(banned, re.I)
    found = [text for text in messages() if pattern.search(_PLACEHOLDER.sub("·", text))]

    assert found == [], f"docs/words.md: say {BANNED[banned]} instead"


def printed() -> Iterator[str]:
    """Phrases of the commands, and what their `--help` says; the docstrings of other functions are for developers."""
    for path in COMMANDS:
        tree = ast.parse(path.read_text())
        own = {id(node.body[0].value) for node in ast.walk(tree) if _is_for_developers(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own:
                yield node.value


def _is_for_developers(node: ast.AST) -> bool:
    is_command = isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(one) for one in node.decorator_list)
    has_docstring = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
    return has_docstring and not is_command


@pytest.mark.parametrize("banned", BANNED)
def test_no_command_prints_what_is_banned(banned: str) -> None:
    pattern = re.compile(banned, re.I)
    found = [
        text for text in printed() if " " in text and text != TYPED and pattern.search(_PLACEHOLDER.sub("·", text))
    ]

    assert found == [], f"docs/words.md: say {BANNED[banned]} instead"


@pytest.mark.parametrize("banned", BANNED)
def test_no_guide_says_what_is_banned(banned: str) -> None:
    pattern = re.compile(banned, re.I)
    prose = [
        line for guide in GUIDES for line in _NO_PROSE.sub("·", guide.read_text()).splitlines() if pattern.search(line)
    ]

    assert prose == [], f"docs/words.md: say {BANNED[banned]} instead"


@pytest.mark.parametrize(
    ("text", "is_caught"),
    [
        ("Whoever waits longest gets it.", True),
        ("This page updates by itself.", True),
        ("Take %(name)s back", True),
        ("No class has begun yet", True),
        ("%(crew)s already", False),
        ("Email address", False),
        ("This page updates automatically.", False),
    ],
)
def test_a_relapse_is_caught(text: str, is_caught: bool) -> None:
    plain = _PLACEHOLDER.sub("·", text)

    assert any(re.search(banned, plain, re.I) for banned in BANNED) is is_caught
