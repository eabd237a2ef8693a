"""The Flask extensions, made once and bound to an app in `create_app`."""

import select
import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every constraint has a name that is the same on both databases."""

    metadata = MetaData(naming_convention=_NAMES)


_reading_engines: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class Session(FlaskSession):
    """Reads on PostgreSQL without BEGIN and ROLLBACK around them: two round trips fewer per page.

    READ COMMITTED gives each statement a view of its own either way. `write_transaction`
    sets `info["writing"]` and gets a transaction. SQLite keeps one for reads, too.
    """

    def get_bind(self, *args: Any, **facts: Any) -> Engine | Connection:
        engine = super().get_bind(*args, **facts)
        if self.info.get("writing"):
            return engine
        return _reading_engines.get(engine, engine)  # type: ignore[arg-type]


# A row stays readable after commit and rollback: what a service returns is a value.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": Session})
migrate = Migrate(db=db, render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
htmx = Htmx()
limiter = Limiter(get_remote_address, headers_enabled=True)


def prepare_engine(engine: Engine) -> None:
    """Make the engine begin transactions the way `services.unit_of_work` counts on.

    Must run before the first connection.
    """
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _reading_engines[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(engine, "checkout", _replace_dead_connection)


def _prepare_sqlite(engine: Engine) -> None:
    """Give SQLite transactions that SQLAlchemy begins itself: IMMEDIATE for writers.

    The driver's own handling begins nothing before a SELECT, which oversells; a deferred
    BEGIN fails at once when a reader turns writer.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _replace_dead_connection(connection: psycopg.Connection, _record: Any, _proxy: Any) -> None:
    """Notice a server that went away while the connection lay in the pool; the pool opens another.

    It has closed its side, so the socket has something to read. Asking the server itself
    (`pool_pre_ping`) would cost every request a round trip, and a read one more.
    """
    incoming = select.poll()
    try:
        incoming.register(connection.pgconn.socket, select.POLLIN)
        while incoming.poll(0):
            connection.pgconn.consume_input()
    except psycopg.Error as error:
        raise DisconnectionError(str(error)) from error


def init_extensions(app: Flask) -> None:
    """Bind all of them to the app and prepare its engine."""
    db.init_app(app)
    migrate.init_app(app, directory=str(app.config["MIGRATIONS_DIRECTORY"]))
    login_manager.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    limiter.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
