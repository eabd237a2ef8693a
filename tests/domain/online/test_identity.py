"""An identity names an account in exactly one spelling."""

import pytest

from webapp.domain.online.identity import identity_for, user_id_of


@pytest.mark.parametrize("user_id", [1, 42, 2**63 - 1])
def test_an_identity_leads_back_to_its_account(user_id):
    assert user_id_of(identity_for(user_id)) == user_id


@pytest.mark.parametrize(
    "identity", ["", "u", "u0", "u01", "U1", "u1 ", "u-1", "u١", "1", "u1\n", "u9223372036854775808"]
)
def test_any_other_spelling_is_nobody(identity):
    assert user_id_of(identity) is None
