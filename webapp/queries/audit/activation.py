"""Activations: class and people begin together, by the system, once per morning, and the trail tells it."""

from webapp.domain.permission import SYSTEM_USER_ID
from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "running_class_has_begun",
        "it is {status} without the time at which it was activated",
        """
        SELECT id AS class_id, status FROM program_classes
        WHERE status IN ('active', 'paused') AND activated_at IS NULL
        """,
    ),
    Invariant(
        "scheduled_class_has_not_begun",
        "it is scheduled and has the time of an activation",
        "SELECT id AS class_id FROM program_classes WHERE status = 'scheduled' AND activated_at IS NOT NULL",
    ),
    Invariant(
        "people_begin_with_their_class",
        "the class is {status}, and this enrolled person has not begun",
        """
        SELECT e.class_id, e.id AS enrollment_id, c.status
        FROM class_enrollments e JOIN program_classes c ON c.id = e.class_id
        WHERE c.status = 'active' AND e.status = 'enrolled' AND e.enrolled_at IS NULL
        """,
    ),
    Invariant(
        "who_waits_has_not_begun",
        "somebody on the waitlist has the time at which their class began for them",
        """
        SELECT class_id, id AS enrollment_id FROM class_enrollments
        WHERE status = 'waitlisted' AND enrolled_at IS NOT NULL
        """,
    ),
    Invariant(
        "activated_by_the_system",
        "the activation was triggered by {triggered_by} and is of user {actor}",
        """
        SELECT class_id, id AS change_id, triggered_by, coalesce(actor_id, 0) AS actor FROM class_changes
        WHERE kind = 'activated' AND (triggered_by <> 'system' OR coalesce(actor_id, 0) <> :system)
        """,
        {"system": SYSTEM_USER_ID},
    ),
    Invariant(
        "activation_undone_by_an_admin",
        "an activation was taken back by {triggered_by}, or without a reason",
        """
        SELECT class_id, id AS change_id, triggered_by FROM class_changes
        WHERE kind = 'activation_undone'
          AND (triggered_by <> 'admin' OR actor_id IS NULL OR trim(coalesce(reason, '')) = '')
        """,
    ),
    Invariant(
        "morning_adds_up",
        "the morning says {said} classes, and the trail has {told}",
        """
        SELECT a.facility_id, a.classes AS said, count(t.id) AS told
        FROM facility_activations a
        LEFT JOIN program_classes c ON c.facility_id = a.facility_id
        LEFT JOIN class_changes t ON t.class_id = c.id AND t.kind = 'activated' AND t.at = a.at
             -- by hand at the same instant is a run of its own
             AND coalesce(t.job_run_id, 0) = coalesce(a.job_run_id, 0)
        GROUP BY a.facility_id, a.local_on, a.classes
        HAVING count(t.id) > a.classes
        """,
    ),
)
