"""The page that sets an installation up."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import PASSING, digest
from webapp.models import OperatorChange, Organization
from webapp.services.installation.set_up import new_setup_code

pytestmark = pytest.mark.only_db("sqlite")
#: A wrong code is counted.
LEAVING_OUT = PASSING | {"setup_codes"}
FILLED = {
    "name": "Iris Nyberg",
    "email": "iris@northside.example",
    "password": "harbour lights in june",
    "organization": "Northside Makers",
    "contact_email": "",
    "facility": "Hafen Studio",
    "address": "",
    "timezone": "Europe/Berlin",
}


@pytest.fixture
def code(app, noon) -> str:
    with app.app_context():
        return new_setup_code(now=noon)


def test_the_link_fills_the_code_in_and_the_form_signs_the_operator_in(reader, session, code):
    page = reader.get(f"/setup?code={code}")
    assert page.fields("/setup")["code"] == code

    done = reader.post("/setup", code=code, **FILLED)
    assert (done.status, done.location) == (303, "/operator/start")
    start = reader.get("/operator/start")
    assert start.headings("h1") == ["Turnout is ready"]
    assert "We sent a link to iris@northside.example" in start.text
    assert start.links()["New event"] == "/admin/events/new"
    assert reader.get("/admin/events/new").status == 200
    assert session.scalars(select(Organization.contact_email)).one() == "iris@northside.example"


def test_pressed_twice_it_is_done_once(reader, session, code):
    reader.post("/setup", code=code, **FILLED)
    again = reader.post("/setup", code=code, **FILLED)

    assert again.status == 404
    assert again.headings("h1") == ["Turnout is already set up"]
    assert len(session.scalars(select(OperatorChange)).all()) == 1


def test_afterwards_the_page_is_gone(reader, session, world, code):
    world.person("Ola", is_operator=True)

    page = reader.get("/setup")
    assert page.status == 404
    assert page.links()["Sign in"] == "/login"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": ""}, "Enter the code from the server log"),
        ({"code": "AAAA-AAAA-AAAA"}, "This code is wrong or was used already"),
        ({"name": " "}, "Enter your name"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "iris"}, "email address"),
        ({"contact_email": "hello"}, "email address"),
        ({"password": "short"}, "Use a password of at least 8 characters"),
        ({"password": "password123"}, "easy to guess"),
        ({"organization": ""}, "Enter the name of the organization"),
        ({"facility": ""}, "Enter the name of the facility"),
        ({"timezone": "Atlantis"}, "time zone"),
    ],
)
def test_a_mistake_is_said_and_everything_else_is_kept(reader, session, code, changes, sentence):
    before = digest(session, leaving_out=LEAVING_OUT)
    page = reader.post("/setup", **{"code": code, **FILLED, **changes})

    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert sentence in page.text
    kept = page.fields("/setup")
    assert kept["password"] == ""
    assert all(kept[name] == value for name, value in FILLED.items() if name not in {*changes, "password"})
    assert digest(session, leaving_out=LEAVING_OUT) == before


def test_several_mistakes_are_said_at_once(reader, code):
    page = reader.post("/setup", **{**FILLED, "code": "", "name": "", "timezone": ""})

    assert "Enter the code" in page.text
    assert "Enter your name" in page.text
    assert page.words_of("timezone-error")


def test_the_start_page_is_the_operators(reader, reader_of, world):
    world.organization()
    assert reader.get("/operator/start").status == 302
    assert reader_of(world.person()).get("/operator/start").status == 403
    operator = world.person("Ola", is_operator=True)
    page = reader_of(operator).get("/operator/start")
    assert "todo--done" in page.html, "the address of this one is proved"
