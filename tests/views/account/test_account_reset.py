"""A new password by a mailed link: one answer and one work for everybody, one use, an end."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.people.proof import LIFETIME, MailedLink
from webapp.models import Message, ResetRequest, SignIn
from webapp.services.accounts.address_proof import write_requested_resets

pytestmark = pytest.mark.usefixtures("noon")
MIRA = {"email": "mira@post.example", "password": "first-secret"}


@pytest.fixture
def mira(app, world) -> int:
    with app.app_context():
        return sign_up(**MIRA, name="Mira Sand", timezone=None, now=NOON)


@pytest.fixture
def link(app, session):
    """The path of the link in the last mail for a new password, once the worker wrote what was asked for."""

    def newest() -> str:
        with app.app_context():
            write_requested_resets(now=clock.now())
        session.rollback()
        mail = session.scalars(select(Message).where(Message.kind == "password_reset").order_by(Message.id.desc()))
        return re.search(r"http://127\.0\.0\.1:8000(/reset/\S+)", mail.first().body).group(1)

    return newest


def test_the_answer_is_the_same_whoever_has_an_account(app, reader, mira, session):
    pages = [
        reader.post("/reset", email=email)
        for email in ("mira@post.example", "nobody@post.example", "no address", "", "\0", "x" * 10_000)
    ]
    assert [page.status for page in pages] == [200] * 6
    assert len({page.unsigned for page in pages}) == 1
    assert pages[0].headings("h1") == ["Check your email"]
    with app.app_context():
        assert write_requested_resets(now=NOON) == 1
    session.rollback()
    assert session.query(Message).filter_by(kind="password_reset").count() == 1
    assert session.query(ResetRequest).count() == 0


def test_the_work_is_the_same_whoever_has_an_account(app, reader, mira, session):
    """The same statements: time has nothing to tell. Who has it is looked up by the worker."""
    seen = []
    for email in (MIRA["email"], "nobody@post.example"):
        reader.token()
        before = digest(session, leaving_out=frozenset({"sign_ins", "reset_requests"}))
        with counted_statements(app) as statements:
            reader.client.post("/reset", data={"csrf_token": reader.token(), "email": email})
        seen.append(list(statements))
        assert digest(session, leaving_out=frozenset({"sign_ins", "reset_requests"})) == before
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1


def test_the_link_is_built_from_the_settings_and_not_from_the_request(reader, mira, link, session):
    reader.post("/reset", email=MIRA["email"], headers={"X-Forwarded-Host": "evil.example"})
    assert link().startswith("/reset/")
    assert "evil.example" not in "".join(session.scalars(select(Message.body)))


def test_a_link_sets_a_password_once_and_signs_out_everywhere(reader, reader_of, mira, link, session):
    elsewhere = reader_of(mira)
    reader.post("/reset", email=MIRA["email"])
    path = link()
    assert reader.get(path).headings("h1") == ["Choose a new password"]
    answer = reader.post(path, password="second-secret")
    assert (answer.status, answer.location) == (303, "/login")
    assert "Your password has been changed. Sign in with the new one." in reader.get("/login").text
    session.rollback()
    assert (elsewhere.get("/me").status, session.query(SignIn).count()) == (302, 0)
    assert [reader.get(path).status, reader.post(path, password="third-secret").status] == [404, 404]
    old, new = (reader.post("/login", email=MIRA["email"], password=word) for word in ("first-secret", "second-secret"))
    assert [old.status, new.status] == [422, 303]


def test_an_older_link_dies_when_a_newer_one_is_made(reader, mira, link):
    reader.post("/reset", email=MIRA["email"])
    older = link()
    reader.post("/reset", email=MIRA["email"])
    newer = link()
    assert [reader.get(older).status, reader.post(older, password="second-secret").status] == [404, 404]
    assert reader.post(newer, password="second-secret").status == 303


def test_a_link_that_is_too_old_says_how_to_get_a_new_one(reader, mira, link, session):
    reader.post("/reset", email=MIRA["email"])
    path = link()
    clock.move(NOON + LIFETIME[MailedLink.RESET] + timedelta(seconds=30) - clock.real_now())
    before = digest(session)
    pages = [reader.get(path), reader.post(path, password="second-secret")]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].links()["Send a new link"] == "/reset"
    assert digest(session) == before


def test_a_password_that_cannot_be_used_can_be_mended(reader, mira, link):
    reader.post("/reset", email=MIRA["email"])
    path = link()
    page = reader.post(path, password="short")
    assert (page.status, "Use a password of at least 8 characters" in page.text) == (422, True)
    page = reader.post(path, password="mirasand")
    assert (page.status, "This password is easy to guess" in page.text) == (422, True)
    assert reader.post(path, password="long-enough").status == 303


@pytest.mark.parametrize("token", ["x", "0" * 100, "%00", "..", "x%0a"])
def test_a_made_up_link_is_404(reader, mira, token):
    for door in ("reset", "confirm"):
        assert reader.get(f"/{door}/{token}").status == 404
        assert reader.post(f"/{door}/{token}", password="second-secret").status == 404


def test_a_link_of_endless_length_is_404(reader):
    assert reader.get("/reset/" + "x" * 5000).status == 404
