"""What `domain` has a name for is named, not typed: `"published"` is a rule that nobody finds who looks for
`EventStatus.PUBLISHED`. That holds for methods, triggers, modes and answers as for statuses."""

import ast
import importlib
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

from runtime.paths import ROOT
from webapp.views.participant.asking.asking import AskState
from webapp.views.words.statuses import KINDS

#: Their checks and partial indexes are texts of the database, and so are the statements of the audit (`queries/audit`),
#: which is written in plain SQL on purpose: it proves the rows without the code that wrote them.
_TEXTS_OF_TABLES = (ROOT / "webapp" / "models", ROOT / "webapp" / "migrations")
_IN_STATEMENTS = {"in_", "not_in"}
_TEXT = r"""['"]\w+['"]"""
#: == 'draft', in ('draft', 'published'), 'draft' ==
_IN_TEMPLATE = re.compile(rf"(?:==|!=)\s*{_TEXT}|\bin\s*[\[(][^\])]*|{_TEXT}\s*(?:==|!=)")
#: {'draft': ..., selectattr('status', 'in', ('draft', selectattr('status', 'equalto', 'draft'
_KEY_IN_TEMPLATE = re.compile(rf"[{{,]\s*({_TEXT})\s*:")
_CHOSEN_IN_TEMPLATE = re.compile(rf"(?:select|reject)attr\(\s*{_TEXT}\s*,\s*{_TEXT}\s*,[^)]*")
_STATUS_IN_TEMPLATE = re.compile(
    r"""\b\w*status\s*(?:==|!=|not\ in|in)\s*[\[(]?\s*['"]   # event.status == 'draft'
    |['"]\w+['"]\s*(?:==|!=)\s*[\w.]*status\b""",
    re.VERBOSE,
)
#: Words that mean something else where they stand.
SOMETHING_ELSE = {
    ("webapp/cli/imports.py", "k != 'code'"),  # a fact of a refusal
    (  # names of accounts
        "webapp/services/demo/demo_world.py",
        "{'admin': (Role.OWNER, None), 'teacher': (Role.TEACHER, None), 'desk': (Role.DESK, BERLIN), "
        "'viewer': (Role.VIEWER, None), 'organizer': (Role.ORGANIZER, None)}",
    ),
    (
        "webapp/services/demo/demo_cast.py",
        "{'teacher': 'Amara Diallo', 'desk': 'Łucja Nowak', 'viewer': 'Greta Müller'}",
    ),
    ("templates/admin/events/event.html", "== 'desk'"),  # the next step
    ("webapp/views/forms/recurrence.py", "repeat == 'once'"),  # a choice of the form
    ("webapp/views/forms/recurrence.py", "repeat == 'weekly'"),
    ("webapp/views/forms/pickers.py", "kind == 'date'"),  # the type of an input
    ("webapp/views/desk/arrivals.py", "'all' not in request.args"),  # part of an address
    ("webapp/views/desk/evidence.py", "kind in {'in', 'again'}"),
    ("webapp/views/desk/evidence.py", "kind == 'in'"),
    ("webapp/views/participant/people/settings.py", "theme == 'system'"),  # what the device shows
    ("webapp/views/words/explaining.py", "'present' in values"),  # a fact of a sentence
    (
        "templates/admin/events/form/_problems.html",
        "in ('capacity', 'minimum_days'",  # fields
    ),
    ("templates/admin/events/form/_problems.html", ", 'minimum_days':"),
    ("templates/admin/events/enrollments/_enrollments.html", ", 'enrolled':"),  # an order of the list
    ("templates/admin/events/enrollments/_enrollments.html", ", 'changed':"),
    ("templates/admin/events/enrollments/_enrollments.html", "== 'changed'"),
    (  # words that know nothing of ours
        "webapp/languages/role_names.py",
        "{'owner': N_('Owner'), 'admin': N_('Admin'), 'organizer': N_('Organizer'), 'teacher': N_('Teacher'), "
        "'desk': N_('Desk'), 'viewer': N_('Viewer')}",
    ),
    ("templates/base.html", '{"code":'),  # data of a script
    ("templates/admin/online/_lanes.html", "== 'open'"),  # the form of a bar
    ("templates/components/operator_rail.html", "in [ ('operator.organizations', 'door', _('Organizations'"),  # an icon
    ("templates/components/forms/pickers.html", "== 'number'"),  # the type of an input
}


def words_of_domain() -> set[str]:
    """The values of all enumerations of the domain."""
    found = set()
    for file in sorted((ROOT / "webapp" / "domain").rglob("*.py")):
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                found |= {one.value for one in kind}
    return found


def is_status(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith("status")


def texts(node: ast.expr) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def listed(node: ast.expr) -> set[str]:
    """The texts that stand there themselves, alone or in a list."""
    parts = node.elts if isinstance(node, ast.Set | ast.Tuple | ast.List) else [node]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def typed_words(tree: ast.AST, words: set[str]) -> Iterator[str]:
    """Comparisons with such a word, or of a status with any text, also in statements (`in_`); tables by status, and
    what is said of a status by a text (`move_words("active", ...)`)."""
    yield from typed_keys(tree, words)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _IN_STATEMENTS:
            sides = [node.func.value, *node.args]
        else:
            continue
        is_typed = any(map(is_status, sides)) and any(texts(side) for side in sides if not is_status(side))
        if is_typed or any(listed(side) & words for side in sides):
            yield ast.unparse(node)


def typed_keys(tree: ast.AST, words: set[str]) -> Iterator[str]:
    """Tables in which every key is such a word, and such words handed to what says a status in words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and len(node.keys) > 1:
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            if words.issuperset(keys):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("_words"):
            if any(listed(one) & words for one in node.args):
                yield ast.unparse(node)


def typed_in_template(text: str, words: set[str]) -> Iterator[str]:
    for match in _STATUS_IN_TEMPLATE.finditer(text):
        yield match[0]
    for pattern in (_IN_TEMPLATE, _KEY_IN_TEMPLATE, _CHOSEN_IN_TEMPLATE):
        for match in pattern.finditer(text):
            if {text[1:-1] for text in re.findall(_TEXT, match[0])} & words:
                yield " ".join(match[0].split())


@pytest.mark.parametrize(
    "text",
    [
        "event.method == 'application'",
        'event.method != "application"',
        "'system' == move.triggered_by",
        "state not in ('deleted', 'closed')",
        "state in [X.Y, 'closed']",
        "state in ('else', 'closed')",
        "event.status == 'whatever'",
    ],
)
def test_a_typed_word_is_found(text):
    assert list(typed_in_template(text, words_of_domain()))
    assert list(typed_words(ast.parse(text), words_of_domain()))


@pytest.mark.parametrize("text", ["{'attended': 1, 'no_show': 2}[status]", "enrollment_words('attended')"])
def test_a_table_by_typed_words_is_found_in_code(text):
    assert list(typed_words(ast.parse(text), words_of_domain()))


@pytest.mark.parametrize(
    "text",
    [
        "{'attended': _('Yes')}[status]",
        "{'x': 1,\n 'no_show': _('No')}[status]",
        "all | selectattr('status', 'in', ('enrolled', 'waitlisted'))",
        "all | rejectattr('status', 'equalto', 'enrolled')",
    ],
)
def test_a_table_by_typed_words_is_found_in_a_template(text):
    assert list(typed_in_template(text, words_of_domain()))


def test_code_names_what_it_asks_for():
    words = words_of_domain()
    found = {
        (file.relative_to(ROOT).as_posix(), text)
        for file in sorted((ROOT / "webapp").rglob("*.py"))
        if not any(folder in file.parents for folder in _TEXTS_OF_TABLES)
        for text in typed_words(ast.parse(file.read_text()), words)
    }

    assert found == {one for one in SOMETHING_ELSE if one[0].startswith("webapp/")}


def test_templates_name_what_they_ask_for():
    words = words_of_domain()
    files = [file for file in sorted((ROOT / "templates").rglob("*")) if file.suffix in {".html", ".txt"}]
    found = {
        (file.relative_to(ROOT).as_posix(), text)
        for file in files
        for text in typed_in_template(file.read_text(), words)
    }

    assert found == {one for one in SOMETHING_ELSE if one[0].startswith("templates/")}


def test_every_name_in_a_template_is_one_of_its_enumeration():
    """A name that does not exist would be equal to nothing, and nobody would be told."""
    known = {kind.__name__: set(kind.__members__) for kind in (*KINDS, AskState)}
    files = [file for file in sorted((ROOT / "templates").rglob("*")) if file.suffix in {".html", ".txt"}]
    unknown = {
        (file.relative_to(ROOT).as_posix(), f"{kind}.{name}")
        for file in files
        for kind, name in re.findall(r"\b([A-Z][a-z]\w+)\.([A-Z][A-Z_]+)\b", file.read_text())
        if name not in known.get(kind, set())
    }

    assert unknown == set()
