"""`make test`, `make lint`, `make bench`: the checks, each in the project's own environment.

A check that could not run is red in CI (the variable CI is set), never silently green.
Why it is so: docs/decisions/094-formatters-and-linters.md.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from runtime import browser, environment
from runtime.complaint import Complaint, say
from runtime.paths import ROOT, venv_program
from runtime.supervision import guard

# loadgroup: tests that share a costly server name the same group and stay on one worker.
PYTEST = ["-n", "2", "--dist", "loadgroup"]
# Scripts and style sheets, and the script that looks at pages for the tests; never the files of others.
FRONT_END = ["static/js", "static/css", "tests/support"]
BY_HAND = ("-n", "--pdb", "-s", "--numprocesses")


def test(arguments: list[str]) -> int:
    """Everything; with arguments only pytest, with those arguments."""
    environment.ensure(environment.TEST_LOCK)
    outer = {**os.environ, **_browser_environment()}
    # Tests start the product a hundred times: what each start would compile anew is kept (`make clean` removes it).
    outer.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="tt-", dir=_short_temporary_folder(), ignore_cleanup_errors=True) as own:
        # A folder of its own keeps sockets' paths short and other users' leftovers out of the way.
        outer["TMPDIR"] = own
        return guard.run(lambda: _all_checks(arguments, outer))


def races(arguments: list[str]) -> int:
    """Every race, short and long, and all of them seen to be lost without the lock."""
    return test(["tests/races", "-n", "0", "-m", "", *arguments])


def lint() -> int:
    """Style, types and layers."""
    environment.ensure(environment.TEST_LOCK)
    return _worst([_call(command, dict(os.environ)) for command in _static_checks()])


def bench(arguments: list[str]) -> int:
    """The benchmarks need the test environment too: they drive real servers."""
    environment.ensure(environment.TEST_LOCK)
    if not (ROOT / "bench" / "__main__.py").exists():
        raise Complaint("there is nothing to measure yet: bench/ has no __main__.py")
    command = [str(venv_program("python")), "-m", "bench", *arguments]
    return guard.run(lambda: _call(command, dict(os.environ)))


def _all_checks(arguments: list[str], outer: dict[str, str]) -> int:
    """All of them even when one fails: a person wants the whole list."""
    codes = [] if arguments else [_call(command, outer) for command in _static_checks()]
    defaults = [] if _runs_by_hand(arguments) else PYTEST
    codes.append(_call([str(venv_program("python")), "-m", "pytest", *defaults, *arguments], outer))
    return _worst(codes)


def _static_checks() -> list[list[str]]:
    return [
        [str(venv_program("ruff")), "check", "--quiet", "."],
        [str(venv_program("ruff")), "format", "--check", "--quiet", "."],
        [str(venv_program("mypy")), "--no-error-summary"],
        [str(venv_program("lint-imports"))],
        [str(venv_program("djlint")), "--lint", "--quiet", "templates"],
        [str(venv_program("oxlint")), "--quiet", "--deny-warnings", *FRONT_END],
        [str(venv_program("oxfmt")), "--check", *FRONT_END],
    ]


def _call(command: list[str], outer: dict[str, str]) -> int:
    """One check, named, with its output on ours."""
    say(" ".join([Path(command[0]).name, *command[1:]]))
    code = subprocess.run(command, cwd=ROOT, env=outer, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        say(f"FAILED: {Path(command[0]).name} ended with code {code}")
    return code


def _worst(codes: list[int]) -> int:
    return 1 if any(codes) else 0


def _runs_by_hand(arguments: list[str]) -> bool:
    return any(argument.startswith(BY_HAND) for argument in arguments)


def _short_temporary_folder() -> str:
    """macOS hands out long ones, too long for a socket below them."""
    return "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 (a private folder is made in it)


def _browser_environment() -> dict[str, str]:
    found = browser.find_or_install()
    if found.path:
        return {"TURNOUT_CHROMIUM": found.path}
    if os.environ.get("CI"):
        raise Complaint(f"the browser tests cannot run: {found.reason}")
    rule = "!" * shutil.get_terminal_size((80, 24)).columns
    sys.stderr.write(f"{rule}\nNO BROWSER TESTS in this run: {found.reason}\n{rule}\n")
    return {"TURNOUT_CHROMIUM_MISSING": found.reason}
