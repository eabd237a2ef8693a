"""Changing one's address: the new mailbox proves itself by a code, the old one is told and can undo it.

The mailbox of another account of the same person proves itself in the same way, before the two are merged.
Why it is so: docs/decisions/113-changing-an-address.md, docs/decisions/127-merging-people.md.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.mail_code import LIFETIME, MOST_TRIES, clean_code, new_code
from webapp.domain.refusal import Refused
from webapp.domain.text import search_text
from webapp.models import AddressChange, Message, Passkey, User
from webapp.queries.people.account import holder_of
from webapp.queries.people.address_change import is_awaited, is_undone_by, proved_account
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.account import require_email
from webapp.services.accounts.address_letters import changed_letters, code_letter
from webapp.services.accounts.mailed_link import end_links
from webapp.services.accounts.password import take_over
from webapp.services.accounts.provider_identity import forget_identities
from webapp.services.accounts.second_step import forget_second_step
from webapp.services.unit_of_work import nudge_after_commit, write_transaction


def ask_for_address(
    *, user_id: int, email: str, cookie: str, is_fresh: bool, now: datetime, for_merge: bool = False
) -> None:
    """Mail a code to that address; whether anybody has it is not looked at. A newer one ends those before.

    `cookie`: the secret of this session; `for_merge`: it is said to be of another account.
    Raises `sign_in_again`, `email_invalid`, `text_...`, `address_same`.
    """
    if not is_fresh:
        raise Refused("sign_in_again")
    address = require_email(email)
    if address == holder_of(user_id).email:
        raise Refused("address_same")
    code = new_code()
    with write_transaction() as session:
        session.execute(delete(AddressChange).where(AddressChange.user_id == user_id, AddressChange.done_at.is_(None)))
        change_id = session.scalars(
            insert(AddressChange)
            .values(
                user_id=user_id,
                address=address,
                for_merge=for_merge,
                code_hash=_code_hash(cookie, code),
                created_at=now,
                expires_at=now + LIFETIME,
            )
            .returning(AddressChange.id)
        ).one()
        session.execute(insert(Message).values(**code_letter(change_id, address, code, now, for_merge=for_merge)))
        nudge_after_commit(session, "send-messages")


def confirm_address(*, user_id: int, code: str, cookie: str, now: datetime) -> str:
    """Use the new address from now on, and tell both mailboxes; the address.

    Raises what `_try_code` raises; `email_taken` where the new mailbox has an account already, which can be merged
    now, and `prove_first` where others gave something to an old one that nobody proved.
    """
    tried = _try_code(user_id, code, cookie, now, for_merge=False)
    try:
        with write_transaction() as session:
            _change(session, user_id, tried.id, tried.address, now)
    except IntegrityError:
        _note_proof(tried.id, tried.address, now)
        raise Refused("email_taken") from None
    address: str = tried.address
    return address


def prove_other_mailbox(*, user_id: int, code: str, cookie: str, now: datetime) -> None:
    """The person reads that mailbox, too: its account can be merged into theirs for a quarter of an hour.

    Raises what `_try_code` raises, and `merge_nobody` where the mailbox has no account.
    """
    tried = _try_code(user_id, code, cookie, now, for_merge=True)
    _note_proof(tried.id, tried.address, now)
    if proved_account(user_id, now) is None:
        raise Refused("merge_nobody")


def _try_code(user_id: int, code: str, cookie: str, now: datetime, *, for_merge: bool) -> AnyRow:
    """The row (`id`, `address`) whose code this is.

    Raises `code_missing`, `code_malformed`; `code_wrong` (fact: `left`) and `code_unusable`.
    """
    digits = clean_code(code)
    with write_transaction() as session:
        tried = session.execute(
            update(AddressChange)
            .where(AddressChange.user_id == user_id, AddressChange.for_merge.is_(for_merge), is_awaited(now))
            .values(tries=AddressChange.tries + 1)
            .returning(AddressChange.id, AddressChange.address, AddressChange.code_hash, AddressChange.tries)
        ).one_or_none()
        is_right = tried is not None and tried.code_hash == _code_hash(cookie, digits)
    # Raised behind the transaction: a wrong guess counts.
    if tried is None or (not is_right and tried.tries >= MOST_TRIES):
        raise Refused("code_unusable")
    if not is_right:
        raise Refused("code_wrong", left=MOST_TRIES - tried.tries)
    return tried


def _note_proof(change_id: int, address: str, now: datetime) -> None:
    """The mailbox was proved; an account of it that was never proved before is its owner's from now on."""
    with write_transaction() as session:
        session.execute(update(AddressChange).where(AddressChange.id == change_id).values(proved_at=now))
        unproved = select(User.id).where(
            User.email == address,
            User.address_proved_at.is_(None),
            User.disabled_at.is_(None),
            User.is_system.is_(False),
        )
        user_id = session.scalar(unproved)
        if user_id is not None:
            take_over(session, user_id, now=now)


def undo_address(*, token: str, now: datetime) -> None:
    """Give the account back to the old mailbox: all passwords, passkeys, apps and sessions are dead.

    Raises `reset_unusable`, and `email_taken` where the old address has another account by now.
    """
    try:
        with write_transaction() as session:
            change = session.execute(
                update(AddressChange)
                .where(is_undone_by(token, now))
                .values(undone_at=now)
                .returning(AddressChange.user_id, AddressChange.previous_address)
            ).one_or_none()
            if change is None:
                raise Refused("reset_unusable")
            _write_address(session, change.user_id, change.previous_address, now)
            session.execute(delete(Passkey).where(Passkey.user_id == change.user_id))
            forget_identities(session, change.user_id)
            forget_second_step(session, change.user_id)
            take_over(session, change.user_id, now=now)
            # What a stranger changed after this one leads nowhere either.
            session.execute(
                update(AddressChange)
                .where(AddressChange.user_id == change.user_id, AddressChange.undone_at.is_(None))
                .values(undone_at=now, expires_at=now)
            )
    except IntegrityError:
        raise Refused("email_taken") from None


def _change(session: Session, user_id: int, change_id: int, address: str, now: datetime) -> None:
    person = session.execute(
        select(User.id, User.name, User.email, User.language, User.address_proved_at, User.given_by_others)
        .where(User.id == user_id)
        .with_for_update()
    ).one()
    if person.address_proved_at is None and person.given_by_others:
        raise Refused("prove_first")
    undo = new_token()
    done = update(AddressChange).where(AddressChange.id == change_id, AddressChange.done_at.is_(None))
    session.execute(done.values(done_at=now, previous_address=person.email, undo_hash=token_hash(undo)))
    _write_address(session, user_id, address, now)
    end_links(session, user_id, now=now)
    session.execute(insert(Message), changed_letters(change_id, person, address, undo, now))
    nudge_after_commit(session, "send-messages")


def _write_address(session: Session, user_id: int, address: str, now: datetime) -> None:
    name = session.scalar(select(User.name).where(User.id == user_id)) or ""
    values = {
        "email": address,
        "search_text": search_text(name, address),
        "address_proved_at": now,
        "mail_refused_at": None,
    }
    session.execute(update(User).where(User.id == user_id).values(values))


def _code_hash(cookie: str, code: str) -> str:
    return token_hash(f"{cookie}:{code}")
