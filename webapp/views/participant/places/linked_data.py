"""What other programs read of an event: schema.org, as true as the page beside it.

Why it is so: docs/decisions/116-what-others-read-of-a-page.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.event_life import EventStatus
from webapp.domain.places.standing import StandingState as State
from webapp.queries.events.event import EventFacts
from webapp.queries.prose import prose_excerpt
from webapp.views.addresses import public_url
from webapp.views.participant.places.block import Block

_SCHEMA = "https://schema.org"
#: What a newcomer is offered, in the words of shops; where nothing is offered there is no offer.
_AVAILABILITY: Mapping[State, str] = {
    State.OPEN: "InStock",
    State.OPEN_FOR_APPLICATIONS: "LimitedAvailability",
    State.NOT_OPEN: "PreOrder",
    State.NOT_ON_LIST: "LimitedAvailability",
    State.FULL: "SoldOut",
    State.FULL_WITH_WAITLIST: "SoldOut",
}
_TAKEN = frozenset({State.FULL, State.FULL_WITH_WAITLIST})
_ABOUT_LIMIT = 500


def linked_event(block: Block, image: str | None) -> dict[str, Any]:
    """The event as a schema.org `Event`, for a newcomer at this instant."""
    event, is_online = block.place.event, bool(block.place.sessions)
    url = public_url("participant.event", slug=event.slug)
    is_called_off = event.status == EventStatus.CANCELLED
    found = {
        "@context": _SCHEMA,
        "@type": "Event",
        "name": event.title,
        "description": prose_excerpt(event.description, _ABOUT_LIMIT),
        "url": url,
        "image": image,
        "startDate": _local(event.starts_at, event.timezone),
        "endDate": _local(event.effective_end_at, event.timezone),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if is_called_off else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}/{'Mixed' if is_online else 'Offline'}EventAttendanceMode",
        "location": [_place(event), {"@type": "VirtualLocation", "url": url}] if is_online else _place(event),
        "organizer": _organizer(event),
        **_seats(block, url),
    }
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _place(event: EventFacts) -> dict[str, Any]:
    name = ", ".join(dict.fromkeys(part for part in (event.place, event.facility_name) if part))
    address = {"address": event.facility_address} if event.facility_address else {}
    return {"@type": "Place", "name": name, **address}


def _organizer(event: EventFacts) -> dict[str, Any]:
    url = public_url("participant.organization", slug=event.organization_slug)
    return {"@type": "Organization", "name": event.organization_name, "email": event.contact_email, "url": url}


def _seats(block: Block, url: str) -> dict[str, Any]:
    """Places and what is left of them, while somebody could still get one or just cannot."""
    event, offered = block.place.event, block.standing.offer
    if offered not in _AVAILABILITY:
        return {}
    offer: dict[str, Any] = {"@type": "Offer", "url": url, "availability": f"{_SCHEMA}/{_AVAILABILITY[offered]}"}
    if event.opens_at is not None:
        offer["validFrom"] = _local(event.opens_at, event.timezone)
    offer["availabilityEnds"] = _local(event.enrollment_closes_at, event.timezone)
    if event.capacity is None:
        return {"offers": offer}
    remaining = 0 if offered in _TAKEN else event.free_seats
    return {"offers": offer, "maximumAttendeeCapacity": event.capacity, "remainingAttendeeCapacity": remaining}


def _local(at: datetime, timezone: str) -> str:
    return at.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")
