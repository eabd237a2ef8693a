"""Accounts: prove by a password who one is, change settings.

Passwords are hashed and compared outside transactions: a sixth of a second under a lock or on
a connection is a sixth of a second for everybody.
"""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update

from webapp.adapters.signing_in.passwords import is_right_password
from webapp.domain.event_days import require_timezone
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, search_text, sort_name
from webapp.models import User
from webapp.queries.people.account import credentials_by_email
from webapp.services.unit_of_work import end_reading, write_transaction

NAME_LIMIT = 120
EMAIL_LIMIT = 254


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
    is_right = is_right_password(known.password_hash if known else None, password)
    if known is None or not is_right:
        raise Refused("credentials_wrong")
    return known.user_id


def change_settings(*, user_id: int, name: str, timezone: str | None, language: str | None = None) -> None:
    """Keep a new name, timezone (None: the zone of each event) and language (None: the browser's).

    Raises `text_...`, `unknown_timezone`. Whether the language is there is for whoever offers languages to ask.
    """
    full_name = require_name(name)
    zone = require_zone(timezone)
    with write_transaction() as session:
        address = session.scalar(select(User.email).where(User.id == user_id))
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(
                name=full_name,
                search_text=search_text(full_name, address),
                sort_name=sort_name(full_name),
                timezone=zone,
                language=language,
            )
        )
