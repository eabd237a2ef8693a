"""How the invariants of appeals are broken: name, statements, ids, tables laid bare."""

#: As the cases make it.
APPEAL_IDS = {"appeal": 960}


def _appeal(who: str, outcome: str = "open", *, until: str = "'2036-01-01 00:00:00+00:00'", **more: str) -> str:
    given = {
        "event_id": "event_id",
        "words": "''",
        "answer": "''",
        "ended_at": "NULL" if outcome == "open" else "changed_at",
        "decided_by_id": "{ben}" if outcome in {"granted", "declined"} else "NULL",
        "settled_version": "NULL",
    } | more
    return (
        "INSERT INTO appeals (id, event_id, enrollment_id, filed_at, filed_by_id, words, decided_until, outcome,"
        " ended_at, decided_by_id, answer, settled_version)"
        f" SELECT 960, {given['event_id']}, id, enrolled_at, user_id, {given['words']}, {until}, '{outcome}',"
        f" {given['ended_at']}, {given['decided_by_id']}, {given['answer']}, {given['settled_version']}"
        f" FROM enrollments WHERE id = {{{who}}}"
    )


_HERE = "appeal_id=appeal enrollment_id="

APPEAL_BREAKS = [
    ("appeal_of_its_event", _appeal("missed", event_id="{clay}"), f"{_HERE}missed event_id=clay", ""),
    ("open_appeal_has_its_no_show", _appeal("attended"), f"{_HERE}attended", ""),
    (
        "appeal_is_within_its_time",
        _appeal("missed", "declined", until="'2026-01-01 00:00:00+00:00'", answer="'No'"),
        f"{_HERE}missed",
        "appeals",
    ),
    ("granted_appeal_has_its_override", _appeal("missed", "granted", answer="'Yes'"), f"{_HERE}missed", ""),
    ("answered_appeal_says_why", _appeal("missed", "declined"), f"{_HERE}missed", ""),
    ("answered_appeal_is_told", _appeal("missed", "lapsed"), f"{_HERE}missed", ""),
    ("withdrawn_appeal_is_empty", _appeal("missed", "withdrawn", words="'Still here'"), f"{_HERE}missed", ""),
]
