"""Handing over what happened, and sending the mails that come of it."""

import logging
from collections.abc import Callable
from typing import TypeVar

from flask import current_app

from webapp import clock, queueing
from webapp.adapters.mail import Mailer
from webapp.domain.work.schedule import RELAY_OUTBOX, SEND_MESSAGES
from webapp.services.accounts.address_proof import write_requested_resets
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.notices.messages import Posted, send_due_messages
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.relay import BATCH
from webapp.services.work.run import note_failure

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: Batches of each outbox in one go, so that a tick that waits behind it is not late; and where nobody waits.
_A_FEW, MANY = 4, 100


def relay_outbox(batches: int = _A_FEW) -> int | None:
    """Write the mails that waiting domain events cause, and ask for the rest; how many events, None if it failed."""
    return visibly(RELAY_OUTBOX.name, lambda: _relay(batches))


def send_messages() -> Posted | None:
    """Send what is due; None if it failed (a mail that does not go out is no failure of this)."""
    settings = current_app.extensions["settings"]
    mailer = Mailer(settings.mail_url, settings.mail_from)

    def send() -> Posted:
        write_requested_resets(now=clock.now())
        return send_due_messages(mailer, now=clock.now, real_now=clock.real_now)

    return visibly(SEND_MESSAGES.name, send)


def _relay(batches: int) -> int:
    """Of events, then of classes."""
    return sum(_relay_some(batch, batches) for batch in (relay_batch, relay_class_batch))


def _relay_some(relay: Callable[..., int], batches: int) -> int:
    done = 0
    for _ in range(batches):
        handed = relay(now=clock.now())
        done += handed
        if handed < BATCH:
            return done
    queueing.nudge(RELAY_OUTBOX.name)
    return done


def visibly(name: str, work: Callable[[], Result]) -> Result | None:
    """Do what goes with the tick; a failure is logged and put on the record, and the next tick tries again."""
    try:
        return work()
    except Exception as error:
        log.exception("%s failed", name)
        note_failure(name=name, error=error, now=clock.now(), real_now=clock.real_now())
        return None
