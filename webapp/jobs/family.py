"""Everything that works behind the page, and in `make run` the web server, as processes forked from one that loaded
the app: they share its memory.
"""

import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import redis
from flask import Flask
from sqlalchemy.orm import configure_mappers

from runtime.supervision.processes import die_with
from webapp import queueing
from webapp.extensions import db
from webapp.jobs.scheduler import schedule_beside
from webapp.jobs.sweeper import SILENCE, SWEEP_SECONDS, sweep
from webapp.jobs.worker import mails_beside, work_on

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
#: Whoever ran this long was healthy; its next end is a new story.
_HEALTHY_AFTER = 20.0
_STOPPERS = (signal.SIGTERM, signal.SIGINT)
#: Seconds in which they end by themselves. `make run` is a little more patient with all of us.
_STOP_PATIENCE = 5.0


@dataclass
class Member:
    """One process, and when it may be started again after it ended.

    `rest`: it is started to do one thing, and again so many seconds after it is done.
    """

    name: str
    work: Callable[[Flask], None]
    rest: float = 0.0
    #: Seconds before its first start.
    after: float = 0.0
    pid: int | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = _FIRST_PAUSE


def workers() -> list[Member]:
    """A worker for each queue, so that none stands behind the work of another: mails wait for a server, not for a core,
    and so need no process of their own.
    """
    return [Member("ticks", _tick_and_post), Member("runs", lambda app: work_on(app, queueing.RUNS))]


def everybody() -> list[Member]:
    """The workers, with rq-scheduler beside the one that does what it asks for, and the sweeper's looks."""
    ticks, *others = workers()
    return [Member(ticks.name, _tick_and_schedule), *others, _sweeper()]


def web() -> Member:
    """gunicorn, with the app that is loaded here."""
    return Member("web", _serve)


def _serve(_app: Flask) -> None:
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 -- no command of the shell needs it

    sys.argv = ["gunicorn", "-c", "runtime/web/gunicorn_conf.py"]
    run()


def _sweeper() -> Member:
    # Not at once: whoever is looked after has just been started, too.
    return Member("sweeper", sweep, rest=SWEEP_SECONDS, after=SILENCE.total_seconds())


def _tick_and_post(app: Flask) -> None:
    with mails_beside(app):
        work_on(app, queueing.TICKS)


def _tick_and_schedule(app: Flask) -> None:
    schedule_beside(app)
    _tick_and_post(app)


def keep_working(app: Flask, members: Sequence[Member]) -> None:
    """Keep all of them running until SIGTERM or SIGINT.

    This process does nothing else: it has no thread and no connection that a fork could tear apart.
    """
    _Family(app, members).run()


class _Family:
    def __init__(self, app: Flask, members: Sequence[Member]) -> None:
        self._app = app
        self._members = members
        self._is_over = False
        self._before: dict[int, Any] = {}
        self._woken, self._waking = os.pipe()

    def run(self) -> None:
        _load_what_all_need()
        for member in self._members:
            member.start_again_at = time.monotonic() + member.after
        for end in (self._woken, self._waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        for number in (*_STOPPERS, signal.SIGCHLD):
            self._before[number] = signal.signal(number, self._note)
        while not self._is_over:
            self._collect()
            self._start_missing()
            self._sleep(min((one.start_again_at for one in self._members if one.pid is None), default=None))
        self._stop()

    def _note(self, number: int, _frame: object) -> None:
        """That it came wakes us; only those that stop us have to be remembered."""
        self._is_over = self._is_over or number in _STOPPERS

    def _sleep(self, until: float | None) -> None:
        """Until a signal comes, or for so long."""
        select.select([self._woken], [], [], None if until is None else max(0.0, until - time.monotonic()))
        try:
            os.read(self._woken, 1024)
        except BlockingIOError:
            pass

    def _start_missing(self) -> None:
        for member in self._members:
            if member.pid is None and time.monotonic() >= member.start_again_at:
                self._fork(member)

    def _fork(self, member: Member) -> None:
        parent = os.getpid()
        member.started_at = time.monotonic()
        member.pid = os.fork()
        if member.pid == 0:
            self._become(member, parent)

    def _become(self, member: Member, parent: int) -> None:
        """Never returns: this copy of the process is that member until its end."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number, handler in self._before.items():
                signal.signal(number, handler)
            die_with(parent)
            os.close(self._woken)
            os.close(self._waking)
            member.work(self._app)
            code = 0
        except redis.RedisError as error:
            log.warning("%s: Redis cannot be used: %s", member.name, error)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        except BaseException:
            log.exception("%s ended", member.name)
        finally:
            logging.shutdown()
            os._exit(code)

    def _collect(self) -> None:
        """Take note of everybody who ended, and plan the next start."""
        for member in self._members:
            if member.pid is None or os.waitpid(member.pid, os.WNOHANG)[0] == 0:
                continue
            lived = time.monotonic() - member.started_at
            member.pause = _FIRST_PAUSE if lived > _HEALTHY_AFTER else min(member.pause * 2, _LONGEST_PAUSE)
            member.start_again_at = time.monotonic() + (member.rest or member.pause)
            member.pid = None

    def _stop(self) -> None:
        running = [one.pid for one in self._members if one.pid is not None]
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_PATIENCE
        while any(one.pid is not None for one in self._members):
            if time.monotonic() > deadline:
                for pid in (one.pid for one in self._members if one.pid is not None):
                    os.kill(pid, signal.SIGKILL)
            self._sleep(time.monotonic() + 0.1)
            self._collect()


def _load_what_all_need() -> None:
    """Before the fork, so that it is there once; and what is there, the garbage collector leaves alone."""
    configure_mappers()
    for _, path in queueing.NUDGED_JOBS.values():
        __import__(path.rpartition(".")[0])
    db.engine.dispose()
    gc.collect()
    gc.freeze()
