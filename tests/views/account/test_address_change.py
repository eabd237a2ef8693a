"""Changing an address by the pages, and the link in the old mailbox."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.rows import digest
from webapp import clock
from webapp.models import Message, SignIn

pytestmark = pytest.mark.only_db("sqlite")
PAGE = "/me/security/address"
OLD, NEW = "mira@post.example", "mira@new.example"


def mails_to(session, address: str) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Message.body).where(Message.recipient == address).order_by(Message.id)))


def test_the_code_changes_it_and_the_old_mailbox_can_undo_it(app, reader_of, world, session):
    mira = reader_of(world.person("Mira Sand", email=OLD))
    assert mira.get("/me/security").links()["Change"] == PAGE
    assert mira.post(PAGE, email=NEW).location == PAGE
    assert f"We sent a code to {NEW}" in mira.get(PAGE).text
    code = re.search(r"^\d{6}$", mails_to(session, NEW)[0], re.MULTILINE).group()
    wrong = mira.post(f"{PAGE}/code", code="000000" if code != "000000" else "000001")
    assert (wrong.status, "You have 4 more tries" in wrong.text) == (422, True)
    assert code not in mira.get("/me/data.json").html
    assert mira.post(f"{PAGE}/code", code=code).location == "/me/security"
    assert f"Your email address is now {NEW}." in mira.get("/me/security").text

    link = re.search(r"//[^/\s]+(/address/\S+)", mails_to(session, OLD)[0]).group(1)
    phone = Reader(app.test_client())
    before = digest(session)
    page = phone.get(link)
    assert (page.headings("h1"), NEW in page.text) == (["Get your account back?"], True)
    assert digest(session) == before
    assert phone.post(link).location == "/login"
    assert [mira.get("/me").status, phone.get(link).status, phone.post(link).status] == [302, 404, 404]


def test_a_sign_in_of_long_ago_is_not_enough(reader_of, world, session):
    mira = reader_of(world.person("Mira Sand", email=OLD))
    session.execute(update(SignIn).values(created_at=clock.real_now() - timedelta(hours=1)))
    session.commit()
    assert "Sign in again" in mira.get(PAGE).buttons()
    before = digest(session)
    page = mira.post(PAGE, email=NEW)
    assert (page.status, "sign out and sign in again" in page.text) == (422, True)
    assert digest(session) == before
