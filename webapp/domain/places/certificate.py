"""A certificate of attendance: when it is issued, when it is revoked, and when its name may be put right.

Why it is so: docs/decisions/141-certificates-of-attendance.md.
"""

from enum import StrEnum

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused


class CertificateStep(StrEnum):
    """What a move does to the person's certificate, in its own transaction."""

    ISSUE = "issue"
    REVOKE = "revoke"


def certificate_step(from_status: S, to_status: S, *, issues: bool, is_told: bool) -> CertificateStep | None:
    """What a move of somebody does to their certificate at once; None: nothing.

    `issues`: whether the event has certificates. `is_told`: whether the move has a domain event; of an outcome
    that is told, the certificate is issued by who tells it, so that closing does nothing for it.
    """
    if from_status is S.ATTENDED:
        return CertificateStep.REVOKE
    is_due = to_status is S.ATTENDED and issues and not is_told
    return CertificateStep.ISSUE if is_due else None


def require_other_name(name: str, printed: str, *, is_revoked: bool) -> None:
    """Refuse to print another name on a certificate: on a revoked one (`certificate_revoked`), or the same name
    (`name_unchanged`).
    """
    if is_revoked:
        raise Refused("certificate_revoked")
    if name == printed:
        raise Refused("name_unchanged")
