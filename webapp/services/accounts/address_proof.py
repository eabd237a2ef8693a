"""Proving an address: by a link to confirm it, or by one for a new password."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp.adapters.tokens import token_hash
from webapp.domain.people.proof import MailedLink
from webapp.domain.refusal import Refused
from webapp.models import ResetRequest, SignIn, User
from webapp.queries.people.account import Holder, has_reset_requests, has_usable_link, holder_of_link
from webapp.services.accounts.account import require_email
from webapp.services.accounts.mailed_link import use_link, write_link
from webapp.services.accounts.password import end_sessions, new_hash, replace_password
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

#: Requests looked at in one transaction.
_BATCH = 200


def request_reset(*, email: str, now: datetime) -> None:
    """Note that somebody asked for a link to that address; tells nobody whether anybody has it.

    One row, whoever has the address: the worker looks, so that the time of the answer says nothing either.
    """
    try:
        address = require_email(email)
    except Refused:
        return
    with write_transaction() as session:
        session.execute(insert(ResetRequest).values(address=address, requested_at=now))
        nudge_after_commit(session, "send-messages")


def write_requested_resets(*, now: datetime) -> int:
    """Write a link to whoever asked for one and has an account; forget the others. How many were written."""
    written = 0
    while has_reset_requests():
        with write_transaction() as session:
            oldest = select(ResetRequest.id).order_by(ResetRequest.id).limit(_BATCH)
            asked = session.scalars(
                delete(ResetRequest).where(ResetRequest.id.in_(oldest)).returning(ResetRequest.address)
            ).all()
            people = session.execute(
                select(User.id, User.name, User.email, User.language).where(
                    User.email.in_(set(asked)), User.disabled_at.is_(None), User.is_system.is_(False)
                )
            ).all()
            for person in people:
                write_link(session, person, MailedLink.RESET, now=now)
            written += len(people)
    return written


def use_reset(*, token: str, new: str, now: datetime) -> None:
    """Set a new password by a mailed link; ends every session of the person and every other link.

    Raises `reset_unusable` for a link that is unknown, used or too old, and `password_...`.
    """
    _set_by_link(token, MailedLink.RESET, new, now)


def confirm_with_password(*, token: str, new: str, now: datetime) -> None:
    """Prove the address and choose a password: the one from before, and every session begun with it, is dead.

    Raises `reset_unusable` and `password_...`.
    """
    _set_by_link(token, MailedLink.CONFIRM, new, now)


def confirm_signed_in(*, token: str, cookie: str, now: datetime) -> None:
    """Prove the address in the browser that is signed in to this very account: its session and the password stay.

    Whoever holds both the mailbox and the session signed up themselves; every other session ends.
    Raises `reset_unusable`, and `link_of_somebody_else` where the session is another account's.
    """
    with write_transaction() as session:
        user_id = use_link(session, token=token, purpose=MailedLink.CONFIRM, now=now, holds_session=True)
        own = select(SignIn.id).where(SignIn.token_hash == token_hash(cookie), SignIn.user_id == user_id)
        if session.scalar(own) is None:
            raise Refused("link_of_somebody_else")
        end_sessions(session, user_id, keep_token=cookie)


def send_confirmation(*, user_id: int, now: datetime, only_if_none_works: bool = False) -> bool:
    """Mail a link that proves the address; False where that is done, or a link is out that still works."""
    if only_if_none_works and has_usable_link(user_id, MailedLink.CONFIRM, now):
        return False
    with write_transaction() as session:
        return write_confirmation(session, user_id, now=now) is not None


def write_confirmation(session: Session, user_id: int, *, now: datetime) -> str | None:
    """The address of a new link to confirm, which is mailed; None where there is nothing to prove."""
    person = session.execute(
        select(User.id, User.name, User.email, User.language).where(
            User.id == user_id, User.email.is_not(None), User.address_proved_at.is_(None), User.disabled_at.is_(None)
        )
    ).one_or_none()
    return None if person is None else write_link(session, person, MailedLink.CONFIRM, now=now)


def _set_by_link(token: str, purpose: MailedLink, new: str, now: datetime) -> None:
    holder: Holder | None = holder_of_link(token, purpose, now)
    if holder is None:
        raise Refused("reset_unusable")
    hashed = new_hash(new, holder)
    with write_transaction() as session:
        user_id = use_link(session, token=token, purpose=purpose, now=now)
        replace_password(session, user_id, hashed, now=now)
