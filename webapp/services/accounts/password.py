"""Passwords: which can be used, and how one replaces another.

Passwords are hashed and compared outside transactions: a sixth of a second under a lock or on
a connection is a sixth of a second for everybody.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.adapters.signing_in.passwords import hash_password, is_easy_to_guess, is_right_password
from webapp.adapters.tokens import token_hash
from webapp.domain.people.password import require_usable_password
from webapp.domain.refusal import Refused
from webapp.models import SignIn, User
from webapp.queries.people.account import Holder, holder_of
from webapp.services.accounts.mailed_link import end_links, prove_address
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, write_transaction


def require_password(text: str, *, about: Sequence[str] = ()) -> str:
    """A password that this person can use; raises what the rule raises.

    `about`: their name and address, which are guessed first.
    """
    return require_usable_password(text, is_easy_to_guess=partial(is_easy_to_guess, about=about))


def new_hash(text: str, holder: Holder) -> str:
    """The hash of a password that this person can use. Raises what `require_password` raises."""
    end_reading()
    return hash_password(require_password(text, about=holder.words))


def change_password(
    *, user_id: int, current: str, new: str, keep_token: str | None, is_fresh: bool = False, now: datetime
) -> None:
    """Replace a password that is known, or choose a first one. Other sessions of the person end, and mailed links.

    Who has none signed in a moment ago (`is_fresh`). Raises `current_password_wrong`, `sign_in_again`, and
    `password_...` for one that cannot be used.
    """
    holder = holder_of(user_id)
    end_reading()
    fresh = require_password(new, about=holder.words)
    if holder.password_hash is None:
        if not is_fresh:
            raise Refused("sign_in_again")
    elif not is_right_password(holder.password_hash, current):
        raise Refused("current_password_wrong")
    hashed = hash_password(fresh)
    with write_transaction() as session:
        replace_password(session, user_id, hashed, now=now, keep_token=keep_token)


def set_password(*, user_id: int, new: str, now: datetime, is_proved: bool = False) -> None:
    """Replace a password without knowing the old one, for the operator at a shell.

    Every session of the person ends, and every mailed link. `is_proved`: the operator knows that the
    address is this person's. Raises `password_...`.
    """
    hashed = new_hash(new, holder_of(user_id))
    with write_transaction() as session:
        replace_password(session, user_id, hashed, now=now)
        if is_proved:
            prove_address(session, user_id, now=now, holds_session=True)


def replace_password(
    session: Session, user_id: int, hashed: str, *, now: datetime, keep_token: str | None = None
) -> None:
    """Whoever knew the old password, or holds a link to set one, is out; `keep_token` stays in."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=hashed))
    end_links(session, user_id, now=now)
    end_sessions(session, user_id, keep_token=keep_token)


def take_over(session: Session, user_id: int, *, now: datetime) -> None:
    """The owner of the mailbox came for the first time: all passwords, passkeys, links and sessions are dead."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=None))
    end_links(session, user_id, now=now)
    end_sessions(session, user_id)
    prove_address(session, user_id, now=now)


def end_sessions(session: Session, user_id: int, *, keep_token: str | None = None) -> int:
    """Sign the person out everywhere but in the browser with that cookie; how many sessions ended."""
    kept = token_hash(keep_token) if keep_token else ""
    return rows_changed(session, delete(SignIn).where(SignIn.user_id == user_id, SignIn.token_hash != kept))
