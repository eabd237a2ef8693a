"""The worker process: RQ's own, with short patience and a clean start for every job."""

import logging
import os

import redis
from flask import Flask
from rq import Queue, Worker
from rq.job import Job

from runtime.processes import die_with
from webapp import queueing
from webapp.extensions import db
from webapp.jobs.sweeper import mend_schedule

log = logging.getLogger(__name__)

#: RQ's time limits in seconds, so that what a dead worker left behind is noticed soon.
_WORKER_TTL = 20
_MAINTENANCE_INTERVAL = 10
_MONITORING_INTERVAL = 5


class TurnoutWorker(Worker):
    """Comes back soon after Redis did, and gives each forked job connections of its own."""

    max_connection_wait_time = 5.0

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        # What goes on without its worker would only race the one that takes over.
        die_with(os.getppid())
        # A connection that parent and child share would mix up their answers.
        db.engine.dispose(close=False)
        super().main_work_horse(job, queue)


def work_for_ever(app: Flask) -> None:
    """Work on the queue until SIGTERM or SIGINT."""
    url = app.extensions["settings"].redis_url
    mend_schedule(url)
    _take_over_rq_logs()
    connection = redis.Redis.from_url(url)
    worker = TurnoutWorker(
        [queueing.QUEUE],
        connection=connection,
        worker_ttl=_WORKER_TTL,
        maintenance_interval=_MAINTENANCE_INTERVAL,
        job_monitoring_interval=_MONITORING_INTERVAL,
        # Our own lines say which run began and how it ended.
        log_job_description=False,
    )
    worker.log_result_lifespan = False
    _look_at_once(connection)
    worker.work(with_scheduler=True, logging_level="WARNING")


def _look_at_once(connection: redis.Redis) -> None:
    """What a dead worker left behind must not wait for rqscheduler. No thread here: RQ forks."""
    try:
        Queue(queueing.QUEUE, connection=connection).enqueue(
            queueing.NUDGED_JOBS["tick"], result_ttl=0, failure_ttl=60, ttl=60
        )
    except redis.RedisError as error:
        log.warning("Redis cannot be used yet: %s", error)


def _take_over_rq_logs() -> None:
    """RQ's records become JSON lines like all others: it adds handlers only where there are none."""
    own = logging.getLogger().handlers[0]
    for name in ("rq.worker", "rq.scheduler"):
        logger = logging.getLogger(name)
        logger.handlers = [own]
        logger.propagate = False
