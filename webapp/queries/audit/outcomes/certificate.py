"""Certificates of attendance: one for everybody who has earned it, valid only as long as that is so."""

from webapp.queries.audit.invariant import Invariant

INVARIANTS = (
    Invariant(
        "valid_certificate_of_who_attended",
        "its certificate is valid, but it is {status}",
        """
        SELECT e.event_id, e.id AS enrollment_id, e.status
        FROM event_certificates c JOIN enrollments e ON e.id = c.enrollment_id
        WHERE c.revoked_at IS NULL AND e.status <> 'attended'
        """,
    ),
    Invariant(
        # Where the outcome is still to be told, the certificate comes with that.
        "attended_has_its_certificate",
        "it attended an event with certificates and has no valid one",
        """
        SELECT e.event_id, e.id AS enrollment_id
        FROM event_policies p JOIN enrollments e ON e.event_id = p.event_id AND e.status = 'attended'
        LEFT JOIN event_certificates c ON c.enrollment_id = e.id AND c.revoked_at IS NULL
        WHERE p.issues_certificates AND c.enrollment_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM outbox_events o
                          WHERE o.event_id = e.event_id AND o.enrollment_id = e.id AND o.dispatched_at IS NULL)
        """,
    ),
    Invariant(
        "certificate_codes_unique",
        "a class gave the code of its certificate, too",
        """
        SELECT c.enrollment_id, r.id AS completion_id
        FROM event_certificates c JOIN class_completions r ON r.code = c.code
        """,
    ),
    Invariant(
        "certificate_says_the_last_name",
        "its certificate has another name than the one it was given last",
        """
        SELECT c.enrollment_id, n.id AS name_change_id
        FROM event_certificates c JOIN certificate_name_changes n
          ON n.id = (SELECT max(l.id) FROM certificate_name_changes l WHERE l.enrollment_id = c.enrollment_id)
        WHERE n.name <> c.name
        """,
    ),
)
