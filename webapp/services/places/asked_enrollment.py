"""Enrolling in an event that asks something before: the place and the answers are one transaction."""

from collections.abc import Collection
from datetime import datetime

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.refusal import Refused
from webapp.services.places.enrollment import Placed, let_in, lock_for_newcomer
from webapp.services.places.guest_hold import end_used_hold, use_hold
from webapp.services.places.transition import Cause
from webapp.services.questions.answers import SentAnswers, keep_first_answers
from webapp.services.unit_of_work import write_transaction


def enroll_with_answers(
    *, slug: str, sent: SentAnswers, actor: Actor, now: datetime, links: Collection[str] = ()
) -> Placed:
    """`enroll_by_slug` with what the event asks; a seat that was held for a guest is theirs.

    Raises Refused, besides what that does: `questions_changed`, `answers_wrong`.
    """
    cause = Cause(by=Trigger.USER, actor=actor, at=now)
    with write_transaction() as session:
        locked = lock_for_newcomer(session, slug, actor, now=now)
        if actor.user_id is None:
            raise Refused("not_found")
        hold_id, is_held = use_hold(session, locked, actor.user_id, now=now)
        placed = let_in(
            session,
            locked,
            actor.user_id,
            cause=cause,
            source=EnrollmentSource.WEB,
            has_held_seat=is_held,
            # Whoever asked as a guest had the link then.
            links=links if hold_id is None else locked.row.links,
        )
        if hold_id is not None:
            end_used_hold(session, hold_id, placed.enrollment_id, now=now)
        if placed.is_new:
            keep_first_answers(session, placed.enrollment_id, sent, by=actor, now=now)
        return placed
