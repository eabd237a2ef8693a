"""Working on one run: claim it, do what its name says, keep how it went."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

import redis
from flask import current_app

from webapp import clock, queueing
from webapp.domain.job import LEASE, RETRY_SECONDS, TRIES
from webapp.domain.schedule import (
    ACTIVATE_CLASSES,
    CALCULATE_SESSIONS,
    CLOSE_ANSWERS,
    CLOSE_EVENT,
    CLOSE_EVENTS,
    RECONCILE_STAYS,
    SCHEDULE_PROMPTS,
    SEND_REMINDERS,
    TIDY,
)
from webapp.jobs.activation import activate_scheduled_classes
from webapp.jobs.closure import close_one_event, start_due_closures
from webapp.jobs.prompts import close_silent, schedule_prompts
from webapp.jobs.reminders import remind
from webapp.jobs.session_attendance import calculate_due, reconcile_due
from webapp.queries.job_run import claim_of
from webapp.services.due_work import OpenedRun
from webapp.services.job_run import ClaimedRun, ClaimLost, claim_run, fail_run, finish_run
from webapp.services.tidying import tidy
from webapp.services.unit_of_work import end_reading

log = logging.getLogger(__name__)

#: Takes care that somebody works on a run that was just opened.
HandOn = Callable[[OpenedRun, int], None]


def perform_run(run_id: int) -> None:
    """RQ's way in. Raises what made the run fail, so that RQ's `Retry` brings it back."""
    claim = _claim_patiently(run_id)
    if claim is not None:
        _work(claim, hand_on=to_queue)


def to_queue(run: OpenedRun, tries_left: int = TRIES) -> None:
    """Let a worker do it. If Redis does not take it, the tick finds the open run in the database."""
    connection = queueing.connect(current_app.extensions["settings"].redis_url)
    try:
        queueing.enqueue_run(connection, key=queue_key(run), run_id=run.run_id, tries_left=tries_left)
    except redis.RedisError as error:
        log.warning("run %s is not in the queue, the next tick will see to it: %s", run.run_id, error)
    finally:
        connection.close()


def in_process(run: OpenedRun, tries_left: int = TRIES) -> None:
    """Work on it here and now. A failure is on the record and does not stop the others."""
    del tries_left  # counted in the database
    claim = claim_run(run_id=run.run_id, holder=uuid4().hex, real_now=clock.real_now())
    if claim is None:
        return
    try:
        _work(claim, hand_on=in_process)
    except Exception:
        # Logged and kept by _work.
        return


def queue_key(run: OpenedRun) -> str:
    """The id of a run's job in the queue: there can be only one."""
    return run.name if run.event_id is None else f"{run.name}-{run.event_id}"


def _work(claim: ClaimedRun, *, hand_on: HandOn) -> None:
    log.info("run %s begins: %s event=%s attempt=%s", claim.id, claim.name, claim.event_id, claim.attempt)
    try:
        counts = _BODIES[claim.name](claim, hand_on)
        finish_run(claim, counts=counts, real_now=clock.real_now())
    except ClaimLost:
        log.warning("run %s was taken over by somebody else", claim.id)
    except Exception as error:
        retry = fail_run(claim, error, real_now=clock.real_now())
        log.exception("run %s failed: %s event=%s attempt=%s next=%s", claim.id, claim.name, claim.event_id,
                      claim.attempt, retry.at)  # fmt: skip
        raise


def _close_events(claim: ClaimedRun, hand_on: HandOn) -> dict[str, int]:
    started = start_due_closures(claim)
    for run in started:
        hand_on(run, TRIES)
    return {"events": len(started)}


def _tidy(claim: ClaimedRun, hand_on: HandOn) -> dict[str, int]:
    del hand_on
    return tidy(now=claim.as_of_at, real_now=clock.real_now())


_BODIES: dict[str, Callable[[ClaimedRun, HandOn], dict[str, int]]] = {
    ACTIVATE_CLASSES.name: lambda claim, _hand_on: activate_scheduled_classes(claim),
    CLOSE_EVENTS.name: _close_events,
    CLOSE_EVENT: lambda claim, _hand_on: close_one_event(claim),
    SEND_REMINDERS.name: lambda claim, _hand_on: remind(claim),
    SCHEDULE_PROMPTS.name: lambda claim, _hand_on: schedule_prompts(claim),
    CLOSE_ANSWERS.name: lambda claim, _hand_on: close_silent(claim),
    CALCULATE_SESSIONS.name: lambda claim, _hand_on: calculate_due(claim),
    RECONCILE_STAYS.name: lambda claim, _hand_on: reconcile_due(claim),
    TIDY.name: _tidy,
}


def _claim_patiently(run_id: int) -> ClaimedRun | None:
    """Claim it, waiting for a lease that runs out and for the rest of a pause: RQ counts whole seconds."""
    holder = uuid4().hex
    seen = _claim(run_id)
    wait = _seconds_left(seen)
    while wait > 0:
        time.sleep(min(wait, 0.2))
        now_seen = _claim(run_id)
        if now_seen is None or now_seen.holder != seen.holder or now_seen.leased_until != seen.leased_until:
            # Whoever holds it is alive, or somebody else was faster.
            return None
        wait = _seconds_left(seen)
    return claim_run(run_id=run_id, holder=holder, real_now=clock.real_now())


def _claim(run_id: int):
    row = claim_of(run_id)
    end_reading()
    return row


def _seconds_left(row) -> float:
    if row is None or row.leased_until is None:
        return 0
    left = (row.leased_until - clock.real_now()).total_seconds()
    # A time further away is of a machine clock that was set back since.
    return left if left <= max(LEASE.total_seconds(), *RETRY_SECONDS) else 0
