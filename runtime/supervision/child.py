"""One supervised program: how it is started, when it may be started again, how it is stopped."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

from runtime.paths import ROOT
from runtime.supervision.processes import dying_with_me

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# Whoever ran this long was healthy; its next failure is a new story.
HEALTHY_AFTER = 20.0


@dataclass
class Child:
    """A program that shall always run."""

    name: str
    command: list[str]
    environment: dict[str, str]
    # Others stand on it: it is stopped after them.
    foundation: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE)

    def start(self) -> int:
        """Start it and return the pipe of its output. A session of its own keeps the terminal's Ctrl-C away from it."""
        reading, writing = os.pipe()
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
                preexec_fn=dying_with_me(),  # noqa: PLW1509 (the supervisor has one thread)
            )
        finally:
            os.close(writing)
        self.started_at = time.monotonic()
        return reading

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def note_end(self) -> str:
        """It ended by itself: plan the next start and tell what happened."""
        code = self.process.wait() if self.process else 0
        lived = time.monotonic() - self.started_at
        self.process = None
        self.pause = FIRST_PAUSE if lived > HEALTHY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
        self.start_again_at = time.monotonic() + self.pause
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"{how}; starting it again in {self.pause:.1f} s"

    def signal(self, number: int) -> None:
        """To the whole group: a gunicorn that is beyond answering still has workers."""
        process = self.process
        if process is not None and process.poll() is None:
            try:
                os.killpg(process.pid, number) if number == signal.SIGKILL else process.send_signal(number)
            except ProcessLookupError:
                pass
