"""The only way to Redis: nudges that say "look at the database now".

A nudge carries no work. It leaves the process from a thread of its own, with short time
limits and no repeats, so a Redis that is down or silent costs a request nothing. What a
lost nudge was about is found by the next tick.
"""

import logging
import os
import threading

import redis
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue

log = logging.getLogger(__name__)

QUEUE = "turnout"
#: The jobs that can be nudged, by dotted path (a test resolves each).
NUDGED_JOBS = {
    "relay-outbox": "webapp.jobs.outbox.relay_outbox",
    "send-messages": "webapp.jobs.outbox.send_messages",
    "tick": "webapp.jobs.tick.tick",
}
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
