"""What is asked afterwards: everybody once per number, in order, and silence only of who was asked; and appeals."""

from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "prompts_unique",
        "{counted} prompts have the number {number}",
        """
        SELECT event_id, user_id, number, count(*) AS counted FROM scheduled_attendance_prompts
        GROUP BY event_id, user_id, number HAVING count(*) > 1
        """,
    ),
    Invariant(
        "prompt_lines_unique",
        "{counted} notifications are the prompt number {prompt_number}",
        """
        SELECT event_id, user_id, prompt_number, count(*) AS counted FROM notifications
        WHERE prompt_number IS NOT NULL
        GROUP BY event_id, user_id, prompt_number HAVING count(*) > 1
        """,
    ),
    Invariant(
        # Whoever deleted the account took the notifications along.
        "sent_prompt_has_its_line",
        "prompt {number} was sent, but the person has no notification of it",
        """
        SELECT p.event_id, p.user_id, p.id AS prompt_id, p.number
        FROM scheduled_attendance_prompts p JOIN users u ON u.id = p.user_id
        LEFT JOIN notifications n
          ON n.event_id = p.event_id AND n.user_id = p.user_id AND n.prompt_number = p.number
        WHERE p.sent_at IS NOT NULL AND u.anonymized_at IS NULL AND n.id IS NULL
        """,
    ),
    Invariant(
        "prompt_line_was_sent",
        "a notification is the prompt number {prompt_number}, which was not sent",
        """
        SELECT n.event_id, n.user_id, n.id AS notification_id, n.prompt_number
        FROM notifications n
        LEFT JOIN scheduled_attendance_prompts p
          ON p.event_id = n.event_id AND p.user_id = n.user_id AND p.number = n.prompt_number
        WHERE n.prompt_number IS NOT NULL AND p.sent_at IS NULL
        """,
    ),
    Invariant(
        "second_prompt_after_the_first",
        "there is a second prompt, but the first was not sent",
        """
        SELECT s.event_id, s.user_id, s.id AS prompt_id
        FROM scheduled_attendance_prompts s
        LEFT JOIN scheduled_attendance_prompts f
          ON f.event_id = s.event_id AND f.user_id = s.user_id AND f.number = 1
        WHERE s.number = 2 AND f.sent_at IS NULL
        """,
    ),
    Invariant(
        "responses_unique",
        "one person has {counted} answers about one event",
        """
        SELECT event_id, user_id, count(*) AS counted FROM attendance_responses
        GROUP BY event_id, user_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "unknown_was_asked",
        "it is recorded that the person stayed silent, but nobody asked",
        """
        SELECT r.event_id, r.user_id, r.id AS response_id FROM attendance_responses r
        WHERE r.answer = 'unknown' AND NOT EXISTS
              (SELECT 1 FROM scheduled_attendance_prompts p
               WHERE p.event_id = r.event_id AND p.user_id = r.user_id AND p.sent_at IS NOT NULL)
        """,
    ),
    Invariant(
        "feedback_of_presence",
        "there is feedback beside the answer {answer}",
        """
        SELECT event_id, user_id, id AS response_id, answer FROM attendance_responses
        WHERE (rating IS NOT NULL OR comment IS NOT NULL) AND answer NOT IN ('attended', 'partial')
        """,
    ),
    Invariant(
        "closed_answers_leave_nothing_open",
        "answers are closed, but prompt {number} is still open",
        """
        SELECT p.event_id, p.user_id, p.id AS prompt_id, p.number
        FROM events e JOIN scheduled_attendance_prompts p ON p.event_id = e.id
        WHERE e.answers_closed_at IS NOT NULL AND p.sent_at IS NULL AND p.ended_at IS NULL
        """,
    ),
    Invariant(
        "silence_is_recorded",
        "answers are closed, but nothing is recorded of somebody who was asked",
        """
        SELECT p.event_id, p.user_id, p.id AS prompt_id
        FROM events e JOIN scheduled_attendance_prompts p ON p.event_id = e.id
        JOIN users u ON u.id = p.user_id
        LEFT JOIN attendance_responses r ON r.event_id = p.event_id AND r.user_id = p.user_id
        WHERE e.answers_closed_at IS NOT NULL AND e.status IN ('published', 'completed') AND e.deleted_at IS NULL
          AND p.number = 1 AND p.sent_at IS NOT NULL AND u.anonymized_at IS NULL AND r.id IS NULL
        """,
    ),
    # Appeals: open only where there is something to answer, answered by what they say, and told once.
    Invariant(
        "appeal_of_its_event",
        "the appeal names another event than its enrollment",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id FROM appeals a
        JOIN enrollments e ON e.id = a.enrollment_id WHERE e.event_id <> a.event_id
        """,
    ),
    Invariant(
        "open_appeal_has_its_no_show",
        "the appeal is open, and the enrollment is {status}",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id, e.status FROM appeals a
        JOIN enrollments e ON e.id = a.enrollment_id JOIN events v ON v.id = a.event_id
        WHERE a.outcome = 'open' AND (e.status <> 'no_show' OR v.deleted_at IS NOT NULL)
        """,
    ),
    Invariant(
        "appeal_is_within_its_time",
        "the appeal was {outcome} outside of its time",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id, a.outcome FROM appeals a
        WHERE (a.outcome IN ('granted', 'declined') AND a.ended_at >= a.decided_until)
           OR (a.outcome = 'lapsed' AND a.ended_at < a.decided_until)
        """,
    ),
    Invariant(
        "granted_appeal_has_its_override",
        "the appeal was {outcome}, and its override is missing or not its own",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id, a.outcome FROM appeals a
        LEFT JOIN enrollment_transitions t ON t.enrollment_id = a.enrollment_id AND t.version = a.settled_version
        WHERE (a.outcome = 'granted') <> (a.settled_version IS NOT NULL)
           OR (a.outcome = 'granted' AND (t.id IS NULL OR t.kind <> 'override' OR t.to_status <> 'attended'
                                          OR t.at <> a.ended_at))
        """,
    ),
    Invariant(
        "answered_appeal_says_why",
        "the appeal was {outcome} without a word",
        """
        SELECT id AS appeal_id, event_id, enrollment_id, outcome FROM appeals
        WHERE (outcome IN ('granted', 'declined')) <> (trim(answer) <> '')
        """,
    ),
    Invariant(
        "answered_appeal_is_told",
        "{outcome} is told {counted} times",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id, a.outcome, count(o.id) AS counted FROM appeals a
        LEFT JOIN outbox_events o ON o.event_id = a.event_id AND o.enrollment_id = a.enrollment_id
         AND o.kind IN ('AppealGranted', 'AppealDeclined', 'AppealLapsed')
        WHERE a.outcome IN ('granted', 'declined', 'lapsed')
        GROUP BY a.id, a.event_id, a.enrollment_id, a.outcome
        HAVING count(o.id) <> 1 OR lower(min(o.kind)) <> 'appeal' || a.outcome
        """,
    ),
    Invariant(
        "withdrawn_appeal_is_empty",
        "the appeal was withdrawn, and what was said or sent is still there",
        """
        SELECT a.id AS appeal_id, a.event_id, a.enrollment_id FROM appeals a
        LEFT JOIN appeal_pictures p ON p.appeal_id = a.id
        WHERE a.outcome = 'withdrawn' AND (a.words <> '' OR a.came_at IS NOT NULL OR p.appeal_id IS NOT NULL)
        """,
    ),
)
