"""How the invariants of places, their trail and their news are broken: name, statements, ids, tables laid bare."""

MESSAGE = (
    "INSERT INTO messages (id, dedupe_key, kind, user_id, recipient, subject, body, details, created_at,"
    " attempts, next_try_at, sent_at, dead_at)"
    " SELECT {id}, 'told-twice', 'news', id, 'ana@demo.test', 'x', 'x', 'null', created_at, 0, created_at,"
    " {times} FROM users WHERE id = {{ana}}"
)
TWO_MESSAGES = ";".join(MESSAGE.format(id=number, times="NULL, NULL") for number in (901, 902))
SENT_AND_DEAD = MESSAGE.format(id=903, times="created_at, created_at")

OFFER = (
    "INSERT INTO place_offers (id, event_id, enrollment_id, offered_at, held_until, is_last, outcome, ended_at)"
    " SELECT 901, event_id, id, enrolled_at, '2036-01-01', {last}, '{outcome}', {ended} FROM enrollments"
    " WHERE id = {{{who}}}"
)
OPEN_TO_SEATED = OFFER.format(last="FALSE", outcome="open", ended="NULL", who="seated")
LAST_RAN_OUT = OFFER.format(last="TRUE", outcome="expired", ended="enrolled_at", who="waiting")

ENROLLMENT_BREAKS = [
    # Seats and the queue
    ("seats_taken_counted", "UPDATE event_policies SET seats_taken = 11 WHERE event_id = {clay}", "event_id=clay", ""),
    ("waiting_counted", "UPDATE event_policies SET waiting_count = 4 WHERE event_id = {clay}", "event_id=clay", ""),
    (
        "never_oversold",
        "UPDATE event_policies SET capacity = 11 WHERE event_id = {clay}",
        "event_id=clay",
        "event_policies",
    ),
    ("seats_over_counted", "UPDATE event_policies SET seats_over = 1 WHERE event_id = {clay}", "event_id=clay", ""),
    ("over_on_purpose", "UPDATE event_policies SET seats_over = 1 WHERE event_id = {clay}", "event_id=clay", ""),
    (
        "last_ticket_is_highest",
        "UPDATE event_policies SET last_waitlist_position = 40 WHERE event_id = {clay}",
        "event_id=clay",
        "",
    ),
    (
        "tickets_unique",
        "UPDATE enrollments SET waitlist_position = {ticket} WHERE id = {waiting}",
        "event_id=clay",
        "enrollments",
    ),
    (
        "waiting_has_ticket",
        "UPDATE enrollments SET waitlist_position = NULL WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "enrollments",
    ),
    (
        "ranks_contiguous",
        "UPDATE enrollments SET waitlist_position = {ticket} WHERE id = {waiting}",
        "event_id=clay",
        "enrollments",
    ),
    (
        "one_live_enrollment",
        "UPDATE enrollments SET user_id = {ben} WHERE id = {waiting}",
        "event_id=clay user_id=ben",
        "enrollments",
    ),
    (
        "nobody_waits_beside_a_free_seat",
        "UPDATE event_policies SET capacity = 13 WHERE event_id = {clay}",
        "event_id=clay",
        "",
    ),
    ("offers_counted", "UPDATE event_policies SET seats_offered = 1 WHERE event_id = {clay}", "event_id=clay", ""),
    ("offered_to_who_waits", OPEN_TO_SEATED, "event_id=clay enrollment_id=seated", ""),
    ("nobody_waits_after_the_last_offer", LAST_RAN_OUT, "event_id=clay enrollment_id=waiting", ""),
    (
        "pass_codes_unique",
        "UPDATE enrollments SET pass_code = 'AAAAAAAA' WHERE id IN ({seated}, {waiting})",
        "enrollment_id=seated",
        "enrollments",
    ),
    # The trail
    (
        "status_is_last_move",
        "UPDATE enrollments SET status = 'cancelled' WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "status_is_last_move",
        "DELETE FROM enrollment_transitions WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "enrollment_transitions",
    ),
    (
        "versions_without_gaps",
        "UPDATE enrollments SET version = 7 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "moves_chain",
        "UPDATE enrollment_transitions SET from_status = 'pending' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "enrollment_transitions",
    ),
    (
        "moves_legal",
        "UPDATE enrollment_transitions SET to_status = 'attended' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "enrollment_transitions",
    ),
    (
        "ended_stays_ended",
        "UPDATE enrollment_transitions SET from_status = 'rejected' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "enrollment_transitions",
    ),
    (
        "corrections_have_a_reason",
        "UPDATE enrollment_transitions SET reason = '  ' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        "enrollment_transitions",
    ),
    (
        "corrections_by_an_admin",
        "UPDATE enrollment_transitions SET triggered_by = 'organizer' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        "enrollment_transitions",
    ),
    (
        "withdrawal_follows_its_override",
        "UPDATE enrollment_transitions SET kind = 'withdrawal' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        "enrollment_transitions",
    ),
    (
        "out_of_turn_has_a_reason",
        "UPDATE enrollment_transitions SET triggered_by = 'organizer', reason = NULL WHERE id = {promotion}",
        "event_id=clay enrollment_id=promoted transition_id=promotion",
        "enrollment_transitions",
    ),
    (
        "system_moves_by_the_system",
        "UPDATE enrollment_transitions SET actor_id = {ana} WHERE id = {promotion}",
        "event_id=clay enrollment_id=promoted transition_id=promotion",
        "enrollment_transitions",
    ),
    (
        "outcomes_by_the_system",
        "UPDATE enrollment_transitions SET triggered_by = 'admin' WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        "enrollment_transitions",
    ),
    (
        "undecided_is_explained",
        "UPDATE enrollment_transitions SET from_status = 'undecided', reason = NULL WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        "enrollment_transitions",
    ),
    (
        "late_fact_contradicts",
        "INSERT INTO late_facts (enrollment_id, event_id, outcome, found_at)"
        " SELECT id, event_id, 'no_show', changed_at FROM enrollments WHERE id = {missed}",
        "event_id=printing enrollment_id=missed",
        "",
    ),
    (
        "somebody_acted",
        "UPDATE enrollment_transitions SET actor_id = NULL, actor_label = NULL WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        "enrollment_transitions",
    ),
    (
        "trail_in_its_event",
        "UPDATE enrollment_transitions SET event_id = {repair} WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        "enrollment_transitions",
    ),
    (
        "status_has_its_time",
        "UPDATE enrollments SET confirmed_at = NULL WHERE id = {seated}",
        "event_id=clay enrollment_id=seated",
        "",
    ),
    (
        "times_only_of_what_was",
        "UPDATE enrollments SET cancelled_at = changed_at WHERE id = {seated}",
        "event_id=clay enrollment_id=seated",
        "",
    ),
    # What is told
    (
        "every_move_is_told",
        "DELETE FROM outbox_events WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "moves_are_told_rightly",
        "UPDATE outbox_events SET kind = 'EnrollmentRejected' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "corrections_tell_nothing",
        "INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at)"
        " SELECT 'ParticipantAttended', event_id, enrollment_id, version, at"
        " FROM enrollment_transitions WHERE id = {override}",
        "event_id=printing enrollment_id=corrected",
        "",
    ),
    (
        "corrections_tell_nothing",
        "UPDATE outbox_events SET version = 9 WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "told_once",
        "INSERT INTO outbox_events SELECT * FROM outbox_events WHERE enrollment_id = {waiting}",
        "enrollment_id=waiting",
        "outbox_events",
    ),
    (
        "attended_once",
        "INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at)"
        " SELECT kind, event_id, enrollment_id, version + 9, occurred_at FROM outbox_events"
        " WHERE enrollment_id = {attended} AND kind = 'ParticipantAttended'",
        "enrollment_id=attended",
        "",
    ),
    (
        "told_in_its_event",
        "UPDATE outbox_events SET event_id = {repair} WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    ("messages_unique", TWO_MESSAGES, "", "messages"),
    ("messages_sent_or_dead", SENT_AND_DEAD, "", ""),
]
