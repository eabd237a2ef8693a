"""A person goes: their places are given up, their sessions end, and nothing names them any more.

Why it is so: docs/decisions/028-being-forgotten.md.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.signing_in.passwords import is_right_password
from webapp.domain.event_life import EventStatus
from webapp.domain.people.sign_in import FRESH_SIGN_IN
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.enrollment import CANCELLABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Event, MemberRole, Organization, User
from webapp.queries.people.account import (
    holder_of,
    organizations_with_contact,
    organizations_without_other_owner,
)
from webapp.services.classes.people.class_leaving import leave_classes, live_class_places
from webapp.services.leaving.erasure import erase_person
from webapp.services.leaving.redaction import redact_trails
from webapp.services.places.enrollment import free_place
from webapp.services.places.seats import lock_event
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import end_reading, write_transaction

#: What organizers read about a place that is free again.
_REASON = "The account was deleted"


def delete_account(*, user_id: int, password: str, signed_in_at: datetime, now: datetime, real_now: datetime) -> None:
    """Delete an account for its owner: counts and trails stay, the person does not.

    Places in events that have not begun are given up as if they had pressed the button, deadline
    or not, and classes that are not over are left, so that whoever waits moves up. People whom they look after go
    with them.
    `signed_in_at` and `real_now` are the machine's time.

    Raises Refused: `current_password_wrong`, `sign_in_again` (for an account without a password),
    `last_owner` and `contact_of` (facts: `organizations`), `stale` where they enrolled meanwhile.
    """
    _require_owner(user_id, password, is_fresh=real_now - signed_in_at <= FRESH_SIGN_IN)
    with write_transaction() as session:
        # The same order for everybody: organizations, events by id, classes by id, the people last.
        _require_not_needed(session, user_id)
        cared_for = session.scalars(select(User.id).where(User.managed_by_id == user_id)).all()
        leave_for_good(session, [user_id, *cared_for], actor=_owner(user_id), now=now)


def leave_for_good(session: Session, user_ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """These people give up what is ahead of them, and nothing names them any more. Locks as `delete_account` says.

    Raises `stale` where one of them came to a place, or to somebody to look after, meanwhile.
    """
    for enrollment_id, event_id in _places_ahead(session, user_ids, now):
        _give_up(session, actor, enrollment_id, event_id, now)
    for user_id in user_ids:
        leave_classes(session, user_id, cause=Cause(by=Trigger.USER, actor=actor, at=now, reason=_REASON))
    for user_id in sorted(user_ids):
        person = session.execute(
            select(User.name, User.email, User.handle).where(User.id == user_id).with_for_update()
        ).one()
        is_held = _places_ahead(session, [user_id], now) or live_class_places(session, user_id)
        others = select(User.id).where(User.managed_by_id == user_id, User.id.not_in(user_ids))
        if is_held or session.scalar(others.limit(1)) is not None:
            raise Refused("stale")
        redact_trails(session, user_id=user_id, name=person.name, email=person.email, handle=person.handle)
        erase_person(session, user_id, now=now)
        _erase_merged(session, user_id, now)


def require_not_needed(user_id: int) -> None:
    """Refuse what only others can clear away first: `last_owner`, `contact_of` (facts: `organizations`)."""
    alone = organizations_without_other_owner(user_id)
    if alone:
        raise Refused("last_owner", organizations=", ".join(alone))
    contacts = organizations_with_contact(user_id)
    if contacts:
        raise Refused("contact_of", organizations=", ".join(contacts))


def _require_owner(user_id: int, password: str, *, is_fresh: bool) -> None:
    stored = holder_of(user_id).password_hash
    end_reading()
    if stored is None:
        if not is_fresh:
            raise Refused("sign_in_again")
    elif not is_right_password(stored, password):
        raise Refused("current_password_wrong")


def _require_not_needed(session: Session, user_id: int) -> None:
    """An organization keeps an owner and a contact; two owners who go at once are let go one by one."""
    session.execute(
        select(Organization.id)
        .join(MemberRole, MemberRole.organization_id == Organization.id)
        .where(MemberRole.user_id == user_id, MemberRole.role == Role.OWNER)
        .order_by(Organization.id)
        .with_for_update(key_share=True, of=Organization)
    ).all()
    require_not_needed(user_id)


def _places_ahead(session: Session, user_ids: Sequence[int], now: datetime) -> list[tuple[int, int]]:
    """(enrollment, event) of every place in an event that has not begun, in the order of the locks."""
    rows = session.execute(
        select(Enrollment.id, Enrollment.event_id)
        .join(Event, Event.id == Enrollment.event_id)
        .where(
            Enrollment.user_id.in_(user_ids),
            Enrollment.is_cancellable,
            Event.status == EventStatus.PUBLISHED,
            Event.starts_at > now,
        )
        .order_by(Enrollment.event_id, Enrollment.id)
    )
    return [(row.id, row.event_id) for row in rows]


def _erase_merged(session: Session, user_id: int, now: datetime) -> None:
    """Records that are part of this person go with them."""
    for row in session.execute(
        select(User.id, User.name, User.email, User.handle).where(User.merged_into_id == user_id)
    ):
        redact_trails(session, user_id=row.id, name=row.name, email=row.email, handle=row.handle)
        erase_person(session, row.id, now=now)


def _give_up(session: Session, actor: Actor, enrollment_id: int, event_id: int, now: datetime) -> None:
    locked = lock_event(session, event_id)
    status = S(session.scalars(select(Enrollment.status).where(Enrollment.id == enrollment_id)).one())
    if status not in CANCELLABLE:
        return
    cause = Cause(by=Trigger.USER, actor=actor, at=now, reason=_REASON)
    free_place(session, locked, enrollment_id, status, cause=cause)


def _owner(user_id: int) -> Actor:
    return Actor(user_id=user_id, name="")
