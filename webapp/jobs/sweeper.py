"""The sweeper: needs only the database, and makes up for a Redis or for workers that are gone."""

import logging
import signal
import threading
from datetime import timedelta

import redis
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock, queueing
from webapp.jobs.tick import tick_in_process
from webapp.queries.work.due import last_tick_at
from webapp.queries.work.run import has_live_lease

log = logging.getLogger(__name__)

#: Between two looks.
SWEEP_SECONDS = 20.0
#: Without a tick for this long, the sweeper does its work itself.
SILENCE = timedelta(seconds=30)


def sweep_for_ever(app: Flask) -> None:
    """Look every few seconds until SIGTERM or SIGINT; a database that is away is waited for."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    log.info("sweeper started")
    with app.app_context():
        mend_schedule(app.extensions["settings"].redis_url)
    # Not at once: whoever ticks has just been started, too.
    while not stopped.wait(SWEEP_SECONDS):
        sweep(app)
    log.info("sweeper stopped")


def sweep(app: Flask) -> None:
    """One look, for a process of its own."""
    with app.app_context():
        sweep_once(app)


def sweep_once(app: Flask) -> None:
    """Mend the schedule in Redis if it is gone, and tick if nobody did for too long."""
    mend_schedule(app.extensions["settings"].redis_url)
    try:
        ticked_at = last_tick_at()
        real_now = clock.real_now()
        # A time in the future is of a machine clock that was set back since.
        if ticked_at is None or not real_now - SILENCE <= ticked_at <= real_now + SILENCE:
            with_workers = _workers_listen()
            log.warning("no tick since %s: %s", ticked_at, "asking the workers" if with_workers else "working here")
            tick_in_process(with_workers=with_workers)
    except SQLAlchemyError as error:
        log.error("the database cannot be used: %s", error)


def _workers_listen() -> bool:
    """Whether somebody works on runs, or waits for them: then only ticks are missing."""
    if has_live_lease(clock.real_now()):
        return True
    try:
        return queueing.is_listening(queueing.connection(), queueing.RUNS, clock.real_now())
    except redis.RedisError:
        return False


def mend_schedule(redis_url: str) -> None:
    """Make sure that rqscheduler holds the tick; a Redis that is away is tried again the next time."""
    connection = queueing.connect(redis_url)
    try:
        if queueing.keep_tick(connection, clock.real_now()):
            log.info("the tick is in the schedule again")
    except redis.RedisError as error:
        log.warning("Redis cannot be used: %s", error)
    finally:
        connection.close()
