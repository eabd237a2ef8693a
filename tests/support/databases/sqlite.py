"""SQLite for tests: migrated once; copied for a test of its own, or poured into the file that most tests share."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.support.databases.migrating import migrate

#: Nobody writes for longer than this while no test runs (seconds).
_PATIENCE = 10


class SqliteTemplate:
    """One migrated file. Copying or pouring it takes a few milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._file}", folder)
        # Fold the write-ahead log into the file, else the copy would miss it.
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, folder: Path) -> str:
        """The URL of a fresh copy."""
        target = folder / "test.sqlite3"
        shutil.copyfile(self._file, target)
        return f"sqlite:///{target}"

    def standing(self, name: str = "standing") -> str:
        """The URL of the one database of that name, as after the migrations: connections to it stay good."""
        target = self._folder / f"{name}.sqlite3"
        deadline = time.monotonic() + _PATIENCE

        def is_busy(_status: int, _remaining: int, _total: int) -> None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"somebody still writes into {target}")

        with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(target)) as connection:
            # Nothing here has to outlive a power cut.
            connection.execute("PRAGMA synchronous=OFF")
            source.backup(connection, progress=is_busy, sleep=0.02)
        return f"sqlite:///{target}"
