"""How the invariants of ids are broken: name, statements, ids, bare tables."""

_CREATED = "(SELECT created_at FROM users WHERE id = {ana})"
_CHANGE = (
    "INSERT INTO class_changes (class_id, version, kind, from_status, to_status, facts, triggered_by, at)"
    " VALUES ([class], 90, '[kind]', 'scheduled', 'scheduled', '[[]]', 'organizer', " + _CREATED + ")"
)
_ANY_CLASS = "(SELECT min(id) FROM program_classes)"
_SESSION_CHANGE = (
    "INSERT INTO class_session_changes (session_id, class_id, version, batch, before, after, is_undo, reason, actor_id,"
    " at) SELECT 9301, id, 90, 'b', '[]', '[]', false, 'r', {ana}, created_at FROM program_classes"
    f" WHERE id = {_ANY_CLASS}"
)


def _change(of: str, kind: str) -> str:
    return _CHANGE.replace("[class]", of).replace("[kind]", kind).replace("[[]]", "[]")


ID_BREAKS = [
    ("ids_are_given_once", _change("987654", "edited"), "", ""),
    (
        "deleted_classes_stay_deleted",
        f"UPDATE program_classes SET id = 9300 WHERE id = {_ANY_CLASS};{_change('9300', 'deleted')}",
        "class_id=reborn",
        "program_classes class_sessions class_enrollments class_rules",
    ),
    (
        "session_trail_of_its_class",
        "INSERT INTO class_sessions (id, class_id, local_on, starts_at, ends_at, status, version)"
        " SELECT 9301, max(class_id), min(local_on), min(starts_at), max(ends_at), 'scheduled', 1 FROM class_sessions"
        f" WHERE class_id > {_ANY_CLASS};{_SESSION_CHANGE}",
        "session_id=reborn_session",
        "",
    ),
]
