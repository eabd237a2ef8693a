"""The only way to Redis: nudges that say "look at the database now".

A nudge carries no work. It leaves the process from a thread of its own, with short time
limits and no repeats, so a Redis that is down or silent costs a request nothing. What a
lost nudge was about is found by the next tick.
"""

import logging
import os
import threading
from datetime import datetime

import redis
import rq
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq_scheduler import Scheduler

from webapp.domain.job import RETRY_SECONDS, TICK_SECONDS

log = logging.getLogger(__name__)

QUEUE = "turnout"
#: The jobs that can be nudged, by dotted path (a test resolves each).
NUDGED_JOBS = {
    "relay-outbox": "webapp.jobs.outbox.relay_outbox",
    "send-messages": "webapp.jobs.outbox.send_messages",
    "send-prompts": "webapp.jobs.prompts.send_prompts",
    "tick": "webapp.jobs.tick.tick",
}
#: What works on one run, and how long it may take.
_RUN_JOB = "webapp.jobs.run.perform_run"
_RUN_SECONDS = 3600
#: Longer than the longest pause between two tries, so that a retry always finds its job.
_RUN_FAILURE_TTL = 30
#: The one entry that rqscheduler holds.
TICK_ID = "tick"
_TICK_JOB = NUDGED_JOBS["tick"]
_TICK_TIMEOUT = 120
#: Nudges of one process go out together, at most this often.
_PAUSE_SECONDS = 0.2
_PAUSE_AFTER_FAILURE_SECONDS = 5.0


def connect(url: str, *, seconds: float = 1.0) -> redis.Redis:
    """A client that gives up after `seconds` and never repeats a command by itself."""
    return redis.Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


class Nudger:
    """One background thread per process that hands nudges to RQ."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._wanted: set[str] = set()
        self._sending = False
        self._wake = threading.Condition()
        self._pid: int | None = None

    def nudge(self, job: str) -> None:
        """Remember the nudge and return at once. Raises KeyError for an unknown job."""
        path = NUDGED_JOBS[job]
        with self._wake:
            self._wanted.add(path)
            if self._pid != os.getpid():  # a thread does not survive a fork
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="nudger", daemon=True).start()
            self._wake.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until all nudges went out, for a command that ends now; False if time ran out."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._wanted and not self._sending, seconds)

    def _run(self) -> None:
        queue = Queue(QUEUE, connection=connect(self._url))
        pause = threading.Event()
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted)
                wanted, self._wanted, self._sending = self._wanted, set(), True
            try:
                for path in sorted(wanted):
                    queue.enqueue(path, result_ttl=0, failure_ttl=60, ttl=60)
                rest = _PAUSE_SECONDS
            except redis.RedisError as error:
                log.warning("nudge not sent, the next tick will find the work: %s", error)
                rest = _PAUSE_AFTER_FAILURE_SECONDS
            with self._wake:
                self._sending = False
                self._wake.notify_all()
            pause.wait(rest)


def nudge(job: str) -> None:
    """Nudge a job of the current app."""
    current_app.extensions["nudger"].nudge(job)


def enqueue_run(connection: redis.Redis, *, key: str, run_id: int, tries_left: int) -> None:
    """Put the work on one run into the queue, once: `key` is its id there.

    A job of that key that only seems to be there (its worker died, or it failed a moment
    ago) gives way. Raises redis.RedisError.
    """
    queue = Queue(QUEUE, connection=connection)
    options = {
        "job_id": key, "unique": True, "job_timeout": _RUN_SECONDS, "result_ttl": 0,
        "failure_ttl": _RUN_FAILURE_TTL, "retry": _retry(tries_left),
    }  # fmt: skip
    try:
        queue.enqueue(_RUN_JOB, run_id, **options)
    except DuplicateJobError:
        if not _is_queued(queue, key, run_id):
            _forget(queue, key)
            queue.enqueue(_RUN_JOB, run_id, **options | {"unique": False})


def keep_tick(connection: redis.Redis, real_now: datetime) -> bool:
    """Make sure that rqscheduler holds our one entry and no other of ours; True if that took a change.

    An entry that is there and sound is left alone: writing it anew would postpone it.
    Raises redis.RedisError.
    """
    scheduler = Scheduler(queue_name=QUEUE, connection=connection)
    entries = {entry.decode() for entry in connection.zrange(Scheduler.scheduled_jobs_key, 0, -1)}
    strangers = [entry for entry in entries - {TICK_ID} if _is_ours_or_broken(connection, entry)]
    for entry in strangers:
        scheduler.cancel(entry)
        log.warning("an entry that is not in the schedule was cancelled: %s", entry)
    if TICK_ID in entries and _tick_is_sound(connection):
        return bool(strangers)
    connection.delete(Job.key_for(TICK_ID))
    scheduler.schedule(
        real_now, _TICK_JOB, interval=TICK_SECONDS, id=TICK_ID, queue_name=QUEUE, timeout=_TICK_TIMEOUT
    )
    return True


def _retry(tries_left: int) -> rq.Retry | None:
    again = tries_left - 1
    return rq.Retry(max=again, interval=list(RETRY_SECONDS[-again:])) if again > 0 else None


def _is_queued(queue: Queue, key: str, run_id: int) -> bool:
    """Whether that job waits in the queue for this very run."""
    try:
        job = Job.fetch(key, connection=queue.connection)
        return job.args == (run_id,) and queue.get_job_position(key) is not None
    except Exception:
        # A job that cannot be read cannot be worked on either.
        return False


def _forget(queue: Queue, key: str) -> None:
    try:
        Job.fetch(key, connection=queue.connection).delete()
    except NoSuchJobError:
        pass
    except Exception:
        # Unreadable: there is nothing to delete but its hash.
        queue.connection.delete(Job.key_for(key))
    queue.remove(key)


def _is_ours_or_broken(connection: redis.Redis, entry: str) -> bool:
    origin = connection.hget(Job.key_for(entry), "origin")
    return origin is None or origin.decode() == QUEUE


def _tick_is_sound(connection: redis.Redis) -> bool:
    try:
        job = Job.fetch(TICK_ID, connection=connection)
        return (job.func_name, job.origin, job.meta.get("interval")) == (_TICK_JOB, QUEUE, TICK_SECONDS)
    except redis.RedisError:
        raise
    except Exception:
        # Whatever is wrong with it, rqscheduler would stumble over it too.
        return False
