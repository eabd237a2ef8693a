"""What `ops check` looks at: settings and connections, each found well or not, in one line."""

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import redis
from flask import current_app
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock, queueing
from webapp.adapters.mail import Mailer, NotDelivered, Patience
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import User, WebhookDelivery
from webapp.queries.readiness import readiness

_PATIENCE_SECONDS = 5
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, whether it is well, and what was found."""

    name: str
    is_well: bool
    found: str

    @property
    def line(self) -> str:
        return f"{'ok   ' if self.is_well else 'WRONG'} {self.name}: {self.found}"


def installation_checks(settings: Settings) -> Iterator[Check]:
    """All of them, in the order in which one needs the other. No secret is ever part of a line."""
    yield Check("settings", True, f"{settings.environment}, {settings.base_url}, data in {settings.home}")
    looks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("database", _database),
        ("tables", _tables),
        ("accounts", _accounts),
        ("redis", _redis),
        ("mail", _mail),
        ("video", _video),
        ("tick", _tick),
    )
    for name, look in looks:
        try:
            yield Check(name, True, look(settings))
        except (SQLAlchemyError, redis.RedisError, OSError, _Wrong) as error:
            db.session.rollback()
            yield Check(name, False, str(error).splitlines()[0])


class _Wrong(Exception):
    """Something was reached and is not as it must be."""


def _database(settings: Settings) -> str:
    url = make_url(settings.database_url)
    version = ".".join(str(part) for part in db.session.connection().dialect.server_version_info or ())
    if url.get_backend_name() == "sqlite":
        return f"SQLite {version}, {url.database}"
    return f"PostgreSQL {version}, {url.database} at {url.host or 'the local socket'}"


def _tables(_settings: Settings) -> str:
    # Not for every process that has commands.
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)
    has = MigrationContext.configure(db.session.connection()).get_current_revision()
    newest = ScriptDirectory(str(current_app.config["MIGRATIONS_DIRECTORY"])).get_current_head()
    if has != newest:
        raise _Wrong(f"at revision {has or 'none'} and not {newest}: run flask --app wsgi ops prepare")
    return f"at revision {has}"


def _accounts(settings: Settings) -> str:
    public = select(func.count()).where(User.email.like("%@demo.test"), User.password_hash.is_not(None))
    if settings.is_production and db.session.scalar(public):
        raise _Wrong("accounts of the demonstration, whose password is public, are in this database")
    is_proved = User.address_proved_at.is_not(None)
    operators, proved = db.session.execute(
        select(func.count(), func.count().filter(is_proved)).where(User.is_operator, User.disabled_at.is_(None))
    ).one()
    waiting = f", {operators - proved} with an address that is not proved" if operators > proved else ""
    return f"{operators} operator{'' if operators == 1 else 's'}{waiting}"


def _redis(settings: Settings) -> str:
    connection = queueing.connect(settings.redis_url)
    try:
        connection.ping()
        return f"answers at {urlsplit(settings.redis_url).hostname or 'the local socket'}"
    finally:
        connection.close()


def _mail(settings: Settings) -> str:
    """The conversation that a letter begins with: encryption and password are part of it."""
    if settings.mail_url is None:
        return "no server: emails are shown on the mailbox page of the demonstration"
    try:
        name = Mailer(settings.mail_url, settings.mail_from, patience=Patience(step=_PATIENCE_SECONDS)).greet()
    except NotDelivered as error:
        raise _Wrong(f"{urlsplit(settings.mail_url).hostname} cannot be used: {error}") from error
    return f"{name} at {urlsplit(settings.mail_url).hostname} accepts emails from {settings.mail_from}"


def _video(settings: Settings) -> str:
    """Whether people can get to the rooms, and whether the rooms tell us anything."""
    if settings.livekit_client_url is None:
        joining = "nowhere to join: LIVEKIT_CLIENT_URL is not set"
        if not settings.expects_webhooks:
            return f"no video server ({joining})"
    elif not settings.livekit_keys:
        raise _Wrong("LIVEKIT_CLIENT_URL is set and LIVEKIT_KEYS is not: no one gets a token to join with")
    else:
        joining = f"{', '.join(_reached(settings.livekit_client_url))} can be reached"
    last = db.session.scalar(select(func.max(WebhookDelivery.received_at)))
    return f"{joining}; last webhook {f'{last:%Y-%m-%d %H:%M} UTC' if last else 'never'}"


def _reached(client_url: str) -> Iterator[str]:
    """The hosts that the address of "Join" names, itself and in its query: a page, and the server behind it."""
    parts = urlsplit(client_url)
    inner = [urlsplit(value) for _, value in parse_qsl(parts.query)]
    for one in (parts, *(part for part in inner if part.scheme in _PORTS)):
        host, port = one.hostname or "", one.port or _PORTS[one.scheme]
        try:
            socket.create_connection((host, port), _PATIENCE_SECONDS).close()
        except OSError as error:
            raise _Wrong(f"{host}:{port} cannot be reached: {error}") from error
        yield f"{host}:{port}"


def _tick(_settings: Settings) -> str:
    state = readiness(clock.real_now())
    if not state.ready:
        raise _Wrong(f"no worker does what is due; last tick: {state.last_tick_at or 'never'}")
    return f"last at {state.last_tick_at}"
