"""No-show policies: what was cancelled late is cancelled, and nothing counts from before a policy."""

from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "cancelled_late_is_cancelled",
        "it was cancelled after the deadline, and it is {status}",
        """
        SELECT event_id, id AS enrollment_id, status FROM enrollments
        WHERE cancelled_late AND status <> 'cancelled'
        """,
    ),
    Invariant(
        "policy_holds_since_before_its_change",
        "its no-show policy was changed before it was switched on",
        "SELECT organization_id FROM no_show_rules WHERE changed_at < since",
    ),
    Invariant(
        "excuse_of_a_place_that_was_there",
        "it was excused before it was enrolled",
        """
        SELECT e.event_id, e.id AS enrollment_id FROM no_show_excuses x JOIN enrollments e ON e.id = x.enrollment_id
        WHERE x.given_at < e.enrolled_at
        """,
    ),
)
