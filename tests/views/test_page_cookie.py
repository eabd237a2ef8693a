"""The cookie of a page and the token of its forms: signed anew only where the key or the session is another one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.masked_csrf import unmask

pytestmark = pytest.mark.only_db("sqlite")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token_of(client: FlaskClient) -> str:
    found = _TOKEN.search(client.get("/login").text)
    assert found is not None
    return unmask(found[1]) or ""


def sends(client: FlaskClient, token: str) -> int:
    form = {"csrf_token": token, "email": "a@b.example", "password": "x" * 10}
    return client.post("/login", data=form).status_code


def test_two_browsers_have_tokens_of_their_own(app: Flask) -> None:
    mine, other = app.test_client(), app.test_client()
    tokens = [token_of(browser) for browser in (mine, other, mine)]
    assert tokens[0] == tokens[2] != tokens[1]
    assert [sends(mine, tokens[0]), sends(mine, tokens[1])] == [422, 400]


def test_another_key_ends_tokens_and_a_fallback_keeps_the_session(app: Flask) -> None:
    browser = app.test_client()
    before = token_of(browser)
    app.config["SECRET_KEY_FALLBACKS"], app.secret_key = [app.secret_key], "another-key" * 4
    after = token_of(browser)
    assert before.split(".")[0] == after.split(".")[0]
    assert before != after
    assert [sends(browser, before), sends(browser, after)] == [400, 422]
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert token_of(browser).split(".")[0] != after.split(".")[0]
