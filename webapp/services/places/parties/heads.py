"""What a leader does with the heads of a party: a name for who had none, and giving their places back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import require_cancellable
from webapp.domain.places.party import GuestName
from webapp.domain.refusal import Refused
from webapp.domain.text import search_text, sort_name
from webapp.models import Enrollment, Party, User
from webapp.queries.places.parties.party import waiting_with_leader
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.account import require_name
from webapp.services.places.enrollment import cancel, free_places
from webapp.services.places.no_shows.late import note_late
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import end_reading, write_transaction

_ENROLLMENT, _PARTY, _USER = Enrollment.__table__, Party.__table__, User.__table__


def name_head(*, enrollment_id: int, name: str, actor: Actor, now: datetime) -> None:
    """Say who a head of one's own party is, once. Another person for somebody with a name would be a transfer.

    Raises Refused: `not_found` (also for another's party), `head_is_named`, `event_over`, `text_...`.
    """
    clean = require_name(name)
    with write_transaction() as session:
        locked, heads = _lock_party(session, enrollment_id, actor)
        head = next(one for one in heads if one.id == enrollment_id)
        if head.guest_name != GuestName.UNNAMED:
            raise Refused("head_is_named")
        if now >= locked.row.effective_end_at:
            raise Refused("event_over", ended_at=locked.row.effective_end_at)
        named = {"name": clean, "search_text": search_text(clean, None), "sort_name": sort_name(clean)}
        session.execute(update(_USER).where(_USER.c.id == head.user_id).values(**named, guest_name=GuestName.NAMED))


def leave_with_heads(*, enrollment_ids: Sequence[int], actor: Actor, now: datetime) -> None:
    """Give the places of some or all heads of one's own party back, in one transaction; who is next moves up once.

    Raises Refused: `not_found` (also for another's party), `heads_missing` (none was chosen), `deadline_passed`,
    `illegal_move` where one of them has nothing to give back.
    """
    if not enrollment_ids:
        raise Refused("heads_missing")
    with write_transaction() as session:
        locked, heads = _lock_party(session, enrollment_ids[0], actor)
        chosen = [one for one in heads if one.id in set(enrollment_ids)]
        if len(chosen) != len(set(enrollment_ids)):
            raise Refused("not_found")
        for one in chosen:
            require_cancellable(
                S(one.status),
                by=Trigger.USER,
                starts_at=locked.starts_at,
                hours_before=locked.row.cancellation_deadline_hours,
                leaves_freely=one.leaves_freely,
                leaves_late=locked.row.leaves_late,
                now=now,
            )
        note_late(session, locked, chosen, now=now)
        cause = Cause(by=Trigger.USER, actor=actor, at=now)
        free_places(session, locked, [(one.id, S(one.status)) for one in chosen], cause=cause)


def leave_together(*, enrollment_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> None:
    """Leave the line as the link in a mail does: who leads a party takes along everybody who waits with them.

    Raises Refused: what `cancel` does.
    """
    ids = waiting_with_leader(enrollment_id, actor.user_id)
    end_reading()
    if len(ids) > 1:
        leave_with_heads(enrollment_ids=ids, actor=actor, now=now)
    else:
        cancel(enrollment_id=enrollment_id, actor=actor, by=Trigger.USER, now=now, expected_version=expected_version)


def _lock_party(session: Session, enrollment_id: int, actor: Actor) -> tuple[LockedEvent, Sequence[AnyRow]]:
    """The locked event, and all heads of the party of that enrollment, which the actor leads. Raises `not_found`."""
    found = session.execute(
        select(_PARTY.c.id, _PARTY.c.event_id)
        .join(_ENROLLMENT, _ENROLLMENT.c.party_id == _PARTY.c.id)
        .where(_ENROLLMENT.c.id == enrollment_id)
    ).one_or_none()
    if found is None or actor.user_id is None:
        raise Refused("not_found")
    locked = lock_event(session, found.event_id)
    heads = session.execute(
        select(
            _ENROLLMENT.c.id,
            _ENROLLMENT.c.user_id,
            _ENROLLMENT.c.status,
            _ENROLLMENT.c.leaves_freely,
            _USER.c.guest_name,
            _PARTY.c.leader_id,
        )
        .join(_PARTY, _PARTY.c.id == _ENROLLMENT.c.party_id)
        .join(_USER, _USER.c.id == _ENROLLMENT.c.user_id)
        .where(_PARTY.c.id == found.id)
        .order_by(_ENROLLMENT.c.id)
    ).all()
    if heads[0].leader_id != actor.user_id:
        raise Refused("not_found")
    return locked, heads
