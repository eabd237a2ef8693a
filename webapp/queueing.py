"""The only way to Redis: nudges that say "look at the database now".

A nudge carries no work. It leaves the process from a thread of its own, with short time
limits and no repeats, so a Redis that is down or silent costs a request nothing. What a
lost nudge was about is found by the next tick.
"""

import logging
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import redis
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq_scheduler import Scheduler

from webapp.domain.work.job import TICK_SECONDS

log = logging.getLogger(__name__)

#: Looks at the database: each is over in a moment, so none waits for long.
TICKS = "turnout-ticks"
#: Talking to a mail server, which may be slow.
MAILS = "turnout-mails"
#: Runs, which may take minutes, one after the other.
RUNS = "turnout-runs"
QUEUES = (TICKS, MAILS, RUNS)
#: The one queue of versions before 2; what it still holds is found in the database.
_FORMER_QUEUE = "turnout"
#: The jobs that can be nudged: the queue of each and its dotted path (a test resolves each).
NUDGED_JOBS = {
    "fold-rooms": (TICKS, "webapp.jobs.folding.fold_rooms"),
    "relay-outbox": (TICKS, "webapp.jobs.outbox.relay_outbox"),
    "send-messages": (MAILS, "webapp.jobs.outbox.send_messages"),
    "send-prompts": (TICKS, "webapp.jobs.prompts.send_prompts"),
    "tick": (TICKS, "webapp.jobs.tick.tick"),
}
#: What works on one run, and how long it may take.
_RUN_JOB = "webapp.jobs.run.perform_run"
_RUN_SECONDS = 3600
_RUN_FAILURE_TTL = 30
#: The one entry that rqscheduler holds.
TICK_ID = "tick"
_TICK_JOB = NUDGED_JOBS["tick"][1]
_TICK_TIMEOUT = 120
#: A worker that waits says so every few seconds; silent for longer, it is gone or busy.
_LONGEST_SILENCE = timedelta(seconds=30)
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
        self._wanted: set[tuple[str, str]] = set()
        self._sending = False
        self._wake = threading.Condition()
        self._pid: int | None = None

    def nudge(self, job: str) -> None:
        """Remember the nudge and return at once. Raises KeyError for an unknown job."""
        wanted = NUDGED_JOBS[job]
        with self._wake:
            self._wanted.add(wanted)
            if self._pid != os.getpid():  # a thread does not survive a fork
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="nudger", daemon=True).start()
            self._wake.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until all nudges went out, for a command that ends now; False if time ran out."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._wanted and not self._sending, seconds)

    def _run(self) -> None:
        connection = connect(self._url)
        pause = threading.Event()
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted)
                wanted, self._wanted, self._sending = self._wanted, set(), True
            try:
                for queue, path in sorted(wanted):
                    Queue(queue, connection=connection).enqueue(path, result_ttl=0, failure_ttl=60, ttl=60)
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


def connection() -> redis.Redis:
    """The current app's own client, kept open."""
    return current_app.extensions["redis"]


def enqueue_run(connection: redis.Redis, *, name: str, run_id: int) -> None:
    """Put the work on one run into the queue, once.

    A job of that run that only seems to be there (its worker died, or it failed a moment
    ago) gives way. Tries are counted in the database: RQ knows of one only.
    Raises redis.RedisError.
    """
    queue, key = Queue(RUNS, connection=connection), run_key(name, run_id)
    options = {
        "job_id": key,
        "unique": True,
        "job_timeout": _RUN_SECONDS,
        "result_ttl": 0,
        "failure_ttl": _RUN_FAILURE_TTL,
    }
    try:
        queue.enqueue(_RUN_JOB, run_id, **options)
    except DuplicateJobError:
        if not _is_queued(queue, key):
            _forget(queue, key)
            queue.enqueue(_RUN_JOB, run_id, **options | {"unique": False})


def run_key(name: str, run_id: int) -> str:
    """The id of a run's job in the queue: there can be only one."""
    return f"{name}-{run_id}"


def runs_in_queue(connection: redis.Redis) -> tuple[frozenset[int], frozenset[int]]:
    """The runs that wait in the queue, and those that a worker has taken from it. Raises redis.RedisError.

    Read in the order in which a job moves, so that one which moves meanwhile is seen at least once.
    """
    queue = Queue(RUNS, connection=connection)
    waiting = queue.get_job_ids()
    taken = [_text(key) for key in connection.lrange(queue.intermediate_queue_key, 0, -1)]
    taken += queue.started_job_registry.get_job_ids(cleanup=False)
    return _run_ids(waiting), _run_ids(taken)


def _run_ids(keys: Iterable[str]) -> frozenset[int]:
    return frozenset(int(number) for number in (key.rpartition("-")[2] for key in keys) if number.isdigit())


def is_listening(connection: redis.Redis, queue: str, real_now: datetime) -> bool:
    """Whether a worker of that queue said a moment ago that it waits for jobs. Raises redis.RedisError."""
    beats = (worker.last_heartbeat for worker in Worker.all(queue=Queue(queue, connection=connection)))
    # RQ's times are UTC, some of its versions leave that out.
    return any(beat and real_now - beat.replace(tzinfo=UTC) < _LONGEST_SILENCE for beat in beats)


def keep_tick(connection: redis.Redis, real_now: datetime) -> bool:
    """Make sure that rqscheduler holds our one entry and no other of ours; True if that took a change.

    An entry that is there and sound is left alone: writing it anew would postpone it.
    Raises redis.RedisError.
    """
    scheduler = Scheduler(queue_name=TICKS, connection=connection)
    entries = {_text(entry) for entry in connection.zrange(Scheduler.scheduled_jobs_key, 0, -1)}
    strangers = [entry for entry in entries - {TICK_ID} if _is_ours_or_broken(connection, entry)]
    for entry in strangers:
        scheduler.cancel(entry)
        log.warning("an entry that is not in the schedule was cancelled: %s", entry)
    if TICK_ID in entries and _tick_is_sound(connection):
        return bool(strangers)
    connection.delete(Job.key_for(TICK_ID))
    scheduler.schedule(real_now, _TICK_JOB, interval=TICK_SECONDS, id=TICK_ID, queue_name=TICKS, timeout=_TICK_TIMEOUT)
    return True


def _is_queued(queue: Queue, key: str) -> bool:
    """Whether that job waits in the queue and can be read: if not, it cannot be worked on either."""
    try:
        Job.fetch(key, connection=queue.connection).args  # noqa: B018 -- reads its payload
        return queue.get_job_position(key) is not None
    except Exception:
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
    return origin is None or _text(origin) in {*QUEUES, _FORMER_QUEUE}


def _text(reply: object) -> str:
    """What Redis says, as text: it answers in bytes."""
    return reply.decode() if isinstance(reply, bytes) else str(reply)


def _tick_is_sound(connection: redis.Redis) -> bool:
    try:
        job = Job.fetch(TICK_ID, connection=connection)
        return (job.func_name, job.origin, job.meta.get("interval")) == (_TICK_JOB, TICKS, TICK_SECONDS)
    except redis.RedisError:
        raise
    except Exception:
        # Whatever is wrong with it, rqscheduler would stumble over it too.
        return False
