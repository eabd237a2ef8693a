"""The tables of rules lead to the rules and leave none out: every path in them is one of a function, a constant or
a module, and what other floors ask of the domain is named there or reached from what is."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "rules.md"
DOMAIN = ROOT / "webapp" / "domain"


def paths() -> list[str]:
    """What the last column names, in code."""
    rows = [line.rstrip().rstrip("|").split("|") for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    return sorted({path for row in rows if len(row) == 4 for path in re.findall(r"`([\w.]+)`", row[3])})


@pytest.mark.parametrize("path", paths())
def test_a_path_of_the_table_leads_somewhere(path):
    assert any(leads_somewhere(f"{room}.{path}") for room in ("webapp.domain", "webapp"))


def test_the_table_names_many():
    assert len(paths()) > 80


def leads_somewhere(path: str) -> bool:
    """Whether that is a module, or something that a module holds."""
    names = path.split(".")
    for cut in range(len(names), 1, -1):
        try:
            found: object = importlib.import_module(".".join(names[:cut]))
        except ModuleNotFoundError:
            continue
        for name in names[cut:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def modules(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(folder.rglob("*.py")):
        yield ".".join(file.relative_to(ROOT).with_suffix("").parts), ast.parse(file.read_text())


def asked_by_other_floors() -> set[str]:
    """Functions of the domain that something outside of it imports."""
    functions = {
        f"{module}.{node.name}"
        for module, tree in modules(DOMAIN)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    imported = {
        f"{node.module}.{name.name}"
        for module, tree in modules(ROOT / "webapp")
        if not module.startswith("webapp.domain")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    return functions & imported


def calls() -> dict[str, set[str]]:
    """The functions of its own module that a function or class of the domain uses."""
    found = {}
    for module, tree in modules(DOMAIN):
        parts = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        for name, node in parts.items():
            used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            found[f"{module}.{name}"] = {f"{module}.{other}" for other in used & set(parts)}
    return found


def test_the_tables_leave_no_rule_out():
    """Named, in a module that is named, used by what is named, or only another way to ask it."""
    used = calls()
    named = {".".join(["webapp.domain", *path.split(".")]) for path in paths()}
    told = {name for name in used if any(name == one or name.startswith(f"{one}.") for one in named)}
    told |= {one.rpartition(".")[0] for one in named if one.rpartition(".")[0] in used}
    known, fresh = set(told), set(told)
    while fresh:
        fresh = {other for name in fresh for other in used[name]} - known
        known |= fresh
    known |= {name for name, others in used.items() if others & told}

    assert asked_by_other_floors() - known == set()
