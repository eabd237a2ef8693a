"""People who enrolled together, as their leader, staff and the desk see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import aliased

from webapp.domain.places.enrollment import CLOSABLE, LIVE, EnrollmentStatus
from webapp.domain.places.party import GuestName
from webapp.extensions import db
from webapp.models import Enrollment, Party, PlaceOffer, User
from webapp.queries.ledger import rank_in_line
from webapp.queries.places.offers import of_open_offer
from webapp.queries.row_types import value_of


@dataclass(slots=True)
class Head:
    """One of those who came together. `number`: from 1, the eldest first, whoever left included."""

    enrollment_id: int
    user_id: int
    name: str
    guest_name: str | None
    carer_id: int | None
    status: EnrollmentStatus
    pass_code: str
    leaves_freely: bool
    cancelled_at: datetime | None
    rank: int | None
    held_until: datetime | None
    number: int = 0

    @property
    def is_unnamed(self) -> bool:
        """Nobody said yet who it is."""
        return self.guest_name == GuestName.UNNAMED

    @property
    def has_pass(self) -> bool:
        """Whether their code lets them in."""
        return self.status in CLOSABLE

    @property
    def is_managed_guest(self) -> bool:
        """Whether they have a name and no account of their own yet."""
        return self.guest_name == GuestName.NAMED and self.carer_id is not None


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party with those of its heads who are in."""

    id: int
    leader_id: int | None
    may_split: bool
    most: int
    heads: tuple[Head, ...]
    #: How many ever came, those who left included.
    came: int

    def of(self, *statuses: EnrollmentStatus) -> tuple[Head, ...]:
        """The heads with one of these statuses."""
        return tuple(head for head in self.heads if head.status in statuses)

    @property
    def leader(self) -> Head | None:
        """Who answers for them; None: the organizer."""
        return next((head for head in self.heads if head.user_id == self.leader_id), None)

    @property
    def waiting(self) -> tuple[Head, ...]:
        return self.of(EnrollmentStatus.WAITLISTED)

    def asked(self, now: datetime) -> tuple[Head, ...]:
        """Those for whom a seat is held at this instant."""
        return tuple(head for head in self.heads if head.held_until is not None and now < head.held_until)

    @property
    def needs(self) -> int:
        """How many free seats it takes until somebody of those who wait moves up."""
        return 1 if self.may_split else len(self.waiting)


def party_of(party_id: int) -> PartyView:
    """One statement."""
    rows = db.session.execute(
        select(
            Party.leader_id,
            Party.may_split,
            Party.most,
            Enrollment.id,
            Enrollment.user_id,
            User.name,
            User.guest_name,
            User.managed_by_id,
            Enrollment.status,
            Enrollment.pass_code,
            Enrollment.leaves_freely,
            Enrollment.cancelled_at,
            case((Enrollment.is_waiting, rank_in_line())).label("rank"),
            case((Enrollment.is_waiting, of_open_offer(PlaceOffer.held_until))).label("held_until"),
        )
        .join(Enrollment, Enrollment.party_id == Party.id)
        .join(User, User.id == Enrollment.user_id)
        .where(Party.id == party_id)
        .order_by(Enrollment.id)
    ).all()
    heads = [
        value_of(Head, (*row[3:8], EnrollmentStatus(row.status), *row[9:], number))
        for number, row in enumerate(rows, 1)
    ]
    living = tuple(head for head in heads if head.status in LIVE)
    return PartyView(party_id, rows[0].leader_id, rows[0].may_split, rows[0].most, living, len(rows))


def waiting_with_leader(enrollment_id: int, user_id: int | None) -> Sequence[int]:
    """The enrollments that wait in the party of that one, where that person leads it; nobody else's."""
    own = select(Enrollment.party_id).where(Enrollment.id == enrollment_id).scalar_subquery()
    waiting = select(Enrollment.id).join(Party, Party.id == Enrollment.party_id)
    led = waiting.where(Party.id == own, Party.leader_id == user_id, Enrollment.is_waiting)
    return db.session.scalars(led.order_by(Enrollment.id)).all()


def waiting_together() -> ScalarSelect[int]:
    """How many wait in the party of the `Enrollment` around it, where that is who leads it."""
    head = aliased(Enrollment)
    waiting = (
        select(func.count())
        .select_from(Party)
        .join(head, head.party_id == Party.id)
        .where(Party.id == Enrollment.party_id, Party.leader_id == Enrollment.user_id, head.is_waiting)
    )
    return waiting.correlate(Enrollment).scalar_subquery()
