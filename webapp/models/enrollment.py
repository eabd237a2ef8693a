"""A person's place in an event, and the trail of how it came to be what it is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import (
    BOUND,
    CANCELLABLE,
    CLOSABLE,
    CLOSED,
    DECIDABLE,
    DECIDED,
    LIVE,
    ONGOING,
    OUTCOME_OPEN,
    PLACE_HELD,
    UNSEATED,
    EnrollmentSource,
    EnrollmentStatus,
    TransitionKind,
)
from webapp.domain.places.guest_hold import HoldOutcome
from webapp.domain.places.offer import OfferOutcome
from webapp.domain.places.party import MOST_HEADS
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.extensions import Model
from webapp.models.columns import BigId, StatusScope, UtcDateTime, one_of, partial_index
from webapp.models.event import Event
from webapp.models.people.account import User

_LIVE = "status IN ({})".format(", ".join(f"'{s}'" for s in sorted(LIVE)))


class Enrollment(Model):
    """`status` is moved only by `services.places.transition`. `version` counts the moves."""

    __tablename__ = "enrollments"
    __table_args__ = (
        one_of("status", EnrollmentStatus, "status"),
        partial_index("uq_enrollments_live", "event_id", "user_id", where=_LIVE, unique=True),
        # With the party, so that ranks are counted in the index alone.
        partial_index(
            "ix_enrollments_waiting", "event_id", "waitlist_position", "party_id", where="status = 'waitlisted'"
        ),
        # Of all events together: what waits for staff is a handful among all that was decided.
        partial_index("ix_enrollments_undecided", "event_id", where="status IN ('pending', 'undecided')"),
        Index("ix_enrollments_event_status", "event_id", "status", "id"),
        # All that one person has, and their latest place in one event.
        Index("ix_enrollments_user", "user_id", "event_id", "id"),
        # Partial, so that rows without one cost nothing: a closure writes every index anew.
        partial_index(
            "uq_enrollments_ticket", "event_id", "waitlist_position", where="waitlist_position IS NOT NULL", unique=True
        ),
        partial_index("uq_enrollments_request", "event_id", "request_id", where="request_id IS NOT NULL", unique=True),
        partial_index("ix_enrollments_party", "party_id", where="party_id IS NOT NULL"),
        CheckConstraint("status <> 'waitlisted' OR waitlist_position IS NOT NULL", name="waiting_has_ticket"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    #: FIFO ticket, never shown; people see the rank among those who wait.
    waitlist_position: Mapped[int | None] = mapped_column()
    pass_code: Mapped[str] = mapped_column(String(8), unique=True)
    #: How it came in: `web`, `walk_in` or `import`.
    source: Mapped[str] = mapped_column(String(20), default=EnrollmentSource.WEB)
    request_id: Mapped[str | None] = mapped_column(String(64))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    promoted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    no_show_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undecided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Got after the deadline, or bound by a deadline that an edit moved: may be given back until the start.
    leaves_freely: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Cancelled by the person after the deadline, where the no-show policy lets them.
    cancelled_late: Mapped[bool] = mapped_column(server_default=false())
    #: Given beyond the capacity, on purpose: its trail says by whom and why.
    over_capacity: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Who enrolled together; None: by themselves.
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))

    user: Mapped[User] = relationship()
    event: Mapped[Event] = relationship()

    is_pending = StatusScope({EnrollmentStatus.PENDING})
    is_waiting = StatusScope({EnrollmentStatus.WAITLISTED})
    is_confirmed = StatusScope({EnrollmentStatus.CONFIRMED})
    is_attended = StatusScope({EnrollmentStatus.ATTENDED})
    is_released = StatusScope({EnrollmentStatus.RELEASED})
    may_stand_by = StatusScope(MAY_STAND_BY)
    may_be_decided = StatusScope(DECIDABLE)
    is_undecided = StatusScope({EnrollmentStatus.UNDECIDED})
    waits_for_staff = StatusScope({EnrollmentStatus.PENDING, EnrollmentStatus.UNDECIDED})
    is_live = StatusScope(LIVE)
    is_cancellable = StatusScope(CANCELLABLE)
    is_closable = StatusScope(CLOSABLE)
    is_bound = StatusScope(BOUND)
    is_ongoing = StatusScope(ONGOING)
    is_decided = StatusScope(DECIDED)
    is_closed = StatusScope(CLOSED)
    has_open_outcome = StatusScope(OUTCOME_OPEN)
    holds_place = StatusScope(PLACE_HELD)
    is_unseated = StatusScope(UNSEATED)


class Party(Model):
    """People who enrolled together. `leader_id` is settled by `services.places.parties.leaders`."""

    __tablename__ = "parties"
    __table_args__ = (CheckConstraint(f"most >= 1 AND most <= {MOST_HEADS}", name="most_possible"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    #: Who answers for them; None: nobody of them has an account, so the organizer does.
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    #: What the event allowed when the last of them joined.
    most: Mapped[int] = mapped_column()
    #: Whether some of them may get a place before the others.
    may_split: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MoveColumns:
    """What is kept of a move, of whatever offering: `services.places.transition` writes the same for all."""

    #: The enrollment's version after this move.
    version: Mapped[int] = mapped_column()
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20), default=TransitionKind.MOVE)
    triggered_by: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The actor's name in words where no account acted: a helper and the desk.
    actor_label: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class EnrollmentTransition(MoveColumns, Model):
    """One move. Append-only: the database refuses UPDATE and DELETE (see the migrations)."""

    __tablename__ = "enrollment_transitions"
    __table_args__ = (
        one_of("triggered_by", Trigger, "triggered_by"),
        one_of("kind", TransitionKind, "kind"),
        UniqueConstraint("enrollment_id", "version", name="uq_enrollment_transitions_version"),
        Index("ix_enrollment_transitions_event", "event_id", "id"),
        partial_index("ix_enrollment_transitions_waiting", "event_id", "id", where="to_status = 'waitlisted'"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"))
    #: The enrollment's own, for the index. A foreign key of its own would look the same event
    #: up once more for every person of a closure (docs/decisions/018-keys-that-closure-pays-for.md).
    event_id: Mapped[int] = mapped_column(BigId)


class LateFact(Model):
    """What is known of somebody now contradicts the outcome of their enrollment. Derived, and gone with it.

    Written only by `services.online.late_evidence`.
    """

    __tablename__ = "late_facts"
    __table_args__ = (one_of("outcome", sorted(DECIDED), "outcome"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    #: What it would be by what is known now.
    outcome: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GuestHold(Model):
    """Somebody enrolls as a guest and has not confirmed the address yet. An open one with a seat counts as taken.

    `outcome` is moved only by `services.places.guest_hold`, under the event's lock.
    """

    __tablename__ = "guest_holds"
    __table_args__ = (
        one_of("outcome", HoldOutcome, "outcome"),
        partial_index("uq_guest_holds_open", "event_id", "address", where="outcome = 'open'", unique=True),
        partial_index("ix_guest_holds_due", "held_until", where="outcome = 'open'"),
        CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name="ended_has_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    #: False: the event was full or asks for applications, so there was nothing to hold.
    has_seat: Mapped[bool] = mapped_column()
    #: The version of the organization's terms to which the guest said yes.
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("legal_texts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default=HoldOutcome.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What came of it, also when it was confirmed late.
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollments.id"))


class PlaceOffer(Model):
    """An offer to one person in line. An open one holds a seat, which counts as taken.

    `outcome` is moved only by `services.places.line.offers`, under the event's lock.
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
