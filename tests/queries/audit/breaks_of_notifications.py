"""How each invariant about what people were told is broken."""

LINE = (
    "INSERT INTO notifications (id, dedupe_key, user_id, type, event_id, enrollment_id, title, text, created_at)"
    " SELECT {id}, {key}, user_id, '{kind}', event_id, id, 'Clay', '', enrolled_at"
    " FROM enrollments WHERE id = {{{place}}}"
)
TOLD_ANOTHER = LINE.format(
    id=901,
    kind="confirmed",
    place="seated",
    key="(SELECT 'outbox:' || CAST(max(id) AS VARCHAR) FROM outbox_events WHERE enrollment_id = {promoted})",
)
OF_ANOTHER = LINE.format(id=902, kind="confirmed", place="seated", key="'told'")
MAIL_ALONE = (
    "INSERT INTO messages (id, dedupe_key, kind, user_id, recipient, subject, body, html, details, created_at,"
    " attempts, next_try_at) SELECT 903, 'outbox:0', 'confirmed', id, 'ana@demo.test', 'x', 'x', 'x', 'null',"
    " created_at, 0, created_at FROM users WHERE id = {ana}"
)
TWO_LINES = ";".join(LINE.format(id=number, kind="confirmed", place="seated", key="'told'") for number in (904, 905))
_KEY = "'reminder:' || CAST(event_id AS VARCHAR) || replace('x2026-06-13x', 'x', ':') || CAST({whose} AS VARCHAR)"
OF_NO_PLACE = LINE.format(id=906, kind="reminder", place="waiting", key=_KEY.format(whose="user_id"))
CALLED_WRONG = LINE.format(id=907, kind="reminder", place="seated", key=_KEY.format(whose="user_id + 1"))
ANSWERED = LINE.format(id=908, kind="confirmed", place="seated", key="'told'")
CHANGED = (
    (
        "INSERT INTO outbox_events (id, kind, event_id, enrollment_id, version, occurred_at)"
        " SELECT 99001, 'EventChanged', event_id, id, -99, enrolled_at FROM enrollments WHERE id = {{seated}}"
    )
    .replace("{{", "{")
    .replace("}}", "}")
)

NOTIFICATION_BREAKS = [
    ("told_for_a_cause", TOLD_ANOTHER, "enrollment_id=seated", ""),
    (
        "told_whom_it_concerns",
        OF_ANOTHER + ";UPDATE notifications SET user_id = {ana} WHERE id = 902",
        "enrollment_id=seated",
        "",
    ),
    ("mail_beside_its_line", MAIL_ALONE, "user_id=ana", ""),
    ("lines_unique", TWO_LINES, "", "notifications"),
    ("reminded_of_a_place", OF_NO_PLACE, "enrollment_id=waiting", ""),
    ("reminder_is_called_right", CALLED_WRONG, "event_id=clay user_id=ben", ""),
    (
        "only_questions_are_answered",
        ANSWERED + ";UPDATE notifications SET responded_at = created_at WHERE id = 908",
        "",
        "",
    ),
    ("changes_are_told_of_the_event", CHANGED, "event_id=clay enrollment_id=seated", ""),
]
