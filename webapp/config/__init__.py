"""Settings from the environment: typed, and refused early with one clear line each.

Why it is so: docs/decisions/061-what-production-refuses.md.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from runtime.paths import embedded_redis_url, instance_home
from webapp.config.addresses import base_url_of, hosts_of, mail_from_of, mail_url_of, redis_url_of, split_address
from webapp.config.error import SettingsError
from webapp.config.keys import DEMO_LIVEKIT_KEY, livekit_keys, previous_keys, secret_key
from webapp.config.providers import Provider, providers_of

__all__ = ["DEMO_LIVEKIT_KEY", "Environment", "Settings", "SettingsError"]


class Environment(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them. `home` holds state; URLs are what the libraries take."""

    environment: Environment
    home: Path
    secret_key: str
    database_url: str
    redis_url: str
    previous_secret_keys: tuple[str, ...] = ()
    mail_url: str | None = None
    mail_from: str = "Turnout <turnout@localhost>"
    base_url: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    #: Whether browsers shall use HTTPS for the subdomains of the public address, too.
    hsts_subdomains: bool = False
    rate_limits: bool = True
    #: Who may open an organization (`domain.installation.opening`).
    organizations: str = "operator"
    #: API keys of the video server: name -> secret. The first one signs join tokens, each verifies webhooks.
    livekit_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Where "Join" leads, with `{token}` and maybe `{room}` in it; None: no server is set up.
    livekit_client_url: str | None = None
    #: With whose accounts people may sign in.
    oidc_providers: tuple[Provider, ...] = ()

    @property
    def is_demo(self) -> bool:
        return self.environment is Environment.DEMO

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The present key first, then those whose signatures are still good."""
        return (self.secret_key, *self.previous_secret_keys)

    @property
    def expects_webhooks(self) -> bool:
        """Somebody set up a video server; the key that the demo makes for itself does not say so."""
        return any(name != DEMO_LIVEKIT_KEY for name in self.livekit_keys)

    @property
    def clock_file(self) -> Path:
        return self.home / "demo-clock"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, may_be_test: bool = False) -> "Settings":
        """Read and check the process environment. Raises SettingsError.

        `may_be_test` is said by the entry of the tests alone: cheap hashes and cookies without
        Secure are nothing that a variable may switch on.
        """
        return _read(os.environ if env is None else env, may_be_test=may_be_test)

    @classmethod
    def for_tests(cls, *, database_url: str, redis_url: str, home: Path, **changes: Any) -> "Settings":
        """Settings of a test: a real database and Redis, everything else at rest."""
        values: dict[str, Any] = {
            "environment": Environment.TEST,
            "home": home,
            "secret_key": "test-" + "k" * 40,
            "database_url": database_url,
            "redis_url": redis_url,
            "rate_limits": False,
        }
        return cls(**{**values, **changes})


def _read(env: Mapping[str, str], *, may_be_test: bool) -> Settings:
    environment = _environment(env, may_be_test=may_be_test)
    home = instance_home(env.get("TURNOUT_HOME"))
    production = environment is Environment.PRODUCTION
    if not production:
        home.mkdir(parents=True, exist_ok=True)
    port = env.get("PORT", "8000")
    hosts = hosts_of(env, production=production)
    return Settings(
        environment=environment,
        home=home,
        secret_key=secret_key(env, home / "secret-key", production=production),
        previous_secret_keys=previous_keys(env, production=production),
        database_url=_database_url(env, home, production=production),
        redis_url=redis_url_of(env, embedded_redis_url(home), production=production),
        mail_url=mail_url_of(env, production=production),
        mail_from=mail_from_of(env, production=production),
        base_url=base_url_of(env, port, hosts, production=production),
        hosts=hosts,
        proxy_hops=_proxy_hops(env),
        hsts_subdomains=_on_or_off(env, "TURNOUT_HSTS_SUBDOMAINS", "off"),
        organizations=_organizations(env),
        rate_limits=_rate_limits(env, production=production),
        livekit_keys=livekit_keys(
            env, home / "livekit-secret" if environment is Environment.DEMO else None, production=production
        ),
        livekit_client_url=_livekit_client_url(env, production=production),
        oidc_providers=providers_of(env, production=production),
    )


def _environment(env: Mapping[str, str], *, may_be_test: bool) -> Environment:
    word = env.get("TURNOUT_ENV") or Environment.DEMO
    known = set(Environment) if may_be_test else set(Environment) - {Environment.TEST}
    if word not in known:
        raise SettingsError(f"TURNOUT_ENV is {word!r}; use demo or production")
    return Environment(word)


def _database_url(env: Mapping[str, str], home: Path, *, production: bool) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{home / 'turnout.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise SettingsError(f"DATABASE_URL starts with {scheme!r}; use sqlite:/// or postgresql://")
    if scheme != "sqlite":
        split_address(url, "DATABASE_URL")
    if url in {"sqlite://", "sqlite:///:memory:"}:
        raise SettingsError("DATABASE_URL must name a SQLite file: several processes share it")
    if production and scheme == "sqlite" and env.get("TURNOUT_ALLOW_SQLITE") != "yes":
        raise SettingsError("production on SQLite needs TURNOUT_ALLOW_SQLITE=yes; else set DATABASE_URL")
    return url


def _proxy_hops(env: Mapping[str, str]) -> int:
    word = env.get("TURNOUT_PROXY_HOPS", "0")
    if word not in {"0", "1", "2", "3"}:
        raise SettingsError("TURNOUT_PROXY_HOPS is the number of proxies in front: 0 to 3")
    return int(word)


#: As `domain.installation.opening` has them.
_OPENINGS = ("operator", "request", "open")


def _organizations(env: Mapping[str, str]) -> str:
    word = env.get("TURNOUT_ORGANIZATIONS") or "operator"
    if word not in _OPENINGS:
        raise SettingsError("TURNOUT_ORGANIZATIONS is operator, request or open")
    return word


def _rate_limits(env: Mapping[str, str], *, production: bool) -> bool:
    are_on = _on_or_off(env, "TURNOUT_RATE_LIMITS", "on")
    if production and not are_on:
        raise SettingsError("TURNOUT_RATE_LIMITS=off is refused in production")
    return are_on


def _on_or_off(env: Mapping[str, str], name: str, usual: str) -> bool:
    word = env.get(name) or usual
    if word not in {"on", "off"}:
        raise SettingsError(f"{name} is on or off")
    return word == "on"


def _livekit_client_url(env: Mapping[str, str], *, production: bool) -> str | None:
    url = env.get("LIVEKIT_CLIENT_URL") or None
    if url is None:
        return None
    if "{token}" not in url:
        raise SettingsError("LIVEKIT_CLIENT_URL needs {token} where the token goes")
    parts = split_address(url, "LIVEKIT_CLIENT_URL")
    if parts.scheme not in ({"https"} if production else {"https", "http"}):
        raise SettingsError("LIVEKIT_CLIENT_URL must start with https:// (outside production also http://)")
    if not parts.hostname:
        raise SettingsError("LIVEKIT_CLIENT_URL needs a host name")
    return url
