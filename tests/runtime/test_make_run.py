"""`make run`, end to end: it serves, and Ctrl-C leaves no process behind."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.paths import ROOT
from tests.support.servers.half_open import half_sent, p95, waits_of_others
from tests.support.servers.make_run import Run
from tests.support.servers.processes import answers, free_port
from tests.support.waiting import eventually


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "home")
    yield run
    run.kill()


@pytest.mark.slow
def test_it_serves_and_ctrl_c_leaves_nothing(run: Run) -> None:
    family = run.wait_until_it_serves()
    assert answers(run.port)
    assert "admin@demo.test" in run.log
    with half_sent(("127.0.0.1", run.port), 200):
        assert p95(waits_of_others(("127.0.0.1", run.port))) <= 1.0
        # A terminal sends Ctrl-C to the whole group in the foreground. Who sends half of something holds up nothing.
        os.killpg(run.make.pid, signal.SIGINT)
        run.make.wait(20)
    eventually(lambda: not any(is_running(process) for process in family))
    assert "Traceback" not in run.log


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_a_wrong_setting_of_the_app_stops_the_start(tmp_path: Path) -> None:
    environment = {**os.environ, "TURNOUT_HOME": str(tmp_path), "PORT": str(free_port()), "TURNOUT_ENV": "holiday"}
    refused = subprocess.run(
        ["make", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert refused.returncode != 0
    assert "TURNOUT_ENV" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
