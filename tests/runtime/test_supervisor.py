"""Nothing that was started may outlive what started it, however that ends; what dies too early is started again."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.paths import ROOT
from tests.runtime.toy_programs import NAMES
from tests.support.waiting import eventually


class Supervision:
    """The guard, the supervisor below it, and the notes of the toy programs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        command = [sys.executable, "-m", "tests.runtime.toy_programs", str(folder)]
        self.guard = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        eventually(lambda: all(self.starts(name) for name in NAMES))
        (self.supervisor,) = self.guard.children()
        self.all = [self.guard, *self.guard.children(recursive=True)]

    def starts(self, name: str) -> list[tuple[int, int]]:
        """Process and child of each start so far."""
        notes = self._folder / name
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [tuple(map(int, line.split())) for line in lines]

    def all_gone(self) -> bool:
        return not any(is_alive(process.pid) for process in self.all)

    def end(self) -> str:
        """For the end of a test: whatever still lives is killed. Returns what was printed."""
        for process in self.all:
            if is_alive(process.pid):
                process.kill()
        return self.guard.communicate(timeout=10)[0]


def is_alive(pid: int) -> bool:
    """Ended but not yet collected counts as dead."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def supervision(tmp_path: Path) -> Iterator[Supervision]:
    supervision = Supervision(tmp_path)
    yield supervision
    supervision.end()


def test_a_killed_program_is_started_again_and_its_orphan_ended(supervision: Supervision) -> None:
    ((program, orphan),) = supervision.starts("worker")
    psutil.Process(program).kill()
    eventually(lambda: len(supervision.starts("worker")) == 2)
    eventually(lambda: not is_alive(orphan))
    assert len(supervision.starts("foundation")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_everything(supervision: Supervision, number: int) -> None:
    supervision.guard.send_signal(number)
    eventually(supervision.all_gone)
    assert supervision.guard.wait(5) == 0


def test_killing_the_guard_ends_everything(supervision: Supervision) -> None:
    supervision.guard.kill()
    eventually(supervision.all_gone)


def test_killing_the_supervisor_ends_everything(supervision: Supervision) -> None:
    supervision.supervisor.kill()
    eventually(supervision.all_gone)
    assert supervision.guard.wait(5) == 1
    assert "ended by SIGKILL" in supervision.end()


def test_killing_both_ends_the_programs(supervision: Supervision) -> None:
    programs = [supervision.starts(name)[0][0] for name in NAMES]
    supervision.guard.suspend()
    supervision.supervisor.kill()
    supervision.guard.kill()
    eventually(lambda: not any(map(is_alive, programs)))


def test_what_programs_print_carries_their_name(supervision: Supervision) -> None:
    supervision.guard.send_signal(signal.SIGTERM)
    supervision.guard.wait(10)
    assert "worker   | working\n" in supervision.end()
