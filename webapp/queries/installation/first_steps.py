"""What a new installation still needs."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from webapp.extensions import db
from webapp.models import Event, Message, User


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of them are done."""

    address_is_proved: bool
    has_sent_mail: bool
    has_event: bool


def first_steps(user_id: int | None) -> FirstSteps:
    """In one statement; the address is that person's."""
    is_proved = select(User.address_proved_at.is_not(None)).where(User.id == user_id).scalar_subquery()
    has_sent = exists().where(Message.sent_at.is_not(None))
    row = db.session.execute(select(is_proved, has_sent, exists().where(Event.id.is_not(None)))).one()
    return FirstSteps(*map(bool, row))
