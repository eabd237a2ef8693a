"""`make run`, end to end: it serves, and Ctrl-C leaves no process behind."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.paths import ROOT
from tests.support.processes import answers, free_port
from tests.support.waiting import eventually

FROM_OUTSIDE = ("TURNOUT_", "DATABASE_URL", "REDIS_URL", "MAIL_URL", "MAKE")
EXPECTED = ["gunicorn", "rqscheduler", "jobs work", "jobs sweep", "valkey-server"]


class Run:
    """One `make run` on a data folder of its own."""

    def __init__(self, home: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(FROM_OUTSIDE)}
        self.port, self.log_file = free_port(), home.with_suffix(".log")
        with open(self.log_file, "wb") as log:
            self.make = psutil.Popen(
                ["make", "run"],
                cwd=ROOT,
                env={**clean, "TURNOUT_HOME": str(home), "PORT": str(self.port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def wait_until_it_serves(self) -> list[psutil.Process]:
        def look() -> bool:
            assert self.make.poll() is None, self.log
            return "Ctrl-C stops it" in self.log and all(word in self._commands() for word in EXPECTED)

        eventually(look, timeout=60)
        return [self.make, *self.make.children(recursive=True)]

    def _commands(self) -> str:
        commands = []
        for process in self.make.children(recursive=True):
            try:
                commands.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return "\n".join(commands)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "home")
    yield run
    family = [run.make, *run.make.children(recursive=True)] if run.make.is_running() else []
    for process in family:
        process.kill()


@pytest.mark.slow
def test_it_serves_and_ctrl_c_leaves_nothing(run: Run) -> None:
    family = run.wait_until_it_serves()
    assert answers(run.port)
    assert "admin@demo.test" in run.log
    # A terminal sends Ctrl-C to the whole group in the foreground.
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
