"""A new password by a mailed link: one answer for everybody, one use, an end."""

import re
from datetime import timedelta

import pytest

from tests.support.rows import digest
from tests.support.world import NOON
from webapp import clock
from webapp.models import Message, SignIn
from webapp.services.people.account import RESET_LIFETIME, sign_up

pytestmark = pytest.mark.usefixtures("noon")
MIRA = {"email": "mira@post.example", "password": "first-secret"}


@pytest.fixture
def mira(app, world) -> int:
    with app.app_context():
        return sign_up(**MIRA, name="Mira Sand", timezone=None, now=NOON)


def link(session) -> str:
    """The path of the link in the last mail."""
    session.rollback()
    body = session.query(Message).order_by(Message.id.desc()).first().body
    return re.search(r"http://127\.0\.0\.1:8000(/reset/\S+)", body).group(1)


def test_the_answer_is_the_same_whoever_has_an_account(reader, mira, session):
    pages = [
        reader.post("/reset", email=email)
        for email in ("mira@post.example", "nobody@post.example", "no address", "", "\0", "x" * 10_000)
    ]
    assert [page.status for page in pages] == [200] * 6
    assert len({page.unsigned for page in pages}) == 1
    assert pages[0].headings("h1") == ["Check your email"]
    assert session.query(Message).count() == 1


def test_the_link_is_built_from_the_settings_and_not_from_the_request(reader, mira, session):
    reader.post("/reset", email=MIRA["email"], headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in session.query(Message).one().body
    assert link(session).startswith("/reset/")


def test_a_link_sets_a_password_once_and_signs_out_everywhere(reader, reader_of, mira, session):
    elsewhere = reader_of(mira)
    reader.post("/reset", email=MIRA["email"])
    path = link(session)
    assert reader.get(path).headings("h1") == ["Choose a new password"]
    answer = reader.post(path, password="second-secret")
    assert (answer.status, answer.location) == (303, "/login")
    assert "Your password is changed. Sign in with the new one." in reader.get("/login").text
    session.rollback()
    assert (elsewhere.get("/me").status, session.query(SignIn).count()) == (302, 0)
    assert [reader.get(path).status, reader.post(path, password="third-secret").status] == [404, 404]
    old, new = (reader.post("/login", email=MIRA["email"], password=word) for word in ("first-secret", "second-secret"))
    assert [old.status, new.status] == [422, 303]


def test_a_link_that_is_too_old_says_how_to_get_a_new_one(reader, mira, session):
    reader.post("/reset", email=MIRA["email"])
    path = link(session)
    clock.move(NOON + RESET_LIFETIME + timedelta(seconds=30) - clock.real_now())
    before = digest(session)
    pages = [reader.get(path), reader.post(path, password="second-secret")]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].links()["Send a new link"] == "/reset"
    assert digest(session) == before


def test_a_password_that_is_too_short_can_be_mended(reader, mira, session):
    reader.post("/reset", email=MIRA["email"])
    path = link(session)
    page = reader.post(path, password="short")
    assert (page.status, "Use a password of at least 8 characters" in page.text) == (422, True)
    assert reader.post(path, password="long-enough").status == 303


@pytest.mark.parametrize("token", ["x", "0" * 100, "%00", "..", "x%0a"])
def test_a_made_up_link_is_404(reader, mira, token):
    assert reader.get(f"/reset/{token}").status == 404
    assert reader.post(f"/reset/{token}", password="second-secret").status == 404


def test_a_link_of_endless_length_is_404(reader):
    assert reader.get("/reset/" + "x" * 5000).status == 404
