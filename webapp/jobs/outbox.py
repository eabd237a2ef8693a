"""Handing over what happened, and sending the mails that come of it."""

import logging
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

from webapp import clock
from webapp.adapters.mail import Mailer
from webapp.domain.schedule import RELAY_OUTBOX, SEND_MESSAGES
from webapp.services.job_run import note_failure
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.notices.messages import Posted, send_due_messages
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.relay import BATCH

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: At most so many batches in one go; the next tick takes the rest.
_BATCHES = 100


def relay_outbox() -> int | None:
    """Write the mails that waiting domain events cause; how many events, None if it failed."""
    return visibly(RELAY_OUTBOX.name, _relay)


def send_messages() -> Posted | None:
    """Send what is due; None if it failed (a mail that does not go out is no failure of this)."""
    settings = current_app.extensions["settings"]
    mailer = Mailer(settings.mail_url, settings.mail_from)
    return visibly(
        SEND_MESSAGES.name, lambda: send_due_messages(mailer, now=clock.now, real_now=clock.real_now)
    )


def _relay() -> int:
    """Of events, then of classes."""
    return sum(_relay_all(batch) for batch in (relay_batch, relay_class_batch))


def _relay_all(relay: Callable[..., int]) -> int:
    done = 0
    for _ in range(_BATCHES):
        handed = relay(now=clock.now())
        done += handed
        if handed < BATCH:
            break
    return done


def visibly(name: str, work: Callable[[], Result]) -> Result | None:
    """Do what goes with the tick; a failure is logged and put on the record, and the next tick tries again."""
    try:
        return work()
    except Exception as error:
        log.exception("%s failed", name)
        note_failure(name=name, error=error, now=clock.now(), real_now=clock.real_now())
        return None
