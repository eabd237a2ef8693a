"""How the invariants of the standby line are broken: name, statements, ids, tables laid bare."""

ARRIVAL = (
    "INSERT INTO standby_arrivals (id, event_id, enrollment_id, version, at, desk)"
    " SELECT 901, event_id, id, version, '2036-01-01', 'Door' FROM enrollments WHERE id = {{{who}}}"
)
RELEASE = (
    "INSERT INTO enrollment_transitions (id, enrollment_id, event_id, version, from_status, to_status, kind,"
    " triggered_by, at) SELECT 990001, id, event_id, 99, 'confirmed', 'released', 'move', 'system', enrolled_at"
    " FROM enrollments WHERE id = {seated}"
)

STANDBY_BREAKS = [
    ("standby_of_who_had_no_seat", ARRIVAL.format(who="seated"), "event_id=clay enrollment_id=seated", ""),
    (
        "line_waits_for_no_free_seat",
        ARRIVAL.format(who="waiting")
        + ";UPDATE event_policies SET capacity = 50, standby_minutes = 15, standby_at = '2036-01-01'"
        " WHERE event_id = {clay}",
        "event_id=clay",
        "",
    ),
    (
        "released_was_absent",
        "UPDATE enrollments SET status = 'released' WHERE id = {there}",
        "event_id=camp enrollment_id=there",
        "",
    ),
    ("released_seat_was_given", RELEASE, "event_id=clay", ""),
    (
        "released_and_did_not_come",
        "UPDATE enrollments SET status = 'released' WHERE id = {missed}",
        "event_id=printing enrollment_id=missed",
        "",
    ),
]
