"""What `make run` costs while nobody asks for anything: processor time and memory of all its processes together.

python -m bench idle
"""

import tempfile
import time
from pathlib import Path

import psutil

from bench.support.figures import Report
from tests.support.servers.make_run import Run

SETTLING, WATCHED = 40, 120


def main(_server_url: str) -> Report:
    report = Report("idle")
    with tempfile.TemporaryDirectory(prefix="tb-") as home:
        run = Run(Path(home) / "home")
        try:
            run.wait_until_it_serves()
            time.sleep(SETTLING)
            family = [run.make, *run.make.children(recursive=True)]
            before = {process.pid: _seconds(process) for process in family}
            time.sleep(WATCHED)
            spent = sum(_seconds(process) - before[process.pid] for process in family)
            memory = sum(process.memory_full_info().pss for process in family) / 1e6
        finally:
            run.kill()
    report.note("processor time", 100 * spent / WATCHED, unit="% of a core", bar="<= 2")
    report.note("memory, shared pages counted once", memory, unit="MB", bar="<= 350")
    return report


def _seconds(process: psutil.Process) -> float:
    """Its own, and that of children that came and went."""
    times = process.cpu_times()
    return times.user + times.system + times.children_user + times.children_system
