"""rq-scheduler, which holds one entry: the tick."""

import logging
import threading

import redis
from flask import Flask
from rq.job import Job
from rq_scheduler import Scheduler

from webapp import clock, queueing
from webapp.jobs.sweeper import mend_schedule

log = logging.getLogger(__name__)

#: Seconds between two looks, and after Redis failed.
_INTERVAL = 1
_PAUSE_AFTER_FAILURE = 2.0


class TickScheduler(Scheduler):
    """Notices at once when Redis has forgotten the tick."""

    def enqueue_jobs(self) -> list[Job]:
        if self.connection.zscore(self.scheduled_jobs_key, queueing.TICK_ID) is None:
            queueing.keep_tick(self.connection, clock.real_now())
        return super().enqueue_jobs()


class _Beside(TickScheduler):
    """Signals are the main thread's."""

    def _install_signal_handlers(self) -> None:
        pass


def schedule_for_ever(app: Flask) -> None:
    """Put ticks into their queue until SIGTERM or SIGINT; it ends with the first failure of Redis."""
    _run(app, TickScheduler)


def schedule_beside(app: Flask) -> None:
    """The same in a thread of this process, for as long as the process lives."""
    threading.Thread(target=_keep_scheduling, args=(app,), name="scheduler", daemon=True).start()


def _keep_scheduling(app: Flask) -> None:
    pause = threading.Event()
    while True:
        try:
            _run(app, _Beside)
        except redis.RedisError as error:
            log.warning("scheduler: Redis cannot be used: %s", error)
        pause.wait(_PAUSE_AFTER_FAILURE)


def _run(app: Flask, kind: type[TickScheduler]) -> None:
    mend_schedule(app.extensions["settings"].redis_url)
    connection = redis.Redis.from_url(app.extensions["settings"].redis_url)
    try:
        kind(connection=connection, interval=_INTERVAL).run()
    finally:
        connection.close()
