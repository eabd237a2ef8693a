"""The Flask extensions, made once and bound to an app in `create_app`."""

import select
import sqlite3
import sys
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import psycopg
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from htmx_flask import Htmx
from sqlalchemy import Connection, Engine, MetaData, Table, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase

from webapp.masked_csrf import MaskedCsrf

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
    __table__: ClassVar[Table]


#: Seconds that a reader waits where even reading is held up, and any other program of ours before its turn to write.
SQLITE_PATIENCE = 2.0

_reading_engines: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class Session(FlaskSession):
    """Reads on PostgreSQL without BEGIN and ROLLBACK around them: two round trips fewer per page.

    READ COMMITTED gives each statement a view of its own either way. `write_transaction`
    sets `info["writing"]` and gets a transaction. SQLite keeps one for reads, too.
    """

    def get_bind(self, *args: Any, **facts: Any) -> Engine | Connection:
        engine = super().get_bind(*args, **facts)
        if self.info.get("writing") or isinstance(engine, Connection):
            return engine
        return _reading_engines.get(engine, engine)


# A row stays readable after commit and rollback: what a service returns is a value.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": Session})
if TYPE_CHECKING:
    Model = Base
else:
    # Flask-SQLAlchemy puts its base class together at run time, where a type checker does not see it.
    Model = db.Model
login_manager = LoginManager()
csrf = MaskedCsrf()
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
        options = connection.get_execution_options()
        is_writer = options.get("write")
        _wait_for_others(connection, options.get("waits", SQLITE_PATIENCE))
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _wait_for_others(connection: Connection, seconds: float) -> None:
    """How long SQLite tries again before it says that the database is locked. Said when it is another time only."""
    known = connection.connection.info
    if known.get("waits") != seconds:
        known["waits"] = seconds
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


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


def bind_migrations(app: Flask) -> None:
    """Let Flask-Migrate work on this app. It loads Alembic, which few processes need, so it is not done for all."""
    from flask_migrate import Migrate  # noqa: PLC0415 -- see above

    Migrate(app, db, directory=str(app.config["MIGRATIONS_DIRECTORY"]), render_as_batch=True, compare_type=True)


def init_extensions(app: Flask) -> None:
    """Bind all of them to the app and prepare its engine."""
    db.init_app(app)
    if "flask_migrate" in sys.modules:  # the `flask` command loads it, and so do tests
        bind_migrations(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    limiter.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
