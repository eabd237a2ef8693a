"""How the invariants of prompts, answers and their notifications are broken; `test_audit` does it."""

_PROMPT = (
    "INSERT INTO scheduled_attendance_prompts (id, event_id, user_id, number, due_at, created_at, sent_at)"
    " SELECT {id}, {{printing}}, {{ana}}, {number}, created_at, created_at, {sent} FROM users WHERE id = {{ana}}"
)
_LINE = (
    "INSERT INTO notifications (id, dedupe_key, user_id, type, event_id, prompt_number, title, text, created_at)"
    " SELECT {id}, 'line-{id}', id, 'attendance_prompt', {{printing}}, {number}, 'x', '', created_at"
    " FROM users WHERE id = {{ana}}"
)
_ANSWER = (
    "INSERT INTO attendance_responses (id, event_id, user_id, answer, answered_at, changed_at, created_at, rating)"
    " SELECT {id}, {{printing}}, id, '{answer}', {answered_at}, created_at, created_at, {rating}"
    " FROM users WHERE id = {{ana}}"
)
_SENT = {"sent": "created_at"}
_OPEN = {"sent": "NULL"}
_CLOSED = "UPDATE events SET answers_closed_at = created_at WHERE id = {printing}"


def _all(*statements: str) -> str:
    # Whatever the demonstration asked this person itself is out of the way.
    cleared = (
        f"DELETE FROM {table} WHERE event_id = {{printing}}"
        for table in ("scheduled_attendance_prompts", "attendance_responses", "notifications")
    )
    return ";".join([*cleared, *statements])


_ANA = "event_id=printing user_id=ana"

#: (invariant, statements, ids that its finding names, tables whose constraints are in the way)
PROMPT_BREAKS = [
    (
        "prompts_unique",
        _all(_PROMPT.format(id=901, number=1, **_OPEN), _PROMPT.format(id=902, number=1, **_OPEN)),
        _ANA,
        "scheduled_attendance_prompts",
    ),
    (
        "prompt_lines_unique",
        _all(_LINE.format(id=901, number=1), _LINE.format(id=902, number=1)),
        _ANA,
        "notifications",
    ),
    ("sent_prompt_has_its_line", _all(_PROMPT.format(id=901, number=1, **_SENT)), _ANA, ""),
    (
        "prompt_line_was_sent",
        _all(_PROMPT.format(id=901, number=1, **_OPEN), _LINE.format(id=901, number=1)),
        _ANA,
        "",
    ),
    ("second_prompt_after_the_first", _all(_PROMPT.format(id=901, number=2, **_OPEN)), _ANA, ""),
    (
        "responses_unique",
        _all(
            _ANSWER.format(id=901, answer="attended", answered_at="created_at", rating="NULL"),
            _ANSWER.format(id=902, answer="partial", answered_at="created_at", rating="NULL"),
        ),
        _ANA,
        "attendance_responses",
    ),
    (
        "unknown_was_asked",
        _all(_ANSWER.format(id=901, answer="unknown", answered_at="NULL", rating="NULL")),
        _ANA,
        "",
    ),
    (
        "feedback_of_presence",
        _all(_ANSWER.format(id=901, answer="not_attended", answered_at="created_at", rating="5")),
        _ANA,
        "attendance_responses",
    ),
    ("closed_answers_leave_nothing_open", _all(_PROMPT.format(id=901, number=1, **_OPEN), _CLOSED), _ANA, ""),
    ("silence_is_recorded", _all(_PROMPT.format(id=901, number=1, **_SENT), _CLOSED), _ANA, ""),
]
