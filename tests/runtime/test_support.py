"""The test servers themselves: each test starts from nothing, on both databases."""

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.processes import Web, answers
from tests.support.world import World
from webapp.extensions import db


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(app: Flask, session: Session, turn: str) -> None:
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM organizations")) == 0
    World(app).organization(turn)
    assert session.scalar(text("SELECT name FROM organizations")) == turn


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
