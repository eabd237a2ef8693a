"""Prompts after an event: planning them, sending them, and the end of the answers."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.schedule import SEND_PROMPTS
from webapp.jobs.outbox import visibly
from webapp.services.asking.answers_closing import close_answers
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.asking.prompt_sending import BATCH, SentPrompts, send_prompt_batch
from webapp.services.job_run import ClaimedRun, renew_claim

#: At most so many batches in one go; the next tick takes the rest.
_BATCHES = 100


def schedule_prompts(claim: ClaimedRun) -> dict[str, int]:
    """The run that plans first prompts; each chunk says that we are alive, or stops if we lost the claim."""
    return schedule_post_event_prompts(now=claim.as_of_at, beat=_beat_of(claim))


def close_silent(claim: ClaimedRun) -> dict[str, int]:
    """The run that records who stayed silent."""
    return close_answers(now=claim.as_of_at, beat=_beat_of(claim))


def send_prompts(now: datetime | None = None) -> SentPrompts | None:
    """Send what is due at `now` (by default the present); None if it failed, and the next tick tries again."""
    return visibly(SEND_PROMPTS.name, lambda: _send(now))


def _send(now: datetime | None) -> SentPrompts:
    done = SentPrompts()
    for _ in range(_BATCHES):
        batch = send_prompt_batch(now=now or clock.now())
        done.add(batch)
        if batch.looked_at < BATCH:
            break
    return done


def _beat_of(claim: ClaimedRun):
    def beat(session: Session, counts: dict[str, int]) -> None:
        renew_claim(session, claim, counts=counts, real_now=clock.real_now())

    return beat
