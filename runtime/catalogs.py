"""`make words`: collects every message for translators, and brings each catalog up to date with it."""

import subprocess
from collections.abc import Iterable

from runtime import environment
from runtime.complaint import Complaint
from runtime.paths import ROOT, venv_program

CATALOGS = ROOT / "webapp" / "languages" / "catalogs"
TEMPLATE = CATALOGS / "messages.pot"
#: What says a message: `plural` has the number first, `N_` and `n_` mark what is said later, `pgettext` has a context.
_KEYWORDS = ("gettext", "_", "N_", "ngettext:1,2", "n_:1,2", "plural:2,3", "pgettext:1c,2", "bar_plot:3,4")
#: No line numbers, no dates: the template changes with the messages alone.
_STEADY = ("--no-location", "--omit-header", "--sort-output", "--no-default-keywords", "--no-wrap")


def collect(target: str) -> None:
    """Write the template of all catalogs to that file."""
    keywords = [f"--keyword={one}" for one in _KEYWORDS]
    _babel(["--quiet", "extract", "-F", "pyproject.toml", *_STEADY, *keywords, "-o", target, "."])


def update_catalogs() -> None:
    """The template, then every language that is there; a message that changed is marked fuzzy for its translator."""
    environment.ensure(environment.TEST_LOCK)
    CATALOGS.mkdir(exist_ok=True)
    collect(str(TEMPLATE))
    for catalog in sorted(CATALOGS.glob("*/LC_MESSAGES/messages.po")):
        language = catalog.parent.parent.name
        _babel(["--quiet", "update", "-i", str(TEMPLATE), "-o", str(catalog), "-l", language, "--no-wrap"])


def _babel(arguments: Iterable[str]) -> None:
    # As a module, so that our own extraction is found beside it.
    command = [str(venv_program("python")), "-m", "babel.messages.frontend", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise Complaint("pybabel could not read the messages; the lines above say which file")
