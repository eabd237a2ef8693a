"""What the database cannot do now is told from what the program does wrong, by the drivers' own errors."""

import sqlite3

import psycopg.errors as pg
import pytest
from sqlalchemy.exc import DBAPIError

from webapp.services.availability import is_unavailable

NOT_NOW = [
    pg.ReadOnlySqlTransaction,
    pg.IdleInTransactionSessionTimeout,
    pg.LockNotAvailable,
    pg.DiskFull,
    pg.QueryCanceled,
    pg.AdminShutdown,
    pg.CannotConnectNow,
    pg.TooManyConnections,
    pg.DeadlockDetected,
    sqlite3.OperationalError,
]
WRONG = [
    pg.InFailedSqlTransaction,
    pg.UniqueViolation,
    pg.SyntaxError,
    pg.UndefinedTable,
    pg.NumericValueOutOfRange,
    pg.IndexCorrupted,
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
]


def wrapped(kind: type[Exception]) -> Exception:
    """As SQLAlchemy hands it on."""
    driver = sqlite3.Error if issubclass(kind, sqlite3.Error) else pg.Error
    return DBAPIError.instance("SELECT 1", {}, kind("no"), driver)


@pytest.mark.parametrize("kind", NOT_NOW, ids=lambda kind: kind.__name__)
def test_who_asks_later_may_have_an_answer(kind):
    assert is_unavailable(wrapped(kind))


@pytest.mark.parametrize("kind", WRONG, ids=lambda kind: kind.__name__)
def test_a_fault_of_ours_is_one(kind):
    assert not is_unavailable(wrapped(kind))


def test_an_error_of_something_else_is_no_word_of_the_database():
    assert not is_unavailable(ValueError("no"))
