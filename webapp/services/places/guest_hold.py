"""Enrolling as a guest: a seat is held under the event's lock until the mailbox is proved, and is an enrollment then.

Why it is so: docs/decisions/107-a-place-held-for-a-guest.md.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, select, true, update
from sqlalchemy.orm import Session

from webapp.adapters.tokens import token_hash
from webapp.domain.legal import require_current
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.access import UNPROVED, is_link
from webapp.domain.places.enrollment import EnrollmentSource, require_open
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.guest_hold import HELD_FOR, LINK_LIFETIME, HoldOutcome, is_seat_held, require_few_holds
from webapp.domain.places.opening import only_list_enrolls
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, GuestHold, MailCode, Message, User
from webapp.queries.places.access.comer import comer_of
from webapp.queries.places.guest_hold import events_with_due_holds
from webapp.queries.questions.questions import asks_at_sign_up
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.account import require_email, require_name
from webapp.services.accounts.mail_code import account_of, code_mail, write_code
from webapp.services.named_lock import wait_for_name
from webapp.services.organizations.legal import current_terms, keep_yes
from webapp.services.places.enrollment import add_enrollment, first_status, require_running
from webapp.services.places.guest_letter import guest_words
from webapp.services.places.late_seats import is_there_a_seat_to_take, tell_of_opening
from webapp.services.places.no_shows.turn import take_turn
from webapp.services.places.seats import (
    LockedEvent,
    lock_event,
    lock_event_by_slug,
    require_open_organization,
    save_counters,
)
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import end_reading, write_transaction

_HOLD = GuestHold.__table__


def hold_place(
    *,
    slug: str,
    name: str,
    email: str,
    terms_id: int | None = None,
    timezone: str | None = None,
    next_path: str = "",
    questions_path: str = "",
    links: Collection[str] = (),
    user_agent: str = "",
    now: datetime,
) -> str:
    """Hold a seat, if there is one, and mail a code; the secret for the cookie of the browser that asks.

    The same work whoever has the address: whether it is on a list is looked at when it is confirmed, and no seat is
    held where that decides. Asked again, the same seat is held no longer than before. `terms_id`: the version said yes
    to. `questions_path`: where to go on if the event asks something. `links`: the tokens of links they came by.
    Raises what `enroll` does; `email_invalid`, `text_...`, `too_many_holds`, `terms_changed`.
    """
    address, full_name = require_email(email), require_name(name)
    with write_transaction() as session:
        locked, demands_terms = lock_event_by_slug(session, slug)
        require_open(locked.terms, now, replace(UNPROVED, has_link=is_link(locked.row.link_token, links)))
        if demands_terms:
            _require_yes(session, locked, terms_id)
        end_due_holds(session, locked, now=now)
        promote_next(session, locked, now=now)
        hold = _open_hold(session, locked, address) or _new_hold(session, locked, address, terms_id, now)
        code = write_code(
            session,
            now=now,
            address=address,
            name=full_name,
            timezone=timezone,
            next_path=questions_path if locked.row.has_questions else next_path,
            user_agent=user_agent,
            guest_hold_id=hold.id,
            expires_at=now + LINK_LIFETIME,
        )
        is_in = _is_enrolled(session, locked.id, address)
        subject, body = guest_words(code, full_name, locked.row, hold, is_in=is_in, now=now)
        session.execute(insert(Message).values(**code_mail(code, address, now, subject=subject, body=body)))
        save_counters(session, locked)
    return code.token


def enroll_guest(session: Session, code_id: int, *, now: datetime) -> None:
    """The mailbox of that code is proved: what was held becomes an enrollment; later, they come like any newcomer.

    Where the event asks something before, it goes on being held: the answers make the enrollment (`use_hold`).
    What stands in the way by now (they are enrolled, the event is closed or full) keeps nobody out of their account;
    they read it on the event's page. A code without a hold is of somebody who only signs in.
    """
    asked = session.execute(
        select(_HOLD.c.id, _HOLD.c.event_id, _HOLD.c.terms_id, MailCode.address, MailCode.name, MailCode.timezone)
        .join(MailCode, MailCode.guest_hold_id == _HOLD.c.id)
        .where(MailCode.id == code_id)
    ).one_or_none()
    if asked is None:
        return
    try:
        locked = lock_event(session, asked.event_id)
        require_open_organization(session, locked)
        user_id = account_of(session, asked, now=now)
    except Refused:
        # The event is gone or its organization suspended; a closed account is told so where it would be let in.
        return
    hold = session.execute(select(_HOLD).where(_HOLD.c.id == asked.id)).one()
    if user_id is None or hold.enrollment_id is not None:
        return
    if asked.terms_id is not None:
        keep_yes(session, user_id, asked.terms_id, now=now)
    if locked.row.has_questions and asks_at_sign_up(session, locked.id):
        return
    with _freeing(session, locked, now):
        is_held = is_seat_held(hold.outcome, has_seat=hold.has_seat, held_until=hold.held_until, now=now)
        locked.count_held(-int(is_held))
        enrollment_id, outcome = _let_in(session, locked, user_id, has_held_seat=is_held, now=now)
        mine = update(_HOLD).where(_HOLD.c.id == hold.id)
        session.execute(mine.where(_HOLD.c.outcome == HoldOutcome.OPEN).values(outcome=outcome, ended_at=now))
        session.execute(mine.values(enrollment_id=enrollment_id))


def use_hold(session: Session, locked: LockedEvent, user_id: int, *, now: datetime) -> tuple[int | None, bool]:
    """What is held for the address of that person in the locked event (its id), and whether a seat is; it counts for
    nobody from now on, so the caller enrolls them and calls `end_used_hold`."""
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    hold = session.execute(
        select(_HOLD).where(
            _HOLD.c.event_id == locked.id, _HOLD.c.address == address, _HOLD.c.outcome == HoldOutcome.OPEN
        )
    ).one_or_none()
    if hold is None:
        return None, False
    is_held = is_seat_held(hold.outcome, has_seat=hold.has_seat, held_until=hold.held_until, now=now)
    if hold.has_seat:
        locked.count_held(-1)
    return hold.id, is_held


def end_used_hold(session: Session, hold_id: int, enrollment_id: int, *, now: datetime) -> None:
    """That hold became this enrollment."""
    became = {"outcome": HoldOutcome.CONFIRMED, "ended_at": now, "enrollment_id": enrollment_id}
    session.execute(update(_HOLD).where(_HOLD.c.id == hold_id).values(became))


def withdraw_hold(*, token: str, now: datetime) -> None:
    """End the code of that browser, and what it held, unless another code for the same address holds it, too."""
    with write_transaction() as session:
        ended = update(MailCode).where(
            MailCode.token_hash == token_hash(token), MailCode.proved_at.is_(None), MailCode.guest_hold_id.is_not(None)
        )
        hold_id = session.scalar(ended.values(expires_at=now).returning(MailCode.guest_hold_id))
        if hold_id is None:
            return
        locked = lock_event(session, session.scalars(select(_HOLD.c.event_id).where(_HOLD.c.id == hold_id)).one())
        others = exists().where(MailCode.guest_hold_id == _HOLD.c.id, MailCode.expires_at > now)
        with _freeing(session, locked, now):
            _end(session, locked, (_HOLD.c.id == hold_id) & ~others, HoldOutcome.WITHDRAWN, now)


def release_due_holds(*, now: datetime, most: int) -> int:
    """End what nobody confirmed in time, in so many events at most; in how many there was something to end."""
    event_ids = events_with_due_holds(now, most)
    end_reading()
    for event_id in event_ids:
        with write_transaction() as session:
            locked = lock_event(session, event_id)
            with _freeing(session, locked, now):
                end_due_holds(session, locked, now=now)
    return len(event_ids)


def end_due_holds(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """End the holds of the locked event whose time is over; the seats are free."""
    _end(session, locked, _HOLD.c.held_until <= now, HoldOutcome.EXPIRED, now)


def end_all_holds(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """End all holds of the locked event: there is nothing to come to."""
    _end(session, locked, true(), HoldOutcome.WITHDRAWN, now)


def _end(
    session: Session, locked: LockedEvent, which: ColumnElement[bool], outcome: HoldOutcome, now: datetime
) -> None:
    ended = update(_HOLD).where(_HOLD.c.event_id == locked.id, _HOLD.c.outcome == HoldOutcome.OPEN, which)
    seats = session.scalars(ended.values(outcome=outcome, ended_at=now).returning(_HOLD.c.has_seat))
    locked.count_held(-sum(seats))


@contextmanager
def _freeing(session: Session, locked: LockedEvent, now: datetime) -> Iterator[None]:
    """Whatever gets free inside goes to whoever waits; counters are written at the end."""
    was_open = is_there_a_seat_to_take(locked, now)
    yield
    promote_next(session, locked, now=now)
    tell_of_opening(session, locked, was_open=was_open, now=now)
    save_counters(session, locked)


def _let_in(
    session: Session, locked: LockedEvent, user_id: int, *, has_held_seat: bool, now: datetime
) -> tuple[int | None, HoldOutcome]:
    """The enrollment of the guest, and what became of the hold by that."""
    cause = Cause(by=Trigger.USER, actor=Actor(user_id=user_id, name=""), at=now)
    try:
        take_turn(session, locked, user_id, now=now)
        if has_held_seat:
            require_running(locked, now)
        else:
            # Whoever asked as a guest had the link then.
            require_open(locked.terms, now, comer_of(session, locked.row, user_id, locked.row.links))
            end_due_holds(session, locked, now=now)
            promote_next(session, locked, now=now)
        placed = add_enrollment(
            session, locked, user_id=user_id, cause=cause, source=EnrollmentSource.WEB, has_held_seat=has_held_seat
        )
    except Refused as refused:
        there_already = refused.facts.get("enrollment_id")
        return (int(str(there_already)) if there_already else None), HoldOutcome.WITHDRAWN
    return placed.enrollment_id, HoldOutcome.CONFIRMED


def _open_hold(session: Session, locked: LockedEvent, address: str) -> AnyRow | None:
    return session.execute(
        select(_HOLD).where(
            _HOLD.c.event_id == locked.id, _HOLD.c.address == address, _HOLD.c.outcome == HoldOutcome.OPEN
        )
    ).one_or_none()


def _new_hold(session: Session, locked: LockedEvent, address: str, terms_id: int | None, now: datetime) -> AnyRow:
    # The event's lock does not hold what asks for other events with the same address.
    wait_for_name(session, f"guest {address}")
    others = select(func.count()).where(
        _HOLD.c.address == address, _HOLD.c.outcome == HoldOutcome.OPEN, _HOLD.c.held_until > now
    )
    require_few_holds(session.scalar(others) or 0)
    cause = Cause(by=Trigger.USER, actor=Actor(user_id=None, name=""), at=now)
    # Where the list decides, no seat is held before it is known who this is: a stranger could hold them all.
    has_seat = first_status(locked, cause) is S.CONFIRMED and not only_list_enrolls(locked.terms, now)
    locked.count_held(int(has_seat))
    values = {
        "event_id": locked.id,
        "address": address,
        "has_seat": has_seat,
        "terms_id": terms_id,
        "created_at": now,
        "held_until": now + HELD_FOR,
        "outcome": HoldOutcome.OPEN,
    }
    return session.execute(insert(_HOLD).values(values).returning(*_HOLD.c)).one()


def _require_yes(session: Session, locked: LockedEvent, terms_id: int | None) -> None:
    current = current_terms(session, locked.row.organization_id)
    if current is None:
        return
    if terms_id is None:
        raise Refused("terms_unaccepted")
    require_current(terms_id, current)


def _is_enrolled(session: Session, event_id: int, address: str) -> bool:
    live = select(Enrollment.id).join(User, User.id == Enrollment.user_id)
    return (
        session.scalar(live.where(Enrollment.event_id == event_id, User.email == address, Enrollment.is_live))
        is not None
    )
