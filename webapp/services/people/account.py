"""Accounts: sign up, prove who one is, change settings, get back in.

Passwords are hashed and compared outside transactions: a sixth of a second under a lock or on
a connection is a sixth of a second for everybody.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.adapters.passwords import hash_password, is_right_password
from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.event_days import require_timezone
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, search_text
from webapp.models import Message, PasswordReset, SignIn, User
from webapp.queries.people.account import credentials_by_email, password_hash_of
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction

NAME_LIMIT = 120
EMAIL_LIMIT = 254
#: Long enough not to be guessed within the rate limits; no rules about kinds of characters.
PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 200
RESET_LIFETIME = timedelta(minutes=30)

_RESET_SUBJECT = "Choose a new password"
_RESET_BODY = """Hello {name},

somebody asked for a new password for this address at Turnout. If it was you, open this page
and choose one. The link works once, for 30 minutes:

{link}

If it was not you, there is nothing you need to do: your password stays as it is.
"""


def require_name(text: str) -> str:
    """A person's name as it is stored, or `text_missing`, `text_too_long`, `text_broken`."""
    return clean_line(text, limit=NAME_LIMIT, field="name")


def require_zone(text: str | None) -> str | None:
    """The timezone as it is stored (None: the zone of each event), or `unknown_timezone`."""
    return require_timezone(text).key if text else None


def require_email(text: str) -> str:
    """The address in the one spelling that is stored (lower case, composed), or `email_invalid`, `text_...`."""
    line = clean_line(text, limit=EMAIL_LIMIT, field="email")
    try:
        address = validate_email(line, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Refused("email_invalid", email=line, why=str(error)) from None
    # Once more: a small letter can be longer than its capital, and may compose with what follows it.
    return clean_line(address.lower(), limit=EMAIL_LIMIT, field="email")


def require_password(text: str) -> str:
    """A password that can be used, or `password_too_short`, `password_too_long`, `text_broken`."""
    if len(text) < PASSWORD_SHORTEST:
        raise Refused("password_too_short", shortest=PASSWORD_SHORTEST)
    if len(text) > PASSWORD_LONGEST:
        raise Refused("password_too_long", longest=PASSWORD_LONGEST)
    if "\x00" in text:
        raise Refused("text_broken", field="password")
    return text


def authenticate(*, email: str, password: str) -> int:
    """The id of the account with that address and password, else `credentials_wrong`.

    An unknown address, an account without a password and a wrong password cost the same time
    and get the same answer.
    """
    try:
        known = credentials_by_email(require_email(email))
    except Refused:
        known = None
    end_reading()
    is_right = is_right_password(known.password_hash if known else None, password[:PASSWORD_LONGEST])
    if known is None or not is_right:
        raise Refused("credentials_wrong")
    return known.user_id


def sign_up(*, email: str, name: str, password: str, timezone: str | None, now: datetime) -> int:
    """Make an account and return its id.

    An address that is known already is refused (`email_taken`), also where it belongs to
    somebody who was put on a list and has no password yet: only the mailbox proves whose it
    is, so the way in is a reset. Raises also what the `require_...` functions raise.
    """
    address, full_name = require_email(email), require_name(name)
    zone = require_zone(timezone)
    hashed = hash_password(require_password(password))
    try:
        with write_transaction() as session:
            return session.scalars(
                insert(User)
                .values(
                    email=address, name=full_name, search_text=search_text(full_name, address),
                    password_hash=hashed, timezone=zone, created_at=now,
                )
                .returning(User.id)
            ).one()  # fmt: skip
    except IntegrityError:
        raise Refused("email_taken") from None


def change_settings(*, user_id: int, name: str, timezone: str | None) -> None:
    """Keep a new name and timezone (None: the zone of each event). Raises `text_...`, `unknown_timezone`."""
    full_name = require_name(name)
    zone = require_zone(timezone)
    with write_transaction() as session:
        address = session.scalar(select(User.email).where(User.id == user_id))
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(name=full_name, search_text=search_text(full_name, address), timezone=zone)
        )


def change_password(*, user_id: int, current: str, new: str, keep_token: str | None, now: datetime) -> None:
    """Replace a password that is known. Every other session of the person ends, and every mailed link.

    Raises `current_password_wrong`, and `password_...` for one that cannot be used.
    """
    fresh = require_password(new)
    stored = password_hash_of(user_id)
    end_reading()
    if not is_right_password(stored, current[:PASSWORD_LONGEST]):
        raise Refused("current_password_wrong")
    hashed = hash_password(fresh)
    with write_transaction() as session:
        _replace_password(session, user_id, hashed, now=now, keep_token=keep_token)


def set_password(*, user_id: int, new: str, now: datetime) -> None:
    """Replace a password without knowing the old one, for the operator at a shell.

    Every session of the person ends, and every mailed link. Raises `password_...`.
    """
    hashed = hash_password(require_password(new))
    with write_transaction() as session:
        _replace_password(session, user_id, hashed, now=now)


def _replace_password(
    session: Session, user_id: int, hashed: str, *, now: datetime, keep_token: str | None = None
) -> None:
    """Whoever knew the old password, or holds a link to set one, is out; `keep_token` stays in."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=hashed))
    links = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    session.execute(links.values(used_at=now))
    kept = token_hash(keep_token) if keep_token else ""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.token_hash != kept))


def request_reset(*, email: str, link_to: Callable[[str], str], now: datetime) -> None:
    """Mail a link to that address, if somebody has it; tells nobody whether.

    `link_to` makes the absolute address for a token.
    """
    try:
        address = require_email(email)
    except Refused:
        return
    token = new_token()
    with write_transaction() as session:
        person = session.execute(
            select(User.id, User.name).where(
                User.email == address, User.disabled_at.is_(None), User.is_system.is_(False)
            )
        ).one_or_none()
        if person is not None:
            _write_reset(session, person.id, person.name, address, link_to(token), token=token, now=now)


def _write_reset(
    session: Session, user_id: int, name: str, address: str, link: str, *, token: str, now: datetime
) -> None:
    reset_id = session.scalars(
        insert(PasswordReset)
        .values(token_hash=token_hash(token), user_id=user_id, created_at=now, expires_at=now + RESET_LIFETIME)
        .returning(PasswordReset.id)
    ).one()
    session.execute(
        insert(Message).values(
            dedupe_key=f"password_reset:{reset_id}", kind="password_reset", user_id=user_id,
            recipient=address, subject=_RESET_SUBJECT, body=_RESET_BODY.format(name=name, link=link),
            details={}, created_at=now, next_try_at=now,
        )
    )  # fmt: skip
    nudge_after_commit(session, "send-messages")


def use_reset(*, token: str, new: str, now: datetime) -> None:
    """Set a new password by a mailed link; ends every session of the person and every other link.

    Raises `reset_unusable` for a link that is unknown, used or too old, and `password_...`.
    """
    hashed = hash_password(require_password(new))
    with write_transaction() as session:
        user_id = session.scalar(
            update(PasswordReset)
            .where(
                PasswordReset.token_hash == token_hash(token),
                PasswordReset.used_at.is_(None),
                PasswordReset.expires_at > now,
            )
            .values(used_at=now)
            .returning(PasswordReset.user_id)
        )
        if user_id is None:
            raise Refused("reset_unusable")
        _replace_password(session, user_id, hashed, now=now)
