"""The people of classes beside seats and trail: in only while it runs, told rightly, times and certificates true."""

from webapp.domain.classes.class_enrollment import LEGAL_MOVES
from webapp.domain.classes.class_event import class_event_of_move
from webapp.domain.places.enrollment import TransitionKind
from webapp.queries.audit.invariant import Invariant

_TOLD = sorted(
    f"{before or 'none'}>{after}={class_event_of_move(before, after, TransitionKind.MOVE)}"
    for before, after in LEGAL_MOVES
)

INVARIANTS = (
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
        # Deactivated people keep their places; whoever is moved away does not, and nobody else is taken off.
        "class_place_at_own_facility",
        "it is {status}, but its person does not belong to the facility of the class",
        """
        SELECT c.id AS class_id, e.id AS enrollment_id, e.status
        FROM class_enrollments e JOIN program_classes c ON c.id = e.class_id
        LEFT JOIN facility_people p ON p.facility_id = c.facility_id AND p.user_id = e.user_id
        WHERE e.status IN ('enrolled', 'waitlisted') AND p.user_id IS NULL
        """,
    ),
    Invariant(
        "moved_within_one_organization",
        "somebody was moved to a facility of another organization, or without a reason",
        """
        SELECT m.id AS facility_move_id, m.user_id
        FROM facility_moves m
        JOIN facilities o ON o.id = m.from_facility_id JOIN facilities n ON n.id = m.to_facility_id
        WHERE o.organization_id <> n.organization_id OR trim(m.reason) = ''
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
    # The online side follows its session, and everybody who had a seat is measured.
    Invariant(
        "online_side_follows_its_session",
        "the session of the class and its online side say different times, kinds or whether it is held",
        """
        SELECT c.class_id, c.id AS session_id
        FROM class_sessions c LEFT JOIN meeting_sessions m ON m.class_session_id = c.id
        WHERE (c.status = 'scheduled' AND c.online_kind IS NOT NULL) <> (m.id IS NOT NULL AND m.cancelled_at IS NULL)
           OR (m.cancelled_at IS NULL
               AND (m.starts_at <> c.starts_at OR m.ends_at <> c.ends_at OR m.kind <> c.online_kind))
        """,
    ),
    Invariant(
        "every_seat_in_class_is_measured",
        "{counted} people who had a seat in the class when its online session was calculated have no record",
        """
        SELECT c.class_id, m.id AS session_id, count(DISTINCT e.user_id) AS counted
        FROM meeting_sessions m
        JOIN class_sessions c ON c.id = m.class_session_id
        JOIN class_enrollments e ON e.class_id = c.class_id
        JOIN class_enrollment_transitions t ON t.enrollment_id = e.id AND t.to_status = 'enrolled'
         AND t.at < m.ends_at AND t.at < m.calculated_at
        LEFT JOIN class_enrollment_transitions l ON l.enrollment_id = t.enrollment_id AND l.version = t.version + 1
        LEFT JOIN meeting_attendances a ON a.session_id = m.id AND a.user_id = e.user_id
        WHERE (l.at IS NULL OR l.at > m.starts_at) AND a.id IS NULL
        GROUP BY c.class_id, m.id
        """,
    ),
)
