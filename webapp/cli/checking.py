"""What `ops check` looks at: settings and connections, each found well or not, in one line."""

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import redis
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock, queueing
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import User
from webapp.queries.readiness import readiness

_PATIENCE_SECONDS = 5


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
    operators = db.session.scalar(select(func.count()).where(User.is_operator, User.disabled_at.is_(None)))
    return f"{operators} operator{'' if operators == 1 else 's'}"


def _redis(settings: Settings) -> str:
    connection = queueing.connect(settings.redis_url)
    try:
        connection.ping()
        return f"answers at {urlsplit(settings.redis_url).hostname or 'the local socket'}"
    finally:
        connection.close()


def _mail(settings: Settings) -> str:
    if settings.mail_url is None:
        return "no server: mails are shown on the mailbox page of the demonstration"
    url = urlsplit(settings.mail_url)
    port = url.port or (465 if url.scheme == "smtps" else 25)
    with socket.create_connection((url.hostname or "localhost", port), _PATIENCE_SECONDS):
        return f"{url.hostname}:{port} can be reached"


def _tick(_settings: Settings) -> str:
    state = readiness(clock.real_now())
    if not state.ready:
        raise _Wrong(f"nobody works on what is due; last tick: {state.last_tick_at or 'never'}")
    return f"last at {state.last_tick_at}"
