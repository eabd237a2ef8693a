"""Whether somebody who enrolls has to let others go first, by what counts against them.

Why it is so: docs/decisions/139-no-show-policy.md.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.places.no_shows.policy import Consequence, lane_of, require_turn
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EventPolicy
from webapp.queries.places.no_shows.strikes import tally_here
from webapp.services.places.seats import LockedEvent

_POLICY = EventPolicy.__table__


def take_turn(session: Session, locked: LockedEvent, user_id: int | None, *, now: datetime) -> None:
    """Ask the organization's policy about a person who presses the button: whether others go first, and in which lane
    they would wait (`locked.lane`). Where it only warns, nobody is asked.

    What stands in their way besides is said by who lets them in. Raises `enrolls_later` (fact: `until`).
    """
    if user_id is None or locked.row.no_shows in {None, Consequence.WARNED}:
        return
    tally = tally_here(session, user_id=user_id, organization_id=locked.row.organization_id, now=now)
    locked.lane = lane_of(tally)
    try:
        require_turn(tally, opened_at=locked.row.opened_at, closes_at=locked.row.enrollment_closes_at, now=now)
    except Refused:
        if not _is_in(session, locked.id, user_id):
            raise


def note_lane(session: Session, locked: LockedEvent) -> None:
    """Whoever got a ticket just now may stand behind others: from then on the event has lanes."""
    if locked.lane and not locked.row.has_lanes:
        session.execute(update(_POLICY).where(_POLICY.c.event_id == locked.id).values(has_lanes=True))
        locked.row.has_lanes = True


def _is_in(session: Session, event_id: int, user_id: int) -> bool:
    own = select(Enrollment.id).where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
    return session.scalar(own.where(Enrollment.is_live)) is not None
