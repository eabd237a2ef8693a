"""How the invariants of activations are broken; `test_audit` does it: (invariant, statements, ids, bare tables)."""

_CLASS = "SELECT id FROM program_classes WHERE request_id = 'demo-class-{}'"
_PERSON = "SELECT min(id) FROM class_enrollments WHERE class_id = ({}) AND status = '{}'"
#: The rows of the demo world that the cases name.
ACTIVATION_IDS = {
    "weaving": _CLASS.format("weaving"),
    "wheel": _CLASS.format("wheel"),
    "weaver": _PERSON.format(_CLASS.format("weaving"), "enrolled"),
    "wheel_waiting": _PERSON.format(_CLASS.format("wheel"), "waitlisted"),
    "weaving_facility": "SELECT facility_id FROM program_classes WHERE request_id = 'demo-class-weaving'",
}
_UNDONE = (
    "INSERT INTO class_changes (class_id, version, kind, from_status, to_status, facts, triggered_by, actor_id, reason,"
    " at) VALUES ({weaving}, 9, 'activation_undone', 'active', 'scheduled', '{{}}', 'organizer', {ana}, 'Why',"
    " '2026-06-10 11:00:00.000000')"
)

ACTIVATION_BREAKS = (
    (
        "running_class_has_begun",
        "UPDATE program_classes SET activated_at = NULL WHERE id = {weaving}",
        "class_id=weaving",
        "",
    ),
    (
        "scheduled_class_has_not_begun",
        "UPDATE program_classes SET activated_at = created_at WHERE id = {wheel}",
        "class_id=wheel",
        "",
    ),
    (
        "people_begin_with_their_class",
        "UPDATE class_enrollments SET enrolled_at = NULL WHERE id = {weaver}",
        "class_id=weaving enrollment_id=weaver",
        "",
    ),
    (
        "who_waits_has_not_begun",
        "UPDATE class_enrollments SET enrolled_at = created_at WHERE id = {wheel_waiting}",
        "class_id=wheel enrollment_id=wheel_waiting",
        "",
    ),
    (
        "activated_by_the_system",
        "UPDATE class_changes SET actor_id = {ana} WHERE kind = 'activated'",
        "class_id=weaving",
        "class_changes",
    ),
    ("activation_undone_by_an_admin", _UNDONE, "class_id=weaving", ""),
    (
        "morning_adds_up",
        "UPDATE facility_activations SET classes = 0",
        "facility_id=weaving_facility",
        "",
    ),
)
