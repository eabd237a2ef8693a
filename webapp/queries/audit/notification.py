"""What people were told: for a cause, to the person it concerns, and once."""

from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "told_for_a_cause",
        "the line {dedupe_key} is about no domain event, or about another person's",
        """
        SELECT n.id AS notification_id, n.enrollment_id, n.dedupe_key
        FROM notifications n
        LEFT JOIN outbox_events o ON n.dedupe_key = 'outbox:' || CAST(o.id AS VARCHAR)
        LEFT JOIN enrollments e ON e.id = o.enrollment_id
        WHERE n.dedupe_key LIKE 'outbox:%' AND (e.id IS NULL OR e.user_id <> n.user_id OR e.id <> n.enrollment_id)
        """,
    ),
    Invariant(
        "told_whom_it_concerns",
        "the line is about the enrollment of somebody else, or in another event",
        """
        SELECT n.id AS notification_id, n.enrollment_id
        FROM notifications n JOIN enrollments e ON e.id = n.enrollment_id
        WHERE e.user_id <> n.user_id OR e.event_id <> n.event_id
        """,
    ),
    Invariant(
        # Whoever deleted the account took the lines along.
        "mail_beside_its_line",
        "the mail {dedupe_key} has no line in the notification centre",
        """
        SELECT m.id AS message_id, m.user_id, m.dedupe_key
        FROM messages m JOIN users u ON u.id = m.user_id LEFT JOIN notifications n ON n.dedupe_key = m.dedupe_key
        WHERE m.html IS NOT NULL AND u.anonymized_at IS NULL AND n.id IS NULL
        """,
    ),
    Invariant(
        "lines_unique",
        "{counted} lines have the key {dedupe_key}",
        """
        SELECT min(id) AS notification_id, dedupe_key, count(*) AS counted FROM notifications
        GROUP BY dedupe_key HAVING count(*) > 1
        """,
    ),
    Invariant(
        "reminded_of_a_place",
        "a person was reminded of a place they never had",
        """
        SELECT n.id AS notification_id, n.enrollment_id
        FROM notifications n LEFT JOIN enrollments e ON e.id = n.enrollment_id
        WHERE n.type = 'reminder' AND (e.id IS NULL OR e.confirmed_at IS NULL)
        """,
    ),
    Invariant(
        # With it, a key that is there once means a reminder that is there once.
        "reminder_is_called_right",
        "the reminder {dedupe_key} is called like that of another person or event",
        """
        SELECT id AS notification_id, event_id, user_id, dedupe_key FROM notifications
        WHERE type = 'reminder'
          AND dedupe_key NOT LIKE 'reminder:' || CAST(event_id AS VARCHAR) || '_____-__-___' || CAST(user_id AS VARCHAR)
        """,
    ),
    Invariant(
        "only_questions_are_answered",
        "a line of the type {type} was answered, but asks nothing",
        """
        SELECT id AS notification_id, type FROM notifications
        WHERE responded_at IS NOT NULL AND type NOT IN ('reminder', 'attendance_prompt')
        """,
    ),
)
