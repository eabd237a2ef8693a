"""Letting people in who came together: one, some or all of them with one tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod, Door, Verdict, decide_check_in
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, Enrollment
from webapp.queries.desk.guest import Guest, guests
from webapp.queries.events.event import StoredEvent
from webapp.services.desk.check_in import at_the_desk
from webapp.services.desk.standby import take_into_line
from webapp.services.desk.tap import Tap
from webapp.services.places.seats import save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

_LONGEST_OF_ONE_TAP = 40


@dataclass(frozen=True, slots=True)
class PartyOutcome:
    """Who is in by this tap, and what the rule says of the first of those who are not."""

    event: StoredEvent
    door: Door
    actor: Actor
    came: tuple[Guest, ...]
    verdict: Verdict | None = None
    guest: Guest | None = None


def check_in_heads(
    *, event_id: int, enrollment_id: int, chosen: Sequence[int] | None, crew: Sequence[Actor], tap: Tap
) -> PartyOutcome:
    """Check in these heads (enrollment ids) of the party of that enrollment; None: all of them. Who is in stays in, who
    has no seat is put into the standby line with the others.

    A fixed number of statements. Raises Refused: `not_found` (also for people of another party), `heads_unchosen`.
    """
    with write_transaction() as session:
        locked, door, actor, tap = at_the_desk(session, event_id, crew, tap)
        heads = _heads(session, event_id, enrollment_id)
        meant = [one for one in heads if chosen is None or one.enrollment_id in set(chosen)]
        if not heads or len(meant) < len(set(chosen or ())):
            raise Refused("not_found")
        if not meant:
            raise Refused("heads_unchosen")
        verdicts = {one.enrollment_id: decide_check_in(one.at_door(door.today), door) for one in meant}
        came = [one for one in meant if verdicts[one.enrollment_id] is Verdict.IN and not _is_counted(one, tap)]
        if came:
            session.execute(insert(CheckIn.__table__), [_written(one, door, actor, tap) for one in came])
            cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=tap.now)
            ids = [one.enrollment_id for one in came if one.status == S.CONFIRMED]
            move_enrollments(session, locked, ids, from_status=S.CONFIRMED, to_status=S.CHECKED_IN, cause=cause)
        in_line = take_into_line(session, locked, door, _without_seat(meant, verdicts, tap), actor=actor, tap=tap)
        came += [guest for verdict, guest, _ in in_line.values() if verdict is Verdict.IN]
        verdicts |= {one: verdict for one, (verdict, _, _) in in_line.items()}
        save_counters(session, locked)
        other = next((one for one in meant if verdicts[one.enrollment_id] is not Verdict.IN), None)
        verdict = verdicts[other.enrollment_id] if other else None
        # The same tap again: its own first result.
        again = [one for one in meant if _is_counted(one, tap) and one.live_on(door.today) is not None]
    return PartyOutcome(locked.row, door, actor, tuple(came or again), verdict, other)


def _heads(session: Session, event_id: int, enrollment_id: int) -> list[Guest]:
    own = select(Enrollment.party_id).where(Enrollment.id == enrollment_id, Enrollment.event_id == event_id)
    found = guests(session, Enrollment.party_id.in_(own.where(Enrollment.party_id.is_not(None))))
    return [one for one in found if not one.is_over]


def _without_seat(meant: Sequence[Guest], verdicts: Mapping[int, Verdict], tap: Tap) -> dict[str, Guest]:
    """Who of them could stand in a standby line, each with the id of the own tap."""
    without = {Verdict.WAITLISTED, Verdict.RELEASED}
    return {_request_id(one, tap): one for one in meant if verdicts[one.enrollment_id] in without}


def _request_id(guest: Guest, tap: Tap) -> str:
    """Each check-in of a tap has an id of its own."""
    return f"{tap.request_id[:_LONGEST_OF_ONE_TAP]}-{guest.enrollment_id}"


def _is_counted(guest: Guest, tap: Tap) -> bool:
    return any(entry.request_id == _request_id(guest, tap) for entry in guest.entries)


def _written(guest: Guest, door: Door, actor: Actor, tap: Tap) -> dict[str, object]:
    return {
        "enrollment_id": guest.enrollment_id,
        "event_id": door.event_id,
        "sequence": guest.reversals_on(door.today),
        "device_at": tap.device_at,
        "local_on": door.today,
        "at": tap.now,
        "desk": tap.desk,
        "method": CheckInMethod.MANUAL,
        "actor_id": actor.user_id,
        "helper_id": actor.helper_id,
        "request_id": _request_id(guest, tap),
    }
