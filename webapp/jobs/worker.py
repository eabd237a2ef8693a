"""A worker: RQ's own, with short patience, for one of our queues. It works without forking; its jobs are ours."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.timeouts import BaseDeathPenalty
from rq.worker import WorkerStatus

from webapp import queueing
from webapp.jobs.sweeper import mend_schedule

log = logging.getLogger(__name__)

#: RQ's time limits in seconds, so that what a dead worker left behind is noticed soon.
_WORKER_TTL = 20
_MAINTENANCE_INTERVAL = 10
#: Then it ends, and a fresh one takes its place: whatever grew with its jobs is given back.
_JOBS_IN_A_LIFE = 2000
_PAUSE_AFTER_FAILURE = 2.0
#: Longer than one run of the post may take.
_LONGEST_POST = 30.0


class TurnoutWorker(SimpleWorker):
    """Comes back soon after Redis did, and gives each job a context, and with it a database session, of its own."""

    max_connection_wait_time = 5.0
    app: Flask

    def perform_job(self, job: Job, queue: Queue) -> bool:
        with self.app.app_context():
            return super().perform_job(job, queue)


class _Untimed(BaseDeathPenalty):
    """No time limit: posting ends by itself, and a signal would only reach the main thread."""

    def setup_death_penalty(self) -> None:
        pass

    def cancel_death_penalty(self) -> None:
        pass


class _WorkerBeside(TurnoutWorker):
    """In a thread: signals are the main thread's."""

    death_penalty_class = _Untimed

    def _install_signal_handlers(self) -> None:
        pass


def work_on(app: Flask, queue: str) -> None:
    """Work on that queue until SIGTERM or SIGINT, or for a long while."""
    connection = redis.Redis.from_url(app.extensions["settings"].redis_url)
    worker = _worker(app, queue, connection, TurnoutWorker)
    if queue == queueing.TICKS:
        mend_schedule(app.extensions["settings"].redis_url)
        _look_at_once(connection)
    worker.work(logging_level="WARNING", max_jobs=_JOBS_IN_A_LIFE)


@contextmanager
def mails_beside(app: Flask) -> Iterator[None]:
    """Work on mails in a thread of this process; at the end, one that is being sent is waited for."""
    posting = _Posting(app)
    posting.start()
    try:
        yield
    finally:
        posting.stop()


class _Posting:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._worker: TurnoutWorker | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mails", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        worker = self._worker
        if worker is not None and worker.get_state() == WorkerStatus.BUSY:
            worker._stop_requested = True
            self._thread.join(_LONGEST_POST)

    def _run(self) -> None:
        while not self._over.is_set():
            connection = redis.Redis.from_url(self._app.extensions["settings"].redis_url)
            try:
                self._worker = _worker(self._app, queueing.MAILS, connection, _WorkerBeside)
                self._worker.work(logging_level="WARNING")
            except redis.RedisError as error:
                log.warning("mails: Redis cannot be used: %s", error)
            except Exception:
                log.exception("mails: the worker ended")
            finally:
                connection.close()
            self._over.wait(_PAUSE_AFTER_FAILURE)


def _worker(app: Flask, queue: str, connection: redis.Redis, kind: type[TurnoutWorker]) -> TurnoutWorker:
    _take_over_rq_logs()
    worker = kind(
        [queue],
        connection=connection,
        worker_ttl=_WORKER_TTL,
        maintenance_interval=_MAINTENANCE_INTERVAL,
        # Our own lines say which run began and how it ended.
        log_job_description=False,
    )
    worker.app = app
    worker.log_result_lifespan = False
    return worker


def _look_at_once(connection: redis.Redis) -> None:
    """What a dead worker left behind must not wait for rqscheduler."""
    queue, path = queueing.NUDGED_JOBS["tick"]
    try:
        Queue(queue, connection=connection).enqueue(path, result_ttl=0, failure_ttl=60, ttl=60)
    except redis.RedisError as error:
        log.warning("Redis cannot be used yet: %s", error)


def _take_over_rq_logs() -> None:
    """RQ's records become JSON lines like all others: it adds handlers only where there are none."""
    own = logging.getLogger().handlers[0]
    logger = logging.getLogger("rq.worker")
    logger.handlers = [own]
    logger.propagate = False
