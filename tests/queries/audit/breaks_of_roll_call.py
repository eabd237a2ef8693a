"""How the invariants of roll-call are broken; `test_audit` does it: (invariant, statements, ids, bare tables)."""

_AT = "'2026-06-01 10:00:00.000000'"
#: A class of the camp's organization with one session of an hour, and a place in it for Ana.
_CLASS = (
    "INSERT INTO programs (id, organization_id, name, description, is_active, created_at, version)"
    f" SELECT 901, organization_id, 'Broken', '', true, {_AT}, 1 FROM events WHERE id = {{camp}}",
    "INSERT INTO program_classes (id, program_id, organization_id, facility_id, title, search_text, description,"
    " status, capacity, has_waitlist, starts_on, ends_on, required_percent, seats_taken, waiting_count,"
    " last_waitlist_position, created_at, version)"
    " SELECT 901, 901, organization_id, facility_id, 'Broken', ' broken', '', 'active', 9, true, '2026-05-01',"
    f" '2026-09-01', 80, 1, 0, 0, {_AT}, 1 FROM events WHERE id = {{camp}}",
    "INSERT INTO class_sessions (id, class_id, local_on, starts_at, ends_at, status, version)"
    " VALUES (901, 901, '2026-06-09', '2026-06-09 10:00:00.000000', '2026-06-09 11:00:00.000000', 'scheduled', 1)",
    "INSERT INTO class_enrollments (id, class_id, user_id, status, version, source, created_at, changed_at)"
    f" VALUES (901, 901, {{ana}}, 'enrolled', 1, 'staff', {_AT}, {_AT})",
)
_PLACE = (
    "INSERT INTO class_enrollment_transitions (id, enrollment_id, class_id, version, to_status, kind, triggered_by,"
    f" at) VALUES (901, 901, 901, 1, 'enrolled', 'move', 'organizer', {_AT})"
)
_STANDS = (
    "INSERT INTO class_attendances (session_id, user_id, status, minutes, note, is_automatic, version, marked_at)"
    " VALUES (901, {{ana}}, 'present', {minutes}, '', {automatic}, 1, " + _AT + ")"
)
_SAYS = (
    "INSERT INTO class_attendance_marks (session_id, user_id, version, status, facts, note, at)"
    " VALUES (901, {{ana}}, {version}, {status}, '{{{{\"minutes\"\\: 60}}}}', '{note}', " + _AT + ")"
)


#: Its online side, calculated.
_ONLINE = (
    "INSERT INTO meeting_sessions (id, class_session_id, kind, title, room_name, starts_at, ends_at, created_at,"
    " version, calculation_tries, calculated_at)"
    " VALUES (901, 901, 'academic', 'Broken', 'session-901', '2026-06-09 10:00:00.000000',"
    f" '2026-06-09 11:00:00.000000', {_AT}, 1, 0, '2026-06-09 12:00:00.000000')"
)


def _stands(minutes: int = 60, automatic: str = "false") -> str:
    return _STANDS.format(minutes=minutes, automatic=automatic)


def _says(version: int = 1, status: str = "'present'", note: str = "") -> str:
    return _SAYS.format(version=version, status=status, note=note)


_ANA = "session_id=session user_id=ana"


def _case(invariant: str, *statements: str, ids: str = _ANA) -> tuple[str, str, str, str]:
    return invariant, ";".join([*_CLASS, *statements]), ids, ""


ROLL_CALL_BREAKS = (
    _case("roll_call_stands_at_the_last_mark", _PLACE, _stands(), _says(), _says(version=2, status="NULL")),
    _case("roll_call_stands_at_the_last_mark", _PLACE, _says()),
    _case("roll_call_was_said", _PLACE, _stands()),
    _case("roll_call_marks_without_gaps", _PLACE, _stands(), _says(), _says(version=3)),
    _case("automatic_roll_call_has_a_report", _PLACE, _stands(automatic="true"), _says()),
    _case("roll_call_is_its_mark", _PLACE, _stands(), _says(note="Another one")),
    _case(
        "only_people_with_a_place_are_marked",
        _stands(),
        _says(),
        ids="class_id=session session_id=session user_id=ana",
    ),
    _case("roll_call_minutes_are_of_the_session", _PLACE, _stands(minutes=61), _says()),
    _case("online_side_follows_its_session", _ONLINE, ids="class_id=session session_id=session"),
    _case(
        "online_side_follows_its_session",
        "UPDATE class_sessions SET online_kind = 'academic' WHERE id = 901",
        _ONLINE.replace("11:00", "11:30"),
        ids="class_id=session session_id=session",
    ),
    _case(
        "every_seat_in_class_is_measured",
        "UPDATE class_sessions SET online_kind = 'academic' WHERE id = 901",
        _PLACE,
        _ONLINE,
        ids="class_id=session session_id=session",
    ),
)
