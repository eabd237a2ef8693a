"""How the invariants of deleted accounts are broken: name, statements, ids of the finding, tables laid bare.

Each case deletes Ana's account by hand and forgets the one thing that the invariant is about.
"""

_GONE = (
    "UPDATE users SET name = 'Deleted person', email = NULL, password_hash = NULL, handle = NULL, timezone = NULL,"
    " search_text = '', notification_frequency = 'none', is_operator = false, disabled_at = created_at,"
    " address_proved_at = NULL, anonymized_at = created_at WHERE id = {ana}"
)
_NOTHING_LEFT = ";".join(
    f"DELETE FROM {table} WHERE user_id = {{ana}}"
    for table in (
        "sign_ins",
        "member_roles",
        "memberships",
        "record_privacy",
        "event_views",
        "notification_preferences",
    )
)
_MAIL = (
    "INSERT INTO messages (id, dedupe_key, kind, user_id, recipient, subject, body, details, created_at, attempts,"
    " next_try_at, sent_at) SELECT 905, 'to-a-deleted', 'news', id, 'ana@demo.test', 'x', 'x', 'null', created_at, 0,"
    " created_at, created_at FROM users WHERE id = {ana}"
)
_CHOICE = (
    "INSERT INTO record_privacy (event_id, user_id, on_profile, to_organizations, changed_at)"
    " SELECT {clay}, id, true, true, created_at FROM users WHERE id = {ana}"
)
_SIGN_IN = (
    "INSERT INTO sign_ins (id, token_hash, user_id, created_at, seen_at, user_agent)"
    " SELECT 905, 'x', id, created_at, created_at, '' FROM users WHERE id = {ana}"
)


def _but(*statements: str) -> str:
    return ";".join([_GONE, _NOTHING_LEFT, *statements])


PRIVACY_BREAKS = [
    (
        "deleted_has_no_name",
        _but("UPDATE users SET name = 'Ana' WHERE id = {ana}"),
        "user_id=ana",
        "",
    ),
    ("deleted_cannot_come_in", _but(_SIGN_IN), "user_id=ana", ""),
    (
        "deleted_cannot_come_in",
        _but("UPDATE users SET disabled_at = NULL WHERE id = {ana}"),
        "user_id=ana",
        "",
    ),
    (
        "deleted_is_not_written_to",
        _but(_MAIL),
        "user_id=ana",
        "",
    ),
    ("deleted_left_no_words", _but(_CHOICE), "user_id=ana", ""),
    (
        "handles_unique",
        "UPDATE users SET handle = 'same' WHERE id = {ana};UPDATE users SET handle = 'SAME' WHERE id = {ben}",
        "",
        "users",
    ),
    ("system_has_no_profile", "UPDATE users SET handle = 'system' WHERE id = 1", "", ""),
]
