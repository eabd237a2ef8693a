"""Places that are held for guests: which are due, and what a code by mail leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.guest_hold import HoldOutcome, is_seat_held
from webapp.extensions import db
from webapp.models import Enrollment, Event, GuestHold, User


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """What a guest asked for, and what came of it. `status`: of their enrollment, once there is one."""

    title: str
    slug: str
    timezone: str
    #: The version of terms that was accepted.
    terms_id: int | None
    has_seat: bool
    held_until: datetime
    outcome: HoldOutcome
    status: EnrollmentStatus | None

    @property
    def was_late(self) -> bool:
        """Whether the address was confirmed when the place was no longer held."""
        return self.has_seat and self.outcome is HoldOutcome.EXPIRED

    def is_held(self, now: datetime) -> bool:
        """Whether a seat is still held."""
        return is_seat_held(self.outcome, has_seat=self.has_seat, held_until=self.held_until, now=now)


def is_due(now: datetime) -> ColumnElement[bool]:
    """A hold that nobody confirmed in time and nobody has ended yet."""
    return and_(GuestHold.outcome == HoldOutcome.OPEN, GuestHold.held_until <= now)


def events_with_due_holds(now: datetime, most: int) -> Sequence[int]:
    """Events (ids) in which a hold is due, the longest due first."""
    oldest = func.min(GuestHold.held_until)
    return db.session.scalars(
        select(GuestHold.event_id).where(is_due(now)).group_by(GuestHold.event_id).order_by(oldest).limit(most)
    ).all()


def held_place(hold_id: int) -> HeldPlace | None:
    """The place of that hold; None where its event was deleted."""
    return _held(GuestHold.id == hold_id)


def held_for(event_id: int, user_id: int | None) -> HeldPlace | None:
    """What is held in that event for the address of this person, and was not confirmed yet."""
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    return _held(
        and_(GuestHold.event_id == event_id, GuestHold.address == address, GuestHold.outcome == HoldOutcome.OPEN)
    )


def _held(which: ColumnElement[bool]) -> HeldPlace | None:
    row = db.session.execute(
        select(
            Event.title,
            Event.slug,
            Event.timezone,
            GuestHold.terms_id,
            GuestHold.has_seat,
            GuestHold.held_until,
            GuestHold.outcome,
            Enrollment.status,
        )
        .join(Event, Event.id == GuestHold.event_id)
        .outerjoin(Enrollment, Enrollment.id == GuestHold.enrollment_id)
        .where(which, Event.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    status = EnrollmentStatus(row.status) if row.status else None
    return HeldPlace(*row[:6], outcome=HoldOutcome(row.outcome), status=status)
