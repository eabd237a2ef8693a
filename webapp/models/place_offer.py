"""A seat that is offered to somebody who waits."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.places.offer import OfferOutcome
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class PlaceOffer(Model):
    """An offer to one person in line. An open one holds a seat, which counts as taken.

    `outcome` is moved only by `services.places.offers`, under the event's lock.
    """

    __tablename__ = "place_offers"
    __table_args__ = (
        one_of("outcome", OfferOutcome, "outcome"),
        partial_index("uq_place_offers_open", "enrollment_id", where="outcome = 'open'", unique=True),
        partial_index("ix_place_offers_due", "held_until", where="outcome = 'open'"),
        CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("held_until > offered_at", name="held_for_some_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), index=True)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Whether the wait ends where nobody answers this one.
    is_last: Mapped[bool] = mapped_column()
    #: Exclusive.
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default=OfferOutcome.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
