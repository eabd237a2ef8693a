"""The tick: the one thing rqscheduler asks for. Everything it starts is found in the database."""

import logging

from webapp import clock, queueing
from webapp.domain.schedule import SCHEDULE
from webapp.jobs.folding import fold_rooms
from webapp.jobs.outbox import relay_outbox, send_messages
from webapp.jobs.prompts import send_prompts
from webapp.jobs.run import HandOn, in_process, to_queue
from webapp.jobs.session_attendance import open_retry
from webapp.queries.notices.outbox import has_due_messages
from webapp.services.classes.activation_start import start_activation
from webapp.services.due_work import OpenedRun, note_tick, start_due_jobs
from webapp.services.job_run import runs_to_resume
from webapp.services.unit_of_work import end_reading

log = logging.getLogger(__name__)


def tick() -> None:
    """Start what is due, go on with what was left behind, hand over what happened.

    Late, doubled or at the same time somewhere else it does no harm, and a missed one is
    made up for by the next.
    """
    _tick(hand_on=to_queue)
    if _mails_wait():
        queueing.nudge("send-messages")


def tick_in_process() -> None:
    """The same without Redis and workers: everything is done here, one after the other."""
    _tick(hand_on=in_process)
    if _mails_wait():
        send_messages()


def _tick(*, hand_on: HandOn) -> None:
    real_now = clock.real_now()
    if not note_tick(real_now):
        return
    # First, so that what is started now finds the rooms as they are.
    fold_rooms()
    for run in start_due_jobs(SCHEDULE, now=clock.now(), real_now=real_now):
        hand_on(run)
    for run in start_activation(now=clock.now(), real_now=real_now):
        hand_on(run)
    if (again := open_retry()) is not None:
        hand_on(again)
    for run_id, name, event_id, tries_left in runs_to_resume(real_now=real_now):
        log.warning("run %s was left behind, going on with it", run_id)
        hand_on(OpenedRun(run_id, name, event_id), tries_left)
    relay_outbox()
    send_prompts()


def _mails_wait() -> bool:
    waiting = has_due_messages(now=clock.now(), real_now=clock.real_now())
    end_reading()
    return waiting
