"""Accounts: one per address, and one that stands for the system."""

from webapp.domain.permission import SYSTEM_USER_ID
from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "one_system_account",
        "the account with the id {expected} does not stand for the system, or another one does",
        """
        SELECT CAST(:system AS BIGINT) AS expected FROM (SELECT 1) AS one
        WHERE (SELECT count(*) FROM users WHERE is_system) <> 1
           OR NOT EXISTS (SELECT 1 FROM users WHERE is_system AND id = :system)
        """,
        {"system": SYSTEM_USER_ID},
    ),
    Invariant(
        "addresses_unique",
        "{counted} accounts have one address",
        """
        SELECT min(id) AS user_id, count(*) AS counted FROM users WHERE email IS NOT NULL
        GROUP BY lower(email) HAVING count(*) > 1
        """,
    ),
    Invariant(
        # Whatever door gave it, the account must know: until its address is proved it opens by its mailbox only.
        "unproved_owns_nothing",
        "the account was given something by others, its address is not proved, and it does not know",
        """
        SELECT u.id AS user_id FROM users u
        WHERE u.email IS NOT NULL AND NOT u.is_system AND u.address_proved_at IS NULL AND NOT u.given_by_others
          AND (u.is_operator
               OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id)
               OR EXISTS (SELECT 1 FROM facility_people f WHERE f.user_id = u.id)
               OR EXISTS (SELECT 1 FROM class_enrollments c WHERE c.user_id = u.id)
               OR EXISTS (SELECT 1 FROM enrollments e WHERE e.user_id = u.id AND e.source <> 'web'))
        """,
    ),
    Invariant(
        "merged_holds_no_place",
        "the record is part of another one, and still has a place that is not over",
        """
        SELECT e.event_id, e.id AS enrollment_id FROM enrollments e
        JOIN users u ON u.id = e.user_id AND u.merged_into_id IS NOT NULL
        JOIN events v ON v.id = e.event_id AND v.status = 'published' AND v.deleted_at IS NULL
        WHERE e.status IN ('pending', 'waitlisted', 'confirmed', 'checked_in')
        """,
    ),
    Invariant(
        "merged_cannot_come_in",
        "the record is part of another one that is part of a third, or it can still be used",
        """
        SELECT u.id AS user_id FROM users u JOIN users k ON k.id = u.merged_into_id
        WHERE k.merged_into_id IS NOT NULL OR EXISTS (SELECT 1 FROM sign_ins s WHERE s.user_id = u.id)
           OR NOT EXISTS (SELECT 1 FROM person_merges m WHERE m.merged_id = u.id)
        """,
    ),
    Invariant(
        "system_takes_no_place",
        "the system's account is enrolled",
        "SELECT event_id, id AS enrollment_id FROM enrollments WHERE user_id = :system",
        {"system": SYSTEM_USER_ID},
    ),
)
