"""An organizer at a browser, and a form for a new event that is filled in well."""

import pytest

from webapp.domain.permission import Role


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def new(world, browser):
    """What the form for a new event sends when it is filled in well."""
    return {
        "request_id": "r" * 20,
        "title": "Hand-building with clay",
        "description": "Coil, slab and pinch.",
        "facility_id": str(world.facility_id),
        "place": "Studio 2",
        "timezone": "",
        "starts_at": "2026-06-13 10:00",
        "ends_at": "2026-06-13 12:30",
        "cover": "arc clay",
        "method": "rsvp",
        "capacity": "12",
        "has_waitlist": "1",
        "attendance_requirement": "any_day",
        "minimum_days": "",
        "opens_at": "",
        "closes_at": "",
        "cancellation_deadline_hours": "24",
    }
