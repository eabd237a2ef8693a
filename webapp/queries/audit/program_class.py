"""Programs, classes and sessions: offered where they are held, moved as the rules say, never two at one place."""

from collections.abc import Iterator, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import FROZEN, LEGAL_MOVES, UNDO_OF_ACTIVATION, ClassStatus
from webapp.domain.event_days import known_timezones, local_date
from webapp.models import ClassSession
from webapp.queries.audit.invariant import ComputedInvariant, Invariant

_FROZEN = {"frozen": sorted(FROZEN)}
_MOVES = sorted(f"{kind} {before}>{after}" for kind in ("moved", "activated") for before, after in LEGAL_MOVES)
_SAME = sorted(f"{kind} {status}>{status}" for kind in ("edited", "archived", "deleted") for status in ClassStatus)
_LEGAL = {"legal": [*_MOVES, *_SAME, "created none>scheduled", "activation_undone {}>{}".format(*UNDO_OF_ACTIVATION)]}


def _overlapping(shared: str) -> str:
    """Held sessions of classes that are not over, two of which share that and some time."""
    return f"""
        SELECT b.class_id, b.id AS session_id, a.id AS other
        FROM class_sessions a
        JOIN class_sessions b ON b.{shared} = a.{shared} AND b.id > a.id
             AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at AND b.status = 'scheduled'
        JOIN program_classes ca ON ca.id = a.class_id AND ca.status NOT IN :frozen
        JOIN program_classes cb ON cb.id = b.class_id AND cb.status NOT IN :frozen
        WHERE a.status = 'scheduled'
    """  # noqa: S608 - a column's name, written here


def _on_other_dates(session: Session) -> Iterator[Mapping[str, object]]:
    """Sessions whose local date is not the date of their start on the clocks of their facility."""
    rows = session.execute(
        text(
            "SELECT s.class_id, s.id AS session_id, s.local_on, s.starts_at, f.timezone FROM class_sessions s"
            " JOIN program_classes c ON c.id = s.class_id JOIN facilities f ON f.id = c.facility_id"
        ).columns(local_on=ClassSession.local_on.type, starts_at=ClassSession.starts_at.type)
    )
    for row in rows.mappings():
        if row["timezone"] in known_timezones():
            real = local_date(row["starts_at"], row["timezone"])
            if real != row["local_on"]:
                yield {**row, "real": real}


INVARIANTS = (
    Invariant(
        "class_offered_where_it_is_held",
        "its program is not offered at its facility",
        """
        SELECT c.id AS class_id FROM program_classes c
        LEFT JOIN program_facilities o ON o.program_id = c.program_id AND o.facility_id = c.facility_id
        WHERE o.program_id IS NULL AND c.status NOT IN :frozen
        """,
        _FROZEN,
    ),
    Invariant(
        "class_of_one_organization",
        "its program or its facility belongs to another organization",
        """
        SELECT c.id AS class_id FROM program_classes c
        JOIN programs p ON p.id = c.program_id JOIN facilities f ON f.id = c.facility_id
        WHERE p.organization_id <> c.organization_id OR f.organization_id <> c.organization_id
        """,
    ),
    Invariant(
        "archived_program_is_over",
        "its program is archived, but it is {status}",
        """
        SELECT c.id AS class_id, c.status FROM program_classes c JOIN programs p ON p.id = c.program_id
        WHERE p.archived_at IS NOT NULL AND c.status NOT IN :frozen
        """,
        _FROZEN,
    ),
    Invariant(
        "class_stands_as_its_trail_ends",
        "it is {status} in version {version}, but its trail ends with {last} in version {last_version}",
        """
        SELECT c.id AS class_id, c.status, c.version, t.to_status AS last, t.version AS last_version
        FROM program_classes c JOIN class_changes t ON t.class_id = c.id
        WHERE t.version = (SELECT max(version) FROM class_changes WHERE class_id = c.id)
          AND (t.version <> c.version OR t.to_status <> c.status)
        """,
    ),
    Invariant(
        "class_trail_without_gaps",
        "its trail has {lines} lines from version {low} to {high}",
        """
        SELECT class_id, count(*) AS lines, min(version) AS low, max(version) AS high FROM class_changes
        GROUP BY class_id HAVING max(version) - min(version) + 1 <> count(*)
        """,
    ),
    Invariant(
        "class_changes_chain",
        "version {version} begins with {from_status}, but the line before ended with {before}",
        """
        SELECT class_id, version, coalesce(from_status, 'nothing') AS from_status, before
        FROM (SELECT class_id, version, from_status,
                     lag(to_status) OVER (PARTITION BY class_id ORDER BY version) AS before FROM class_changes) lined
        WHERE before IS NOT NULL AND (from_status IS NULL OR from_status <> before)
        """,
    ),
    Invariant(
        "class_moves_are_legal",
        "version {version} is no legal change: {step}",
        """
        SELECT class_id, version, step
        FROM (SELECT class_id, version,
                     kind || ' ' || coalesce(from_status, 'none') || '>' || to_status AS step FROM class_changes) told
        WHERE step NOT IN :legal
        """,
        _LEGAL,
    ),
    Invariant(
        "class_session_inside_dates",
        "it is held on {local_on}, and its class lasts from {starts_on} to {ends_on}",
        """
        SELECT s.class_id, s.id AS session_id, s.local_on, c.starts_on, c.ends_on
        FROM class_sessions s JOIN program_classes c ON c.id = s.class_id
        WHERE s.status = 'scheduled' AND (s.local_on < c.starts_on OR s.local_on > c.ends_on)
        """,
    ),
    ComputedInvariant(
        "class_session_on_its_local_date",
        "its local date is {local_on}, but it starts on {real} on the clocks of {timezone}",
        _on_other_dates,
    ),
    Invariant(
        "class_session_in_a_room_of_its_facility",
        "its room belongs to another facility",
        """
        SELECT s.class_id, s.id AS session_id FROM class_sessions s
        JOIN program_classes c ON c.id = s.class_id JOIN rooms r ON r.id = s.room_id
        WHERE r.facility_id <> c.facility_id
        """,
    ),
    Invariant(
        "room_has_one_session_at_a_time",
        "session {other} is in its room at the same time",
        _overlapping("room_id"),
        _FROZEN,
    ),
    Invariant(
        "instructor_has_one_session_at_a_time",
        "its instructor teaches session {other} at the same time",
        _overlapping("instructor_id"),
        _FROZEN,
    ),
    Invariant(
        "class_meets_once_at_a_time",
        "its class meets in session {other} at the same time",
        _overlapping("class_id"),
        _FROZEN,
    ),
    Invariant(
        "class_session_stands_as_its_trail_ends",
        "it is in version {version}, but its trail has {lines} lines up to version {last}",
        """
        SELECT s.class_id, s.id AS session_id, s.version, count(t.id) AS lines, coalesce(max(t.version), 1) AS last
        FROM class_sessions s LEFT JOIN class_session_changes t ON t.session_id = s.id
        GROUP BY s.class_id, s.id, s.version
        HAVING count(t.id) <> s.version - 1 OR coalesce(max(t.version), 1) <> s.version
        """,
    ),
)
