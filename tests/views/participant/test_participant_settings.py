"""Settings: name, timezone, colours and password; what cannot be used is said beside its field."""

from collections.abc import Iterator

import pytest

from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import Organization, SignIn, User
from webapp.views import reader_language

#: The rules behind these pages are tried on both databases below them.
pytestmark = pytest.mark.only_db("sqlite")

SAVE, PASSWORD = "/me/settings", "/me/settings/password"
USUAL = {"name": "Mira Sand", "timezone": "Europe/Lisbon", "theme": "system"}


@pytest.fixture
def mira(app, world) -> int:
    with app.app_context():
        return sign_up(email="mira@post.example", name="Mira", password="first-secret", timezone=None, now=world.now)


def errors(page) -> dict[str, str]:
    """Field -> sentence, as the summary says it."""
    summary = next(one for one in page.tree.iter("div") if one.get("class") == "errors")
    return {one.get("href").removeprefix("#"): "".join(one.itertext()) for one in summary.iter("a")}


def test_what_is_saved_is_shown_and_found(reader_of, mira, session):
    reader = reader_of(mira)
    answer = reader.post(SAVE, **USUAL)
    assert (answer.status, answer.location) == (303, SAVE)
    page = reader.get(SAVE)
    assert "Saved." in page.text
    assert (page.by_id("name").get("value"), page.by_id("timezone").get("value")) == ("Mira Sand", "Europe/Lisbon")
    user = session.get(User, mira)
    assert (user.name, user.timezone) == ("Mira Sand", "Europe/Lisbon")
    assert " sand" in user.search_text


@pytest.fixture
def two_languages(app) -> Iterator[None]:
    """Apps are used again by other tests, so what is offered goes back."""
    app.extensions["languages"] = ["en", "en_XA"]
    yield
    app.extensions["languages"] = ["en"]


@pytest.mark.usefixtures("two_languages")
def test_a_chosen_language_is_that_of_every_page(reader_of, mira, session):
    reader = reader_of(mira)
    assert reader.post(SAVE, **USUAL, language="en_XA").status == 303
    page = reader.get(SAVE)
    assert "<h1>Šééţţîîñĝš</h1>" in page.html
    assert '<html lang="en-XA" dir="ltr"' in page.html
    assert session.get(User, mira).language == "en_XA"

    assert reader.post(SAVE, **USUAL, language="tlh").status == 422
    assert reader.post(SAVE, **USUAL, language="").status == 303
    assert "<h1>Settings</h1>" in reader.get(SAVE).html


@pytest.mark.usefixtures("two_languages")
@pytest.mark.parametrize(
    ("wanted", "title"),
    [("en-XA,en;q=0.5", "Ééṽééñţš"), ("de, en;q=0.5", "Events"), ("de", "Events"), ("", "Events")],
)
def test_without_a_choice_it_is_the_browsers(app, wanted, title):
    answer = app.test_client().get("/events", headers={"Accept-Language": wanted})
    assert f"<h1>{title}</h1>" in answer.text.replace("ÉÉ", "Éé")


@pytest.mark.usefixtures("two_languages")
@pytest.mark.parametrize("wanted", ["de", ""])
def test_without_either_it_is_the_organizations(app, world, session, wanted):
    first = world.organization()
    staff = world.person("Olga", role=Role.ORGANIZER)
    session.get_one(Organization, first).language = "en_XA"
    session.commit()
    assert _language_for(app, wanted) == "en-XA"
    assert _language_for(app, "en") == "en"

    world.organization("Another one")
    assert _language_for(app, wanted) == "en", "two organizations, two languages"
    assert _language_for(app, wanted, lambda client: world.sign_in(client, staff)) == "en-XA", "a member of the first"


def _language_for(app, wanted: str, prepare=lambda client: None) -> str:
    client = app.test_client()
    prepare(client)
    page = client.get("/events", headers={"Accept-Language": wanted})
    return page.text.partition('<html lang="')[2].partition('"')[0]


def test_one_language_is_no_choice(reader_of, mira):
    assert reader_of(mira).get(SAVE).by_id("language") is None


def test_no_timezone_is_the_zone_of_each_event(reader_of, mira, session):
    assert reader_of(mira).post(SAVE, **{**USUAL, "timezone": " "}).status == 303
    assert session.get(User, mira).timezone is None


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "../../etc/passwd", "x" * 300, "localtime", "posixrules", "Factory", "\0"]
)
def test_a_zone_that_is_none_is_refused_and_kept_in_the_field(reader_of, mira, session, zone):
    before = digest(session)
    page = reader_of(mira).post(SAVE, **{**USUAL, "timezone": zone})
    assert (page.status, page.title) == (422, "Error: Settings - Turnout")
    assert errors(page) == {"timezone": "Enter a time zone by its city, such as Europe/Berlin"}
    assert page.by_id("timezone").get("aria-invalid") == "true"
    assert digest(session) == before


@pytest.mark.parametrize("typed", ["berlin", "europe/berlin", "Berlin Europe"])
def test_a_city_is_answered_with_the_zone_that_may_be_meant(reader_of, mira, typed):
    page = reader_of(mira).post(SAVE, **{**USUAL, "timezone": typed})
    assert page.status == 422
    assert "Similar time zones: Europe/Berlin" in page.text


def test_every_problem_is_said_at_once(reader_of, mira):
    page = reader_of(mira).post(SAVE, name=" ", timezone="Nowhere", theme="pink")
    assert errors(page) == {
        "name": "Enter your name",
        "timezone": "Enter a time zone by its city, such as Europe/Berlin",
        "theme": "Choose one of the answers",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_written_into_every_page_by_the_server(reader_of, mira, theme):
    reader = reader_of(mira)
    reader.post(SAVE, **{**USUAL, "theme": theme})
    assert f'data-theme="{theme}"' in reader.get("/events").html
    reader.post(SAVE, **USUAL)
    assert "data-theme" not in reader.get("/events").html


def test_a_theme_that_somebody_wrote_into_the_cookie_is_none(reader_of, mira):
    reader = reader_of(mira)
    reader.client.set_cookie("theme", '"><script>alert(1)</script>')
    assert "data-theme" not in reader.get(SAVE).html
    assert "alert(1)" not in reader.get(SAVE).html


def test_a_new_password_signs_out_everywhere_else(app, reader_of, mira, session):
    here, elsewhere = reader_of(mira), reader_of(mira)
    answer = here.post(PASSWORD, current="first-secret", password="second-secret")
    assert (answer.status, answer.location) == (303, SAVE)
    assert [here.get("/me").status, elsewhere.get("/me").status] == [200, 302]
    assert session.query(SignIn).count() == 1
    old, new = (
        here.post("/login", email="mira@post.example", password=word) for word in ("first-secret", "second-secret")
    )
    assert [old.status, new.status] == [422, 303]


@pytest.mark.parametrize(
    ("current", "new", "field", "sentence"),
    [
        ("wrong-secret", "second-secret", "current", "This isn’t your current password. Enter it again"),
        ("first-secret", "short", "password", "Use a password of at least 8 characters"),
        ("first-secret", "x" * 4097, "password", "Use a password of at most 4,096 characters"),
        ("", "second-secret", "current", "This isn’t your current password. Enter it again"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(reader_of, mira, session, current, new, field, sentence):
    before = digest(session)
    page = reader_of(mira).post(PASSWORD, current=current, password=new)
    assert (page.status, errors(page)) == (422, {field: sentence})
    assert digest(session) == before


def test_whatever_is_left_out_of_choosing_a_language_exists(app):
    """Health is asked for while there is no database: a page that was renamed would be asked for its reader."""
    assert reader_language._SAY_NOTHING <= set(app.view_functions)
