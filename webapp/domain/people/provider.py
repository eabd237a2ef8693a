"""Signing in with somebody else's account: what a provider asserts, and how much of it is believed.

`docs/decisions/114-signing-in-with-a-provider.md`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.domain.permission import Role
from webapp.domain.refusal import Refused

#: Every domain; said on purpose, for a provider that verifies whatever address it asserts.
ANY_DOMAIN = "*"
#: What a group may give; owners are made by people.
GIVEN_BY_GROUPS = frozenset(set(Role) - {Role.OWNER})
#: Of RFC 8176: a second factor, one time password, hardware key, smart card, several channels.
_SECOND_STEPS = frozenset({"mfa", "mca", "otp", "hwk", "sc"})


class SecondStep(StrEnum):
    """When a provider's sign-in counts as both steps."""

    NEVER = "never"
    #: Where the provider says that it asked for a second one.
    AMR = "amr"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a provider says of somebody, by a token that was verified."""

    subject: str
    address: str
    is_verified: bool
    name: str
    groups: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()


def read_claims(claims: Mapping[str, Any], groups_claim: str) -> Asserted:
    """The claims in the form in which rules ask for them. Raises `provider_failed` without a usable subject."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Refused("provider_failed")
    return Asserted(
        subject=subject,
        address=_text(claims.get("email")),
        # Some providers write it as a word.
        is_verified=claims.get("email_verified") in (True, "true"),
        name=_text(claims.get("name")),
        groups=_texts(claims.get(groups_claim)),
        methods=_texts(claims.get("amr")),
    )


def require_believed(domains: Collection[str], asserted: Asserted, address: str) -> None:
    """Refuse a clean address that the provider did not verify, or for whose domain it may not speak.

    Raises `provider_unverified`, `provider_domain` (fact: `email`).
    """
    if not asserted.is_verified:
        raise Refused("provider_unverified")
    if ANY_DOMAIN not in domains and address.rpartition("@")[2] not in domains:
        raise Refused("provider_domain", email=address)


def took_both_steps(second_step: str, asserted: Asserted) -> bool:
    """Whether this sign-in counts as both steps, by the provider's setting."""
    if second_step == SecondStep.AMR:
        return bool(asserted.methods & _SECOND_STEPS)
    return second_step == SecondStep.ALWAYS


def roles_by_groups(
    roles: Mapping[str, Collection[tuple[str, str]]], groups: Collection[str]
) -> frozenset[tuple[str, Role]]:
    """What these groups give: slugs of organizations with roles, never an owner's. `roles`: by group."""
    given = {(slug, Role(role)) for group in groups for slug, role in roles.get(group, ())}
    return frozenset(one for one in given if one[1] in GIVEN_BY_GROUPS)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset()
