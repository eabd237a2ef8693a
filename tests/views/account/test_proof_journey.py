"""From signing up to a proved address, through a real mail server and the pages behind the links it delivers."""

import email
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.support.pages.reading import Reader
from tests.support.servers.mail_server import MailServer
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.world import NOON
from webapp.config import Settings
from webapp.jobs.outbox import send_messages

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

MIRA = "mira@post.example"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def settings(settings: Settings, mail_server: MailServer) -> Settings:
    return replace(settings, mail_url=mail_server.url, mail_from="Turnout <hello@turnout.example>")


@pytest.fixture
def delivered(app: Flask, mail_server: MailServer) -> Callable[[], list[tuple[str, str, str]]]:
    """Lets the worker send what waits; (recipient, subject, path of the link) of what arrived since the last time."""
    seen = 0

    def arrived() -> list[tuple[str, str, str]]:
        nonlocal seen
        with app.app_context():
            posted = send_messages()
        assert posted is not None and posted.dead == posted.postponed == 0
        new, seen = mail_server.post.delivered[seen:], len(mail_server.post.delivered)
        return [_read(envelope.rcpt_tos[0], envelope.content) for envelope in new]

    return arrived


def _read(recipient: str, content: bytes) -> tuple[str, str, str]:
    letter = email.message_from_bytes(content, policy=email.policy.default)
    body = letter.get_body(("plain",)).get_content()
    path = re.search(r"http://127\.0\.0\.1:8000(/(?:confirm|reset|code)/[^\s]+)", body).group(1)
    return recipient, str(letter["Subject"]), path


def test_an_address_is_proved_by_the_mail_that_signing_up_sends(app, reader, delivered):
    """Asked for at the desk, confirmed on the phone: the first browser goes on, the mail works once."""
    assert reader.post("/signup", name="Mira Sand", email=MIRA, next="/me").location == "/code"
    assert f"We sent a code to {MIRA}" in reader.get("/code").text
    assert reader.post("/code/continue").status == 409
    ((recipient, subject, link),) = delivered()
    assert (recipient, re.sub(r"\d{6}", "N", subject)) == (MIRA, "Your Turnout code: N")
    phone = Reader(app.test_client())
    assert phone.get(link).buttons() == ["Yes, sign me in there", "Sign in here instead"]
    assert reader.get("/me").status == 302

    assert phone.post(link).headings("h1") == ["Confirmed"]

    assert reader.post("/code/continue").location == "/me"
    assert "Confirm your email address" not in reader.get("/me").text
    assert [phone.get("/me").status, phone.get(link).status, phone.post(link).status] == [302, 404, 404]
    assert delivered() == []


@pytest.fixture
def unproved(app) -> None:
    """An account from before there were codes, made by whoever knew the address."""
    with app.app_context():
        sign_up(email=MIRA, name="Mira Sand", password="strangers-secret", timezone=None, now=NOON)


def test_somebody_on_a_phone_signs_in_first_and_keeps_the_password(app, unproved, delivered):
    ((_, _, link),) = delivered()
    phone = Reader(app.test_client())
    there = phone.get(link).links()["Sign in first"]
    assert phone.get(there).fields("/login")["next"] == link
    assert phone.post("/login", email=MIRA, password="strangers-secret", next=link).location == link
    assert phone.post(link).location == "/me"
    assert Reader(app.test_client()).post("/login", email=MIRA, password="strangers-secret").status == 303


def test_the_owner_of_the_mailbox_gets_a_stranger_out(app, reader, unproved, delivered):
    """By a new password; signing up with a code does the same."""
    reader.post("/login", email=MIRA, password="strangers-secret")
    delivered()
    mira = Reader(app.test_client())
    mira.post("/reset", email="Mira@post.example")
    mira.post("/reset", email="nobody@post.example")
    ((recipient, subject, link),) = delivered()
    assert (recipient, subject) == (MIRA, "Choose a new password")

    assert mira.post(link, password="her-own-secret").location == "/login"

    assert reader.get("/me").location == "/login?next=/me"
    assert mira.post("/login", email=MIRA, password="her-own-secret").status == 303
    assert "Confirm your email address" not in mira.get("/me").text
