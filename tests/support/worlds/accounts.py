"""Accounts as they come about: by a mailed code, or as before there were codes, with a password and no proof."""

import re
from datetime import datetime

from sqlalchemy import select

from tests.support.pages.reading import Page, Reader
from webapp.adapters.signing_in.passwords import hash_password
from webapp.domain.people.proof import MailedLink
from webapp.domain.text import search_text
from webapp.models import Message, User
from webapp.services.accounts.mailed_link import write_link
from webapp.services.unit_of_work import write_transaction


def sign_up(*, email: str, name: str, password: str, timezone: str | None, now: datetime) -> int:
    """An account with a password whose address nobody proved; a link to confirm it is mailed."""
    with write_transaction() as session:
        person = User(
            email=email,
            name=name,
            search_text=search_text(name, email),
            password_hash=hash_password(password),
            timezone=timezone,
            created_at=now,
        )
        session.add(person)
        session.flush()
        write_link(session, person, MailedLink.CONFIRM, now=now)
        return person.id


def mailed_code(session, address: str) -> tuple[str, str]:
    """The newest code for that address, and the path of the link beside it."""
    session.rollback()
    mails = select(Message.body).where(Message.recipient == address, Message.kind == "mail_code")
    body = session.scalars(mails.order_by(Message.id.desc())).first()
    return re.search(r"^\d{6}$", body, re.MULTILINE).group(), re.search(r"//[^/\s]+(/code/\S+)", body).group(1)


def signs_up(reader: Reader, session, *, email: str, name: str = "Mira Sand", **fields: str) -> Page:
    """Sign up by the pages with the code that is mailed; the answer to the code."""
    assert reader.post("/signup", name=name, email=email, **fields).location == "/code"
    return reader.post("/code", code=mailed_code(session, email)[0])
