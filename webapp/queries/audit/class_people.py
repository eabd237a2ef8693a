"""Classes and their people: counters equal the counts, nobody is in twice, the trail is whole, times are true."""

from webapp.domain.class_enrollment import LEGAL_MOVES, LIVE, SEATED
from webapp.domain.class_event import class_event_of_move
from webapp.domain.enrollment import TransitionKind
from webapp.domain.permission import SYSTEM_USER_ID
from webapp.queries.audit.invariant import Invariant

_SEATED = {"seated": sorted(SEATED)}
_TOLD = sorted(
    f"{before or 'none'}>{after}={class_event_of_move(before, after, TransitionKind.MOVE)}"
    for before, after in LEGAL_MOVES
)

INVARIANTS = (
    Invariant(
        "class_seats_counted",
        "seats_taken is {kept}, but {counted} enrollments hold a seat",
        """
        SELECT c.id AS class_id, c.seats_taken AS kept, count(e.id) AS counted
        FROM program_classes c LEFT JOIN class_enrollments e ON e.class_id = c.id AND e.status IN :seated
        GROUP BY c.id, c.seats_taken HAVING count(e.id) <> c.seats_taken
        """,
        _SEATED,
    ),
    Invariant(
        "class_waiting_counted",
        "waiting_count is {kept}, but {counted} enrollments wait",
        """
        SELECT c.id AS class_id, c.waiting_count AS kept, count(e.id) AS counted
        FROM program_classes c LEFT JOIN class_enrollments e ON e.class_id = c.id AND e.status = 'waitlisted'
        GROUP BY c.id, c.waiting_count HAVING count(e.id) <> c.waiting_count
        """,
    ),
    Invariant(
        "class_never_oversold",
        "{counted} enrollments hold one of {capacity} seats",
        """
        SELECT c.id AS class_id, c.capacity, count(*) AS counted
        FROM program_classes c JOIN class_enrollments e ON e.class_id = c.id AND e.status IN :seated
        GROUP BY c.id, c.capacity HAVING count(*) > c.capacity
        """,
        _SEATED,
    ),
    Invariant(
        "class_tickets_unique",
        "{counted} enrollments have the waitlist ticket {ticket}",
        """
        SELECT class_id, waitlist_position AS ticket, count(*) AS counted FROM class_enrollments
        WHERE waitlist_position IS NOT NULL
        GROUP BY class_id, waitlist_position HAVING count(*) > 1
        """,
    ),
    Invariant(
        "class_last_ticket_is_highest",
        "last_waitlist_position is {kept}, but the highest ticket is {highest}",
        """
        SELECT c.id AS class_id, c.last_waitlist_position AS kept, coalesce(max(e.waitlist_position), 0) AS highest
        FROM program_classes c LEFT JOIN class_enrollments e ON e.class_id = c.id
        GROUP BY c.id, c.last_waitlist_position
        HAVING coalesce(max(e.waitlist_position), 0) <> c.last_waitlist_position
        """,
    ),
    Invariant(
        "class_one_live_enrollment",
        "one person has {counted} live enrollments in one class",
        """
        SELECT class_id, user_id, count(*) AS counted FROM class_enrollments WHERE status IN :live
        GROUP BY class_id, user_id HAVING count(*) > 1
        """,
        {"live": sorted(LIVE)},
    ),
    Invariant(
        "class_enrolled_only_where_it_ran",
        "it has a begin, but the class never ran",
        """
        SELECT c.id AS class_id, e.id AS enrollment_id
        FROM class_enrollments e JOIN program_classes c ON c.id = e.class_id
        WHERE e.enrolled_at IS NOT NULL AND c.status = 'scheduled'
        """,
    ),
    Invariant(
        # Of those who are still in, `people_begin_with_their_class` says the same.
        "completed_had_begun",
        "it is completed without a begin",
        """
        SELECT class_id, id AS enrollment_id FROM class_enrollments
        WHERE status = 'completed' AND enrolled_at IS NULL
        """,
    ),
    Invariant(
        "class_over_leaves_nobody_in",
        "it is {status}, but the class is {class_status}",
        """
        SELECT c.id AS class_id, e.id AS enrollment_id, e.status, c.status AS class_status
        FROM class_enrollments e JOIN program_classes c ON c.id = e.class_id
        WHERE (c.status IN ('completed', 'cancelled') AND e.status IN ('enrolled', 'waitlisted'))
           OR (c.status <> 'completed' AND e.status = 'completed')
        """,
    ),
    Invariant(
        "class_end_has_its_time",
        "it is {status}, and its end does not fit to that",
        """
        SELECT class_id, id AS enrollment_id, status FROM class_enrollments
        WHERE (ended_at IS NULL) <> (status IN ('enrolled', 'waitlisted'))
        """,
    ),
    Invariant(
        "class_status_is_last_move",
        "it is {status}, but its last move led to {led_to}",
        """
        SELECT e.class_id, e.id AS enrollment_id, e.status, coalesce(t.to_status, 'nothing') AS led_to
        FROM class_enrollments e LEFT JOIN class_enrollment_transitions t
          ON t.enrollment_id = e.id AND t.version = e.version
        WHERE t.to_status IS NULL OR t.to_status <> e.status
        """,
    ),
    Invariant(
        "class_versions_without_gaps",
        "its version is {version}, but it has {moves} moves",
        """
        SELECT e.class_id, e.id AS enrollment_id, e.version, count(t.id) AS moves
        FROM class_enrollments e LEFT JOIN class_enrollment_transitions t ON t.enrollment_id = e.id
        GROUP BY e.class_id, e.id, e.version
        HAVING count(DISTINCT t.version) <> e.version OR coalesce(max(t.version), 0) <> e.version
        """,
    ),
    Invariant(
        "class_moves_chain",
        "move {version} begins at {from_word}, but the one before ended at {before_word}",
        """
        SELECT class_id, enrollment_id, version, from_word, before_word
        FROM (SELECT class_id, enrollment_id, version, coalesce(from_status, 'none') AS from_word,
                     coalesce(lag(to_status) OVER (PARTITION BY enrollment_id ORDER BY version, id), 'none')
                     AS before_word
              FROM class_enrollment_transitions) chain
        WHERE from_word <> before_word
        """,
    ),
    Invariant(
        "class_moves_are_told_rightly",
        "{from_word} to {to_status} is told as {kind}",
        """
        SELECT t.class_id, t.enrollment_id, coalesce(t.from_status, 'none') AS from_word, t.to_status,
               coalesce(o.kind, 'nothing') AS kind
        FROM class_enrollment_transitions t
        LEFT JOIN class_outbox_events o ON o.enrollment_id = t.enrollment_id AND o.version = t.version
        WHERE o.id IS NULL OR coalesce(t.from_status, 'none') || '>' || t.to_status || '=' || o.kind NOT IN :told
        """,
        {"told": _TOLD},
    ),
    Invariant(
        "class_ends_have_a_reason",
        "it was moved to {to_status} without a reason",
        """
        SELECT class_id, enrollment_id, to_status FROM class_enrollment_transitions
        WHERE to_status IN ('withdrawn', 'dropped', 'failed', 'transferred') AND trim(coalesce(reason, '')) = ''
        """,
    ),
    Invariant(
        "class_system_moves_by_the_system",
        "it was triggered by {triggered_by}, but the actor is user {actor}",
        """
        SELECT class_id, enrollment_id, triggered_by, coalesce(actor_id, 0) AS actor FROM class_enrollment_transitions
        WHERE (triggered_by = 'system') <> (coalesce(actor_id, 0) = :system)
        """,
        {"system": SYSTEM_USER_ID},
    ),
    Invariant(
        "completed_has_a_certificate",
        "it is {status} with {records} completion records",
        """
        SELECT e.class_id, e.id AS enrollment_id, e.status, count(r.id) AS records
        FROM class_enrollments e LEFT JOIN class_completions r ON r.enrollment_id = e.id
        GROUP BY e.class_id, e.id, e.status
        HAVING (e.status = 'completed') <> (count(r.id) > 0)
        """,
    ),
    Invariant(
        "certificate_of_its_person",
        "the completion record is about another person or class than its enrollment",
        """
        SELECT r.class_id, r.enrollment_id, r.id AS completion_id
        FROM class_completions r JOIN class_enrollments e ON e.id = r.enrollment_id
        WHERE r.user_id <> e.user_id OR r.class_id <> e.class_id
        """,
    ),
    Invariant(
        "told_of_own_class",
        "the line {dedupe_key} is about the class of somebody else",
        """
        SELECT n.id AS notification_id, n.class_enrollment_id, n.dedupe_key
        FROM notifications n LEFT JOIN class_enrollments e ON e.id = n.class_enrollment_id
        WHERE (n.type LIKE 'class%') <> (n.class_enrollment_id IS NOT NULL)
           OR (n.class_enrollment_id IS NOT NULL AND (e.id IS NULL OR e.user_id <> n.user_id))
        """,
    ),
)
