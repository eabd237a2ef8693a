"""The seats that open offers hold, and how an offer ends, whatever ends it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.offer import OfferOutcome
from webapp.models import PlaceOffer
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.places.seats import LockedEvent, LockedSeats

_OFFER = PlaceOffer.__table__


def are_asked(session: Session, locked: LockedEvent, ids: Sequence[int]) -> bool:
    """Whether a seat is held for one of these. No statement where nothing is offered."""
    if not ids or not locked.offered:
        return False
    asked = select(_OFFER.c.id).where(is_among(session, _OFFER.c.enrollment_id, ids))
    return session.scalar(asked.where(_OFFER.c.outcome == OfferOutcome.OPEN).limit(1)) is not None


def end_offers(
    session: Session, locked: LockedEvent, which: ColumnElement[bool], outcome: OfferOutcome, now: datetime
) -> Sequence[AnyRow]:
    """End those open offers of the locked event: their seats are held no longer.

    Of each, the `enrollment_id` and `is_last`.
    """
    ended = update(_OFFER).where(_OFFER.c.event_id == locked.id, _OFFER.c.outcome == OfferOutcome.OPEN, which)
    values = ended.values(outcome=outcome, ended_at=now)
    rows = session.execute(values.returning(_OFFER.c.enrollment_id, _OFFER.c.is_last)).all()
    locked.count_offered(-len(rows))
    return rows


def end_all_offers(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """End all offers of the locked event: there is nothing to come to, or no need to ask."""
    if locked.offered:
        end_offers(session, locked, true(), OfferOutcome.WITHDRAWN, now)


def end_offers_of(
    session: Session, locked: LockedSeats, ids: Sequence[int], *, to_status: object, by: Trigger, now: datetime
) -> None:
    """These left the line: what was held for them is held no longer. No statement where nothing is offered."""
    if isinstance(locked, LockedEvent) and locked.offered:
        end_offers(session, locked, is_among(session, _OFFER.c.enrollment_id, ids), _outcome(to_status, by), now)


def _outcome(to_status: object, by: Trigger) -> OfferOutcome:
    if by is not Trigger.USER:
        return OfferOutcome.WITHDRAWN
    return OfferOutcome.ACCEPTED if to_status == S.CONFIRMED else OfferOutcome.DECLINED
