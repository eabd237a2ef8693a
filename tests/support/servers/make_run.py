"""`make run` as a person starts it: nothing of the test's own environment reaches it but what is said."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

from runtime.paths import ROOT
from tests.support.servers.processes import free_port
from tests.support.waiting import eventually

_FROM_OUTSIDE = ("TURNOUT_", "DATABASE_URL", "REDIS_URL", "MAIL_", "LIVEKIT_", "WEB_", "BIND", "MAKE")
_PROGRAMS = ["webapp.jobs"]


class Run:
    """One `make run` on a data folder of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_FROM_OUTSIDE)}
        self.port, self.log_file = free_port(), home.with_suffix(".log")
        self._expected = _PROGRAMS if "REDIS_URL" in settings else [*_PROGRAMS, "unixsocket"]
        with open(self.log_file, "wb") as log:
            self.make = psutil.Popen(
                ["make", "run"],
                cwd=ROOT,
                env={**clean, "TURNOUT_HOME": str(home), "PORT": str(self.port), **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def wait_until_it_serves(self) -> list[psutil.Process]:
        """Everything that runs then; at most a minute after the start."""

        def look() -> bool:
            assert self.make.poll() is None, self.log
            return "Ctrl-C stops it" in self.log and all(word in self._commands() for word in self._expected)

        try:
            eventually(look, timeout=60)
        except AssertionError:
            raise AssertionError(f"it does not serve after a minute:\n{self.log[-4000:]}") from None
        return [self.make, *self.make.children(recursive=True)]

    def kill(self) -> None:
        """For the end of a test: whatever still lives, some of which may end by itself meanwhile."""
        for process in [self.make, *self._children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.make.wait(20)

    def _children(self) -> list[psutil.Process]:
        try:
            return self.make.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _commands(self) -> str:
        commands = []
        for process in self._children():
            try:
                commands.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return "\n".join(commands)
