"""Seats offered to who waits: which are due, and one offer as the person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.event_life import EventStatus
from webapp.domain.places.offer import OfferOutcome
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventPolicy, PlaceOffer
from webapp.queries.events.event import EventFacts, event_facts, facts_of


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer with its event, as the link in the mail opens it."""

    id: int
    event: EventFacts
    held_until: datetime
    #: Without an answer the wait ends; else the person goes to the end of the line.
    is_last: bool
    outcome: OfferOutcome
    #: How many seats it is about: of a party one answer counts for all that are held for it.
    places: int


def offer_of_link(token: str, now: datetime) -> Offer:
    """What a mailed link opens. Raises Refused: `link_invalid`, `not_found`, `organization_closed` (suspended)."""
    claims = read(current_app.extensions["settings"].secret_keys, LinkPurpose.OFFER, token, now)
    row = db.session.execute(
        event_facts()
        .join(PlaceOffer, PlaceOffer.event_id == Event.id)
        .add_columns(PlaceOffer.id.label("offer_id"), PlaceOffer.held_until, PlaceOffer.is_last, PlaceOffer.outcome)
        .add_columns(_held_together().label("places"))
        .where(PlaceOffer.id == claims.get("offer"))
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    event = facts_of(row)
    if event.is_suspended:
        raise Refused("organization_closed")
    return Offer(row.offer_id, event, row.held_until, row.is_last, OfferOutcome(row.outcome), row.places or 1)


def _held_together() -> ScalarSelect[int]:
    """How many offers of the same party came to the same at the same time as that `PlaceOffer`."""
    own, head, other = aliased(Enrollment), aliased(Enrollment), aliased(PlaceOffer)
    together = (
        select(func.count())
        .select_from(own)
        .join(head, head.party_id == own.party_id)
        .join(other, other.enrollment_id == head.id)
        .where(own.id == PlaceOffer.enrollment_id, other.outcome == PlaceOffer.outcome)
        .where(other.offered_at == PlaceOffer.offered_at)
    )
    return together.correlate(PlaceOffer).scalar_subquery()


def open_offer_of(enrollment_id: int) -> int | None:
    """The open offer (id) that was made to that enrollment."""
    return db.session.scalar(
        select(PlaceOffer.id).where(PlaceOffer.enrollment_id == enrollment_id, PlaceOffer.outcome == OfferOutcome.OPEN)
    )


def of_open_offer(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """That column of the offer to the `Enrollment` around it; at most one is open."""
    is_open = (PlaceOffer.enrollment_id == Enrollment.id, PlaceOffer.outcome == OfferOutcome.OPEN)
    return select(column).where(*is_open).correlate(Enrollment).scalar_subquery()


def is_asked() -> ColumnElement[bool]:
    """Whether a seat is held for that `Enrollment` until it is answered."""
    return exists().where(PlaceOffer.enrollment_id == Enrollment.id, PlaceOffer.outcome == OfferOutcome.OPEN)


def is_due(now: datetime) -> ColumnElement[bool]:
    """An offer that was not answered in time and that nobody has ended yet."""
    return and_(PlaceOffer.outcome == OfferOutcome.OPEN, PlaceOffer.held_until <= now)


def events_with_due_offers(now: datetime, most: int) -> Sequence[int]:
    """Events (ids) in which an offer is due, the longest due first."""
    oldest = func.min(PlaceOffer.held_until)
    return db.session.scalars(
        select(PlaceOffer.event_id).where(is_due(now)).group_by(PlaceOffer.event_id).order_by(oldest).limit(most)
    ).all()


def events_at_last_call(now: datetime, most: int) -> Sequence[int]:
    """Events (ids) whose last call has come, and where those who wait were not told yet."""
    is_here = (EventPolicy.last_call_at <= now, EventPolicy.last_call_told_at.is_(None), Event.starts_at > now)
    return db.session.scalars(
        select(EventPolicy.event_id)
        .join(Event, Event.id == EventPolicy.event_id)
        .where(*is_here, Event.status == EventStatus.PUBLISHED, Event.deleted_at.is_(None))
        .order_by(EventPolicy.last_call_at)
        .limit(most)
    ).all()
