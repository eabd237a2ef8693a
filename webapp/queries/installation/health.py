"""What the database knows about the health of the installation."""

import logging
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select, text

from webapp.extensions import db
from webapp.models import Message
from webapp.queries.work.due import last_tick_at


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """`revision` is where its tables are, `newest` where this version of Turnout has them."""

    name: str
    revision: str | None
    newest: str | None


@dataclass(frozen=True, slots=True)
class MailHealth:
    """The last email that went out, the last one given up with the reason, and what waits."""

    sent_at: datetime | None
    failed_at: datetime | None
    failure: str | None
    waiting: int
    waiting_since: datetime | None
    retry_reason: str | None


@dataclass(frozen=True, slots=True)
class Health:
    database: DatabaseHealth
    mail: MailHealth
    last_tick_at: datetime | None


def health() -> Health:
    """In five statements, however much there is."""
    return Health(_database(), _mail(), last_tick_at())


def _database() -> DatabaseHealth:
    # Not for every process that has pages.
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)
    dialect = db.engine.dialect
    name = "PostgreSQL" if dialect.name == "postgresql" else "SQLite"
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    revision = db.session.scalar(text("SELECT max(version_num) FROM alembic_version"))
    newest = ScriptDirectory(str(current_app.config["MIGRATIONS_DIRECTORY"])).get_current_head()
    return DatabaseHealth(f"{name} {version}".strip(), revision, newest)


def _mail() -> MailHealth:
    sent = select(Message.sent_at).where(Message.sent_at.is_not(None)).order_by(Message.id.desc()).limit(1)
    dead = (
        select(Message.dead_at, Message.last_error)
        .where(Message.dead_at.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )
    waits = (Message.sent_at.is_(None), Message.dead_at.is_(None))
    waiting = db.session.execute(
        select(func.count(), func.min(Message.created_at), func.max(Message.last_error)).where(*waits)
    ).one()
    failed = db.session.execute(dead).one_or_none()
    return MailHealth(
        sent_at=db.session.scalar(sent),
        failed_at=failed.dead_at if failed else None,
        failure=failed.last_error if failed else None,
        waiting=waiting[0],
        waiting_since=waiting[1],
        retry_reason=waiting[2],
    )
