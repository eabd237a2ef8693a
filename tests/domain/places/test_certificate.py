"""When a certificate is issued or revoked by a move, and when its name may be put right: tables of cases."""

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.certificate import CertificateStep, certificate_step, require_other_name
from webapp.domain.places.enrollment import EnrollmentStatus as S

ISSUE, REVOKE = CertificateStep.ISSUE, CertificateStep.REVOKE


@pytest.mark.parametrize(
    ("from_status", "to_status", "issues", "is_told", "step"),
    [
        (S.NO_SHOW, S.ATTENDED, True, False, ISSUE),
        (S.NO_SHOW, S.ATTENDED, False, False, None),
        # Closing and settling are told, and who tells them issues.
        (S.CHECKED_IN, S.ATTENDED, True, True, None),
        (S.UNDECIDED, S.ATTENDED, True, True, None),
        (S.ATTENDED, S.NO_SHOW, True, False, REVOKE),
        (S.ATTENDED, S.CHECKED_IN, True, True, REVOKE),
        # Whatever the policy says by now.
        (S.ATTENDED, S.NO_SHOW, False, False, REVOKE),
        (S.CHECKED_IN, S.NO_SHOW, True, True, None),
        (S.CONFIRMED, S.CHECKED_IN, True, False, None),
    ],
)
def test_what_a_move_does_to_a_certificate(from_status, to_status, issues, is_told, step):
    assert certificate_step(from_status, to_status, issues=issues, is_told=is_told) is step


@pytest.mark.parametrize(
    ("name", "is_revoked", "refusal"),
    [("Ana Silva", False, None), ("Ana", False, no("name_unchanged")), ("Ana Silva", True, no("certificate_revoked"))],
)
def test_another_name_on_a_certificate(name, is_revoked, refusal):
    assert refusal_of(require_other_name, name, "Ana", is_revoked=is_revoked) == refusal
