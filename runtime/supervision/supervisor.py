"""Keeps a set of programs running and, at the end, leaves none of them behind.

Why it is so: docs/decisions/096-the-process-supervisor.md.
"""

import os
import signal
import time
from collections.abc import Callable

from runtime.supervision import processes
from runtime.supervision.child import Child
from runtime.supervision.output import Output, show

TICK = 0.2
#: Between two questions whether something is ready; output may come all the time.
ASK_EVERY = 0.1
STRAY_PATIENCE = 5.0
# Longer than gunicorn's own patience with requests under way, shorter than a person's with Ctrl-C.
STOP_PATIENCE = 6.0


class Stop(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, our parent's death)."""


class Supervisor:
    """Single-threaded on purpose: the kernel's "tell me when my parent dies" is bound to the thread that forked."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._output = Output()
        self._strays: dict[int, float] = {}
        self._impatient = False
        self._parent = os.getppid()
        processes.adopt_orphans()

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self._children.append(child)
        self._launch(child)

    def wait_for(self, ready: Callable[[], bool], seconds: float, needs: Child | None = None) -> bool:
        """Watch until `ready()` holds; False when it did not in time, or when `needs` ended before."""
        deadline = time.monotonic() + seconds
        ask_at = 0.0
        while True:
            if time.monotonic() >= ask_at:
                if ready():
                    return True
                ask_at = time.monotonic() + ASK_EVERY
            self._output.forward(0.05)
            if time.monotonic() > deadline or (needs and not needs.running):
                self._output.forward(0)
                return False
            self._tend()

    def watch(self) -> None:
        """Until somebody raises Stop."""
        while True:
            self._output.forward(TICK)
            self._tend()

    def _tend(self) -> None:
        """Start again what ended, end what lost its parent."""
        if os.getppid() != self._parent:  # where the kernel does not tell
            raise Stop
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.start_again_at:
                    self._launch(child)
            elif not child.running:
                show(child.name, child.note_end())
        self._end_strays()

    def _launch(self, child: Child) -> None:
        self._output.add(child.start(), child.name)

    def _end_strays(self) -> None:
        """A killed RQ worker leaves its work-horse behind, a killed gunicorn its workers: beside the new ones."""
        now = time.monotonic()
        for pid in processes.children_of(os.getpid()) - {child.pid for child in self._children}:
            if processes.collect(pid):
                self._strays.pop(pid, None)
            elif pid not in self._strays:
                self._strays[pid] = now
                processes.send(pid, signal.SIGTERM)
            elif now - self._strays[pid] > STRAY_PATIENCE:
                processes.send(pid, signal.SIGKILL)

    def stop(self) -> None:
        """First everything that works, then what the work stands on (the embedded server), then whatever is left."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hurry)
        for foundation in (False, True):
            self._stop([child for child in self._children if child.foundation is foundation])
        processes.end_all_below_me(patience=0.0 if self._impatient else 2.0)

    def _hurry(self, *_: object) -> None:
        self._impatient = True

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        while any(child.running for child in children):
            self._output.forward(0.02)
            if self._impatient or time.monotonic() > deadline:
                for child in children:
                    child.signal(signal.SIGKILL)
        self._output.forward(0)


def stop_on_signals() -> None:
    """Make the usual ways of stopping a program raise Stop, wherever it is at that moment."""

    def raise_stop(*_: object) -> None:
        raise Stop

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, raise_stop)
