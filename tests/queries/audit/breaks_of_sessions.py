"""How the invariants of online sessions are broken; `test_audit` does it: (invariant, statements, ids, bare tables)."""

#: A session of the camp that was calculated before anybody had a place, so that nobody is missing in it.
_SESSION = (
    "INSERT INTO meeting_sessions (id, event_id, kind, title, room_name, starts_at, ends_at, created_at, version,"
    " calculation_tries, calculated_at)"
    " VALUES (901, {camp}, 'event', 'Talk', 'room-901', '2026-06-10 18:00:00.000000', '2026-06-10 19:00:00.000000',"
    " '2026-06-01 10:00:00.000000', 1, 0, '{when}')"
)
_CALCULATED = _SESSION.replace("{when}", "2020-01-01 00:00:00.000000")
_RECORD = (
    "INSERT INTO meeting_attendances (session_id, user_id, is_enrolled, intervals, seconds, seconds_least,"
    " seconds_most, percentage, status, needs_review, late_seconds, is_calculated, tries)"
    " VALUES (901, {{ana}}, {enrolled}, '[]', {seconds}, {seconds}, {seconds}, 0, '{status}', false, 0, true, 0)"
)
_REPORT = (
    "INSERT INTO session_reports (session_id, user_id, minutes, percentage, status, is_late, late_minutes,"
    " is_automatic, fields, marked_status, marked_at)"
    " VALUES (901, {{ana}}, 0, 0, {status}, false, 0, true, '{{{{}}}}', {mark})"
)
_GUEST = {"enrolled": "false", "seconds": 0, "status": "absent"}
_PLAIN = {"status": "'absent'", "mark": "NULL, NULL"}

SESSION_BREAKS = (
    (
        "everybody_is_measured",
        _SESSION.replace("{when}", "2099-01-01 00:00:00.000000"),
        "event_id=camp session_id=session",
        "",
    ),
    (
        "record_adds_up",
        ";".join([_CALCULATED, _RECORD.format(**{**_GUEST, "seconds": 10})]),
        "session_id=session user_id=ana",
        "",
    ),
    (
        "presence_follows_record",
        ";".join([_CALCULATED, _RECORD.format(**{**_GUEST, "status": "present"})]),
        "session_id=session user_id=ana",
        "",
    ),
    (
        "report_shows_record",
        ";".join([_CALCULATED, _RECORD.format(**{**_GUEST, "enrolled": "true"})]),
        "session_id=session user_id=ana",
        "",
    ),
    (
        "report_of_calculated_records_only",
        ";".join([_CALCULATED, _REPORT.format(**_PLAIN)]),
        "session_id=session user_id=ana",
        "",
    ),
    (
        "mark_is_the_last_word",
        ";".join([_CALCULATED, _REPORT.format(status="NULL", mark="'late', '2026-06-10 20:00:00.000000'")]),
        "session_id=session user_id=ana",
        "",
    ),
    (
        "online_check_in_has_a_cause",
        "UPDATE check_ins SET method = 'online' WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=there",
        "check_ins",
    ),
)
