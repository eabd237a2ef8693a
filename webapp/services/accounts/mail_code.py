"""Signing up and in by a code that is mailed, or by the link beside it: whoever reads the mailbox is let in.

Why it is so: docs/decisions/110-a-code-by-mail.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.mail_code import LIFETIME, MAIL_KIND, MOST_TRIES, clean_code, new_code
from webapp.domain.permission import SYSTEM_USER_ID
from webapp.domain.refusal import Refused
from webapp.domain.text import search_text, sort_name
from webapp.languages.words import gettext
from webapp.models import MailCode, Message, User
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.account import require_email, require_name
from webapp.services.accounts.password import take_over
from webapp.services.insertion import insert_unless_there
from webapp.services.letters import Letters
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

#: As long as the column.
_LONGEST_PATH = 500
#: What is done, in the same transaction, with the code (its id) whose mailbox was just proved.
Proved = Callable[[Session, int], None]


@dataclass(frozen=True, slots=True)
class NewCode:
    """What a browser keeps in its cookie, and what is mailed."""

    id: int
    token: str
    link: str
    digits: str


def ask_for_code(
    *, email: str, now: datetime, name: str | None = None, timezone: str | None = None, next_path: str = "",
    user_agent: str = "",
) -> str:  # fmt: skip
    """Mail a code and a link to that address; the secret for the cookie of the browser that asks.

    The same work whether anybody has the address or not. `name`: for a new account. Raises `email_invalid`, `text_...`.
    """
    address = require_email(email)
    full_name = None if name is None else require_name(name)
    with write_transaction() as session:
        code = write_code(
            session,
            now=now,
            address=address,
            name=full_name,
            timezone=timezone,
            next_path=next_path,
            user_agent=user_agent,
            expires_at=now + LIFETIME,
        )
        session.execute(insert(Message).values(**_mail(code, address, now)))
    return code.token


def write_code(session: Session, *, now: datetime, next_path: str, user_agent: str, **values: object) -> NewCode:
    """A code with what else its row keeps; the caller writes the mail, which a worker is asked to send."""
    token, link, digits = new_token(), new_token(), new_code()
    row = insert(MailCode).values(
        token_hash=token_hash(token),
        code_hash=_code_hash(token, digits),
        link_hash=token_hash(link),
        next_path=next_path if len(next_path) <= _LONGEST_PATH else "",
        user_agent=user_agent[:200],
        created_at=now,
        **values,
    )
    code_id = session.scalars(row.returning(MailCode.id)).one()
    nudge_after_commit(session, "send-messages")
    return NewCode(code_id, token, link, digits)


def enter_code(*, token: str, code: str, now: datetime, then: Proved | None = None) -> None:
    """Prove the mailbox by the digits, in the browser that asked; `then` is done with it.

    Raises `code_missing`, `code_malformed`; `code_wrong` (fact: `left`, how many tries) and `code_unusable`.
    """
    digits = clean_code(code)
    with write_transaction() as session:
        tried = session.execute(
            update(MailCode)
            .where(MailCode.token_hash == token_hash(token), MailCode.tries < MOST_TRIES, _is_open(now))
            .where(MailCode.created_at > now - LIFETIME)
            .values(tries=MailCode.tries + 1)
            .returning(MailCode.id, MailCode.code_hash, MailCode.tries)
        ).one_or_none()
        is_right = tried is not None and tried.code_hash == _code_hash(token, digits)
        if tried is not None and is_right:
            session.execute(update(MailCode).where(MailCode.id == tried.id).values(proved_at=now))
            _go_on(session, tried.id, then)
    # Raised behind the transaction: a wrong guess counts.
    if tried is None or (not is_right and tried.tries >= MOST_TRIES):
        raise Refused("code_unusable")
    if not is_right:
        raise Refused("code_wrong", left=MOST_TRIES - tried.tries)


def approve_by_link(*, link: str, now: datetime, then: Proved | None = None) -> None:
    """Prove the mailbox for the browser that asked, from wherever the mail was opened. Raises `code_unusable`."""
    with write_transaction() as session:
        _go_on(session, _prove_by_link(session, link, now), then)


def move_by_link(*, link: str, now: datetime, then: Proved | None = None) -> str:
    """Prove the mailbox for this browser instead of the one that asked; the secret for its cookie.

    Raises `code_unusable`.
    """
    token = new_token()
    with write_transaction() as session:
        code_id = _prove_by_link(session, link, now)
        session.execute(update(MailCode).where(MailCode.id == code_id).values(token_hash=token_hash(token)))
        _go_on(session, code_id, then)
    return token


def give_name(*, token: str, name: str, now: datetime) -> None:
    """The name of a new account, for whoever wanted to sign in and has none. Raises `text_...`."""
    full_name = require_name(name)
    with write_transaction() as session:
        session.execute(update(MailCode).where(_is_proved(token, now)).values(name=full_name))


def use_code(*, token: str, now: datetime) -> int | None:
    """The account of a proved mailbox, made where there is none; None where its name is not known yet.

    A mailbox that was never proved before takes its account over: every password and session from before is dead.
    Raises `code_unusable`, `account_closed`, and `account_merged` where it is part of another one.
    """
    with write_transaction() as session:
        found = session.execute(
            update(MailCode)
            .where(_is_proved(token, now))
            .values(used_at=now)
            .returning(MailCode.id, MailCode.address, MailCode.name, MailCode.timezone)
        ).one_or_none()
        if found is None:
            raise Refused("code_unusable")
        user_id = account_of(session, found, now=now)
        if user_id is None:
            session.execute(update(MailCode).where(MailCode.id == found.id).values(used_at=None))
        return user_id


def account_of(session: Session, proved: AnyRow | SimpleNamespace, *, now: datetime) -> int | None:
    """The account of a proved mailbox (`address`, `name`, `timezone`), made where there is none and a name is known.

    Raises `account_closed`, and `account_merged` where it is part of another one.
    """
    if proved.name is not None:
        _make_account(session, proved.address, proved.name, proved.timezone, now)
    person = session.execute(
        select(User.id, User.address_proved_at, User.disabled_at, User.is_system, User.merged_into_id).where(
            User.email == proved.address
        )
    ).one_or_none()
    if person is None:
        return None
    if person.merged_into_id is not None:
        raise Refused("account_merged")
    if person.disabled_at is not None or person.is_system:
        raise Refused("account_closed")
    if person.address_proved_at is None:
        take_over(session, person.id, now=now)
    user_id: int = person.id
    return user_id


def _make_account(session: Session, address: str, name: str, timezone: str | None, now: datetime) -> None:
    """An account for that address, unless there is one: who made it keeps their name."""
    values = {
        "email": address,
        "name": name,
        "search_text": search_text(name, address),
        "sort_name": sort_name(name),
        "timezone": timezone,
        "is_operator": False,
        "is_system": False,
        "address_proved_at": now,
        "created_at": now,
    }
    session.execute(insert_unless_there(session, User.__table__, index_elements=["email"]), [values])


def _go_on(session: Session, code_id: int, then: Proved | None) -> None:
    if then is not None:
        then(session, code_id)


def _prove_by_link(session: Session, link: str, now: datetime) -> int:
    code_id: int | None = session.scalar(
        update(MailCode)
        .where(MailCode.link_hash == token_hash(link), _is_open(now))
        .values(proved_at=now)
        .returning(MailCode.id)
    )
    if code_id is None:
        raise Refused("code_unusable")
    return code_id


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(MailCode.proved_at.is_(None), MailCode.expires_at > now)


def _is_proved(token: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        MailCode.token_hash == token_hash(token),
        MailCode.proved_at.is_not(None),
        MailCode.used_at.is_(None),
        MailCode.expires_at > now,
    )


def _code_hash(token: str, code: str) -> str:
    return token_hash(f"{token}:{code}")


def _mail(code: NewCode, address: str, now: datetime) -> dict[str, object]:
    """In the language of whoever asks: whether anybody has the address is not looked at."""
    words = gettext(
        """Hi,

Your code for Turnout is

{code}

Enter it where you asked for it. Reading this on another device? You can open this link instead:

{link}

Both work once, for 15 minutes.

If you didn’t ask for a code, ignore this email. Don’t give the code to anyone, and don’t open the link for anyone.
""",
        code=code.digits,
        link=link_of(code, now),
    )
    return code_mail(code, address, now, subject=gettext("Your Turnout code: {code}", code=code.digits), body=words)


def link_of(code: NewCode, now: datetime) -> str:
    """The whole address of the link that proves the mailbox."""
    return Letters(now).url("account.code_link", token=code.link)


def code_mail(code: NewCode, address: str, now: datetime, *, subject: str, body: str) -> dict[str, object]:
    """A row of `messages`, the system's own: what it says is a secret of that mailbox."""
    return {
        "dedupe_key": f"{MAIL_KIND}:{code.id}",
        "kind": MAIL_KIND,
        "user_id": SYSTEM_USER_ID,
        "recipient": address,
        "subject": subject,
        "body": body,
        "details": {},
        "created_at": now,
        "next_try_at": now,
    }
