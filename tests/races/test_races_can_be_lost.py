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
from tests.support.database_fixtures import KINDS

RACES = "tests/races/test_enrollment_races.py"
SHORT = "eight_processes or two_hundred_leave"
#: Holds by the unique index of live enrollments alone: the insert itself finds somebody in the way.
HELD_WITHOUT_LOCK = {"test_one_person_in_many_tabs_is_enrolled_once_in_each_of_two_hundred_rounds"}


@pytest.mark.slow
@pytest.mark.race
def test_every_race_is_lost_without_the_lock(tmp_path):
    results = outcomes(tmp_path / "report.xml")

    for kind in KINDS:
        is_lost = {name: lost for (name, database), lost in results.items() if database == kind}
        assert len(is_lost) >= 2
        assert {name for name, lost in is_lost.items() if not lost} <= HELD_WITHOUT_LOCK


def outcomes(report: Path) -> dict[tuple[str, str], bool]:
    """Each race's name and database, and whether it was lost, in a run of their own without the lock."""
    chosen = [] if os.environ.get("TURNOUT_RACE_REPEATS") else ["-k", SHORT]
    command = [sys.executable, "-m", "pytest", RACES, "-q", "-p", "no:cacheprovider", *chosen]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment[WITHOUT_LOCK] = "1"
    run = subprocess.run(
        [*command, f"--junitxml={report}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stdout + run.stderr
    lost: dict[tuple[str, str], bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314
        name, _, parameters = case.attrib["name"].removesuffix("]").partition("[")
        kind = parameters.partition("-")[0]
        # Of a race in several variants, all have to be lost.
        lost[name, kind] = lost.get((name, kind), True) and case.find("failure") is not None
    return lost
