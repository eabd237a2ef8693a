"""Answering an offer: a yes takes the seat that was held, a no leaves the line."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.offer import OfferOutcome, require_answerable
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, PlaceOffer, User
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import free_places, require_running
from webapp.services.places.seats import lock_event, require_open_organization, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

_OFFER, _ENROLLMENT = PlaceOffer.__table__, Enrollment.__table__
_OF_OFFER = (_OFFER.c.outcome, _OFFER.c.held_until, _OFFER.c.enrollment_id)
_MEANT = {True: OfferOutcome.ACCEPTED, False: OfferOutcome.DECLINED}


def answer_offer(*, offer_id: int, accepts: bool, now: datetime, actor: Actor | None = None) -> None:
    """Take the seat that is held, or leave the line. The same answer again changes nothing and is fine.

    `actor`: who pressed, where they are signed in; else whoever holds the link acts for the person. Raises Refused:
    `not_found`, `offer_over` (fact: `outcome`), `event_not_published`, `event_over`, `organization_closed`.
    """
    with write_transaction() as session:
        event_id = session.scalar(select(_OFFER.c.event_id).where(_OFFER.c.id == offer_id))
        if event_id is None:
            raise Refused("not_found")
        locked = lock_event(session, event_id)
        offer = session.execute(
            select(*_OF_OFFER, _ENROLLMENT.c.party_id, User.id.label("user_id"), User.name)
            .join(_ENROLLMENT, _ENROLLMENT.c.id == _OFFER.c.enrollment_id)
            .join(User, User.id == _ENROLLMENT.c.user_id)
            .where(_OFFER.c.id == offer_id)
        ).one()
        if offer.outcome == _MEANT[accepts]:
            return
        require_answerable(offer.outcome, offer.held_until, now)
        ids = _asked_together(session, offer, now)
        by = actor or Actor(user_id=offer.user_id, name=offer.name)
        if not accepts:
            cause = Cause(by=Trigger.USER, actor=by, at=now, reason="Declined an offered place")
            free_places(session, locked, [(one, S.WAITLISTED) for one in ids], cause=cause)
            return
        require_open_organization(session, locked)
        require_running(locked, now)
        cause = Cause(by=Trigger.USER, actor=by, at=now, reason="Accepted an offered place")
        move_enrollments(session, locked, ids, from_status=S.WAITLISTED, to_status=S.CONFIRMED, cause=cause)
        save_counters(session, locked)


def _asked_together(session: Session, offer: AnyRow, now: datetime) -> list[int]:
    """The enrollments for which that answer counts: of a party everybody for whom a seat is held now."""
    if offer.party_id is None:
        return [offer.enrollment_id]
    asked = select(_ENROLLMENT.c.id).join(_OFFER, _OFFER.c.enrollment_id == _ENROLLMENT.c.id)
    is_open = (_OFFER.c.outcome == OfferOutcome.OPEN, _OFFER.c.held_until > now)
    heads = asked.where(_ENROLLMENT.c.party_id == offer.party_id, *is_open)
    return list(session.scalars(heads.order_by(_ENROLLMENT.c.waitlist_position)))
