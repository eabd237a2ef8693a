"""The columns of a result are described as psycopg does it, when somebody asks."""

from collections.abc import Sequence

import psycopg
import pytest
from sqlalchemy import literal, select, text

from webapp.adapters.postgres_cursor import QuickCursor
from webapp.extensions import db

pytestmark = [pytest.mark.only_db("postgres"), pytest.mark.usefixtures("app_context")]


def test_statements_go_through_it_and_find_their_columns():
    connection = db.session.connection()
    assert type(connection.connection.driver_connection.cursor()) is QuickCursor
    for _ in range(2):  # the second one is compiled already
        assert connection.execute(select(literal(1).label("one"), literal("a").label("two"))).one()._asdict() == {
            "one": 1,
            "two": "a",
        }
    assert connection.execute(text("SELECT 1 AS one, 'a' AS two")).keys() == ["one", "two"]


def test_it_says_what_psycopg_says():
    driver = db.session.connection().connection.driver_connection
    for statement in ("SELECT 1 AS one, 'a' AS two", "SELECT", "SET lock_timeout = 0"):
        own, plain = QuickCursor(driver).execute(statement), psycopg.Cursor(driver).execute(statement)
        assert (own.description is None) == (plain.description is None)
        assert said(own.description) == said(plain.description)
        assert said((own.description or [])[-1:]) == said((plain.description or [])[-1:])


def said(columns: Sequence[psycopg.Column] | None) -> list[tuple[str, int]]:
    return [(column.name, column.type_code) for column in columns or ()]
