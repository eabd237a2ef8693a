"""Passkeys by the pages: what is asked, what is answered, and where there are none."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.authenticator import Authenticator
from webapp import clock
from webapp.domain.people.sign_in import FRESH_SIGN_IN
from webapp.models import Passkey, SignIn

pytestmark = pytest.mark.only_db("sqlite")
PAGE, ADD = "/me/security", "/me/security/passkeys"


@pytest.fixture
def mira(world, reader_of) -> Reader:
    return reader_of(world.person("Mira Sand", email="mira@post.example"))


def adds(reader: Reader, device: Authenticator, name: str = "Laptop"):
    return reader.post(ADD, name=name, answer=device.makes(reader.post(f"{ADD}/options").html))


def enters(reader: Reader, device: Authenticator, **fields: str):
    return reader.post("/login/passkey", answer=device.signs(reader.post("/login/passkey/options").html), **fields)


def test_a_passkey_signs_in_where_one_was(app, mira, session):
    device, phone = Authenticator(count=1), Reader(app.test_client())
    assert adds(mira, device).location == PAGE
    assert "Passkey “Laptop”" in mira.get(PAGE).text

    assert enters(phone, device, next="/me/history").location == "/me/history"

    assert phone.get("/me").status == 200
    stranger = Reader(app.test_client())
    refused = enters(stranger, replace(device, secret=Authenticator().secret))
    assert (refused.status, refused.by_id("passkey") is not None) == (422, True)
    assert "That didn’t work." in refused.text
    (passkey_id,) = session.scalars(select(Passkey.id)).all()
    session.rollback()
    assert mira.post(f"{ADD}/{passkey_id}/remove").location == PAGE
    assert [mira.post(f"{ADD}/{passkey_id}/remove").status, enters(stranger, device).status] == [404, 422]


def test_an_answer_belongs_to_the_page_that_asked(app, mira):
    device = Authenticator(count=1)
    adds(mira, device)
    one, other = Reader(app.test_client()), Reader(app.test_client())
    answer = device.signs(one.post("/login/passkey/options").html)
    other.get("/login")
    assert [reader.post("/login/passkey", answer=answer).status for reader in (other, one)] == [422, 303]


def test_a_name_is_asked_for_and_a_sign_in_of_long_ago_is_not_enough(mira, session):
    page = adds(mira, Authenticator(), name=" ")
    assert (page.status, "Enter a name for it, such as the device" in page.text) == (422, True)
    session.execute(update(SignIn).values(created_at=clock.real_now() - FRESH_SIGN_IN - timedelta(minutes=1)))
    session.commit()
    assert "Sign in again" in mira.get(PAGE).buttons()
    page = adds(mira, Authenticator())
    assert (page.status, "sign out and sign in again" in page.text) == (422, True)
    assert session.scalar(select(func.count()).select_from(Passkey)) == 0


def test_an_installation_without_a_name_has_no_passkeys(app):
    client, there = app.test_client(), {"base_url": "http://127.0.0.1"}
    page = client.get("/login", **there).get_data(as_text=True)
    assert "Email me a code" in page and "Sign in with a passkey" not in page
    sent = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)}
    assert client.post("/login/passkey/options", data=sent, **there).status_code == 404
