"""Messages that organizers write, and what came of them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON, World
from webapp.domain.notices.audience import Audience
from webapp.domain.notices.mailing import MailingDraft
from webapp.domain.notices.relative_time import RelativeTime
from webapp.domain.permission import Role
from webapp.models import Mailing, MailingRecipient, Message, Notification
from webapp.services.notices.mailings.planning import plan_mailing

HELLO = "Hi {first name},\n\nsee you at {event} on {date}: {link}"


def write(
    world: World,
    event_id: int,
    *,
    subject: str = "Dinner at {event}",
    body: str = HELLO,
    audience: Audience | None = None,
    send_at: datetime | None = None,
    relative: RelativeTime | None = None,
    goes_beyond: bool = False,
    request_id: str = "form-000000000001",
    now: datetime = NOON,
) -> int:
    """An organizer writes; the id of the message."""
    author = world.person("Dana Kim", role=Role.ORGANIZER)
    return plan_mailing(
        event_id=event_id,
        draft=MailingDraft(subject, body, audience or Audience(), send_at, goes_beyond, relative),
        actor=world.actor(author, Role.ORGANIZER),
        request_id=request_id,
        now=now,
        real_now=now,
    )


def mailing(session: Session, mailing_id: int) -> Mailing:
    """The row as it is by now."""
    session.rollback()
    found = session.get_one(Mailing, mailing_id, populate_existing=True)
    session.expunge(found)
    session.rollback()
    return found


def reached(session: Session, mailing_id: int) -> dict[int, str | None]:
    """Who was told how."""
    session.rollback()
    told = select(MailingRecipient.user_id, MailingRecipient.reach).where(MailingRecipient.mailing_id == mailing_id)
    found = {row.user_id: row.reach for row in session.execute(told)}
    session.rollback()
    return found


def written_to(session: Session, kind: str = "mailing") -> dict[int, Message]:
    """The emails of organizers, by reader."""
    session.rollback()
    mails = select(Message).where(Message.kind == kind).execution_options(populate_existing=True)
    found = {mail.user_id: mail for mail in session.scalars(mails)}
    session.expunge_all()
    session.rollback()
    return found


def lines_of(session: Session) -> dict[int, str]:
    """The lines about messages, by reader."""
    session.rollback()
    lines = select(Notification.user_id, Notification.text).where(Notification.type == "message")
    found = {row.user_id: row.text for row in session.execute(lines)}
    session.rollback()
    return found
