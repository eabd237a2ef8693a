"""Every "no" and every failure is a page that says what happened, what is safe, and where to go."""

from dataclasses import replace

import pytest

from tests.support.pages.reading import Reader
from webapp import create_app
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.views.guards import public

PAGES = [
    ("/nowhere", 404, "This page does not exist"),
    ("/events/nothing", 404, "This page does not exist"),
    ("/logout", 405, "This link doesn’t work"),
]


@pytest.mark.parametrize(("path", "status", "heading"), PAGES)
def test_a_page_that_is_not_there_leads_on(reader, path, status, heading):
    page = reader.get(path)
    assert (page.status, page.headings("h1")) == (status, [heading])
    assert page.links()["See all events"] == "/events"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_form_that_is_too_old_says_that_nothing_changed(reader):
    answer = reader.client.post("/login", data={"email": "x"})
    assert answer.status_code == 400
    assert "This page has expired" in answer.get_data(as_text=True)
    assert "CSRF" not in answer.get_data(as_text=True)


def test_a_role_that_is_missing_is_403_for_the_signed_in_and_a_question_for_others(reader, reader_of, world):
    page = reader_of(world.person()).get("/admin/events")
    assert (page.status, page.headings("h1")) == (403, ["You cannot open this page"])
    assert reader.get("/admin/events").location == "/login?next=/admin/events"


@pytest.fixture
def broken_views(settings):
    """A reader of an app of its own, with a bug and a refusal nobody foresaw behind two addresses."""

    @public
    def bug():
        raise ZeroDivisionError("the secret is 42")

    @public
    def refusal():
        raise Refused("a_code_without_words")

    app = create_app(settings)
    app.add_url_rule("/bug", view_func=bug, endpoint="bug")
    app.add_url_rule("/refusal", view_func=refusal, endpoint="refusal")
    yield Reader(app.test_client())
    with app.app_context():
        db.engine.dispose()


def test_a_bug_is_a_page_with_a_reference_and_nothing_of_the_bug(broken_views):
    page = broken_views.get("/bug", **{"X-Request-Id": "quote-me-1234"})
    assert (page.status, page.headings("h1")) == (500, ["Something went wrong on our side"])
    assert "Nothing was changed." in page.text
    assert "Reference quote-me-1234" in page.text
    assert "the secret" not in page.html
    assert "Traceback" not in page.html


def test_a_refusal_without_words_is_still_a_sentence(broken_views):
    page = broken_views.get("/refusal")
    assert page.status == 422
    assert "That isn’t possible right now. Nothing was changed." in page.text


class TestWithoutDatabase:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")

    @pytest.mark.only_db("sqlite")
    @pytest.mark.parametrize("path", ["/events", "/events/clay", "/reset/x"])
    def test_pages_say_come_back_and_the_rest_goes_on(self, reader, path):
        page = reader.get(path)
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert page.headings("h1") == ["Turnout is not available right now"]
        assert [reader.get(address).status for address in ("/healthz", "/login")] == [200, 200]

    @pytest.mark.only_db("sqlite")
    @pytest.mark.parametrize("path", ["/nowhere", "/events/clay/enroll", "/me", "/logout"])
    def test_the_page_of_another_failure_does_not_fail_itself(self, reader, path):
        reader.client.set_cookie("turnout_signed_in", "x" * 43)
        assert {reader.client.get(path).status_code, reader.client.post(path).status_code} == {503}
