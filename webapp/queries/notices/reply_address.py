"""Where an answer to a mail goes: to the contact of the organization whose event or class it is about."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Event, Message, Organization, ProgramClass
from webapp.queries.id_set import is_among


def reply_addresses(session: Session, message_ids: Iterable[int]) -> Mapping[int, str]:
    """The contact's address as it is now, by mail; a mail about neither is not answered. One statement."""
    owner = func.coalesce(Event.organization_id, ProgramClass.organization_id)
    rows = session.execute(
        select(Message.id, Organization.contact_email)
        .outerjoin(Event, Event.id == Message.event_id)
        .outerjoin(ProgramClass, ProgramClass.id == Message.class_id)
        .join(Organization, Organization.id == owner)
        .where(is_among(session, Message.id, list(message_ids)))
    )
    return {row.id: row.contact_email for row in rows}
