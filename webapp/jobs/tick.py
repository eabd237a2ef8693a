"""The tick: the one thing rqscheduler asks for. Everything it starts is found in the database."""

import logging
from collections.abc import Callable

import redis

from webapp import clock, queueing
from webapp.domain.work.run import OpenedRun
from webapp.domain.work.schedule import SCHEDULE
from webapp.jobs.folding import fold_rooms
from webapp.jobs.holds import release_holds
from webapp.jobs.outbox import MANY, relay_outbox, send_messages
from webapp.jobs.prompts import send_prompts
from webapp.jobs.run import HandOn, in_process, to_queue
from webapp.jobs.session_attendance import open_retry
from webapp.queries.notices.outbox import has_due_messages
from webapp.services.classes.activation.activation_start import start_activation
from webapp.services.notices.mailings.sending import start_mailings
from webapp.services.unit_of_work import end_reading
from webapp.services.work.due import note_tick, start_due_jobs
from webapp.services.work.handing_on import InQueue, runs_to_hand_on

log = logging.getLogger(__name__)


def tick() -> None:
    """Start what is due, go on with what was left behind, hand over what happened.

    Late, doubled or at the same time somewhere else it does no harm, and a missed one is made up for by the
    next. Each part does a little and asks for the rest behind the next tick, so that none comes late.
    """
    if _start(hand_on=to_queue, look=_runs_in_queue):
        release_holds()
        relay_outbox()
        send_prompts()
    if _mails_wait():
        queueing.nudge("send-messages")


def tick_in_process(*, with_workers: bool = False) -> None:
    """The same by itself: everything is done here, one after the other.

    `with_workers`: only ticks are missing. Runs and mails stay with those who work on them.
    """
    if with_workers:
        tick()
        return
    if _start(hand_on=in_process, look=InQueue):
        release_holds()
        relay_outbox(MANY)
        send_prompts(batches=MANY)
    if _mails_wait():
        send_messages()


def _start(*, hand_on: HandOn, look: Callable[[], InQueue]) -> bool:
    """False where somebody else ticked a moment ago."""
    real_now = clock.real_now()
    if not note_tick(real_now):
        return False
    # First, so that what is started now finds the rooms as they are.
    fold_rooms()
    for run in start_due_jobs(SCHEDULE, now=clock.now(), real_now=real_now):
        hand_on(run)
    for run in start_activation(now=clock.now(), real_now=real_now):
        hand_on(run)
    for run in start_mailings(now=clock.now(), real_now=real_now):
        hand_on(run)
    if (again := open_retry()) is not None:
        hand_on(again)
    for left in runs_to_hand_on(real_now=real_now, look=look):
        if left.was_lost:
            log.warning("run %s was left behind, going on with it", left.id)
        hand_on(OpenedRun(left.id, left.name, left.event_id))
    return True


def _runs_in_queue() -> InQueue:
    """With Redis away nothing waits in it, as far as anybody can tell."""
    try:
        return InQueue(*queueing.runs_in_queue(queueing.connection()))
    except redis.RedisError as error:
        log.warning("Redis cannot be used: %s", error)
        return InQueue()


def _mails_wait() -> bool:
    waiting = has_due_messages(now=clock.now(), real_now=clock.real_now())
    end_reading()
    return waiting
