"""Waiting in line to write, and no longer than somebody waits for a page.

Whoever writes is alone in its process; on SQLite alone on the machine, too, by a lock on a file beside the database.
Both come before BEGIN, because SQLite's own busy handler sleeps and starves the unlucky, and a hot row of PostgreSQL
gets slower the more wait for it. When the database is found held (another program's lock, a stopped process, a row
that somebody keeps locked), those who come next give up soon: the threads are needed by everybody who only reads.
Why it is so: docs/decisions/069-a-held-database.md.
"""

import fcntl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from flask import has_request_context
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

#: How long a request waits to write (seconds), and how long once the database was found held.
PATIENCE, LITTLE_PATIENCE = 2.0, 0.2
#: Jobs and commands have nobody in front of them.
PATIENCE_OF_JOBS = 30.0
#: For how long one finding counts.
_REMEMBERED = 5.0
#: PostgreSQL: the turn only spares the hot row; who waits for another row than the one ahead goes on without it.
_TURN_ON_POSTGRES = 0.5


class DatabaseHeld(PoolTimeout):
    """The turn to write did not come in time. Nothing was changed."""


class _Finding:
    """That this process found the database held, a moment ago."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self._until

    def note(self) -> None:
        self._until = time.monotonic() + _REMEMBERED

    def forget(self) -> None:
        self._until = 0.0


class FileTurn:
    """A lock on a file, waited for in the kernel's fair queue, but not for ever.

    The kernel knows no limit, so a thread of its own waits; there is at most one of them. A lock that comes after
    everybody gave up is given back at once.
    """

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._is_coming = False
        self._awaited = 0
        self._came: IO[bytes] | None = None

    def take(self, path: str, timeout: float) -> IO[bytes]:
        """The locked file; closing it gives the lock back. Raises DatabaseHeld."""
        with self._state:
            if not self._is_coming:
                file = self._open(path)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._is_coming = True
                    threading.Thread(target=self._wait, args=(file,), daemon=True).start()
                else:
                    return file
            return self._awaited_file(timeout)

    def _awaited_file(self, timeout: float) -> IO[bytes]:
        self._awaited += 1
        try:
            self._state.wait_for(lambda: self._came is not None, timeout)
            file, self._came = self._came, None
            if file is None:
                raise DatabaseHeld("another process holds the lock of writers")
            return file
        finally:
            self._awaited -= 1

    def _wait(self, file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        with self._state:
            self._is_coming = False
            if self._awaited:
                self._came = file
                self._state.notify()
            else:
                file.close()

    @staticmethod
    def _open(path: str) -> IO[bytes]:
        try:
            return open(path, "wb")
        except OSError as error:
            raise DatabaseHeld(f"the lock of writers cannot be opened: {error.strerror}") from error


_one_writer = threading.Lock()
_file_turns: defaultdict[str, FileTurn] = defaultdict(FileTurn)
_found_held = _Finding()


def patience() -> float:
    """How long a writer may wait from now on, in seconds."""
    if not has_request_context():
        return PATIENCE_OF_JOBS
    return LITTLE_PATIENCE if _found_held.is_fresh else PATIENCE


@contextmanager
def noting_what_is_held(waits: float, *, one_lock: bool) -> Iterator[float]:
    """Remember for those who come next when this one gave up waiting for somebody else's lock.

    Who had little patience proves nothing new. Where there is `one_lock` for all of them (SQLite), whoever comes
    through proves that it is free again.
    """
    try:
        yield waits
    except (DatabaseHeld, OperationalError) as error:
        if _is_held(error) and (waits >= PATIENCE or (one_lock and _found_held.is_fresh)):
            _found_held.note()
        raise
    if one_lock:
        _found_held.forget()


def _is_held(error: DatabaseHeld | OperationalError) -> bool:
    if isinstance(error, DatabaseHeld):
        return True
    is_busy = getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    return is_busy or getattr(error.orig, "sqlstate", None) == "55P03"


@contextmanager
def turn_on_sqlite(path: str, waits: float) -> Iterator[float]:
    """The only writer on this machine; yields what is left of the patience."""
    end = time.monotonic() + waits
    if not _one_writer.acquire(timeout=waits):
        raise DatabaseHeld("another thread holds the turn to write")
    try:
        with _file_turns[path].take(f"{path}.write-lock", max(end - time.monotonic(), 0)):
            yield max(end - time.monotonic(), 0)
    finally:
        _one_writer.release()


@contextmanager
def turn_on_postgres(waits: float) -> Iterator[float]:
    """The only writer of this process, or one of few where that takes long; yields what is left of the patience."""
    end = time.monotonic() + waits
    is_alone = _one_writer.acquire(timeout=min(waits, _TURN_ON_POSTGRES))
    try:
        yield max(end - time.monotonic(), 0)
    finally:
        if is_alone:
            _one_writer.release()
