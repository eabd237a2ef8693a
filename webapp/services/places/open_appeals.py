"""What becomes of open appeals when the outcome that they are about is changed in another way."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.events.appeal import AppealOutcome
from webapp.models import Appeal
from webapp.queries.id_set import is_among

_APPEAL = Appeal.__table__


def overtake_appeals(session: Session, enrollment_ids: Sequence[int], *, now: datetime) -> None:
    """End the open appeals about these places: the change of the outcome answers them."""
    still = (_APPEAL.c.outcome == AppealOutcome.OPEN, is_among(session, _APPEAL.c.enrollment_id, enrollment_ids))
    session.execute(update(_APPEAL).where(*still).values(outcome=AppealOutcome.OVERTAKEN, ended_at=now))


def end_appeals_of_event(session: Session, event_id: int, *, now: datetime) -> None:
    """End all open appeals of an event that nobody finds any more."""
    still = (_APPEAL.c.outcome == AppealOutcome.OPEN, _APPEAL.c.event_id == event_id)
    session.execute(update(_APPEAL).where(*still).values(outcome=AppealOutcome.OVERTAKEN, ended_at=now))
