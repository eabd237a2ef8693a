"""A race that cannot be lost proves nothing: without the event's lock these tests must fail.

`make races` asks all of them; `make test` the two that say the most.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree  # our own report, written a moment ago

import pytest

from runtime.paths import ROOT
from tests.races.contest import WITHOUT_LOCK

RACES = "tests/races/test_enrollment_races.py"
SHORT = "eight_processes or two_hundred_leave"
#: Holds by the unique index of live enrollments alone: the insert itself finds somebody in the way.
HELD_WITHOUT_LOCK = {"test_one_person_in_many_tabs_is_enrolled_once_in_each_of_two_hundred_rounds"}


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_race_is_lost_without_the_lock(kind, tmp_path):
    results = outcomes(kind, tmp_path / "report.xml")

    assert len(results) >= 2
    assert {name for name, is_lost in results.items() if not is_lost} <= HELD_WITHOUT_LOCK


def outcomes(kind: str, report: Path) -> dict[str, bool]:
    """Each race's name and whether it was lost, in a run of their own without the lock."""
    chosen = [] if os.environ.get("TURNOUT_RACE_REPEATS") else ["-k", SHORT]
    command = [sys.executable, "-m", "pytest", RACES, "-q", "-p", "no:cacheprovider", "--db", kind, *chosen]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment[WITHOUT_LOCK] = "1"
    run = subprocess.run(
        [*command, f"--junitxml={report}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stdout + run.stderr
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314
    return {case.attrib["name"].partition("[")[0]: case.find("failure") is not None for case in cases}
