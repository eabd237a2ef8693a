"""Another event like this one, later: which times move together, and when it starts unless somebody says so."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.event_days import moved_along, to_instant
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.access import WhoMay
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.refusal import Refused

_WEEK = timedelta(weeks=1)


def proposed_start(stored: Any, now: datetime) -> datetime:
    """The same weekday and time on the event's clocks: the first one that is to come after now and after its end."""
    zone = ZoneInfo(stored.timezone)
    wall = stored.starts_at.astimezone(zone).replace(tzinfo=None)
    earliest = max(now, stored.effective_end_at).astimezone(zone).replace(tzinfo=None)
    weeks = max((earliest - wall) // _WEEK + 1, 1)
    later = wall + weeks * _WEEK
    return to_instant(later.date(), later.time(), stored.timezone).at


def copied_draft(stored: Any, starts_at: datetime) -> EventDraft:
    """All that the event says of itself, with its times as far from the new start as from the old, on its clocks.

    An end that the clocks would put before the start keeps the length instead. Raises `date_out_of_range`.
    """
    draft = replace(draft_of(stored), starts_at=starts_at)
    ends_at, opens_at, closes_at, list_opens_at = (
        None if one is None else moved_along(one, stored, draft)
        for one in (stored.ends_at, stored.opens_at, stored.closes_at, stored.list_opens_at)
    )
    if ends_at is not None and ends_at <= starts_at:
        ends_at = starts_at + (stored.ends_at - stored.starts_at)
    return replace(draft, ends_at=ends_at, opens_at=opens_at, closes_at=closes_at, list_opens_at=list_opens_at)


def draft_of(stored: Any) -> EventDraft:
    """What a stored event (event and policy columns) says, as its form would."""
    values = {one.name: getattr(stored, one.name) for one in fields(EventDraft)}
    values["method"] = EnrollmentMethod(stored.method)
    values["who_may"] = WhoMay(stored.who_may)
    values["attendance_requirement"] = AttendanceRequirement(stored.attendance_requirement)
    return EventDraft(**values)


def require_copy_start(starts_at: datetime, now: datetime) -> None:
    """Refuse (`copy_in_past`) a start that has passed: it is a typing error."""
    if starts_at <= now:
        raise Refused("copy_in_past")
