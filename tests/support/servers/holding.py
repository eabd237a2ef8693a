"""Other programs that get in the way: each holds something of the database until it is let go."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

_UNTIL_LET_GO = "print('held', flush=True); sys.stdin.read()"
_SQLITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
"""
_FILE = """
import fcntl, sys
file = open(sys.argv[1] + ".write-lock", "wb")
fcntl.flock(file, fcntl.LOCK_EX)
"""
_POSTGRES = """
import psycopg, sys
connection = psycopg.connect(sys.argv[1])
connection.execute(sys.argv[2])
"""


@contextmanager
def _process(code: str, *words: str) -> Iterator[None]:
    command = [sys.executable, "-c", code + _UNTIL_LET_GO, *words]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def writing_into_sqlite(database_url: str):
    """A program with a transaction that writes, such as somebody's shell."""
    return _process(_SQLITE, make_url(database_url).database or "")


def first_in_line(database_url: str):
    """One of ours that stopped while it was its turn."""
    return _process(_FILE, make_url(database_url).database or "")


def locking_the_event(database_url: str, event_id: int):
    """A program that keeps the row locked which everybody who enrolls has to lock."""
    plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    return _process(_POSTGRES, plain, f"SELECT 1 FROM event_policies WHERE event_id = {event_id:d} FOR UPDATE")
