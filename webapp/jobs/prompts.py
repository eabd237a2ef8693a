"""Prompts after an event: planning them, sending them, and the end of the answers."""

from datetime import datetime

from webapp import clock, queueing
from webapp.domain.work.schedule import SEND_PROMPTS
from webapp.jobs.beat import beat_of
from webapp.jobs.outbox import visibly
from webapp.services.asking.answers_closing import close_answers
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.asking.prompt_sending import BATCH, SentPrompts, send_prompt_batch
from webapp.services.work.run import ClaimedRun

#: Batches in one go, so that a tick that waits behind it is not late.
_A_FEW = 2


def schedule_prompts(claim: ClaimedRun) -> dict[str, int]:
    """The run that plans first prompts; each chunk says that we are alive, or stops if we lost the claim."""
    return schedule_post_event_prompts(now=claim.as_of_at, beat=beat_of(claim))


def close_silent(claim: ClaimedRun) -> dict[str, int]:
    """The run that records who stayed silent."""
    return close_answers(now=claim.as_of_at, beat=beat_of(claim))


def send_prompts(now: datetime | None = None, batches: int = _A_FEW) -> SentPrompts | None:
    """Send what is due at `now` (by default the present), and ask for the rest; None if it failed."""
    return visibly(SEND_PROMPTS.name, lambda: _send(now, batches))


def _send(now: datetime | None, batches: int) -> SentPrompts:
    done = SentPrompts()
    for _ in range(batches):
        batch = send_prompt_batch(now=now or clock.now())
        done.add(batch)
        if batch.looked_at < BATCH:
            return done
    queueing.nudge(SEND_PROMPTS.name)
    return done
