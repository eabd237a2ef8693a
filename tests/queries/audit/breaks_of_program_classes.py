"""How the invariants of programs, classes and sessions are broken: name, statements, ids, bare tables.

Each case first makes a class of its own with two sessions in one room, one after the other.
"""

PROGRAM_CLASS_IDS = {"course": 9101, "early": 9101, "late": 9102}

_CREATED = "(SELECT created_at FROM users WHERE id = {ana})"
_WORLD = (
    "INSERT INTO programs (id, organization_id, name, description, is_active, created_at, version)"
    " SELECT 9101, organization_id, 'Glass', '', true, created_at, 1 FROM events WHERE id = {clay}",
    "INSERT INTO program_facilities (program_id, facility_id) SELECT 9101, facility_id FROM events WHERE id = {clay}",
    "INSERT INTO rooms (id, facility_id, name) SELECT 9101, facility_id, 'Glass room' FROM events WHERE id = {clay}",
    "INSERT INTO program_classes (id, program_id, organization_id, facility_id, title, search_text, description,"
    " status, capacity, has_waitlist, starts_on, ends_on, required_percent, seats_taken, waiting_count,"
    " last_waitlist_position, created_at, version)"
    " SELECT 9101, 9101, organization_id, facility_id, 'Glass', ' glass', '', 'scheduled', 2, true, '2026-06-01',"
    " '2026-07-01', 80, 0, 0, 0, created_at, 1 FROM events WHERE id = {clay}",
    "INSERT INTO class_changes (id, class_id, version, kind, to_status, facts, triggered_by, at)"
    f" VALUES (9101, 9101, 1, 'created', 'scheduled', '[]', 'organizer', {_CREATED})",
    "INSERT INTO class_sessions (id, class_id, local_on, starts_at, ends_at, room_id, instructor_id, status, version)"
    " VALUES (9101, 9101, '2026-06-09', '2026-06-09 10\\:00\\:00.000000', '2026-06-09 11\\:00\\:00.000000', 9101,"
    " {ben}, 'scheduled', 1)",
    "INSERT INTO class_sessions (id, class_id, local_on, starts_at, ends_at, room_id, instructor_id, status, version)"
    " VALUES (9102, 9101, '2026-06-09', '2026-06-09 11\\:00\\:00.000000', '2026-06-09 12\\:00\\:00.000000', 9101,"
    " {ben}, 'scheduled', 1)",
)
_EARLIER = "UPDATE class_sessions SET starts_at = '2026-06-09 10\\:30\\:00.000000'"
_SECOND = (
    "INSERT INTO class_changes (id, class_id, version, kind, from_status, to_status, facts, triggered_by, at)"
    " VALUES (9102, 9101, [version], '[kind]', '[before]', '[after]', '[[]]', 'organizer', " + _CREATED + ")"
)


def _second(version: int, kind: str, before: str, after: str) -> str:
    told = {"[version]": str(version), "[kind]": kind, "[before]": before, "[after]": after, "[[]]": "[]"}
    line = _SECOND
    for name, value in told.items():
        line = line.replace(name, value)
    return line


def _but(name: str, sql: str | tuple[str, ...], ids: str, bare: str = "") -> tuple[str, str, str, str]:
    broken = (sql,) if isinstance(sql, str) else sql
    return name, ";".join([*_WORLD, *broken]), ids, bare


_BOTH = "class_id=course session_id=late"
PROGRAM_CLASS_BREAKS = [
    _but("class_offered_where_it_is_held", "DELETE FROM program_facilities WHERE program_id = 9101", "class_id=course"),
    _but(
        "class_of_one_organization",
        (
            "UPDATE program_classes SET facility_id = {foreign_facility} WHERE id = 9101",
            "INSERT INTO program_facilities (program_id, facility_id) VALUES (9101, {foreign_facility})",
        ),
        "class_id=course",
    ),
    _but(
        "archived_program_is_over",
        f"UPDATE programs SET is_active = false, archived_at = {_CREATED} WHERE id = 9101",
        "class_id=course",
    ),
    _but(
        "class_stands_as_its_trail_ends",
        "UPDATE program_classes SET status = 'active' WHERE id = 9101",
        "class_id=course",
    ),
    _but("class_trail_without_gaps", _second(7, "moved", "scheduled", "active"), "class_id=course"),
    _but("class_changes_chain", _second(2, "moved", "active", "paused"), "class_id=course"),
    _but("class_moves_are_legal", _second(2, "moved", "scheduled", "completed"), "class_id=course"),
    _but(
        "class_session_inside_dates",
        "UPDATE program_classes SET starts_on = '2026-06-10' WHERE id = 9101;"
        "UPDATE class_sessions SET status = 'cancelled' WHERE id = 9101",
        _BOTH,
    ),
    _but("class_session_on_its_local_date", "UPDATE class_sessions SET local_on = '2026-06-10' WHERE id = 9102", _BOTH),
    _but(
        "class_session_in_a_room_of_its_facility",
        (
            "INSERT INTO rooms (id, facility_id, name) VALUES (9102, {foreign_facility}, 'Attic')",
            "UPDATE class_sessions SET room_id = 9102 WHERE id = 9102",
        ),
        _BOTH,
    ),
    _but("room_has_one_session_at_a_time", f"{_EARLIER} WHERE id = 9102", _BOTH),
    _but("instructor_has_one_session_at_a_time", f"{_EARLIER} WHERE id = 9102", _BOTH),
    _but("class_meets_once_at_a_time", f"{_EARLIER} WHERE id = 9102", _BOTH),
    _but("class_session_stands_as_its_trail_ends", "UPDATE class_sessions SET version = 3 WHERE id = 9102", _BOTH),
]
