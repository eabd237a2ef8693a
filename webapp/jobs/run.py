"""Working on one run: claim it, do what its name says, keep how it went."""

import logging
from collections.abc import Callable
from uuid import uuid4

import redis

from webapp import clock, queueing
from webapp.domain.work.run import OpenedRun
from webapp.domain.work.schedule import (
    ACTIVATE_CLASSES,
    CALCULATE_SESSIONS,
    CLOSE_ANSWERS,
    CLOSE_EVENT,
    CLOSE_EVENTS,
    DELETE_ANSWERS,
    IMPORT_PEOPLE,
    RECONCILE_STAYS,
    SCHEDULE_PROMPTS,
    SEND_MAILING,
    SEND_REMINDERS,
    TIDY,
)
from webapp.jobs.activation import activate_scheduled_classes
from webapp.jobs.closure import close_one_event, complete_empty, keep_due_forecasts, start_due_closures
from webapp.jobs.mailings import send_due_mailings
from webapp.jobs.people_import import import_people
from webapp.jobs.prompts import close_silent, schedule_prompts
from webapp.jobs.reminders import remind
from webapp.jobs.session_attendance import calculate_due, reconcile_due
from webapp.services.events.appeal_decision import delete_old_pictures
from webapp.services.questions.retention import delete_old_answers
from webapp.services.tidying import tidy
from webapp.services.work.run import ClaimedRun, ClaimLost, claim_run, fail_run, finish_run

log = logging.getLogger(__name__)

#: Takes care that somebody works on a run that was just opened.
HandOn = Callable[[OpenedRun], None]


def perform_run(run_id: int) -> None:
    """RQ's way in. What made the run fail is raised, for RQ's own books; the tick brings it back in time."""
    claim = claim_run(run_id=run_id, holder=uuid4().hex, real_now=clock.real_now())
    if claim is not None:
        _work(claim, hand_on=to_queue)


def to_queue(run: OpenedRun) -> None:
    """Let a worker do it. If Redis does not take it, the tick finds the open run in the database."""
    try:
        queueing.enqueue_run(queueing.connection(), name=run.name, run_id=run.run_id)
    except redis.RedisError as error:
        log.warning("run %s is not in the queue, the next tick will see to it: %s", run.run_id, error)


def in_process(run: OpenedRun) -> None:
    """Work on it here and now. A failure is on the record and does not stop the others."""
    claim = claim_run(run_id=run.run_id, holder=uuid4().hex, real_now=clock.real_now())
    if claim is None:
        return
    try:
        _work(claim, hand_on=in_process)
    except Exception:
        # Logged and kept by _work.
        return


def _work(claim: ClaimedRun, *, hand_on: HandOn) -> None:
    log.info("run %s begins: %s event=%s attempt=%s", claim.id, claim.name, claim.event_id, claim.attempt)
    try:
        counts = _BODIES[claim.name](claim, hand_on)
        finish_run(claim, counts=counts, real_now=clock.real_now())
    except ClaimLost:
        log.warning("run %s was taken over by somebody else", claim.id)
    except Exception as error:
        retry = fail_run(claim, error, real_now=clock.real_now())
        log.exception(
            "run %s failed: %s event=%s attempt=%s next=%s",
            claim.id,
            claim.name,
            claim.event_id,
            claim.attempt,
            retry.at,
        )
        raise


def _close_events(claim: ClaimedRun, hand_on: HandOn) -> dict[str, int]:
    started = start_due_closures(claim)
    for run in started:
        hand_on(run)
    done = {"events": len(started), "empty_events": complete_empty(claim)}
    keep_due_forecasts(claim)
    return done


def _tidy(claim: ClaimedRun, hand_on: HandOn) -> dict[str, int]:
    del hand_on
    return tidy(now=claim.as_of_at, real_now=clock.real_now())


def _delete_answers(claim: ClaimedRun, hand_on: HandOn) -> dict[str, int]:
    del hand_on
    return delete_old_answers(now=claim.as_of_at) | delete_old_pictures(now=claim.as_of_at)


_BODIES: dict[str, Callable[[ClaimedRun, HandOn], dict[str, int]]] = {
    ACTIVATE_CLASSES.name: lambda claim, _hand_on: activate_scheduled_classes(claim),
    CLOSE_EVENTS.name: _close_events,
    CLOSE_EVENT: lambda claim, _hand_on: close_one_event(claim),
    IMPORT_PEOPLE: lambda claim, _hand_on: import_people(claim),
    SEND_MAILING: lambda claim, _hand_on: send_due_mailings(claim),
    SEND_REMINDERS.name: lambda claim, _hand_on: remind(claim),
    SCHEDULE_PROMPTS.name: lambda claim, _hand_on: schedule_prompts(claim),
    CLOSE_ANSWERS.name: lambda claim, _hand_on: close_silent(claim),
    CALCULATE_SESSIONS.name: lambda claim, _hand_on: calculate_due(claim),
    RECONCILE_STAYS.name: lambda claim, _hand_on: reconcile_due(claim),
    DELETE_ANSWERS.name: _delete_answers,
    TIDY.name: _tidy,
}
