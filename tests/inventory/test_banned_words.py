"""No message says what `docs/words.md` says no page says: the whole text of every message, as a translator gets it."""

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
    r"\bmails?\b": "“email”, “emails”",
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
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]*>")


def messages() -> Iterator[str]:
    with TEMPLATE.open("rb") as file:
        for message in read_po(file):
            yield from (message.id,) if isinstance(message.id, str) else message.id


@pytest.mark.parametrize("banned", BANNED)
def test_no_message_says_what_is_banned(banned: str) -> None:
    pattern = re.compile(banned, re.I)
    found = [text for text in messages() if pattern.search(_PLACEHOLDER.sub("·", text))]

    assert found == [], f"docs/words.md: say {BANNED[banned]} instead"


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
