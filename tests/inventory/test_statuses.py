"""A status is named, not typed: `"published"` is a rule that nobody finds who looks for `EventStatus.PUBLISHED`."""

import ast
import re
from collections.abc import Iterator

from runtime.paths import ROOT

#: Their checks and partial indexes are texts of the database.
_TEXTS_OF_TABLES = (ROOT / "webapp" / "models", ROOT / "webapp" / "migrations")
_IN_STATEMENTS = {"in_", "not_in"}
_IN_TEMPLATE = re.compile(
    r"""\b\w*status\s*(?:==|!=|not\ in|in)\s*[\[(]?\s*['"]   # event.status == 'draft'
    |['"]\w+['"]\s*(?:==|!=)\s*[\w.]*status\b""",
    re.VERBOSE,
)


def is_status(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith("status")


def has_text(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def typed_statuses(tree: ast.AST) -> Iterator[str]:
    """Comparisons of a status with a text, also in statements (`in_`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"in_", "not_in"}
        ):
            sides = [node.func.value, *node.args]
        else:
            continue
        if any(map(is_status, sides)) and any(has_text(side) for side in sides if not is_status(side)):
            yield ast.unparse(node)


def test_code_names_the_status_it_asks_for():
    found = [
        (file.relative_to(ROOT).as_posix(), text)
        for file in sorted((ROOT / "webapp").rglob("*.py"))
        if not any(folder in file.parents for folder in _TEXTS_OF_TABLES)
        for text in typed_statuses(ast.parse(file.read_text()))
    ]

    assert found == []


def test_templates_name_the_status_they_ask_for():
    files = [file for file in sorted((ROOT / "templates").rglob("*")) if file.suffix in {".html", ".txt"}]
    found = [
        (file.relative_to(ROOT).as_posix(), match[0])
        for file in files
        for match in _IN_TEMPLATE.finditer(file.read_text())
    ]

    assert found == []
