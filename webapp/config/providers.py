"""Providers that people may sign in with: `OIDC_PROVIDERS` names them, `OIDC_<NAME>_...` tells each."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from webapp.config.addresses import split_address
from webapp.config.error import SettingsError

_NAMES = "OIDC_PROVIDERS"
_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_REQUIRED = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "DOMAINS")
_OTHERS = ("LABEL", "SECOND_STEP", "GROUPS_CLAIM", "ROLES")
_SECOND_STEPS = ("never", "amr", "always")
#: Owners are made by people.
_ROLES = ("admin", "organizer", "teacher", "desk", "viewer")


@dataclass(frozen=True, slots=True)
class Provider:
    """One that may sign people in, as the operator set it up."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    #: Lower case. For whose addresses it may speak; "*" is every domain.
    domains: Collection[str]
    #: When its sign-in counts as both steps: `never`, `amr` (where it says so) or `always`.
    second_step: str = "never"
    #: The claim that lists a person's groups.
    groups_claim: str = "groups"
    #: Group -> (slug of an organization, role).
    roles: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)


def providers_of(env: Mapping[str, str], *, production: bool) -> tuple[Provider, ...]:
    """In their order. Half a provider is refused, and so is one that nobody named."""
    names = [name.strip() for name in env.get(_NAMES, "").split(",") if name.strip()]
    for name in names:
        if not _NAME.fullmatch(name):
            raise SettingsError(f"{_NAMES}: {name!r} is no name; use small letters and digits, by commas")
    if len(set(names)) != len(names):
        raise SettingsError(f"{_NAMES} names one twice")
    known = {f"OIDC_{name.upper()}_{part}" for name in names for part in (*_REQUIRED, *_OTHERS)}
    for variable in sorted(env):
        if variable.startswith("OIDC_") and variable != _NAMES and variable not in known:
            raise SettingsError(f"{variable} belongs to no provider of {_NAMES}")
    return tuple(_provider(env, name, production=production) for name in names)


def _provider(env: Mapping[str, str], name: str, *, production: bool) -> Provider:
    prefix = f"OIDC_{name.upper()}_"
    found = {part: env.get(prefix + part, "").strip() for part in (*_REQUIRED, *_OTHERS)}
    for part in _REQUIRED:
        if not found[part]:
            raise SettingsError(f"{prefix}{part} is missing")
    scheme = split_address(found["ISSUER"], f"{prefix}ISSUER").scheme
    if scheme != "https" and (production or scheme != "http"):
        raise SettingsError(f"{prefix}ISSUER must start with https://")
    step = found["SECOND_STEP"] or "never"
    if step not in _SECOND_STEPS:
        raise SettingsError(f"{prefix}SECOND_STEP is {step!r}; use never, amr or always")
    return Provider(
        name=name,
        issuer=found["ISSUER"].rstrip("/"),
        client_id=found["CLIENT_ID"],
        client_secret=found["CLIENT_SECRET"],
        label=found["LABEL"] or name.capitalize(),
        domains=tuple(word.strip().lower() for word in found["DOMAINS"].split(",") if word.strip()),
        second_step=step,
        groups_claim=found["GROUPS_CLAIM"] or "groups",
        roles=_roles(found["ROLES"], f"{prefix}ROLES"),
    )


def _roles(text: str, variable: str) -> dict[str, list[tuple[str, str]]]:
    """`group=organization:role` by commas."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in (word.strip() for word in text.split(",") if word.strip()):
        group, equals, given = one.rpartition("=")
        slug, colon, role = given.partition(":")
        if not (group and equals and slug and colon) or role not in _ROLES:
            raise SettingsError(f"{variable}: {one!r} is not group=organization:role, with one of {', '.join(_ROLES)}")
        found.setdefault(group, []).append((slug, role))
    return found
