"""What a running installation was told, by variable, with where each value comes from. Secrets are never part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.config import Settings


class Source(StrEnum):
    ENVIRONMENT = "environment"
    #: Made at the first start and kept in the data folder.
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SettingShown:
    """A variable, where its value comes from, and the value; None is a secret that is set, "" nothing."""

    variable: str
    value: str | None
    source: Source


def settings_shown(settings: "Settings", env: Mapping[str, str]) -> list[SettingShown]:
    """Every setting of the application, in the order of docs/settings.md."""
    kept = Source.DEFAULT if settings.is_production else Source.FILE
    values: list[tuple[str, str | None, Source]] = [
        ("TURNOUT_ENV", settings.environment.value, Source.DEFAULT),
        ("TURNOUT_HOME", str(settings.home), Source.DEFAULT),
        ("DATABASE_URL", _without_secrets(settings.database_url), Source.DEFAULT),
        ("REDIS_URL", _without_secrets(settings.redis_url), Source.DEFAULT),
        ("MAIL_URL", _without_secrets(settings.mail_url or ""), Source.DEFAULT),
        ("MAIL_FROM", settings.mail_from, Source.DEFAULT),
        ("TURNOUT_SECRET_KEY", None, kept),
        ("TURNOUT_PREVIOUS_SECRET_KEYS", None if settings.previous_secret_keys else "", Source.DEFAULT),
        ("TURNOUT_BASE_URL", settings.base_url, Source.DEFAULT),
        ("TURNOUT_HOSTS", ", ".join(settings.hosts), Source.DEFAULT),
        ("TURNOUT_HSTS_SUBDOMAINS", _on_or_off(settings.hsts_subdomains), Source.DEFAULT),
        ("TURNOUT_PROXY_HOPS", str(settings.proxy_hops), Source.DEFAULT),
        ("OIDC_PROVIDERS", ", ".join(one.name for one in settings.oidc_providers), Source.DEFAULT),
        ("TURNOUT_ORGANIZATIONS", settings.organizations, Source.DEFAULT),
        ("TURNOUT_RATE_LIMITS", _on_or_off(settings.rate_limits), Source.DEFAULT),
        ("LIVEKIT_KEYS", ", ".join(settings.livekit_keys), kept if settings.livekit_keys else Source.DEFAULT),
        ("LIVEKIT_CLIENT_URL", _without_secrets(settings.livekit_client_url or ""), Source.DEFAULT),
    ]
    return [
        SettingShown(variable, value, Source.ENVIRONMENT if env.get(variable) else otherwise)
        for variable, value, otherwise in values
    ]


def _without_secrets(url: str) -> str:
    """An address without its user and password, and without what follows a question mark."""
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("?")[0].partition("/")
    return scheme + mark + authority.rpartition("@")[2] + slash + path


def _on_or_off(is_on: bool) -> str:
    return "on" if is_on else "off"
