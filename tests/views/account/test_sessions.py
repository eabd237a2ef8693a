"""Where somebody is signed in: seen, ended one by one, ended all at once, and never anybody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.rows import digest
from webapp import clock
from webapp.domain.people.sign_in import LONGEST_IDLE
from webapp.models import SignIn
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand")


@pytest.fixture
def device(app):
    """A browser in which that person signed in."""

    def signed_in(user_id: int, user_agent: str) -> Reader:
        client = app.test_client()
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent=user_agent, real_now=clock.real_now())
        client.set_cookie("turnout_signed_in", token)
        return Reader(client)

    return signed_in


def ids(session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(SignIn.id).order_by(SignIn.id)))


def test_every_device_is_listed_and_this_one_is_marked(mira, world, device):
    laptop, _phone = device(mira, LAPTOP), device(mira, PHONE)
    device(world.person("Ben"), "curl/8.5.0")

    page = laptop.get("/me/sessions")

    rows = [one for one in page.tree.iter("li")]
    assert [("This device" in "".join(row.itertext())) for row in rows] == [True, False]
    assert "Firefox on Windows" in page.text and "Mobile Safari on iOS (iPhone)" in page.text
    assert "curl" not in page.text
    assert laptop.get("/me/settings").links()["See devices and sign out"] == "/me/sessions"


def test_one_is_ended_and_the_others_stay(mira, device, session):
    laptop, phone, other = device(mira, LAPTOP), device(mira, PHONE), device(mira, "curl/8.5.0")

    answer = laptop.post(f"/me/sessions/{ids(session)[1]}/end")

    assert (answer.status, answer.location) == (303, "/me/sessions")
    assert "Signed out there." in laptop.get("/me/sessions").text
    assert [one.get("/me").status for one in (laptop, phone, other)] == [200, 302, 200]
    laptop.post(f"/me/sessions/{ids(session)[1]}/end")
    assert laptop.post("/me/sessions/999999/end").status == 404


def test_all_others_are_ended_at_once(mira, world, device, session):
    laptop, phone = device(mira, LAPTOP), device(mira, PHONE)
    ben = device(world.person("Ben"), LAPTOP)

    laptop.post("/me/sessions/end-others")

    page = laptop.get("/me/sessions")
    assert [one.get("/me").status for one in (laptop, phone, ben)] == [200, 302, 200]
    assert "Signed out on 1 other device." in page.text and "You’re not signed in anywhere else." in page.text
    laptop.post("/me/sessions/end-others")
    assert "You weren’t signed in anywhere else." in laptop.get("/me/sessions").text


def test_here_too_when_it_is_everywhere(mira, world, device):
    laptop, phone, ben = device(mira, LAPTOP), device(mira, PHONE), device(world.person("Ben"), LAPTOP)

    answer = laptop.post("/me/sessions/end-all")

    assert (answer.location, "You’re signed out everywhere." in laptop.get("/login").text) == ("/login", True)
    assert [one.get("/me").status for one in (laptop, phone, ben)] == [302, 302, 200]


def test_somebody_elses_session_cannot_be_ended(mira, world, device, session):
    device(mira, LAPTOP)
    ben = device(world.person("Ben"), LAPTOP)
    before = digest(session, leaving_out=frozenset())
    assert ben.post(f"/me/sessions/{ids(session)[0]}/end").status == 404
    assert digest(session, leaving_out=frozenset()) == before


def test_a_session_that_is_over_is_not_listed(mira, device, session):
    laptop, _phone = device(mira, LAPTOP), device(mira, PHONE)
    old = clock.real_now() - LONGEST_IDLE - timedelta(minutes=1)
    session.execute(update(SignIn).where(SignIn.id == ids(session)[1]).values(seen_at=old))
    session.commit()
    assert "iPhone" not in laptop.get("/me/sessions").text
