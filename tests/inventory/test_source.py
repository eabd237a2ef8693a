"""Rules about the source that a reader should be able to trust without reading all of it."""

import ast
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from runtime.paths import ROOT, venv_program
from webapp import queueing
from webapp.domain.work.schedule import SCHEDULE
from webapp.views.words.refusals import REFUSALS

MIGRATIONS = ROOT / "webapp" / "migrations"
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_TEMPLATE = 50, 300, 120
#: What nineteen of twenty stay within (the 95th percentile).
MOST_FUNCTIONS, MOST_FILES, MOST_ROUTES, MOST_TEMPLATES = 24, 230, 23, 60
#: Lines that the type checker is told to overlook.
MOST_EXCEPTIONS = 10
#: Files in one folder, and the folders that are looked up by a number instead of looked through.
LONGEST_ROW = 20
KEPT_LONG = {"docs/decisions", "webapp/migrations/versions"}
#: Who may end or begin a transaction outside the unit of work, and why.
MAY_END_READING = {
    "webapp/queries/events/export.py",  # begins a reading transaction that sees one moment
    "webapp/cli/checking.py",  # gives a reader's connection back between two checks
}


def sources(*folders: str) -> list[Path]:
    return [
        file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")) if MIGRATIONS not in file.parents
    ]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file, with the text of what is called."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def is_route(node: ast.FunctionDef) -> bool:
    """Whether it answers requests: it is decorated by `blueprint.get`, `.post` or `.route`."""
    named = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in {"get", "post", "route"} for one in named)


def percentile_95(lengths: Iterable[int]) -> int:
    """The length that at most one of twenty exceeds."""
    ordered = sorted(lengths)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def tracked() -> list[Path]:
    """The files of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_transactions_begin_and_end_in_the_unit_of_work():
    pattern = re.compile(r"(session|connection|engine)(\(\))?\.(commit|rollback|begin|begin_nested)$")
    found = {name_of(file) for file in sources("webapp") for name, _ in calls(file) if pattern.search(name)}

    assert found - MAY_END_READING == {"webapp/services/unit_of_work.py"}


def test_one_file_looks_into_forms():
    """A field read anywhere else escapes the rule that the same field sent twice is a mistake."""
    found = {
        name_of(file)
        for file in sources("webapp")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"request.form", "request.files", "request.values"}
    }

    assert found == {"webapp/views/forms/sent.py"}


def test_one_file_reads_the_wall_clock():
    readers = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    found = {name_of(file) for file in sources("webapp") for name, _ in calls(file) if readers.search(name)}

    assert found == {"webapp/clock.py"}


def test_views_read_the_clocks_once_in_a_request():
    """All of them ask `request_time`; only the demonstration sets the clock."""
    used = {
        (name_of(file), ast.unparse(node))
        for file in sources("webapp/views")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("clock.")
    }
    reader = "webapp/views/request_time.py"

    assert used == {(reader, "clock.now"), (reader, "clock.real_now"), ("webapp/views/demo.py", "clock.move")}


def test_every_refusal_has_a_sentence():
    raised = {
        node.args[0].value
        for file in sources("webapp")
        for name, node in calls(file)
        if name == "Refused" and node.args and isinstance(node.args[0], ast.Constant)
    }

    assert raised - set(REFUSALS) == set()


def test_every_queue_path_leads_to_a_function():
    paths = [*(path for _, path in queueing.NUDGED_JOBS.values()), queueing._RUN_JOB]
    for path in paths:
        module, _, name = path.rpartition(".")
        functions = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text()).body
        assert name in {node.name for node in functions if isinstance(node, ast.FunctionDef)}, path


def test_the_schedule_names_each_job_once():
    names = [job.name for job in SCHEDULE]

    assert len(names) == len(set(names))


def test_functions_and_files_stay_small_enough_to_read():
    too_long = []
    for file in sources("webapp", "runtime", "bench", "tests"):
        text = file.read_text()
        if text.count("\n") > LONGEST_FILE and not name_of(file).startswith("tests/"):
            too_long.append(name_of(file))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                too_long.append(f"{name_of(file)}:{node.name}")

    assert too_long == []


def test_most_functions_files_and_routes_are_short():
    files, functions, routes = [], [], []
    for file in sources("webapp", "runtime"):
        text = file.read_text()
        files.append(text.count("\n"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                functions.append(length)
                routes += [length] if is_route(node) else []

    assert percentile_95(functions) <= MOST_FUNCTIONS
    assert percentile_95(files) <= MOST_FILES
    assert percentile_95(routes) <= MOST_ROUTES


def test_exceptions_from_the_type_checker_are_few_and_say_why():
    lines = [
        f"{name_of(file)}: {line.strip()}"
        for file in sources("webapp", "runtime", "bench", "tests")
        for line in file.read_text().splitlines()
        if re.search(r"#\s*(type|mypy):\s*ignore", line)
    ]

    assert len(lines) <= MOST_EXCEPTIONS
    assert [line for line in lines if not re.search(r"#\stype: ignore\[[a-z-]+\]  # \w", line)] == []


def test_templates_stay_small_enough_to_read():
    lengths = {name_of(file): file.read_text().count("\n") for file in (ROOT / "templates").rglob("*.html")}

    assert {name for name, length in lengths.items() if length > LONGEST_TEMPLATE} == set()
    assert percentile_95(lengths.values()) <= MOST_TEMPLATES


def test_every_form_that_posts_carries_the_token():
    without = []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(r"<form\b.*?</form>", file.read_text(), re.DOTALL):
            head = form[: form.index(">")]
            if re.search(r"method=.post", head, re.IGNORECASE) and "csrf" not in form:
                without.append(name_of(file))

    assert without == []


def test_no_file_names_a_registry_or_a_place_on_one_machine():
    # Put together here, so that this file does not contain what it looks for.
    words = ["pypi" + ".org", "npmjs" + ".com", "npmjs" + ".org", "/ro" + "ot/", "/wo" + "rk/", "/op" + "t/"]
    found = []
    for file in tracked():
        data = file.read_bytes()
        if b"\0" not in data[:1000]:
            found += [(name_of(file), word) for word in words if re.search(rb"(?<![\w.])" + word.encode(), data)]

    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("command", [["lint-imports"], ["ruff", "check", "--quiet", "--select", "DTZ", "."]])
def test_layers_and_clocks_pass_their_linters(command):
    program, *arguments = command
    words = [str(venv_program(program)), *arguments]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_no_row_of_files_grows_too_long_to_look_through():
    """Beyond twenty, files are grouped by subject. Records and migrations are numbered."""
    rows = Counter(file.parent.relative_to(ROOT).as_posix() for file in tracked() if file.parent != ROOT)

    assert {row for row, files in rows.items() if files > LONGEST_ROW} - KEPT_LONG == set()
