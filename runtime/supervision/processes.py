"""The kernel's view of processes: who dies with whom, and who descends from whom.

Stopping "our children" is not enough: gunicorn forks workers and RQ forks a work-horse into a session of its own,
so signals to a process group miss it. On Linux we therefore ask the kernel for two things: to be told when our
parent dies, and to inherit every orphan below us. Elsewhere (macOS) both are missing: an ordinary stop leaves
nothing there either, but `kill -9` of the supervisor may.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

LINUX = sys.platform.startswith("linux")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def adopt_orphans() -> None:
    """From now on, a descendant whose parent died becomes our child instead of init's."""
    if _libc:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with(parent: int) -> None:
    """Get SIGTERM when `parent` dies. Called in the child; the check closes the gap before the call."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def dying_with_me() -> Callable[[], None]:
    """A `preexec_fn` for Popen. The library is loaded before the fork: after it, little is safe."""
    parent = os.getpid()
    return lambda: die_with(parent)


def _parents() -> dict[int, int]:
    """Process -> parent, for everything that runs now (zombies left out)."""
    if not LINUX:
        listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
        return {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines())}
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as handle:
                # The second field is the program's name in brackets and may hold anything.
                state, parent = handle.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(name)] = int(parent)
    return parents


def children_of(pid: int) -> set[int]:
    """The direct children of `pid`, those that ended but were not collected included."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as handle:
            return {int(child) for child in handle.read().split()}
    except OSError:
        return {child for child, parent in _parents().items() if parent == pid}


def descendants_of(pid: int) -> set[int]:
    """Everything alive below `pid`."""
    parents = _parents()
    found: set[int] = set()
    edge = {pid}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge} - found
        found |= edge
    return found


def exists(pid: int) -> bool:
    """Is there a process of this number, ours or not?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(pid: int, number: int) -> None:
    """Signal a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def collect(pid: int) -> bool:
    """Take the exit code of our child `pid` from the kernel, if it has ended. True when there is nothing left of it."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def end_all_below_me(patience: float) -> None:
    """End every descendant of this process: politely, and after `patience` seconds not."""
    me = os.getpid()
    deadline = time.monotonic() + patience
    asked: set[int] = set()
    while alive := descendants_of(me):
        late = time.monotonic() > deadline
        for one in alive if late else alive - asked:
            send(one, signal.SIGKILL if late else signal.SIGTERM)
        asked |= alive
        time.sleep(0.02)
        for child in children_of(me):
            collect(child)
