"""What people were told: for a cause, to the person it concerns, and once; messages of organizers among it."""

from webapp.queries.audit.invariant import Invariant

_OF_MESSAGES = (
    Invariant(
        "message_counts_its_people",
        "the message says {people} people, {mails} emails, {lines} lines, {no_address} without address, {gone} gone;"
        " there are {people_found}, {mails_found}, {lines_found}, {no_address_found}, {gone_found}",
        """
        SELECT g.id AS mailing_id, g.event_id, g.people, g.mails, g.lines, g.no_address, g.gone,
               coalesce(r.people, 0) AS people_found, coalesce(r.mails, 0) AS mails_found,
               coalesce(r.lines, 0) AS lines_found, coalesce(r.no_address, 0) AS no_address_found,
               coalesce(r.gone, 0) AS gone_found
        FROM mailings g LEFT JOIN (
            SELECT mailing_id, count(*) AS people,
                   count(CASE WHEN reach = 'mail' THEN 1 END) AS mails,
                   count(CASE WHEN reach = 'line' THEN 1 END) AS lines,
                   count(CASE WHEN reach = 'no_address' THEN 1 END) AS no_address,
                   count(CASE WHEN reach = 'gone' THEN 1 END) AS gone
            FROM mailing_recipients GROUP BY mailing_id
        ) r ON r.mailing_id = g.id
        WHERE g.people <> coalesce(r.people, 0) OR g.mails <> coalesce(r.mails, 0) OR g.lines <> coalesce(r.lines, 0)
           OR g.no_address <> coalesce(r.no_address, 0) OR g.gone <> coalesce(r.gone, 0)
        """,
    ),
    Invariant(
        "message_finds_people_when_sent",
        "the message is {status} and has people already",
        """
        SELECT id AS mailing_id, event_id, status FROM mailings
        WHERE people > 0 AND status IN ('planned', 'withdrawn', 'dropped')
        """,
    ),
    Invariant(
        "message_to_people_of_its_event",
        "the message went to a place in another event",
        """
        SELECT g.id AS mailing_id, r.enrollment_id
        FROM mailing_recipients r JOIN mailings g ON g.id = r.mailing_id JOIN enrollments e ON e.id = r.enrollment_id
        WHERE e.event_id <> g.event_id
        """,
    ),
    Invariant(
        "told_by_email_has_email",
        "somebody counts as told by email, and there is none of that message",
        """
        SELECT r.mailing_id, r.enrollment_id
        FROM mailing_recipients r LEFT JOIN messages m ON m.id = r.message_id
        WHERE r.reach = 'mail'
          AND (m.id IS NULL OR m.dedupe_key NOT LIKE 'mailing:' || CAST(r.mailing_id AS VARCHAR) || ':%')
        """,
    ),
    Invariant(
        "email_of_a_message_is_told",
        "the email {dedupe_key} belongs to nobody who was told",
        """
        SELECT m.id AS message_id, m.dedupe_key
        FROM messages m LEFT JOIN mailing_recipients r ON r.message_id = m.id
        WHERE m.kind = 'mailing' AND r.mailing_id IS NULL
        """,
    ),
)
INVARIANTS = (
    *_OF_MESSAGES,
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
        # Whoever deleted the account took the lines along; what an organizer tries on oneself has none.
        "mail_beside_its_line",
        "the mail {dedupe_key} has no line in the notification centre",
        """
        SELECT m.id AS message_id, m.user_id, m.dedupe_key
        FROM messages m JOIN users u ON u.id = m.user_id LEFT JOIN notifications n ON n.dedupe_key = m.dedupe_key
        WHERE m.html IS NOT NULL AND m.kind <> 'mailing_trial' AND u.anonymized_at IS NULL AND n.id IS NULL
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
