"""Providers in the environment: whole ones in their order; half of one, or one that nobody named, starts nothing."""

import pytest

from webapp.config.error import SettingsError
from webapp.config.providers import providers_of

WHOLE = {
    "OIDC_PROVIDERS": "acme",
    "OIDC_ACME_ISSUER": "https://id.acme.example/",
    "OIDC_ACME_CLIENT_ID": "turnout",
    "OIDC_ACME_CLIENT_SECRET": "s3cret",
    "OIDC_ACME_DOMAINS": "Acme.example, post.example",
}


def test_none_is_none_and_a_whole_one_is_read():
    assert providers_of({"PATH": "/bin"}, production=True) == ()
    roles = "staff=north:organizer, staff=south:desk,a=b=north:admin"
    (acme,) = providers_of({**WHOLE, "OIDC_ACME_ROLES": roles, "OIDC_ACME_SECOND_STEP": "amr"}, production=True)
    assert (acme.issuer, acme.label, tuple(acme.domains)) == (
        "https://id.acme.example", "Acme", ("acme.example", "post.example"),
    )  # fmt: skip
    assert acme.roles == {"staff": [("north", "organizer"), ("south", "desk")], "a=b": [("north", "admin")]}
    assert "s3cret" not in repr(acme)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"OIDC_ACME_ISSUER": ""}, "OIDC_ACME_ISSUER is missing"),
        ({"OIDC_ACME_CLIENT_ID": " "}, "OIDC_ACME_CLIENT_ID is missing"),
        ({"OIDC_ACME_CLIENT_SECRET": ""}, "OIDC_ACME_CLIENT_SECRET is missing"),
        ({"OIDC_ACME_DOMAINS": ""}, "OIDC_ACME_DOMAINS is missing"),
        ({"OIDC_ACME_ISSUER": "http://id.acme.example"}, "OIDC_ACME_ISSUER must start with https://"),
        ({"OIDC_ACME_ISSUER": "https://id.acme.example:port"}, "OIDC_ACME_ISSUER: the host or the port"),
        ({"OIDC_ACME_SECOND_STEP": "maybe"}, "OIDC_ACME_SECOND_STEP is 'maybe'"),
        ({"OIDC_ACME_ROLES": "staff=north:owner"}, "OIDC_ACME_ROLES: 'staff=north:owner'"),
        ({"OIDC_ACME_ROLES": "staff"}, "OIDC_ACME_ROLES: 'staff'"),
        ({"OIDC_OTHER_ISSUER": "https://other.example"}, "OIDC_OTHER_ISSUER belongs to no provider"),
        ({"OIDC_PROVIDERS": "acme,acme"}, "OIDC_PROVIDERS names one twice"),
        ({"OIDC_PROVIDERS": "Acme Inc"}, "OIDC_PROVIDERS: 'Acme Inc' is no name"),
        ({"OIDC_PROVIDERS": ""}, "OIDC_ACME_CLIENT_ID belongs to no provider"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(changes, complaint):
    with pytest.raises(SettingsError) as caught:
        providers_of({**WHOLE, **changes}, production=True)
    assert str(caught.value).startswith(complaint)
    assert "s3cret" not in str(caught.value)
