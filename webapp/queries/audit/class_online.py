"""The online side of classes: it follows its session, and everybody who had a seat is measured."""

from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
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
