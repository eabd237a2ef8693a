"""What is believed of a provider: subjects, addresses, second steps and groups."""

import pytest

from webapp.config.providers import _ROLES
from webapp.domain.people.provider import (
    GIVEN_BY_GROUPS,
    Asserted,
    read_claims,
    require_believed,
    roles_by_groups,
    took_both_steps,
)
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused

CLAIMS = {"sub": "1", "email": "mira@post.example", "email_verified": True, "name": "Mira"}


def asserted(**changes) -> Asserted:
    return read_claims({**CLAIMS, **changes}, "groups")


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, ["1"]])
def test_nobody_is_let_in_without_a_usable_subject(subject):
    with pytest.raises(Refused) as caught:
        asserted(sub=subject)
    assert caught.value.code == "provider_failed"


@pytest.mark.parametrize(
    ("said", "verified"), [(True, True), ("true", True), (False, False), ("false", False), (None, False), (1, True)]
)
def test_an_address_is_verified_where_the_provider_says_so(said, verified):
    assert asserted(email_verified=said).is_verified is verified


@pytest.mark.parametrize(
    ("domains", "verified", "code"),
    [
        (("post.example",), True, None),
        (("*",), True, None),
        (("other.example", "post.example"), True, None),
        (("other.example",), True, "provider_domain"),
        (("ost.example",), True, "provider_domain"),
        ((), True, "provider_domain"),
        (("*",), False, "provider_unverified"),
    ],
)
def test_it_speaks_for_its_domains_alone(domains, verified, code):
    one = asserted(email_verified=verified)
    if code is None:
        require_believed(domains, one, one.address)
        return
    with pytest.raises(Refused) as caught:
        require_believed(domains, one, one.address)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("setting", "amr", "counts"),
    [
        ("never", ["mfa"], False),
        ("always", None, True),
        ("amr", ["pwd"], False),
        ("amr", None, False),
        ("amr", "mfa", True),
        ("amr", ["pwd", "otp"], True),
        ("amr", ["hwk"], True),
        ("amr", [7, {}], False),
    ],
)
def test_a_second_step_counts_where_the_setting_says_so(setting, amr, counts):
    assert took_both_steps(setting, asserted(amr=amr)) is counts


def test_groups_give_roles_and_never_an_owners():
    roles = {"staff": [("north", "organizer"), ("south", "desk")], "boss": [("north", "owner")]}
    assert roles_by_groups(roles, {"staff", "boss", "unknown"}) == {("north", Role.ORGANIZER), ("south", Role.DESK)}
    assert asserted(groups=["staff", 7]).groups == {"staff"}
    assert {str(role) for role in GIVEN_BY_GROUPS} == set(_ROLES)
