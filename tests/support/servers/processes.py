"""Starts the product's own programs for a test, waits until they work, and stops them again."""

import http.client
import os
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis

from runtime import programs
from runtime.paths import ROOT
from runtime.supervision.processes import dying_with_me
from tests.support.waiting import eventually
from webapp.queueing import QUEUES

#: In place of the product's own entry, which refuses the settings of a test.
SERVED = "tests.support.servers.served"


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Program:
    """One running program with its log."""

    process: subprocess.Popen
    log_file: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def kill(self) -> None:
        """As a crash would: no goodbye, children included."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        """Politely; a program that does not go is a failure of the program, but does not stay either."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@dataclass
class Web(Program):
    """A served app."""

    url: str


@dataclass
class Programs:
    """Starts programs on one database, one Redis and one data folder; stops all of them at the end."""

    database_url: str
    redis_url: str
    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    started: list[Program] = field(default_factory=list)

    def environment(self, **changes: str) -> dict[str, str]:
        """What the app reads, on top of this process's own environment."""
        own = {
            "TURNOUT_ENV": "test",
            "TURNOUT_HOME": str(self.home),
            "TURNOUT_RATE_LIMITS": "off",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **own, **self.settings, **changes}

    def web(self, *, at: int | None = None, **changes: str) -> Web:
        """gunicorn on a free port, answering /healthz."""
        port = at or free_port()
        program = self._start("web", programs.web(), self.environment(PORT=str(port), **changes))
        web = Web(program.process, program.log_file, f"http://127.0.0.1:{port}")
        self._wait(web, lambda: answers(port))
        return web

    def background(self, **changes: str) -> Program:
        """Workers, scheduler and sweeper together, as `make run` has them, once they have ticked."""
        before = self._workers()
        program = self._start("jobs", programs.background(), self.environment(**changes))
        self._wait(program, lambda: len(self._workers() - before) == len(QUEUES))
        return program

    def worker(self, **changes: str) -> Program:
        """RQ workers for all queues that have registered themselves."""
        before = self._workers()
        program = self._start("worker", programs.worker(), self.environment(**changes))
        self._wait(program, lambda: len(self._workers() - before) == len(QUEUES))
        return program

    def scheduler(self) -> Program:
        """rq-scheduler, announced in Redis."""
        program = self._start("scheduler", programs.scheduler(), self.environment())
        self._wait(program, lambda: "Registering birth" in program.log)
        return program

    def sweeper(self, **changes: str) -> Program:
        return self._start("sweeper", programs.sweeper(), self.environment(**changes))

    def flask(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """One command of the app, to its end."""
        environment = self.environment(**changes)
        command = _of_tests(programs.flask(*words), environment)
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def start_flask(self, *words: str, **changes: str) -> Program:
        """One command of the app, running while the test goes on."""
        return self._start(words[-1].strip("-") or "flask", programs.flask(*words), self.environment(**changes))

    def stop_all(self) -> None:
        for program in reversed(self.started):
            if program.process.poll() is None:
                program.stop()

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> Program:
        self.home.mkdir(parents=True, exist_ok=True)
        log_file = self.home / f"{name}-{len(self.started)}.log"
        with open(log_file, "wb") as log:
            process = subprocess.Popen(
                _of_tests(command, environment),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_me(),  # noqa: PLW1509 (no other thread of a test forks)
            )
        program = Program(process, log_file)
        self.started.append(program)
        return program

    def _workers(self) -> set[bytes]:
        with redis.Redis.from_url(self.redis_url) as client:
            return client.smembers("rq:workers")

    def _wait(self, program: Program, ready) -> None:
        def look() -> bool:
            if program.process.poll() is not None:
                raise RuntimeError(f"it ended with code {program.process.returncode}:\n{program.log}")
            return bool(ready())

        try:
            eventually(look, timeout=60)
        except AssertionError:
            raise AssertionError(f"not ready in time:\n{program.log}") from None


def _of_tests(command: list[str], environment: dict[str, str]) -> list[str]:
    """The same command on the entry of the tests, where the settings are those of a test."""
    if environment["TURNOUT_ENV"] != "test":
        return command
    if command == programs.web():
        return [*command, f"{SERVED}:app"]
    return [SERVED if word == "wsgi" else word for word in command]


def answers(port: int) -> bool:
    """Does /healthz say 200?"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_open(port: int) -> bool:
    """Does anything listen there?"""
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
