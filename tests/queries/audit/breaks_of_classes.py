"""How each invariant of classes and their people is broken: name, statements, ids of the finding, tables laid bare.

Each case first makes a small class of its own, of two places, that is full and has somebody in line.
"""

#: Made by the cases themselves.
CLASS_IDS = {"class": 9001, "in_class": 9001, "other_in_class": 9002, "in_line": 9003}

_PROGRAM = (
    "INSERT INTO programs (id, organization_id, name, description, is_active, created_at, version)"
    " SELECT 9001, organization_id, 'Looms', '', true, created_at, 1 FROM events WHERE id = {clay}"
)
_CLASS = (
    "INSERT INTO program_classes (id, program_id, organization_id, facility_id, title, search_text, description,"
    " status, capacity, has_waitlist, starts_on, ends_on, required_percent, seats_taken, waiting_count,"
    " last_waitlist_position, seats_over, created_at, version)"
    " SELECT 9001, 9001, organization_id, facility_id, 'Looms', ' looms', '', 'active', 2, true, '2026-06-01',"
    " '2026-07-01', 80, 2, 1, 1, 0, created_at, 1 FROM events WHERE id = {clay}"
)
_PERSON = (
    "INSERT INTO class_enrollments (id, class_id, user_id, status, version, waitlist_position, enrolled_at, source,"
    " created_at, changed_at, over_capacity) SELECT [id], 9001, u.id, '[status]', 1, [ticket], [begin], 'staff',"
    " u.created_at, u.created_at, false FROM users u WHERE u.id = {[who]}"
)
_MOVE = (
    "INSERT INTO class_enrollment_transitions (id, enrollment_id, class_id, version, to_status, kind, triggered_by,"
    " actor_id, at) SELECT [id], [id], 9001, 1, '[status]', 'move', 'organizer', id, created_at FROM users"
    " WHERE id = {ben}"
)
_TOLD = (
    "INSERT INTO class_outbox_events (id, kind, class_id, enrollment_id, version, occurred_at)"
    " SELECT [id], '[kind]', 9001, [id], 1, created_at FROM users WHERE id = {ben}"
)


def _filled(template: str, **values: object) -> str:
    for name, value in values.items():
        template = template.replace(f"[{name}]", str(value))
    return template


def _person(number: int, who: str, status: str, kind: str) -> list[str]:
    waits = status == "waitlisted"
    own = {"id": number, "who": who, "status": status, "kind": kind}
    own |= {"ticket": 1 if waits else "NULL", "begin": "NULL" if waits else "u.created_at"}
    return [_filled(template, **own) for template in (_PERSON, _MOVE, _TOLD)]


_BELONG = (
    "INSERT INTO facility_people (facility_id, user_id, added_at) SELECT v.facility_id, u.id, u.created_at"
    " FROM events v CROSS JOIN users u WHERE v.id = {clay} AND u.id IN ({ana}, {ben}, {third})"
    " ON CONFLICT DO NOTHING"
)
_WORLD = [
    _PROGRAM,
    _CLASS,
    _BELONG,
    *_person(9001, "ana", "enrolled", "ClassEnrolled"),
    *_person(9002, "ben", "enrolled", "ClassEnrolled"),
    *_person(9003, "third", "waitlisted", "ClassWaitlisted"),
]
_FACILITY_MOVE = (
    "INSERT INTO facility_moves (id, user_id, from_facility_id, to_facility_id, actor_id, reason, at)"
    " SELECT 9001, {ana}, facility_id, {foreign_facility}, {ben}, 'Nearer', created_at FROM events WHERE id = {clay}"
)
_RECORD = (
    "INSERT INTO class_completions (id, enrollment_id, class_id, user_id, code, issued_at, issued_by_id)"
    " SELECT 9001, 9001, 9001, {[who]}, 'ABCDEFGHJKMN', created_at, id FROM users WHERE id = {ben}"
)
_COMPLETED = (
    "UPDATE program_classes SET status = 'completed', waiting_count = 0 WHERE id = 9001",
    "UPDATE class_enrollments SET status = 'completed', ended_at = changed_at WHERE id IN (9001, 9002)",
    "UPDATE class_enrollments SET status = 'cancelled', ended_at = changed_at WHERE id = 9003",
)
_LINE = (
    "INSERT INTO notifications (id, dedupe_key, user_id, type, class_enrollment_id, title, text, created_at)"
    " SELECT 9001, 'class-outbox:0', id, 'class_enrolled', 9002, 'Looms', '', created_at FROM users WHERE id = {ana}"
)


def _but(name: str, sql: str | tuple[str, ...], ids: str, bare: str = "") -> tuple[str, str, str, str]:
    broken = (sql,) if isinstance(sql, str) else sql
    return name, ";".join([*_WORLD, *broken]), ids, bare


CLASS_BREAKS = [
    _but("class_seats_taken_counted", "UPDATE program_classes SET seats_taken = 1 WHERE id = 9001", "class_id=class"),
    _but("class_waiting_counted", "UPDATE program_classes SET waiting_count = 2 WHERE id = 9001", "class_id=class"),
    _but(
        "class_never_oversold",
        "UPDATE program_classes SET capacity = 1 WHERE id = 9001",
        "class_id=class",
        "program_classes",
    ),
    _but("class_seats_over_counted", "UPDATE program_classes SET seats_over = 1 WHERE id = 9001", "class_id=class"),
    _but("class_over_on_purpose", "UPDATE program_classes SET seats_over = 1 WHERE id = 9001", "class_id=class"),
    _but(
        "class_tickets_unique",
        "UPDATE class_enrollments SET waitlist_position = 1 WHERE id = 9001",
        "class_id=class",
        "class_enrollments",
    ),
    _but(
        "class_last_ticket_is_highest",
        "UPDATE program_classes SET last_waitlist_position = 7 WHERE id = 9001",
        "class_id=class",
    ),
    _but(
        "class_one_live_enrollment",
        "UPDATE class_enrollments SET user_id = {ben} WHERE id = 9001",
        "class_id=class user_id=ben",
        "class_enrollments",
    ),
    _but(
        "class_enrolled_only_where_it_ran",
        (
            "UPDATE program_classes SET status = 'scheduled' WHERE id = 9001",
            "UPDATE class_enrollments SET enrolled_at = NULL WHERE id = 9002",
        ),
        "enrollment_id=in_class",
    ),
    _but(
        "completed_had_begun",
        (*_COMPLETED, "UPDATE class_enrollments SET enrolled_at = NULL WHERE id = 9001"),
        "enrollment_id=in_class",
    ),
    _but(
        "class_over_leaves_nobody_in",
        (*_COMPLETED, "UPDATE class_enrollments SET status = 'waitlisted', ended_at = NULL WHERE id = 9003"),
        "enrollment_id=in_line",
    ),
    _but(
        "class_end_has_its_time",
        "UPDATE class_enrollments SET ended_at = changed_at WHERE id = 9001",
        "enrollment_id=in_class",
        "class_enrollments",
    ),
    _but(
        "class_status_is_last_move",
        "UPDATE class_enrollments SET status = 'dropped', ended_at = changed_at WHERE id = 9001",
        "enrollment_id=in_class",
    ),
    _but(
        "class_versions_without_gaps",
        "UPDATE class_enrollments SET version = 4 WHERE id = 9001",
        "enrollment_id=in_class",
    ),
    _but(
        "class_moves_chain",
        "UPDATE class_enrollment_transitions SET from_status = 'waitlisted' WHERE enrollment_id = 9001",
        "enrollment_id=in_class",
        "class_enrollment_transitions",
    ),
    _but(
        "class_moves_are_told_rightly",
        "DELETE FROM class_outbox_events WHERE enrollment_id = 9001",
        "enrollment_id=in_class",
    ),
    _but(
        "class_moves_are_told_rightly",
        "UPDATE class_outbox_events SET kind = 'ClassPromoted' WHERE enrollment_id = 9001",
        "enrollment_id=in_class",
    ),
    _but(
        "class_ends_have_a_reason",
        "UPDATE class_enrollment_transitions SET to_status = 'dropped' WHERE enrollment_id = 9001",
        "enrollment_id=in_class",
        "class_enrollment_transitions",
    ),
    _but(
        "class_system_moves_by_the_system",
        "UPDATE class_enrollment_transitions SET triggered_by = 'system' WHERE enrollment_id = 9001",
        "enrollment_id=in_class",
        "class_enrollment_transitions",
    ),
    _but(
        "completed_has_a_certificate",
        (*_COMPLETED, _filled(_RECORD, who="ana")),
        "enrollment_id=other_in_class",
    ),
    _but(
        "certificate_of_its_person",
        (*_COMPLETED, _filled(_RECORD, who="ben")),
        "enrollment_id=in_class",
    ),
    _but(
        "class_place_at_own_facility",
        "UPDATE class_enrollments SET user_id = (SELECT min(id) FROM users WHERE NOT is_system"
        " AND id NOT IN (SELECT user_id FROM facility_people)) WHERE id = 9003",
        "enrollment_id=in_line",
    ),
    _but("moved_within_one_organization", _FACILITY_MOVE, "user_id=ana"),
    _but("told_of_own_class", _LINE, "class_enrollment_id=other_in_class"),
]
