"""Who asked to go is gone: no name, no way in, no word to them, no word of theirs."""

from webapp.domain.notices.notice import Frequency
from webapp.domain.people.redaction import DELETED_NAME
from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "deleted_has_no_name",
        "the account was deleted and still says whose it was",
        """
        SELECT id AS user_id FROM users
        WHERE anonymized_at IS NOT NULL
          AND (name <> :deleted OR email IS NOT NULL OR password_hash IS NOT NULL OR handle IS NOT NULL
               OR timezone IS NOT NULL OR address_proved_at IS NOT NULL OR search_text <> ''
               OR notification_frequency <> :nothing)
        """,
        {"deleted": DELETED_NAME, "nothing": Frequency.NONE.value},
    ),
    Invariant(
        "deleted_cannot_come_in",
        "the account was deleted and can still be used",
        """
        SELECT u.id AS user_id FROM users u
        WHERE u.anonymized_at IS NOT NULL
          AND (u.disabled_at IS NULL OR u.is_operator
               OR EXISTS (SELECT 1 FROM sign_ins s WHERE s.user_id = u.id)
               OR EXISTS (SELECT 1 FROM password_resets r WHERE r.user_id = u.id)
               OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id))
        """,
    ),
    Invariant(
        "deleted_is_not_written_to",
        "the account was deleted, and a mail or a notification to it still says something",
        """
        SELECT u.id AS user_id FROM users u
        WHERE u.anonymized_at IS NOT NULL
          AND (EXISTS (SELECT 1 FROM messages m WHERE m.user_id = u.id
                       AND (m.recipient <> '' OR m.subject <> '' OR m.body <> '' OR m.html IS NOT NULL
                            OR m.calendar IS NOT NULL OR (m.sent_at IS NULL AND m.dead_at IS NULL)))
               OR EXISTS (SELECT 1 FROM notifications n WHERE n.user_id = u.id AND (n.title <> '' OR n.text <> ''))
               OR EXISTS (SELECT 1 FROM scheduled_attendance_prompts p
                          WHERE p.user_id = u.id AND p.sent_at IS NULL AND p.ended_at IS NULL))
        """,
    ),
    Invariant(
        "deleted_left_no_words",
        "the account was deleted, and a comment, a choice or what it looked at is still there",
        """
        SELECT u.id AS user_id FROM users u
        WHERE u.anonymized_at IS NOT NULL
          AND (EXISTS (SELECT 1 FROM attendance_responses a WHERE a.user_id = u.id AND a.comment IS NOT NULL)
               OR EXISTS (SELECT 1 FROM record_privacy c WHERE c.user_id = u.id)
               OR EXISTS (SELECT 1 FROM notification_preferences f WHERE f.user_id = u.id)
               OR EXISTS (SELECT 1 FROM event_views v WHERE v.user_id = u.id))
        """,
    ),
    Invariant(
        "handles_unique",
        "{counted} accounts have one handle",
        """
        SELECT min(id) AS user_id, count(*) AS counted FROM users WHERE handle IS NOT NULL
        GROUP BY lower(handle) HAVING count(*) > 1
        """,
    ),
    Invariant(
        "system_has_no_profile",
        "the account of the system has an address for a profile",
        "SELECT id AS user_id FROM users WHERE handle IS NOT NULL AND is_system",
    ),
)
