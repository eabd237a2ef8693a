"""Settings from the environment: typed, and refused early with one clear line each."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from runtime.paths import embedded_redis_url, instance_home


class Environment(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


#: The name of the key that the demo makes for itself.
DEMO_LIVEKIT_KEY = "APIdemo"


class SettingsError(Exception):
    """A setting that cannot be used; the message is one line for a person."""


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
    rate_limits: bool = True
    #: API keys of the video server: name -> secret. The first one signs join tokens, each verifies webhooks.
    livekit_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Where "Join" leads, with `{token}` and maybe `{room}` in it; None: no server is set up.
    livekit_client_url: str | None = None

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
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the process environment. Raises SettingsError."""
        return _read(os.environ if env is None else env)

    @classmethod
    def for_tests(
        cls, *, database_url: str, redis_url: str, home: Path, **changes: object
    ) -> "Settings":
        """Settings of a test: a real database and Redis, everything else at rest."""
        values: dict[str, object] = {
            "environment": Environment.TEST,
            "home": home,
            "secret_key": "test-" + "k" * 40,
            "database_url": database_url,
            "redis_url": redis_url,
            "rate_limits": False,
        }
        return cls(**{**values, **changes})  # type: ignore[arg-type]


def _read(env: Mapping[str, str]) -> Settings:
    environment = _environment(env)
    home = instance_home(env.get("TURNOUT_HOME"))
    production = environment is Environment.PRODUCTION
    if not production:
        home.mkdir(parents=True, exist_ok=True)
    port = env.get("PORT", "8000")
    return Settings(
        environment=environment,
        home=home,
        secret_key=_secret_key(env, home, production=production),
        previous_secret_keys=tuple(_words(env.get("TURNOUT_PREVIOUS_SECRET_KEYS", ""))),
        database_url=_database_url(env, home, production=production),
        redis_url=_redis_url(env, home),
        mail_url=_mail_url(env, production=production),
        mail_from=env.get("MAIL_FROM") or "Turnout <turnout@localhost>",
        base_url=_base_url(env, port, production=production),
        hosts=_hosts(env, production=production),
        proxy_hops=_proxy_hops(env),
        rate_limits=_rate_limits(env, production=production),
        livekit_keys=_livekit_keys(env, home, environment),
        livekit_client_url=_livekit_client_url(env, production=production),
    )


def _environment(env: Mapping[str, str]) -> Environment:
    word = env.get("TURNOUT_ENV") or Environment.DEMO
    if word not in set(Environment):
        raise SettingsError(f"TURNOUT_ENV is {word!r}; use demo or production")
    return Environment(word)


def _secret_key(env: Mapping[str, str], home: Path, *, production: bool) -> str:
    key = env.get("TURNOUT_SECRET_KEY", "")
    if production:
        if len(key) < 32 or len(set(key)) < 10:
            raise SettingsError("TURNOUT_SECRET_KEY must be a random text of at least 32 characters")
        return key
    return key or _kept_secret(home / "secret-key")


def _kept_secret(path: Path) -> str:
    """A random key that survives restarts; of several processes at once the first one wins."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret-") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)  # appears whole or not at all
    return path.read_text()


def _database_url(env: Mapping[str, str], home: Path, *, production: bool) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{home / 'turnout.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise SettingsError(f"DATABASE_URL starts with {scheme!r}; use sqlite:/// or postgresql://")
    if url in {"sqlite://", "sqlite:///:memory:"}:
        raise SettingsError("DATABASE_URL must name a SQLite file: several processes share it")
    if production and scheme == "sqlite" and env.get("TURNOUT_ALLOW_SQLITE") != "yes":
        raise SettingsError("production on SQLite needs TURNOUT_ALLOW_SQLITE=yes; else set DATABASE_URL")
    return url


def _redis_url(env: Mapping[str, str], home: Path) -> str:
    url = env.get("REDIS_URL") or embedded_redis_url(home)
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise SettingsError("REDIS_URL must start with redis://, rediss:// or unix://")
    return url


def _mail_url(env: Mapping[str, str], *, production: bool) -> str | None:
    url = env.get("MAIL_URL") or None
    if url is None and production:
        raise SettingsError("MAIL_URL is missing; use smtp://user:password@host:587")
    if url is not None and urlsplit(url).scheme not in {"smtp", "smtps"}:
        raise SettingsError("MAIL_URL must start with smtp:// or smtps://")
    return url


def _base_url(env: Mapping[str, str], port: str, *, production: bool) -> str:
    url = env.get("TURNOUT_BASE_URL") or f"http://127.0.0.1:{port}"
    if production and urlsplit(url).scheme != "https":
        raise SettingsError("TURNOUT_BASE_URL must be the public https:// address in production")
    return url.rstrip("/")


def _hosts(env: Mapping[str, str], *, production: bool) -> tuple[str, ...]:
    hosts = tuple(_words(env.get("TURNOUT_HOSTS", "")))
    if production and not hosts:
        raise SettingsError("TURNOUT_HOSTS must list the host names that are served, by commas")
    return hosts or ("127.0.0.1", "localhost", "[::1]")


def _proxy_hops(env: Mapping[str, str]) -> int:
    word = env.get("TURNOUT_PROXY_HOPS", "0")
    if word not in {"0", "1", "2", "3"}:
        raise SettingsError("TURNOUT_PROXY_HOPS is the number of proxies in front: 0 to 3")
    return int(word)


def _rate_limits(env: Mapping[str, str], *, production: bool) -> bool:
    word = env.get("TURNOUT_RATE_LIMITS", "on")
    if word not in {"on", "off"}:
        raise SettingsError("TURNOUT_RATE_LIMITS is on or off")
    if production and word == "off":
        raise SettingsError("TURNOUT_RATE_LIMITS=off is refused in production")
    return word == "on"


#: What HS256 needs to be as strong as its hash.
_LIVEKIT_SECRET_BYTES = 32


def _livekit_keys(env: Mapping[str, str], home: Path, environment: Environment) -> dict[str, str]:
    """Pairs "name:secret" by commas. No line of these refusals shows a secret."""
    pairs = _words(env.get("LIVEKIT_KEYS", ""))
    if not pairs and environment is Environment.DEMO:
        return {DEMO_LIVEKIT_KEY: _kept_secret(home / "livekit-secret")}
    keys: dict[str, str] = {}
    for number, pair in enumerate(pairs, start=1):
        name, colon, secret = (part.strip() for part in pair.partition(":"))
        if not (name and colon and secret):
            raise SettingsError(f"LIVEKIT_KEYS: pair {number} is not name:secret; separate pairs by commas")
        if name in keys:
            raise SettingsError(f"LIVEKIT_KEYS: pair {number} has the name of another pair")
        if environment is Environment.PRODUCTION and len(secret.encode()) < _LIVEKIT_SECRET_BYTES:
            raise SettingsError(f"LIVEKIT_KEYS: the secret of pair {number} needs at least 32 bytes in production")
        keys[name] = secret
    return keys


def _livekit_client_url(env: Mapping[str, str], *, production: bool) -> str | None:
    url = env.get("LIVEKIT_CLIENT_URL") or None
    if url is None:
        return None
    if "{token}" not in url:
        raise SettingsError("LIVEKIT_CLIENT_URL needs {token} where the token goes")
    if urlsplit(url).scheme not in ({"https"} if production else {"https", "http"}):
        raise SettingsError("LIVEKIT_CLIENT_URL must start with https:// (outside production also http://)")
    return url


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
