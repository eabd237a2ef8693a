"""How the invariants of certificates are broken: name, statements, ids, tables laid bare."""

_ISSUED = (
    "INSERT INTO event_certificates (enrollment_id, code, name, issued_at)"
    " SELECT id, 'ABCDEFGHJKMN', 'Ana', enrolled_at FROM enrollments WHERE id = {{{who}}}"
)
_RENAMED = (
    "INSERT INTO certificate_name_changes (id, enrollment_id, name_before, name, reason, actor_id, at)"
    " SELECT 9001, enrollment_id, 'Ana', 'Anna', 'Spelling', {ben}, issued_at"
    " FROM event_certificates WHERE enrollment_id = {attended}"
)
_OF_CLASS = (
    "INSERT INTO class_completions (id, enrollment_id, class_id, user_id, code, issued_at, issued_by_id)"
    " SELECT 9001, max(id), max(class_id), {ben}, 'ABCDEFGHJKMN', max(created_at), {ben} FROM class_enrollments"
)
_OF_ANA = _ISSUED.format(who="attended")

CERTIFICATE_BREAKS = [
    ("valid_certificate_of_who_attended", _ISSUED.format(who="missed"), "event_id=printing enrollment_id=missed", ""),
    (
        "attended_has_its_certificate",
        "UPDATE event_policies SET issues_certificates = TRUE WHERE event_id = {printing};"
        "UPDATE outbox_events SET dispatched_at = occurred_at WHERE enrollment_id = {attended}",
        "event_id=printing enrollment_id=attended",
        "",
    ),
    ("certificate_codes_unique", f"{_OF_ANA};{_OF_CLASS}", "enrollment_id=attended", ""),
    ("certificate_says_the_last_name", f"{_OF_ANA};{_RENAMED}", "enrollment_id=attended", ""),
]
