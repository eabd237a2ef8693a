"""Drafts of events as their form makes them, and edits of what is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import stored_draft
from tests.support.worlds.world import NOON
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.refusal import Refused
from webapp.models import Event
from webapp.services.events.event_editing import edit_event
from webapp.services.places.enrollment import enroll

START = NOON + timedelta(days=1)


def draft(world, **changes) -> EventDraft:
    return EventDraft(
        **{
            "title": "Hand-building with clay",
            "description": "Coil, slab and pinch.",
            "place": "Studio 2",
            "facility_id": world.facility_id,
            "cover": "arc clay",
            "timezone": "Europe/Berlin",
            "starts_at": START,
            "ends_at": START + timedelta(hours=2),
            "method": EnrollmentMethod.RSVP,
            "capacity": 12,
            "has_waitlist": True,
            "attendance_requirement": AttendanceRequirement.ANY_DAY,
            "minimum_days": None,
            "opens_at": None,
            "closes_at": None,
            "cancellation_deadline_hours": None,
            "online_counts": False,
            **changes,
        }
    )


def version_of(session, event_id) -> int:
    session.rollback()
    return session.scalar(select(Event.version).where(Event.id == event_id))


def edited(session, event_id, *, version=None, now=NOON, seen=None, **changes):
    stored = stored_draft(session, event_id)
    expected = version or version_of(session, event_id)
    session.rollback()
    return edit_event(
        event_id=event_id, draft=replace(stored, **changes), expected_version=expected, now=now, seen=seen
    )


def full_event(world, *, capacity=2, waiting=3, **policy):
    event_id = world.event(capacity=capacity, **policy)
    people = world.people(capacity + waiting)
    for user_id in people:
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id, people


def refused_code(work) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code
