"""More people for a party, or for somebody who enrolled alone: from the end of the line, as newcomers."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import CANCELLABLE, LIVE, EnrollmentMethod, require_open
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.party import place_party, require_heads, waits_with_others
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Party
from webapp.queries.places.access.comer import comer_of
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.places.line.held_offers import are_asked
from webapp.services.places.no_shows.turn import note_lane, take_turn
from webapp.services.places.out_of_turn import give_tickets
from webapp.services.places.parties.joining import Company, Joining, add_heads, new_party
from webapp.services.places.parties.together import heads_with_status
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT, _PARTY = Enrollment.__table__, Party.__table__


def add_people_to_party(
    *, enrollment_id: int, company: Company, actor: Actor, now: datetime, links: Collection[str] = ()
) -> tuple[S, ...]:
    """Enroll these as well (`company.names`, blank where not known yet); the status of each.

    Where those of a party that is placed whole wait, the others wait with them, all at the end of the line in their
    order. Who leads has to be on the list, or to come by the link, as somebody new. Raises Refused: `not_found` (also
    for another's party), `illegal_move`, what `require_open` raises,
    `party_for_another`, `party_too_large`, `party_over_capacity`, `party_is_asked`, `party_does_not_fit`,
    `event_full`, `head_enrolled`, `text_...`.
    """
    clean = company.clean()
    cause = Cause(by=Trigger.USER, actor=actor, at=now)
    with write_transaction() as session:
        locked, own = lock_enrollment(session, enrollment_id)
        party = _require_own(session, own, actor)
        require_open(locked.terms, now, replace(comer_of(session, locked.row, actor.user_id, links), is_in=False))
        take_turn(session, locked, actor.user_id, now=now)
        is_in, came = _counted(session, own)
        size = is_in + len(clean.names)
        require_heads(size, most=locked.row.party_size, capacity=locked.capacity)
        promote_next(session, locked, now=now)
        waiting = [] if party is None else [one.id for one in heads_with_status(session, party.id, S.WAITLISTED)]
        if are_asked(session, locked, waiting):
            raise Refused("party_is_asked")
        statuses = _statuses(locked, len(clean.names), party, waiting, now)
        party_id = party.id if party is not None else _made(session, locked, own, now)
        # What the event allows now: it may have been more when the others came.
        session.execute(update(_PARTY).where(_PARTY.c.id == party_id).values(most=locked.row.party_size))
        if party is not None and waits_with_others(len(waiting), may_split=party.may_split):
            give_tickets(session, locked, [(one, locked.next_ticket(locked.lane)) for one in waiting])
        heads = list(zip(clean.names, statuses, strict=True))
        note_lane(session, locked)
        add_heads(session, locked, Joining(party_id, actor, cause), heads, first_number=came)
        save_counters(session, locked)
    return statuses


def _require_own(session: Session, own: AnyRow, actor: Actor) -> AnyRow | None:
    """The party of that enrollment, which the actor leads; None where they came alone. Raises `not_found`."""
    if actor.through_id is not None:
        raise Refused("party_for_another")
    if own.user_id != actor.user_id:
        raise Refused("not_found")
    if own.status not in CANCELLABLE:
        raise Refused("illegal_move")
    if own.party_id is None:
        return None
    party = session.execute(select(_PARTY).where(_PARTY.c.id == own.party_id)).one()
    if party.leader_id != actor.user_id:
        raise Refused("not_found")
    return party


def _counted(session: Session, own: AnyRow) -> tuple[int, int]:
    """How many of the party are in, and how many ever came."""
    if own.party_id is None:
        return 1, 1
    statuses: Sequence[str] = session.scalars(
        select(_ENROLLMENT.c.status).where(_ENROLLMENT.c.party_id == own.party_id)
    ).all()
    return sum(status in LIVE for status in statuses), len(statuses)


def _statuses(
    locked: LockedEvent, people: int, party: AnyRow | None, waiting: Sequence[int], now: datetime
) -> tuple[S, ...]:
    if locked.terms.method is EnrollmentMethod.APPLICATION:
        return (S.PENDING,) * people
    may_split = party is not None and party.may_split
    is_behind = waits_with_others(len(waiting), may_split=may_split)
    return place_party(
        locked.terms,
        people,
        capacity=locked.capacity,
        taken=locked.taken,
        ahead=max(locked.ahead_of_newcomer(now), int(is_behind)),
        may_split=may_split,
        now=now,
    )


def _made(session: Session, locked: LockedEvent, own: AnyRow, now: datetime) -> int:
    """A party for somebody who came alone until now."""
    party_id = new_party(session, locked, own.user_id, may_split=False, now=now)
    session.execute(update(_ENROLLMENT).where(_ENROLLMENT.c.id == own.id).values(party_id=party_id))
    return party_id
