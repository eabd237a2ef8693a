"""Mailed links: an account has one that works at most, and whoever uses it has proved the address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.proof import LIFETIME, MAIL_KIND, MailedLink
from webapp.domain.refusal import Refused
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import N_
from webapp.models import Message, Passkey, PasswordReset, User
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.second_step import forget_second_step
from webapp.services.letters import Letters
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import nudge_after_commit


@dataclass(frozen=True, slots=True)
class _Mail:
    """How the mail around a link reads, and the page the link leads to."""

    endpoint: str
    subject: str
    body: str


_MAILS = {
    MailedLink.RESET: _Mail(
        "account.new_password",
        N_("Choose a new password"),
        N_("""Hi {name},

Someone asked for a new Turnout password for this address. If it was you, open this page and choose one:

{link}

The link works once, for 30 minutes. A newer link replaces it.

If it wasn’t you, you don’t need to do anything. Your password stays the same.
"""),
    ),
    MailedLink.CONFIRM: _Mail(
        "account.confirm",
        N_("Confirm your email address"),
        N_("""Hi {name},

There’s a Turnout account for this address. If it’s yours, open this page to confirm the address:

{link}

The link works once, for 7 days. A newer link replaces it.

If you didn’t ask for an account, you can ignore this email. No one can use what others give to this address until \
it’s confirmed from this mailbox.
"""),
    ),
}


def write_link(session: Session, person: AnyRow, purpose: MailedLink, *, now: datetime) -> str:
    """Mail that person (`id`, `name`, `email`, `language`) a link, which ends every one before it; its address."""
    mail, kind, token = _MAILS[purpose], MAIL_KIND[purpose], new_token()
    link = Letters(now).url(mail.endpoint, token=token)
    end_links(session, person.id, now=now)
    with speaking(person.language):
        subject, body = str(mail.subject), mail.body.format(name=first_name(person.name), link=link)
    link_id = session.scalars(
        insert(PasswordReset)
        .values(
            token_hash=token_hash(token),
            user_id=person.id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LIFETIME[purpose],
        )
        .returning(PasswordReset.id)
    ).one()
    session.execute(
        insert(Message).values(
            dedupe_key=f"password_reset:{link_id}",
            kind=kind,
            user_id=person.id,
            recipient=person.email,
            subject=subject,
            body=body,
            details={},
            created_at=now,
            next_try_at=now,
        )
    )
    nudge_after_commit(session, "send-messages")
    return link


def end_links(session: Session, user_id: int, *, now: datetime) -> None:
    """No link mailed to that person works any more."""
    unused = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    session.execute(unused.values(used_at=now))


def use_link(session: Session, *, token: str, purpose: MailedLink, now: datetime, holds_session: bool = False) -> int:
    """Use a link up: the address of that account (its id) is proved. Raises `reset_unusable`."""
    user_id: int | None = session.scalar(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.purpose == purpose,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(used_at=now)
        .returning(PasswordReset.user_id)
    )
    if user_id is None:
        raise Refused("reset_unusable")
    prove_address(session, user_id, now=now, holds_session=holds_session)
    return user_id


def prove_address(session: Session, user_id: int, *, now: datetime, holds_session: bool = False) -> None:
    """Keep when the address was proved; the first time stays, and ends every passkey and app from before.

    Who set the installation up with this address, and is not known to be who reads its mailbox (`holds_session`),
    operates it no longer: a mistyped address would make a stranger its operator.
    """
    is_first = (User.id == user_id, User.address_proved_at.is_(None))
    if not holds_session:
        gave_themself = (User.is_operator.is_(True), User.given_by_others.is_(False))
        session.execute(update(User).where(*is_first, *gave_themself).values(is_operator=False))
    if rows_changed(session, update(User).where(*is_first).values(address_proved_at=now)):
        forget_devices(session, user_id)


def forget_devices(session: Session, user_id: int) -> None:
    """No passkey and no app opens the account any more."""
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))
    forget_second_step(session, user_id)
