"""No word reaches a reader but through gettext, also on a page that no walk comes to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.support.pages.words import said_by

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
VIEWS = sorted((ROOT / "webapp" / "views").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
_SENTENCE_IN_A_SCRIPT = re.compile(r"['`][A-Z][a-z]+,? [a-zA-Z$][^'`]*")
_JINJA = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
_JINJA.newstyle_gettext = True
#: Comments, messages, names of classes, and what is worked out.
_NOT_PLAIN = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%-?\s*block (?:main_class|skip_to)\b.*?endblock.*?%\}"
    r"|\{\{.*?\}\}|\{%.*?%\}",
    re.S,
)
#: Names, and attributes that a macro writes on their own.
_SAME_EVERYWHERE = re.compile(r"""\b(?:Turnout|UTC)\b|\baria-[a-z]+="[^"]*"|\baria-[a-z]+='[^']*'""")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: Of a literal that is printed: a phrase, or a word with a capital; the rest are attributes and names of classes.
_PHRASE = re.compile(r"[a-z]{2,} [a-z]{2,}|^[ ,;.]*[A-Z][a-z]{2,}|[a-z]{2,}[.!?]$|^[,;] [a-z]")
_IN_A_SENTENCE = re.compile(r"(?:^|[ (“])[A-Za-z]{2,}[ .,]|[.}] [A-Za-z]{2,}")
#: What says a message, or takes one that is counted.
_SAYS = {"gettext", "_", "ngettext", "pgettext", "plural", "N_", "n_"}


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_text_of_a_template_is_a_message(page: Path) -> None:
    plain = _NOT_PLAIN.sub("", page.read_text())
    texts = said_by(plain) if page.suffix == ".html" else plain.splitlines()

    assert [text for text in texts if _WORD.search(_SAME_EVERYWHERE.sub("", text))] == []


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_phrase_that_a_template_puts_in_is_a_message(page: Path) -> None:
    tree = _JINJA.parse(page.read_text())
    shown = [node for output in tree.find_all(nodes.Output) for node in output.nodes]
    shown += [assign.node for assign in tree.find_all(nodes.Assign)]
    found = [text for node in shown for text in _printed(node)]

    assert [text for text in found if _PHRASE.search(text) and "--" not in text and not text.startswith(" btn")] == []


def _printed(node: nodes.Node) -> Iterator[str]:
    """Literals that the expression may come to, those of messages aside."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from (text for one in (node.expr1, node.expr2) if one is not None for text in _printed(one))
    elif isinstance(node, nodes.Call):
        is_message = isinstance(node.node, nodes.Name) and node.node.name in _SAYS
        yield from (text for word in node.kwargs if is_message for text in _printed(word.value))
        yield from (text for one in node.args if not is_message for text in _printed(one))
        yield from _printed(node.node)
    elif isinstance(node, (nodes.Concat, nodes.Tuple, nodes.List)):
        yield from (text for one in node.iter_child_nodes() for text in _printed(one))
    elif isinstance(node, nodes.Dict):
        yield from (text for pair in node.items for text in _printed(pair.value))
    elif isinstance(node, (nodes.BinExpr, nodes.Getattr, nodes.Getitem)):
        yield from (text for one in node.iter_child_nodes() for text in _printed(one))
    elif isinstance(node, nodes.Filter) and node.node is not None:
        yield from _printed(node.node)


def test_no_view_puts_a_sentence_together_without_a_message() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in VIEWS
        if path.name != "unreadable.py"  # the server's own words for what is no request
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr) and _IN_A_SENTENCE.search(_fixed_part(node))
    ]

    assert [line for line in found if not re.search(r"[<>/=#]|--|min'", line)] == []


def _fixed_part(text: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else "}" for part in text.values)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(ROOT)))
def test_a_script_takes_its_words_from_the_page(script: Path) -> None:
    assert _SENTENCE_IN_A_SCRIPT.findall(script.read_text()) == []


def test_no_message_is_said_before_there_is_a_reader() -> None:
    """A table at the top of a module holds messages (`N_`); said there, they would stay English for ever."""
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(call)}"
        for path in sorted((ROOT / "webapp" / "views").rglob("*.py"))
        for call in _calls_when_imported(ast.parse(path.read_text()))
        if isinstance(call.func, ast.Name) and call.func.id in {"gettext", "ngettext", "pgettext", "plural"}
    ]

    assert found == []


def _calls_when_imported(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls_when_imported(child)


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_numbers_are_written_as_the_readers_language_does_it(page: Path) -> None:
    """By `number` and `decimal`; Python's own formats know only English."""
    assert re.findall(r"\.format\(|\|\s*format\b|%\.\d", page.read_text()) == []


@pytest.mark.parametrize(
    "module", sorted((ROOT / "webapp" / "views").rglob("*.py")), ids=lambda one: str(one.relative_to(ROOT))
)
def test_no_module_writes_thousands_as_english_does(module: Path) -> None:
    assert re.findall(r":,[\"}]", module.read_text()) == []
