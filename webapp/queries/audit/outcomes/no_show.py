"""No-show policies: what was cancelled late is cancelled, and nothing counts from before a policy."""

from webapp.domain.places.waitlist import LANE
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
        "lanes_are_known",
        "its ticket is {ticket}, of a lane that its event does not know",
        """
        SELECT e.event_id, e.id AS enrollment_id, e.waitlist_position AS ticket
        FROM enrollments e JOIN event_policies p ON p.event_id = e.event_id
        WHERE e.waitlist_position >= 2 * :lane OR (e.waitlist_position >= :lane AND NOT p.has_lanes)
        """,
        {"lane": LANE},
    ),
    Invariant(
        # Where places are given to single people without asking: else somebody before them may have been asked.
        "nobody_passes_from_behind",
        "it waited behind others and got a place while one of them waited",
        """
        SELECT t.event_id, t.enrollment_id FROM enrollment_transitions t
        JOIN enrollments e ON e.id = t.enrollment_id AND e.waitlist_position >= :lane
        JOIN event_policies p ON p.event_id = t.event_id
             AND p.offer_hours IS NULL AND p.standby_minutes IS NULL AND NOT p.has_parties
        WHERE t.from_status = 'waitlisted' AND t.to_status = 'confirmed' AND t.triggered_by = 'system'
          AND EXISTS (
            SELECT 1 FROM enrollment_transitions j
            JOIN enrollments w ON w.id = j.enrollment_id AND w.waitlist_position < :lane
            WHERE j.event_id = t.event_id AND j.to_status = 'waitlisted' AND j.id < t.id
              AND NOT EXISTS (SELECT 1 FROM enrollment_transitions n
                              WHERE n.enrollment_id = j.enrollment_id AND n.id > j.id AND n.at <= t.at))
        """,
        {"lane": LANE},
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
