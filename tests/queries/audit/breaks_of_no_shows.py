"""How the invariants of no-show policies are broken: name, statements, ids, tables laid bare."""

NO_SHOW_BREAKS = [
    (
        "cancelled_late_is_cancelled",
        "UPDATE enrollments SET cancelled_late = TRUE WHERE id = {seated}",
        "event_id=clay enrollment_id=seated",
        "",
    ),
    (
        "lanes_are_known",
        "UPDATE enrollments SET waitlist_position = waitlist_position + 1000000000 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "nobody_passes_from_behind",
        "UPDATE enrollments SET waitlist_position = waitlist_position + 1000000000 WHERE id = {promoted}",
        "event_id=clay enrollment_id=promoted",
        "",
    ),
    (
        "policy_holds_since_before_its_change",
        "INSERT INTO no_show_rules (organization_id, strikes, fade_days, consequence, late_counts, since, changed_at,"
        " changed_by_id) SELECT organization_id, 3, 180, 'warned', FALSE, starts_at, created_at, {ben}"
        " FROM events WHERE id = {clay}",
        "",
        "",
    ),
    (
        "excuse_of_a_place_that_was_there",
        "INSERT INTO no_show_excuses (id, enrollment_id, reason, in_time, words, given_by_id, given_at)"
        " SELECT 9001, id, 'ill', FALSE, '', {ben}, '2020-01-01 00:00:00.000000' FROM enrollments WHERE id = {missed}",
        "event_id=printing enrollment_id=missed",
        "",
    ),
]
