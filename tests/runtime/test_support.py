"""The test servers themselves: each test starts from nothing, on both databases."""

from collections.abc import Iterator

import psycopg
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from tests.support.databases.database_fixtures import Database
from tests.support.servers.processes import Web, answers
from tests.support.worlds.world import World
from webapp.extensions import db


@pytest.fixture(scope="module")
def left_open() -> Iterator[list[psycopg.Connection]]:
    """Connections that outlive the test that made them."""
    connections: list[psycopg.Connection] = []
    yield connections
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(app: Flask, session: Session, turn: str) -> None:
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM organizations")) == 0
    World(app).organization(turn)
    assert session.scalar(text("SELECT name FROM organizations")) == turn


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_did_to_tables_numbers_and_the_app_is_taken_back(app: Flask, session: Session, turn: str) -> None:
    assert set(inspect(session.get_bind()).get_table_names()) == {*db.metadata.tables, "alembic_version"}
    assert "left_behind" not in [column["name"] for column in inspect(session.get_bind()).get_columns("users")]
    assert app.config.get("LEFT_BEHIND") is None
    assert (World(app).organization(turn), session.scalar(text("SELECT count(*) FROM users"))) == (1, 1)
    app.config["LEFT_BEHIND"] = turn
    session.rollback()
    session.execute(text("CREATE TABLE left_behind (id INTEGER)"))
    session.execute(text("ALTER TABLE users ADD COLUMN left_behind INTEGER"))
    session.commit()


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.only_db("postgres")
def test_a_transaction_that_a_test_left_open_does_not_reach_the_next_one(
    app: Flask, database: Database, left_open: list[psycopg.Connection], turn: str
) -> None:
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM organizations")) == 0
    World(app).organization(turn)
    left_open.append(psycopg.connect(database.url.replace("+psycopg", "")))
    left_open[-1].execute("SELECT * FROM organizations FOR UPDATE")


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.only_db("sqlite")
def test_each_test_gets_an_empty_redis(redis_url: str, turn: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []
        client.set(turn, "x")


def test_the_database_parameter_is_what_the_app_uses(app: Flask, database) -> None:
    with app.app_context():
        assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[database.kind]


def test_a_client_without_a_server(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200


def test_a_real_server_on_the_same_database(server: Web) -> None:
    assert answers(int(server.url.rpartition(":")[2]))


@pytest.mark.only_db("sqlite")
def test_a_real_browser_on_a_real_server(page: Page, server: Web) -> None:
    answer = page.goto(f"{server.url}/healthz")
    assert answer is not None and answer.ok
