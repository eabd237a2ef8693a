"""Two rows of one person become one, and are taken apart again: each in one transaction.

Why it is so: docs/decisions/127-merging-people.md.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_enrollment import left_as
from webapp.domain.people.merge import MergeWay, require_mergeable, require_undoable
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import CANCELLABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import Event, Message, PersonMerge, PersonMergeUndo, User
from webapp.queries.people.records.merge import rows_to_merge, stands
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.mailed_link import end_links
from webapp.services.accounts.password import end_sessions
from webapp.services.accounts.people_by_address import mark_as_given
from webapp.services.classes.people.class_enrollment import leave_class
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.merging.belongings import give_back_belongings, hand_over_belongings
from webapp.services.merging.identities import forget_identity, remember_identity
from webapp.services.merging.letters import merge_letters
from webapp.services.merging.moving import Offerings, exchange, hand_over, offerings_of
from webapp.services.merging.plan import Plan, plan_merge
from webapp.services.places.enrollment import free_place
from webapp.services.places.open_appeals import overtake_appeals
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

REASON_LIMIT = 500
#: What the trail of a place says that was held twice.
HELD_TWICE = "Two records of one person were merged"
_MERGE, _USER = PersonMerge.__table__, User.__table__


@dataclass(frozen=True, slots=True)
class Wish:
    """Which two rows become one, how and why. `organization_id`: whose staff wants it."""

    kept_id: int
    merged_id: int
    way: MergeWay
    reason: str
    organization_id: int | None = None


def merge_people(
    *,
    kept_id: int,
    merged_id: int,
    way: MergeWay,
    actor: Actor,
    reason: str,
    now: datetime,
    organization_id: int | None = None,
) -> int:
    """Make the second row part of the first; the id of the merge. Nothing of it can be used any more but to undo it.

    `organization_id`: whose staff does it. A place that both have is kept once, the better one; the other one ends
    and whoever waits longest moves up. Raises Refused: what `require_mergeable` and `keeps_other` raise, `stale`
    where one of them came to something meanwhile, and of the reason `text_...`.
    """
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=way in {MergeWay.STAFF, MergeWay.OPERATOR})
    with write_transaction() as session:
        return merge_rows(session, Wish(kept_id, merged_id, way, why, organization_id), actor=actor, now=now)


def merge_rows(session: Session, wish: Wish, *, actor: Actor, now: datetime) -> int:
    """`merge_people` as the first steps of a transaction: it locks the events, the classes and the two rows."""
    kept_id, merged_id = wish.kept_id, wish.merged_id
    # The same order for everybody: events by id, classes by id, the people last.
    touched = _both(session, kept_id, merged_id)
    locked = _lock(session, touched)
    rows = rows_to_merge(session, (kept_id, merged_id), wish.organization_id, holding=True)
    if rows.keys() != {kept_id, merged_id}:
        raise Refused("merge_same" if kept_id == merged_id else "merge_person_gone")
    require_mergeable(rows[kept_id], rows[merged_id], wish.way)
    if _both(session, kept_id, merged_id) != touched:
        raise Refused("stale")
    plan = plan_merge(session, kept_id=kept_id, merged_id=merged_id)
    _end_doubles(session, plan, locked, Cause(_trigger(wish, actor), actor, now, HELD_TWICE))
    hand_over(session, plan.simple, from_id=merged_id, to_id=kept_id)
    exchange(session, plan.won, one_id=kept_id, other_id=merged_id)
    remember_identity(session, plan.simple | plan.won, kept_id=kept_id, merged_id=merged_id, actor=actor, now=now)
    moved = {"simple": plan.simple.kept(), "won": plan.won.kept()}
    moved |= hand_over_belongings(session, kept_id=kept_id, merged_id=merged_id)
    _close(session, merged_id, kept_id, now)
    mark_as_given(session, [kept_id])
    return _keep(session, wish, moved, actor, now)


def _keep(session: Session, wish: Wish, moved: dict[str, Any], actor: Actor, now: datetime) -> int:
    """The row that tells of it, and the mails."""
    new = insert(_MERGE).values(**asdict(wish), moved=moved, actor_id=actor.user_id, at=now)
    merge_id: int = session.scalars(new.returning(_MERGE.c.id)).one()
    letters = merge_letters(
        session,
        merge_id,
        kept_id=wish.kept_id,
        merged_id=wish.merged_id,
        organization_id=wish.organization_id,
        is_own=wish.way is MergeWay.SELF,
        now=now,
    )
    if letters and wish.way is not MergeWay.CLAIM:
        session.execute(insert(Message), letters)
        nudge_after_commit(session, "send-messages")
    return merge_id


def undo_merge(*, merge_id: int, actor: Actor, now: datetime) -> None:
    """Give the second row back what was moved, with what has been added there since, and let it be used again.

    A place that was held twice stays ended. Raises Refused: `not_found`, and what `require_undoable` raises.
    """
    with write_transaction() as session:
        row = session.execute(select(*_MERGE.c).where(_MERGE.c.id == merge_id)).one_or_none()
        if row is None:
            raise Refused("not_found")
        simple, won = Offerings.read(row.moved["simple"]), Offerings.read(row.moved["won"])
        _lock(session, simple | won)
        _require_undoable(session, row, now)
        forget_identity(session, simple | won, kept_id=row.kept_id, merged_id=row.merged_id, actor=actor, now=now)
        hand_over(session, simple, from_id=row.kept_id, to_id=row.merged_id)
        exchange(session, won, one_id=row.kept_id, other_id=row.merged_id)
        reopened = update(_USER).where(_USER.c.id == row.merged_id).values(merged_into_id=None, disabled_at=None)
        session.execute(reopened)
        give_back_belongings(session, row.moved, kept_id=row.kept_id, merged_id=row.merged_id)
        undone = {"merge_id": merge_id, "actor_id": actor.user_id, "at": now}
        session.execute(insert(PersonMergeUndo).values(undone))


def _both(session: Session, kept_id: int, merged_id: int) -> Offerings:
    return offerings_of(session, kept_id) | offerings_of(session, merged_id)


def _lock(session: Session, offerings: Offerings) -> dict[tuple[str, int], LockedEvent | LockedClass]:
    """All of them; an event that was deleted has nobody who could move in it."""
    found: dict[tuple[str, int], LockedEvent | LockedClass] = {}
    standing = select(Event.id).where(Event.deleted_at.is_(None), Event.id.in_(sorted(offerings.events)))
    for event_id in session.scalars(standing.order_by(Event.id)).all():
        found["event", event_id] = lock_event(session, event_id)
    for class_id in sorted(offerings.classes):
        found["class", class_id] = lock_class(session, class_id)
    return found


def _end_doubles(
    session: Session, plan: Plan, locked: dict[tuple[str, int], LockedEvent | LockedClass], cause: Cause
) -> None:
    """The worse of two places is given up where it can still be; an outcome stays what it is."""
    for event_id, double in plan.events.items():
        event = locked.get(("event", event_id))
        if isinstance(event, LockedEvent) and double.enrollment_id is not None and double.status in CANCELLABLE:
            free_place(session, event, double.enrollment_id, S(double.status), cause=cause)
        elif double.enrollment_id is not None:
            # Whoever appealed has the better place now.
            overtake_appeals(session, [double.enrollment_id], now=cause.at)
    for class_id, double in plan.classes.items():
        one = locked["class", class_id]
        if not isinstance(one, LockedClass) or double.enrollment_id is None or double.status is None:
            continue
        status = E(double.status)
        end = left_as(one.status, status, while_running=E.WITHDRAWN)
        if end is not None:
            leave_class(session, one, double.enrollment_id, from_status=status, to_status=end, cause=cause)


def _close(session: Session, merged_id: int, kept_id: int, now: datetime) -> None:
    """Nobody comes in by that row any more, and no link of it works."""
    end_links(session, merged_id, now=now)
    end_sessions(session, merged_id)
    closed = {"merged_into_id": kept_id, "disabled_at": now, "managed_by_id": None}
    session.execute(update(_USER).where(_USER.c.id == merged_id).values(closed))


def _require_undoable(session: Session, row: AnyRow, now: datetime) -> None:
    both = (row.kept_id, row.merged_id)
    people = session.execute(
        select(_USER.c.anonymized_at).where(_USER.c.id.in_(both)).order_by(_USER.c.id).with_for_update()
    )
    is_gone = any(person.anonymized_at is not None for person in people)
    is_undone = session.scalar(select(PersonMergeUndo.merge_id).where(PersonMergeUndo.merge_id == row.id)) is not None
    later = select(_MERGE.c.id).where(
        _MERGE.c.id > row.id, _MERGE.c.kept_id.in_(both) | _MERGE.c.merged_id.in_(both), stands()
    )
    is_last = session.scalar(later.limit(1)) is None
    require_undoable(row.at, is_undone=is_undone, is_last=is_last, is_gone=is_gone, now=now)


def _trigger(wish: Wish, actor: Actor) -> Trigger:
    if wish.way in {MergeWay.SELF, MergeWay.CLAIM}:
        return Trigger.USER
    return Trigger.ADMIN if wish.organization_id is None else actor.acts_as(wish.organization_id)
