"""Who looked at an event's page is kept once, after the page is out, and only if somebody looked."""

import pytest
from sqlalchemy import select, text

from tests.support.databases.statements import counted_statements
from webapp.domain.permission import Role
from webapp.models import EventView

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

PAGE = "/events/clay"


@pytest.fixture
def event_id(world) -> int:
    return world.event(slug="clay")


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira")


@pytest.fixture
def look(app, world, event_id, mira):
    """A browser of Mira; the server ends each answer, as it does once the page is out."""
    client = app.test_client()
    world.sign_in(client, mira)

    def open_page(address=PAGE, *, method="GET", **headers):
        with client.open(address, method=method, headers=headers) as answer:
            assert answer.status_code in (200, 204), answer.status_code
            return answer

    return open_page


def views(session) -> list[tuple[int, int]]:
    session.rollback()
    return [tuple(row) for row in session.execute(select(EventView.event_id, EventView.user_id))]


def test_a_look_is_kept_once(look, session, event_id, mira):
    look()
    assert views(session) == [(event_id, mira)]
    look()
    look()
    assert views(session) == [(event_id, mira)]


def test_only_the_first_look_costs_a_statement_more(app, look):
    def cost() -> int:
        with counted_statements(app) as statements:
            look()
        return len(statements)

    look("/events")
    assert [cost() for _ in range(3)] == [3, 2, 2]


def test_the_page_is_out_before_the_look_is_written(app, world, session, event_id, mira):
    client = app.test_client()
    world.sign_in(client, mira)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert views(session) == []
    answer.close()
    assert views(session) == [(event_id, mira)]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"HX-Request": "true"}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"X-Moz": "prefetch"}),
    ],
    ids=["HEAD", "htmx", "prefetch", "prerender", "older prefetch", "oldest prefetch"],
)
def test_what_nobody_looks_at_is_not_kept(look, session, method, headers):
    look(method=method, **headers)
    assert views(session) == []


def test_the_page_that_looks_again_by_itself_is_not_kept(look, session):
    look(f"{PAGE}/enrollment", **{"HX-Request": "true"})
    look(f"{PAGE}/enrollment")
    assert views(session) == []


def test_who_is_not_signed_in_is_nobody(app, session, event_id):
    with app.test_client().get(PAGE) as answer:
        assert answer.status_code == 200
    assert views(session) == []


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_an_event_that_does_not_take_place_has_no_viewers(app, world, session, status):
    world.organization()
    world.event(slug="clay", status=status)
    client = app.test_client()
    world.sign_in(client, world.person("Orla", role=Role.ORGANIZER))
    with client.get(PAGE) as answer:
        assert answer.status_code == 200
    assert views(session) == []


def test_a_look_that_cannot_be_kept_breaks_nothing(app, look, session):
    session.execute(
        text("CREATE TRIGGER no_views BEFORE INSERT ON event_views BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    )
    session.commit()
    assert "Hand-building with clay" in look().get_data(as_text=True)
    assert views(session) == []
    assert look().status_code == 200
