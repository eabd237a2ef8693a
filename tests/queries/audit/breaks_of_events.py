"""How the invariants of events, evidence and accounts are broken: name, statements, ids, tables laid bare."""

_ON_LIST = "INSERT INTO event_list_entries (id, event_id, kind, value, facility_id, added_at) VALUES (901, {clay}, "

_INVITED = (
    "INSERT INTO event_invitations (id, event_id, user_id, status, invited_by_id, created_at, ended_at, mails) VALUES "
)

EVENT_BREAKS = [
    # Who may enroll
    (
        "list_in_its_organization",
        _ON_LIST + "'facility', NULL, {foreign_facility}, '2036-01-01')",
        "event_id=clay entry_id=session",
        "",
    ),
    (
        "list_can_be_matched",
        _ON_LIST + "'address', 'Ana@studio.example', NULL, '2036-01-01')",
        "event_id=clay entry_id=session",
        "",
    ),
    (
        "yes_to_invitation_enrolled",
        _INVITED
        + "(901, {camp}, (SELECT id FROM users WHERE is_system), 'accepted', {ben}, '2036-01-01', '2036-01-01', 1)",
        "event_id=camp invitation_id=session",
        "",
    ),
    (
        "invitation_has_its_times",
        _INVITED + "(901, {camp}, {ben}, 'open', {ben}, '2036-01-01', NULL, 2)",
        "event_id=camp invitation_id=session",
        "",
    ),
    (
        "who_may_enroll_is_whole",
        "UPDATE event_policies SET who_may = 'link' WHERE event_id = {clay}",
        "event_id=clay",
        "event_policies",
    ),
    # Evidence
    (
        "checked_in_was_seen",
        "DELETE FROM check_ins WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=there",
        "check_ins",
    ),
    (
        "only_who_is_in_was_seen",
        "UPDATE check_ins SET enrollment_id = {absent} WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=absent",
        "check_ins",
    ),
    (
        "one_check_in_a_day",
        "UPDATE check_ins SET enrollment_id = {there} WHERE enrollment_id = {also_there}",
        "event_id=camp enrollment_id=there",
        "check_ins",
    ),
    (
        "taken_back_before_the_next",
        "UPDATE check_ins SET sequence = 5 WHERE enrollment_id = {mistaken}",
        "event_id=camp enrollment_id=mistaken",
        "check_ins",
    ),
    (
        "check_in_in_its_event",
        "UPDATE check_ins SET event_id = {repair} WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=there",
        "check_ins",
    ),
    (
        "check_ins_on_event_days",
        "UPDATE check_ins SET local_on = '2020-01-01' WHERE enrollment_id = {there}",
        "event_id=camp",
        "check_ins",
    ),
    (
        "outcome_follows_evidence",
        "DELETE FROM check_ins WHERE enrollment_id = {attended}",
        "event_id=printing enrollment_id=attended",
        "check_ins",
    ),
    # Events
    ("event_has_policy", "DELETE FROM event_policies WHERE event_id = {lamps}", "event_id=lamps", ""),
    (
        "policy_complete",
        "UPDATE event_policies SET capacity = 0 WHERE event_id = {lamps}",
        "event_id=lamps",
        "event_policies",
    ),
    (
        "minimum_days_possible",
        "UPDATE event_policies SET minimum_days = 9 WHERE event_id = {camp}",
        "event_id=camp",
        "",
    ),
    ("effective_end_right", "UPDATE events SET effective_end_at = starts_at WHERE id = {camp}", "event_id=camp", ""),
    ("timezone_known", "UPDATE events SET timezone = 'Mars/Base' WHERE id = {camp}", "event_id=camp", ""),
    (
        "event_in_its_organization",
        "UPDATE events SET facility_id = {foreign_facility} WHERE id = {lamps}",
        "event_id=lamps facility_id=foreign_facility",
        "",
    ),
    (
        "completed_is_decided",
        "UPDATE enrollments SET status = 'confirmed' WHERE id = {missed}",
        "event_id=printing",
        "",
    ),
    ("cancelled_is_empty", "UPDATE events SET status = 'cancelled' WHERE id = {repair}", "event_id=repair", ""),
    (
        "deleted_event_asks_nobody",
        "UPDATE events SET deleted_at = created_at WHERE id = {repair}",
        "event_id=repair",
        "events",
    ),
    ("draft_is_empty", "UPDATE events SET status = 'draft' WHERE id = {repair}", "event_id=repair", ""),
    (
        "event_status_has_its_time",
        "UPDATE events SET completed_at = NULL WHERE id = {printing}",
        "event_id=printing",
        "events",
    ),
    (
        "outcome_after_the_end",
        "UPDATE enrollment_transitions SET at = '2020-01-01 00:00:00.000000' WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        "enrollment_transitions",
    ),
    # Accounts
    ("one_system_account", "UPDATE users SET is_system = false WHERE id = 1", "", ""),
    ("addresses_unique", "UPDATE users SET email = 'ANA@demo.test' WHERE id = {ben}", "user_id=ana", "users"),
    (
        "unproved_owns_nothing",
        "UPDATE users SET address_proved_at = NULL, given_by_others = false WHERE id = {ana}",
        "user_id=ana",
        "",
    ),
    (
        "merged_holds_no_place",
        "UPDATE users SET merged_into_id = {ben}, disabled_at = created_at WHERE email = 'tom.hartley@demo.test'",
        "event_id=camp enrollment_id=only_one",
        "",
    ),
    (
        "merged_cannot_come_in",
        "UPDATE users SET merged_into_id = {ben}, disabled_at = created_at WHERE id = {ana}",
        "user_id=ana",
        "",
    ),
    (
        "system_takes_no_place",
        "UPDATE enrollments SET user_id = 1 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
]
