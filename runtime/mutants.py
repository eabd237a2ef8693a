"""`make mutants`: whether the tables of cases would notice a rule that is slightly wrong.

mutmut changes each rule in one place at a time and runs the tests of the domain that touch it; which rules, stands in
pyproject.toml. Results are kept in `mutants/`, so a second run looks only at what changed since.
Why it is so: docs/decisions/143-rules-that-are-slightly-wrong.md.
"""

import json
import os
import subprocess

from runtime import environment
from runtime.complaint import Complaint, say
from runtime.paths import ROOT, venv_program

#: The share of wrong rules (in percent) that the tests have to notice.
BAR = 95.0
FOLDER = ROOT / "mutants"


def mutants(arguments: list[str]) -> int:
    """Make and try all of them, name those that no test noticed, and fail below the bar.

    Arguments are names of mutants, with * for any part; then only those are tried and shown.
    """
    environment.ensure(environment.TEST_LOCK)
    _mutmut("run", "--max-children", str(os.cpu_count() or 1), *arguments)
    _mutmut("results")
    _mutmut("export-cicd-stats")
    share = noticed(json.loads((FOLDER / "mutmut-cicd-stats.json").read_text()))
    say(f"{share:.1f}% of the wrong rules were noticed, the bar is {BAR:.0f}%")
    return 0 if share >= BAR or arguments else 1


def noticed(counts: dict[str, int]) -> float:
    """The share, in percent, of mutants that a test failed for or never came back from."""
    total = counts["total"] - counts["skipped"]
    if not total:
        raise Complaint("no rule was changed: look at [tool.mutmut] in pyproject.toml")
    return 100 * (counts["killed"] + counts["timeout"]) / total


def _mutmut(*arguments: str) -> None:
    # Its own line of progress would fill a log; what is left at the end is what counts.
    if subprocess.run([str(venv_program("mutmut")), *arguments], cwd=ROOT, check=False).returncode:
        raise Complaint(f"mutmut {arguments[0]} did not end well")
