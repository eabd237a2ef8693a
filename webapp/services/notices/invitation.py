"""Calendar files that go with mails: the same place keeps its name, the latest file wins."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from webapp.adapters.calendar import (
    CalendarMethod,
    Mailbox,
    calendar_file,
    calendar_sequence,
    calendar_uid,
)
from webapp.domain.notices.notice import NotificationType as N
from webapp.queries.places.passes import calendar_entry
from webapp.queries.row_types import AnyRow

_METHODS = {
    N.CONFIRMED: CalendarMethod.REQUEST,
    N.PROMOTED: CalendarMethod.REQUEST,
    N.EVENT_CHANGED: CalendarMethod.REQUEST,
    N.CANCELLED: CalendarMethod.CANCEL,
    N.CALLED_OFF: CalendarMethod.CANCEL,
}


def invitation(row: AnyRow, kind: N, *, link: str, now: datetime) -> str | None:
    """The calendar file for a mail of that kind, or None.

    Who never had a place has nothing to take out. `row` is one of `queries.notices.outbox.events_to_tell`.
    """
    method = _METHODS.get(kind)
    if method is None or (method is CalendarMethod.CANCEL and row.confirmed_at is None):
        return None
    host = urlsplit(current_app.extensions["settings"].base_url).hostname or "turnout"
    entry = calendar_entry(
        row,
        row.address,
        uid=calendar_uid(row.pass_code, host),
        sequence=calendar_sequence(row.event_version, row.enrollment_version),
        link=link,
        now=now,
        method=method,
        organizer=Mailbox(row.organization_name, row.contact_email),
        attendee=Mailbox(row.name, row.email),
    )
    return calendar_file(entry).decode()
