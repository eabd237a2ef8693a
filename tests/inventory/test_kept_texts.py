"""A sentence of the rules, the services or the adapters is a message, or `languages/kept_texts` knows it.

Such a sentence ends up in a row (a reason, a note, a notification, an error) and is read on some page.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.paths import ROOT
from tests.inventory.test_banned_words import messages
from tests.inventory.test_words import TEMPLATES
from webapp.languages.kept_texts import kept_text
from webapp.languages.language import PSEUDO_TAG, speaking

_FLOORS = ("domain", "services", "adapters")
_SENTENCE = re.compile(r"^[A-Z][\w’']*[,:]? [a-z{]|[a-z]+ [a-z]+ [a-z]+")
_STATEMENT = re.compile(r"\b(?:SELECT|UPDATE|CASE|IS NULL)\b|^(?:PRAGMA|SET|FROM) ")
#: Errors that people read, in words of their own or as the reason why an email failed.
_READ_ERRORS = {"Refused", "NotDelivered", "OSError", "smtplib.SMTPNotSupportedError"}
#: What stands in a gap of a sentence.
_IN_A_GAP = ("7", "7 min")
#: Files whose texts are looked for in what people send, or are the world of the demonstration.
_NOT_READ = (
    "webapp/services/demo/",
    "webapp/domain/places/lists/guest_answer.py",
    "webapp/domain/places/lists/guest_heading.py",
)
#: {{ move.reason }}, reason=mail.reason %}: columns that the product writes into; `e` and `v` are of forms.
_SHOWN_AS_KEPT = re.compile(
    r"(?:\{\{-?\s*|=)(?!(?:form|decision|e|v)\.)\w+\."
    r"(?:reason|note|last_error|cancel_reason|marked_reason|revoked_reason|reversed_because|actor_name)\s*(?:-?\}\}|,|-?%\})"
)
#: For developers, the log and a terminal.
_NOT_ON_PAGES = {
    "a server without a name",
    "the system account (user 7, is_system) is missing, so no class was activated; restore that row, then run the job "
    "again",
}
#: Parts of a sentence that is known as a whole.
_PARTS = {
    "the video server told us nothing about an online session",
    "people in the room of an online session could not be matched",
    "an online session could not be measured",
    "Cannot be decided: 7",
    "closed when the room was, 7 before the scheduled end",
    "7: closed at the scheduled end.",
    " and closed at the scheduled end",
    "there for 7 at least and 7 at most",
    ", which comes to the same",
    "No leave was reported",
    "No leave was reported for 7 stays",
}


def sentences(tree: ast.AST) -> Iterator[str]:
    """Texts that read like a sentence, each gap filled with 7; docstrings, what is logged and errors aside."""
    silent = {id(part) for node in ast.walk(tree) if _is_not_read(node) for part in ast.walk(node)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in silent or id(node) in inside:
            continue
        text = _text(node)
        if text and _SENTENCE.search(text) and not _STATEMENT.search(text):
            yield text


def _is_not_read(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        is_logged = isinstance(node.value, ast.Call) and "log" in ast.unparse(node.value.func)
        return isinstance(node.value, ast.Constant) or is_logged
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return ast.unparse(node.exc.func) not in _READ_ERRORS
    # Why a line of a file cannot be read is said by commands only, as `cli/refusals` does.
    return isinstance(node, ast.keyword) and node.arg == "why"


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_said(text: str) -> bool:
    """Whether another language says it differently."""
    with speaking(PSEUDO_TAG):
        return any(kept_text(form) != form for form in (text.replace("7", gap) for gap in _IN_A_GAP))


@pytest.mark.parametrize("floor", _FLOORS)
def test_every_sentence_that_is_kept_is_said_in_the_readers_language(floor: str) -> None:
    known = {*messages(), *_NOT_ON_PAGES, *_PARTS}
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "webapp" / floor).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(_NOT_READ)
        for text in sentences(ast.parse(path.read_text()))
        if text not in known and not is_said(text)
    ]

    assert found == []


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_column_that_the_product_writes_into_is_said_in_words(page: Path) -> None:
    assert _SHOWN_AS_KEPT.findall(page.read_text()) == []


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("notify(text='2 outcomes are undecided')", True),
        ("Cause(reason=f'Moved away from {name}')", True),
        ("Cause(reason='A place opened')", False),
        ("flash('Saved it for you')", True),
        ("raise ValueError('a session ends after it starts')", False),
        ("_log.warning('mail %s was not delivered', key)", False),
    ],
)
def test_a_relapse_is_found(code: str, is_found: bool) -> None:
    assert any(not is_said(text) for text in sentences(ast.parse(code))) is is_found
