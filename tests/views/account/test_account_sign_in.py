"""Signing up, in and out: cookies, the way back, one text for every wrong answer."""

import pytest

from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import mailed_code, sign_up, signs_up
from tests.support.worlds.rows import digest
from webapp.models import SignIn, User

#: The rules behind these pages are tried on both databases below them.
pytestmark = pytest.mark.only_db("sqlite")

MIRA = {"email": "mira@post.example", "password": "first-secret"}
COOKIE = "turnout_signed_in"


@pytest.fixture
def mira(app, world) -> int:
    with app.app_context():
        return sign_up(**MIRA, name="Mira Sand", timezone=None, now=world.now)


def errors(page) -> dict[str, str]:
    """Field -> sentence, as the summary says it."""
    summary = next(one for one in page.tree.iter("div") if one.get("class") == "errors")
    return {one.get("href").removeprefix("#"): "".join(one.itertext()) for one in summary.iter("a")}


def test_the_code_signs_up_and_goes_on_where_one_was(reader, session):
    answer = signs_up(reader, session, email=MIRA["email"], timezone="Europe/Lisbon", next="/events/clay/enroll")
    session.rollback()
    assert (answer.status, answer.location) == (303, "/events/clay/enroll")
    assert reader.get("/me").status == 200
    person = session.query(User).filter_by(email=MIRA["email"]).one()
    assert (person.timezone, person.address_proved_at is not None) == ("Europe/Lisbon", True)


def test_a_zone_that_only_the_browser_knows_is_no_error(reader, session):
    assert signs_up(reader, session, email=MIRA["email"], timezone="Mars/Base").status == 303
    session.rollback()
    assert session.query(User).filter_by(email=MIRA["email"]).one().timezone is None


def test_every_problem_of_a_new_account_is_said_beside_its_field(reader, session):
    before = digest(session)
    page = reader.post("/signup", name=" ", email="", next="/me")
    assert (page.status, page.title, errors(page)) == (
        422,
        "Error: Create an account - Turnout",
        {"name": "Enter your name"},
    )
    page = reader.post("/signup", name="Mira", email="mira", next="/me")
    assert errors(page) == {"email": "Enter an email address like name@example.org"}
    assert page.by_id("email").get("value") == "mira"
    assert page.fields("/signup")["next"] == "/me"
    assert digest(session) == before


def test_a_wrong_code_says_how_many_tries_are_left(reader, session):
    reader.post("/signup", name="Mira", email=MIRA["email"])
    code, link = mailed_code(session, MIRA["email"])
    guess = f"{(int(code) + 1) % 10**6:06}"
    pages = [reader.post("/code", code=guess) for _ in range(6)]
    assert [page.status for page in pages] == [422] * 6
    assert errors(pages[0]) == {"code": "That’s not the code. You have 4 more tries"}
    assert "The code was wrong five times" in reader.get("/code").text
    assert reader.post("/code", code=code).status == 422
    assert reader.post("/code/continue").status == 409
    # In the very browser that asked, the link is one button; it goes on by itself where the page waits.
    assert reader.get(link).buttons() == ["Continue"]
    Reader(reader.client.application.test_client()).post(link)
    waiting = reader.post("/code/continue", htmx=True)
    assert (waiting.status, waiting.headers["HX-Redirect"]) == (200, "/events")
    assert reader.get("/me").status == 200


def test_signing_in_with_a_code_where_nobody_has_the_address_asks_for_the_name(reader, session):
    assert reader.post("/login/code", email=MIRA["email"], next="/me").location == "/code"
    waiting = reader.post("/code/continue", htmx=True)
    assert waiting.status == 204
    page = reader.post("/code", code=mailed_code(session, MIRA["email"])[0])
    assert (page.headings("h1"), page.buttons()[0]) == (["What’s your name?"], "Create account")
    assert errors(reader.post("/code/name", name=" ")) == {"name": "Enter your name"}
    assert reader.post("/code/name", name="Mira").location == "/me"
    assert reader.post("/code/name", name="Mira").status == 404


def test_the_link_signs_in_where_it_is_opened_and_the_other_browser_is_told(reader, session, app):
    reader.post("/signup", name="Mira", email=MIRA["email"])
    link = mailed_code(session, MIRA["email"])[1]
    phone = Reader(app.test_client())
    assert phone.post(link, here="1").location == "/events"
    assert phone.get("/me").status == 200
    assert [reader.get("/code").location, reader.post("/code", code="123456").status] == ["/login", 404]
    assert reader.post("/code/continue", htmx=True).headers["HX-Redirect"] == "/login"


def test_a_form_without_a_password_says_what_to_do(reader, mira):
    page = reader.post("/login", email=MIRA["email"], password="")
    assert (page.status, errors(page)) == (422, {"password": "Enter your password, or get a code by email"})


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(reader, mira, session):
    answer = reader.post("/login", **MIRA)
    assert (answer.status, answer.location) == (303, "/events")
    (cookie,) = [one for one in answer.response.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    token = cookie.split("=", 1)[1].split(";")[0]
    assert token not in {row.token_hash for row in session.query(SignIn)}


def test_every_wrong_answer_reads_the_same(reader, mira, session):
    before = digest(session)
    tries = [(MIRA["email"], "wrong"), ("nobody@post.example", "first-secret"), ("", ""), ("<b>x", "\0" * 9)]
    pages = [reader.post("/login", email=email, password=password) for email, password in tries]
    assert [page.status for page in pages] == [422] * 4
    assert {tuple(errors(page).items()) for page in pages} == {(("email", "Wrong email or password."),)}
    assert digest(session) == before


def test_a_new_session_begins_with_every_sign_in_and_the_old_one_ends(reader, mira, session):
    reader.post("/login", **MIRA)
    first = reader.client.get_cookie(COOKIE).value
    token = reader.token()
    reader.post("/login", **MIRA)
    assert reader.client.get_cookie(COOKIE).value != first
    # A form from before belongs to another session now.
    assert reader.post("/logout", csrf_token=token).status == 400
    assert session.query(SignIn).count() == 1


def test_the_cookie_is_dead_after_signing_out_wherever_it_was_copied(reader, mira, app, session):
    reader.post("/login", **MIRA)
    copied = reader.client.get_cookie(COOKIE).value
    answers = [reader.post("/logout") for _ in range(2)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, "/events")] * 2
    thief = Reader(app.test_client())
    thief.client.set_cookie(COOKIE, copied)
    assert [reader.get("/me").status, thief.get("/me").status] == [302, 302]
    assert session.query(SignIn).count() == 0


def test_whoever_is_signed_in_is_sent_on(reader, mira):
    reader.post("/login", **MIRA)
    assert [reader.get(f"{path}?next=/me").location for path in ("/login", "/signup")] == ["/me", "/me"]


ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "http:evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "evil.example",
    "///evil.example",
    "/%0d%0aSet-Cookie:x=1\r\nX: y",
    "data:text/html,x",
    "",
    "//[",
    "//℀",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_way_back_never_leaves_this_site(reader, mira, target):
    shown = Reader(reader.client).get("/login", **{}).fields("/login")["next"]
    assert shown == ""
    answer = reader.post("/login", **MIRA, next=target)
    assert (answer.status, answer.location) == (303, "/events")
    page = reader.client.get("/login", query_string={"next": target})
    assert (page.status_code, page.headers["Location"]) == (303, "/events")


def test_a_way_back_in_the_form_is_a_local_one_or_none(reader):
    assert reader.get("/login?next=//evil.example").fields("/login")["next"] == ""
    assert reader.get("/login?next=/me/settings").fields("/login")["next"] == "/me/settings"
    assert "evil" not in reader.get("/signup?next=https://evil.example").html
