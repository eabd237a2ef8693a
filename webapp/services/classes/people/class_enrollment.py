"""Getting into a class, out of it, and in again: by staff, under the lock of the class."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ENDED, require_allowed
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.program_class import RUNNING, require_not_frozen
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import ClassEnrollment
from webapp.queries.classes.program_class import class_by_id
from webapp.queries.ledger import CLASSES
from webapp.queries.row_types import AnyRow
from webapp.services.classes.people.class_newcomers import Place, Placed, add_people, place_people, require_eligible
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.places.seats import lock_place, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT = ClassEnrollment.__table__
#: People chosen at once on a page.
MOST_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of many people, by user id and in their order."""

    placed: dict[int, Placed]
    refused: dict[int, Refused]

    def count(self, status: E) -> int:
        """How many got this status."""
        return sum(one.status is status for one in self.placed.values())

    @property
    def reasons(self) -> Counter[str]:
        """How many were refused, by the code of the reason."""
        return Counter(one.code for one in self.refused.values())


def enroll_in_class(
    *,
    class_id: int,
    user_id: int,
    actor: Actor,
    by: Trigger,
    now: datetime,
    source: str = EnrollmentSource.STAFF,
    request_id: str | None = None,
    despite_clash: bool = False,
) -> Placed:
    """Enroll one person of the facility: a seat, or the end of the waitlist.

    The same `request_id` again answers what came of it, and writes nothing. Raises Refused:
    `not_found`, `class_frozen`, `not_of_facility`, `person_deactivated`, `already_enrolled`,
    `person_clash` (fact `clashes`), `class_full`, `request_id_reused`.
    """
    cause = Cause(by=by, actor=actor, at=now)
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        before = _sent_before(session, locked, request_id, user_id)
        if before is not None:
            return before
        promoted = promote_next(session, locked, now=now)
        placed = add_person(
            session,
            locked,
            user_id=user_id,
            cause=cause,
            source=source,
            request_id=request_id,
            despite_clash=despite_clash,
        )
        save_counters(session, locked)
    return Placed(placed.enrollment_id, placed.status, placed.rank, tuple(promoted))


def add_person(
    session: Session,
    locked: LockedClass,
    *,
    user_id: int,
    cause: Cause,
    source: str = EnrollmentSource.STAFF,
    request_id: str | None = None,
    despite_clash: bool = False,
) -> Placed:
    """Insert one newcomer into the locked class; the caller saves its counters. Raises as `place_people` refuses."""
    place = place_people(session, locked, [user_id], despite_clash=despite_clash)[user_id]
    if isinstance(place, Refused):
        raise place
    return add_people(session, locked, {user_id: place}, cause=cause, source=source, request_id=request_id)[user_id]


def enroll_many(
    *,
    class_id: int,
    user_ids: Sequence[int],
    actor: Actor,
    by: Trigger,
    now: datetime,
    source: str = EnrollmentSource.STAFF,
    despite_clash: bool = False,
    all_or_nothing: bool = False,
) -> Bulk:
    """Enroll these people in their order, in one transaction; whoever cannot come in is told of with the reason.

    With `all_or_nothing` one refusal leaves everybody out: `people_refused` (fact `people`); who is in
    already is no reason for that. Raises Refused: `not_found`, `class_frozen`.
    """
    cause = Cause(by=by, actor=actor, at=now)
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        promote_next(session, locked, now=now)
        decided = place_people(session, locked, user_ids, despite_clash=despite_clash)
        places, refused = _sorted_out(decided)
        out = [one for one in refused.values() if one.code != "already_enrolled"]
        if out and all_or_nothing:
            raise Refused("people_refused", people=len(out))
        placed = add_people(session, locked, places, cause=cause, source=source)
        save_counters(session, locked)
    return Bulk(placed, refused)


def rehearse_enrolling(
    *, class_id: int, user_ids: Sequence[int], despite_clash: bool = False
) -> dict[int, Place | Refused]:
    """What `enroll_many` would decide now, by user id; takes no lock and writes nothing.

    Raises Refused: `not_found`, `class_frozen`.
    """
    facts = class_by_id(class_id)
    if facts is None:
        raise Refused("not_found")
    # Counters kept in memory only; nobody is moved up first, as no seat is free while somebody waits.
    return place_people(db.session(), LockedClass.of(facts), user_ids, despite_clash=despite_clash, holding=False)


def end_class_enrollment(
    *,
    enrollment_id: int,
    to_status: E,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None,
    expected_version: int | None = None,
) -> Placed:
    """Cancel somebody before the class runs (or their place in line), or end them while it runs.

    Ends while it runs need a reason. Whoever waits longest gets the seat. Raises Refused: `not_found`,
    `stale`, `reason_required`, `illegal_move`, `class_frozen`, `class_not_begun`, `class_running`.
    """
    if to_status in ENDED and not reason:
        raise Refused("reason_required")
    with write_transaction() as session:
        locked, row = lock_class_enrollment(session, enrollment_id, expected_version)
        require_allowed(locked.status, E(row.status), to_status)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        promoted = leave_class(session, locked, row.id, from_status=E(row.status), to_status=to_status, cause=cause)
    return Placed(enrollment_id, to_status, promoted=tuple(promoted))


def leave_class(
    session: Session, locked: LockedClass, enrollment_id: int, *, from_status: E, to_status: E, cause: Cause
) -> list[int]:
    """Move one enrollment of the locked class out; whoever waits longest moves up. Their enrollment ids."""
    move_enrollments(session, locked, [enrollment_id], from_status=from_status, to_status=to_status, cause=cause)
    promoted = promote_next(session, locked, now=cause.at)
    save_counters(session, locked)
    return promoted


def give_up_waiting(*, enrollment_id: int, actor: Actor, now: datetime) -> Placed:
    """A person leaves the waitlist. Raises Refused: `not_found` (also for somebody else's), `class_seat_stays`."""
    with write_transaction() as session:
        locked, row = lock_class_enrollment(session, enrollment_id)
        if row.user_id != actor.user_id:
            raise Refused("not_found")
        if row.status != E.WAITLISTED:
            raise Refused("class_seat_stays", status=E(row.status))
        require_not_frozen(locked.status)
        cause = Cause(by=Trigger.USER, actor=actor, at=now)
        leave_class(session, locked, row.id, from_status=E.WAITLISTED, to_status=E.CANCELLED, cause=cause)
    return Placed(enrollment_id, E.CANCELLED)


def reopen_class_enrollment(
    *,
    enrollment_id: int,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Placed:
    """Take somebody back whose enrollment was ended, while the class runs and a seat is free.

    `enrolled_at` stays what it was. Raises Refused: `not_found`, `stale`, `class_frozen`, `class_not_begun`,
    `illegal_move`, `already_enrolled`, `not_of_facility`, `person_deactivated`, `class_full`.
    """
    with write_transaction() as session:
        locked, row = lock_class_enrollment(session, enrollment_id, expected_version)
        require_not_frozen(locked.status)
        if locked.status not in RUNNING:
            raise Refused("class_not_begun", to_status=E.ENROLLED)
        if E(row.status) not in ENDED:
            raise Refused("illegal_move", from_status=E(row.status), to_status=E.ENROLLED)
        require_eligible(session, locked, row.user_id)
        promote_next(session, locked, now=now)
        if locked.taken >= locked.row.capacity:
            raise Refused("class_full", capacity=locked.row.capacity)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        move_enrollments(session, locked, [row.id], from_status=E(row.status), to_status=E.ENROLLED, cause=cause)
        save_counters(session, locked)
    return Placed(enrollment_id, E.ENROLLED)


def lock_class_enrollment(
    session: Session, enrollment_id: int, expected_version: int | None = None
) -> tuple[LockedClass, AnyRow]:
    """`lock_place` for a class. Raises `not_found`, `stale`."""
    return lock_place(session, CLASSES, lock_class, enrollment_id, expected_version)


def _sorted_out(decided: Mapping[int, Place | Refused]) -> tuple[dict[int, Place], dict[int, Refused]]:
    places = {user_id: one for user_id, one in decided.items() if isinstance(one, Place)}
    return places, {user_id: one for user_id, one in decided.items() if isinstance(one, Refused)}


def _sent_before(session: Session, locked: LockedClass, request_id: str | None, user_id: int) -> Placed | None:
    """What came of the same request the first time."""
    if request_id is None:
        return None
    row = session.execute(
        select(_ENROLLMENT.c.id, _ENROLLMENT.c.user_id, _ENROLLMENT.c.status, _ENROLLMENT.c.waitlist_position).where(
            _ENROLLMENT.c.class_id == locked.id, _ENROLLMENT.c.request_id == request_id
        )
    ).one_or_none()
    if row is None:
        return None
    if row.user_id != user_id:
        raise Refused("request_id_reused")
    return Placed(row.id, E(row.status))
