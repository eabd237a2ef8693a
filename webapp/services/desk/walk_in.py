"""Somebody who is at the door and on no list: a name is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod, Door, Verdict, may_place, require_open_door
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.domain.text import fold, is_same_name, search_text, search_words
from webapp.models import CheckIn, Enrollment, User
from webapp.models.people.account import SYSTEM_EMAIL
from webapp.queries.desk.guest import Entry, Guest, by_id, guests
from webapp.queries.desk.line import rank_of
from webapp.queries.events.event import StoredEvent
from webapp.services.accounts.people_by_address import people_by_address
from webapp.services.desk.check_in import at_the_desk, write_check_in
from webapp.services.desk.standby import take_into_line
from webapp.services.desk.tap import Tap
from webapp.services.places.enrollment import Placed, add_enrollment
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

#: Guests of one name that are compared; more of them than this are namesakes anyway.
_NAMESAKES = 50


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the desk typed, cleaned. `is_another` says that a namesake is somebody else."""

    name: str
    email: str | None = None
    is_another: bool = False


@dataclass(frozen=True, slots=True)
class WalkedIn:
    """Where the newcomer stands; `is_known` means that they were enrolled already and nothing changed.

    `entry` is the check-in of this tap, which may have been taken back since.
    """

    event: StoredEvent
    door: Door
    actor: Actor
    guest: Guest
    entry: Entry | None = None
    rank: int | None = None
    is_known: bool = False


def walk_in(*, event_id: int, newcomer: Newcomer, crew: Sequence[Actor], tap: Tap) -> WalkedIn:
    """Enroll and check in somebody without a place, or put them on the waitlist.

    An address or a name that is enrolled already is offered instead of doubled. Raises
    Refused: `not_found`, `event_closed`, `not_published`, `not_today`, `needs_organizer`,
    `event_full`, `request_id_reused`, `email_invalid`.
    """
    with write_transaction() as session:
        locked, door, actor, tap = at_the_desk(session, event_id, crew, tap)
        facts = locked.row
        first = _first_result(session, locked, newcomer, tap)
        if first is not None:
            return _as_it_stands(session, WalkedIn(facts, door, actor, first), tap)
        require_open_door(door)
        require_may_place(locked, actor)
        known = _known(session, locked, newcomer)
        if known is not None:
            return WalkedIn(facts, door, actor, known, known.live_on(door.today), is_known=True)
        user_id = _account(session, newcomer, tap)
        placed, guest, entry = place_at_door(session, locked, door, user_id=user_id, actor=actor, tap=tap)
        save_counters(session, locked)
    return WalkedIn(facts, door, actor, guest, entry, placed.rank)


def require_may_place(locked: LockedEvent, actor: Actor) -> None:
    """A helper does not decide who is accepted where an organizer decides (`needs_organizer`)."""
    if not may_place(actor, locked.row.organization_id, locked.row.facility_id, locked.terms.method):
        raise Refused("needs_organizer")


def place_at_door(
    session: Session, locked: LockedEvent, door: Door, *, user_id: int, actor: Actor, tap: Tap
) -> tuple[Placed, Guest, Entry | None]:
    """Enroll a person where the rule places them, and check them in if that is a seat.

    At an event with a standby line they stand in it else, also after the start.
    """
    has_line = locked.row.standby_minutes is not None
    promote_next(session, locked, now=tap.now)
    cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=tap.now)
    placed = add_enrollment(
        session,
        locked,
        user_id=user_id,
        cause=cause,
        source=EnrollmentSource.WALK_IN,
        request_id=tap.request_id,
        stands_by=has_line,
    )
    (guest,) = guests(session, by_id(placed.enrollment_id))
    if placed.status is S.WAITLISTED and has_line:
        in_line = take_into_line(session, locked, door, {tap.request_id: guest}, actor=actor, tap=tap)
        verdict, now_in, entry = in_line.get(guest.enrollment_id, (None, guest, None))
        if verdict is Verdict.IN:
            return replace(placed, status=S.CONFIRMED, rank=None), now_in, entry
    if placed.status is not S.CONFIRMED:
        return placed, guest, None
    entry = write_check_in(session, locked, door, guest, actor=actor, tap=tap, method=CheckInMethod.WALK_IN)
    return placed, guest, entry


def _first_result(session: Session, locked: LockedEvent, newcomer: Newcomer, tap: Tap) -> Guest | None:
    """What this very tap did before; a tap that was for somebody else is refused."""
    tapped = select(CheckIn.enrollment_id).where(CheckIn.event_id == locked.id, CheckIn.request_id == tap.request_id)
    own = (Enrollment.event_id == locked.id) & or_(
        Enrollment.request_id == tap.request_id, Enrollment.id == tapped.scalar_subquery()
    )
    found = guests(session, own)
    if not found:
        return None
    same_person = fold(found[0].name) == fold(newcomer.name) or (newcomer.email and newcomer.email == found[0].email)
    if found[0].source != EnrollmentSource.WALK_IN or not same_person:
        raise Refused("request_id_reused")
    return found[0]


def _as_it_stands(session: Session, walked: WalkedIn, tap: Tap) -> WalkedIn:
    """The answer to a repeat: the entry that this very tap made, taken back or not, and the rank of now."""
    guest = walked.guest
    entry = next((e for e in guest.entries if e.request_id == tap.request_id), None)
    is_waiting = guest.status == S.WAITLISTED
    rank = rank_of(session, guest.event_id, guest.ticket) if is_waiting else None
    return replace(walked, entry=entry, rank=rank)


def _known(session: Session, locked: LockedEvent, newcomer: Newcomer) -> Guest | None:
    """Who is enrolled already under this address or, unless told apart, this name in any spelling."""
    words = search_words(newcomer.name)
    same_name = [User.search_text.like(f"% {word}%") for word in words]
    candidates = (
        select(Enrollment.id, User.name, User.email)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == locked.id, Enrollment.is_live)
        .limit(_NAMESAKES)
    )
    if newcomer.email:
        row = session.execute(candidates.where(User.email == newcomer.email)).first()
        if row is not None:
            return guests(session, by_id(row.id))[0]
    if newcomer.is_another or not words:
        return None
    for row in session.execute(candidates.where(*same_name)):
        if is_same_name(row.name, newcomer.name):
            return guests(session, by_id(row.id))[0]
    return None


def _account(session: Session, newcomer: Newcomer, tap: Tap) -> int:
    """The account of that address, or a new one without a password."""
    if newcomer.email == SYSTEM_EMAIL:
        raise Refused("email_invalid")
    if newcomer.email:
        ids, _made = people_by_address(session, {newcomer.email: newcomer.name}, now=tap.now)
        return ids[newcomer.email]
    new = insert(User).values(
        name=newcomer.name,
        search_text=search_text(newcomer.name, None),
        created_at=tap.now,
        is_operator=False,
        is_system=False,
    )
    return session.scalars(new.returning(User.id)).one()
