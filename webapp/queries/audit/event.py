"""Events and their policies: whole, ended when they say, and finished when they are."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.event_days import effective_end, known_timezones
from webapp.domain.events.closure import AttendanceRequirement
from webapp.models import Event, EventPolicy
from webapp.queries.audit.invariant import ComputedInvariant, Invariant, days_of

_CHUNK = 500


def _wrong_ends(session: Session) -> Iterator[Mapping[str, object]]:
    rows = session.execute(select(Event.id, Event.starts_at, Event.ends_at, Event.effective_end_at))
    for row in rows.yield_per(_CHUNK):
        right = effective_end(row.starts_at, row.ends_at)
        if row.effective_end_at != right:
            yield {"event_id": row.id, "kept": row.effective_end_at.isoformat(), "right": right.isoformat()}


def _unknown_zones(session: Session) -> Iterator[Mapping[str, object]]:
    for zone in session.scalars(select(Event.timezone).distinct()).all():
        if zone not in known_timezones():
            for event_id in session.scalars(select(Event.id).where(Event.timezone == zone)):
                yield {"event_id": event_id, "timezone": zone}


def _impossible_minimums(session: Session) -> Iterator[Mapping[str, object]]:
    rows = session.execute(
        select(Event.id, Event.starts_at, Event.ends_at, Event.timezone, EventPolicy.minimum_days)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(EventPolicy.attendance_requirement == AttendanceRequirement.MINIMUM_DAYS)
    )
    for row in rows.yield_per(_CHUNK):
        total = len(days_of(row))
        if total and (row.minimum_days is None or not 1 <= row.minimum_days <= total):
            yield {"event_id": row.id, "minimum": row.minimum_days, "total": total}


INVARIANTS = (
    Invariant(
        "event_has_policy",
        "the event has no policy",
        """
        SELECT v.id AS event_id FROM events v LEFT JOIN event_policies p ON p.event_id = v.id
        WHERE p.event_id IS NULL
        """,
    ),
    Invariant(
        "policy_complete",
        "the policy contradicts itself: capacity {capacity}, {attendance_requirement}, minimum {minimum_days}",
        """
        SELECT event_id, capacity, attendance_requirement, minimum_days FROM event_policies
        WHERE capacity < 1 OR (attendance_requirement = 'minimum_days') <> (minimum_days IS NOT NULL)
           OR method NOT IN ('rsvp', 'application') OR cancellation_deadline_hours < 0
        """,
    ),
    ComputedInvariant(
        "minimum_days_possible", "{minimum} days are asked for, and the event has {total}", _impossible_minimums
    ),
    ComputedInvariant("effective_end_right", "the effective end is {kept} and should be {right}", _wrong_ends),
    ComputedInvariant("timezone_known", "nobody knows the timezone {timezone}", _unknown_zones),
    Invariant(
        "event_in_its_organization",
        "the event's facility belongs to another organization",
        """
        SELECT v.id AS event_id, v.facility_id FROM events v JOIN facilities f ON f.id = v.facility_id
        WHERE f.organization_id <> v.organization_id
        """,
    ),
    Invariant(
        "completed_is_decided",
        "the event is completed, but {counted} enrollments are still {status}",
        """
        SELECT v.id AS event_id, e.status, count(*) AS counted
        FROM events v JOIN enrollments e ON e.event_id = v.id AND e.status IN ('confirmed', 'checked_in')
        WHERE v.status = 'completed' GROUP BY v.id, e.status
        """,
    ),
    Invariant(
        "cancelled_is_empty",
        "the event is called off, but {counted} enrollments are still {status}",
        """
        SELECT v.id AS event_id, e.status, count(*) AS counted
        FROM events v JOIN enrollments e ON e.event_id = v.id
         AND e.status IN ('pending', 'waitlisted', 'confirmed', 'checked_in')
        WHERE v.status = 'cancelled' GROUP BY v.id, e.status
        """,
    ),
    Invariant(
        "draft_is_empty",
        "the event is a draft, but {counted} people enrolled",
        """
        SELECT v.id AS event_id, count(*) AS counted FROM events v JOIN enrollments e ON e.event_id = v.id
        WHERE v.status = 'draft' GROUP BY v.id
        """,
    ),
    Invariant(
        "event_status_has_its_time",
        "the event is {status} without the time of that",
        """
        SELECT id AS event_id, status FROM events
        WHERE (status = 'completed' AND completed_at IS NULL)
           OR (status = 'cancelled' AND (cancelled_at IS NULL OR trim(coalesce(cancel_reason, '')) = ''))
        """,
    ),
    Invariant(
        "deleted_event_asks_nobody",
        "the event was deleted while it was {status}, or with {counted} prompts still planned",
        """
        SELECT v.id AS event_id, v.status, count(p.id) AS counted
        FROM events v LEFT JOIN scheduled_attendance_prompts p
          ON p.event_id = v.id AND p.sent_at IS NULL AND p.ended_at IS NULL
        WHERE v.deleted_at IS NOT NULL GROUP BY v.id, v.status
        HAVING v.status = 'published' OR count(p.id) > 0
        """,
    ),
    Invariant(
        "outcome_after_the_end",
        "an outcome was decided before the end",
        """
        SELECT t.event_id, t.enrollment_id, t.id AS transition_id
        FROM enrollment_transitions t JOIN events v ON v.id = t.event_id
        WHERE t.kind = 'move' AND t.to_status IN ('attended', 'no_show', 'undecided') AND t.at < v.effective_end_at
        """,
    ),
)
