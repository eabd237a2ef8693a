"""A message with its event, for those who may write one."""

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.notices.mailings.mailings import MailingFacts, mailing_by_id
from webapp.views.loading import load_staff_event


def load_message(mailing_id: int) -> tuple[MailingFacts, EventFacts]:
    """Or `not_found`."""
    found = mailing_by_id(mailing_id)
    if found is None:
        raise Refused("not_found")
    return found, load_staff_event(found.event_id, Permission.MANAGE_EVENTS)
