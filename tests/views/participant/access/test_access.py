"""The event's page where not everybody may enroll: each reads where they stand, and no form goes around it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.places.access import LINK, put_on_list
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.models import Organization
from webapp.services.places.access.link import replace_link

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
PAGE, ENROLL, GUEST, EMBED = (f"/events/clay{end}" for end in ("", "/enroll", "/guest", "/embed"))
ANA = "ana@studio.example"


@pytest.fixture
def on_list(app):
    def put(event_id: int, text: str) -> None:
        with app.app_context():
            put_on_list(event_id, text)

    return put


@pytest.fixture
def ana(world, reader_of):
    world.organization()
    return reader_of(world.person("Ana", email=ANA))


@pytest.fixture
def ben(world, reader_of):
    world.organization()
    return reader_of(world.person("Ben"))


def block(page) -> str:
    return page.words_of("enrollment-h")


def test_each_is_told_whether_the_list_lets_them_in(world, session, on_list, ana, ben, reader_of):
    event_id = world.event(slug="clay", capacity=3, who_may="list")
    on_list(event_id, ANA)
    unproved = reader_of(world.person("Cy", email="cy@studio.example", is_proved=False))
    assert block(ana.get(PAGE)) == "3 places left"
    page = ben.get(PAGE)
    assert block(page) == "This event is for people on a list"
    assert "Your address isn’t on it." in page.text
    assert page.buttons("enrollment") == ["Write to Northside Makers"]
    page = unproved.get(PAGE)
    assert page.buttons("enrollment") == ["Confirm my address"]
    before = digest(session)
    for reader in (ben, unproved):
        answer = reader.post(ENROLL, seen="open")
        assert (answer.status, block(answer)) == (403, "This event is for people on a list")
        assert reader.post("/events/clay/guest", name="Ben", email=ANA).status == 403
    assert digest(session) == before
    assert ana.post(ENROLL, seen="open").status == 303
    assert block(ana.get(PAGE)) == "You are enrolled"
    assert "For people on a list" in ben.get("/events").text


def test_a_guest_is_looked_for_once_the_address_is_confirmed(world, session, on_list, reader, app):
    event_id = world.event(slug="clay", capacity=3, who_may="list")
    on_list(event_id, ANA)
    for email, says in ((ANA, "You are enrolled"), ("ben@post.example", "This event is for people on a list")):
        page = reader.get(PAGE)
        assert "We check once you’ve confirmed your address." in page.text
        assert page.buttons("enrollment")[-1:] == ["Enroll"]
        answer = reader.post(GUEST, name="Guest", email=email, seen="not_on_list")
        assert (answer.status, answer.location) == (303, "/code")
        waiting = reader.get("/code").text
        assert "held until" not in waiting
        code, _ = mailed_code(session, email)
        reader.post("/code", code=code)
        assert block(reader.get(PAGE)) == says
        reader.post("/logout")
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_a_stranger_is_told_when_it_opens_before_anybody_can_say_who_they_are(world, reader, ben):
    world.event(slug="clay", who_may="list", starts_at=NOON + timedelta(days=9), opens_at=NOON + timedelta(days=1))
    page = reader.get(PAGE)
    assert "Enrollment opens Thu 11 June, 14:00. Then we check whether you’re on it." in page.text
    assert page.buttons("enrollment") == []
    assert "Your address isn’t on it." in ben.get(PAGE).text


def test_the_link_lets_in_and_the_old_one_says_that_it_ended(world, session, app, ana, ben, reader):
    event_id = world.event(slug="clay", capacity=3, who_may="link", link_token=LINK)
    page = ana.get(PAGE)
    assert block(page) == "This event is for people with its link"
    assert 'name="robots" content="noindex"' in page.html
    assert (ana.post(ENROLL, seen="open").status, reader.post(GUEST, name="G", email="g@post.example").status) == (
        403,
        403,
    )
    opened = ana.get(f"/e/{LINK}")
    assert (opened.status, opened.location) == (303, PAGE)
    assert block(ana.get(PAGE)) == "3 places left"
    # Another link opened later takes nothing away.
    world.event(slug="raku", who_may="link", link_token="another")
    ana.get("/e/another")
    assert ana.post(ENROLL, seen="open").status == 303
    reader.get(f"/e/{LINK}")
    assert reader.post(GUEST, name="Guest", email="g@post.example", seen="open").location == "/code"
    with app.app_context():
        replace_link(event_id=event_id, seen=LINK)
    ended = ben.get(f"/e/{LINK}")
    assert (ended.status, "This link no longer works. Ask the organizer for the new one." in ended.text) == (404, True)
    assert ben.get("/e/nothing").status == 404
    assert block(ana.get(PAGE)) == "You are enrolled"


def test_what_needs_a_link_is_in_no_list(world, session, reader):
    world.organization()
    organization = f"/o/{session.scalar(select(Organization.slug))}"
    session.rollback()
    world.event("Hidden", slug="clay", who_may="link", link_token=LINK)
    world.event("For all", slug="raku")
    page = reader.get("/events").text
    assert ("For all" in page, "Hidden" in page) == (True, False)
    for address in (organization, f"{organization}/embed", f"{organization}/calendar.ics", "/sitemap.xml"):
        answer = reader.get(address)
        assert answer.status == 200, address
        assert ("/events/raku" in answer.html, "/events/clay" in answer.html) == (True, False), address
    assert (reader.get(EMBED).status, reader.get("/events/raku/embed").status) == (404, 200)


def test_the_list_comes_first_and_everybody_is_told_when(world, on_list, ana, ben, reader):
    opens, early = NOON + timedelta(days=3), NOON + timedelta(days=1)
    event_id = world.event(
        slug="clay", capacity=3, starts_at=NOON + timedelta(days=9), opens_at=opens, list_opens_at=early
    )
    on_list(event_id, ANA)
    assert block(ana.get(PAGE)) == "You can enroll from Thu 11 June, 14:00"
    assert "It opens for everyone Sat 13 June, 14:00." in ana.get(PAGE).text
    for one in (ben, reader):
        page = one.get(PAGE)
        assert block(page) == "Enrollment opens Sat 13 June, 14:00"
        assert "People on the organizer’s list can enroll from Thu 11 June, 14:00." in page.text
    clock.move(early - clock.real_now())
    assert block(ana.get(PAGE)) == "3 places left"
    page = ben.get(PAGE)
    assert block(page) == "Enrollment opens Sat 13 June, 14:00"
    assert "People on the organizer’s list can enroll already. Your address isn’t on it." in page.text
    assert ben.post(ENROLL, seen="open").status == 409
    page = reader.get(PAGE)
    assert "Are you on the organizer’s list?" in page.text
    assert page.buttons("enrollment") == ["Enroll"]
    assert reader.post(GUEST, name="Guest", email=ANA, seen="not_open").location == "/code"
    clock.move(opens - clock.real_now())
    assert block(ben.get(PAGE)) == "3 places left"


def test_who_gave_the_place_up_is_told_what_it_takes_now(world, app, ana):
    event_id = world.event(slug="clay", who_may="link", link_token=LINK)
    ana.get(f"/e/{LINK}")
    ana.post(ENROLL, seen="open")
    ana.post("/events/clay/leave")
    with app.app_context():
        replace_link(event_id=event_id, seen=LINK)
    page = ana.get(PAGE)
    assert (block(page), "To enroll again, open the event’s link." in page.text) == ("You cancelled your place", True)
    assert "Enroll again" not in page.text


@pytest.mark.parametrize(
    ("policy", "more"), [({}, 0), ({"who_may": "list"}, 1), ({"who_may": "link", "link_token": LINK}, 1)]
)
def test_it_costs_one_statement_and_none_where_everybody_may_enroll(app, world, reader_of, policy, more):
    world.event(slug="clay", capacity=3, **policy)
    mira = reader_of(world.person())
    mira.get(PAGE)
    with counted_statements(app) as statements:
        mira.get(PAGE)
    assert len(statements) == 2 + more
