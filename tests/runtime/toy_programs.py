"""A supervised program for test_supervisor: like an RQ worker, it has a child in a session of its own.

    python -m tests.runtime.toy_programs FOLDER            supervises two of them, until stopped
    python -m tests.runtime.toy_programs FOLDER NAME       is one of them

Each start appends "own pid, child's pid" to FOLDER/NAME.
"""

import os
import subprocess
import sys
from pathlib import Path

from runtime.supervision import guard
from runtime.supervision.child import Child
from runtime.supervision.supervisor import Stop, Supervisor

NAMES = ["worker", "foundation"]
SLEEP = "import time; time.sleep(1000)"


def supervise(folder: str) -> int:
    supervisor = Supervisor()
    try:
        for name in NAMES:
            command = [sys.executable, "-m", "tests.runtime.toy_programs", folder, name]
            supervisor.start(Child(name, command, dict(os.environ), foundation=name == "foundation"))
        supervisor.watch()
    except Stop:
        pass
    finally:
        supervisor.stop()
    return 0


def work(folder: str, name: str) -> int:
    child = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
    with open(Path(folder) / name, "a", encoding="ascii") as notes:
        notes.write(f"{os.getpid()} {child.pid}\n")
    sys.stdout.write("working\n")
    sys.stdout.flush()
    return child.wait()


if __name__ == "__main__":
    folder, *name = sys.argv[1:]
    sys.exit(work(folder, *name) if name else guard.run(lambda: supervise(folder)))
