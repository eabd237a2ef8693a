"""Matches of people in an online room are in the audit trail of the event, in their order, with who and why."""

import pytest

from tests.support.worlds.online.online_event import LATER, MINUTE, START, OnlineEvent
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.queries.online.session_owner import SessionOwner
from webapp.services.online.identity_match import match_identity, unmatch_identity
from webapp.services.places.enrollment import enroll

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


@pytest.fixture
def online_event(app) -> OnlineEvent:
    with app.app_context():
        online_event = OnlineEvent(app, people=2)
        online_event.room.joins("ipad", 0, name="Mum's iPad")
        online_event.room.fold()
    return online_event


@pytest.fixture
def browser(online_event, reader_of):
    return reader_of(online_event.world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def matched(app, online_event, browser) -> str:
    """The first person is matched, and it is taken back two minutes later."""
    with app.app_context():
        match(online_event, at=LATER)
        unmatch_identity(reason="It was her brother", now=LATER + 2 * MINUTE, **said(online_event))
    return online_event.world.names[online_event.people[0]]


def said(online_event) -> dict[str, object]:
    dana = next(user_id for user_id, name in online_event.world.names.items() if name == "Dana Kim")
    owner = SessionOwner(online_event.event_id, None)
    return {"owner": owner, "identity": "ipad", "actor": online_event.world.actor(dana, Role.ADMIN)}


def match(online_event, *, at) -> None:
    match_identity(user_id=online_event.people[0], reason="She told me", now=at, **said(online_event))


def rows(page) -> list[str]:
    return [" ".join("".join(one.itertext()).split()) for one in page.tree.iter("tr")][1:]


def test_a_match_and_its_end_are_entries_in_words(online_event, browser, matched):
    page = browser.get(f"/admin/events/{online_event.event_id}/audit")

    back, made, *moves = rows(page)
    assert f"{matched} No longer matched to Mum's iPad in the online session" in back
    assert ("Match undone by Dana Kim" in back, "It was her brother" in back) == (True, True)
    assert f"{matched} Matched to Mum's iPad in the online session" in made
    assert ("Match by Dana Kim" in made, "She told me" in made) == (True, True)
    assert len(moves) == 2
    assert page.links()[matched].endswith(f"/admin/enrollments/{online_event.places[0]}")
    assert matched in rows(browser.get("/admin/audit"))[0]


def test_filters_count_for_matches_too(online_event, browser, matched):
    def matches(query: str) -> int:
        return browser.get(f"/admin/events/{online_event.event_id}/audit?{query}").text.count("in the online session")

    assert [matches(one) for one in ("trigger=organizer", "trigger=system", "status=confirmed", "q=x")] == [2, 0, 0, 0]
    assert matches(f"q={matched.split()[0]}") == 2
    elsewhere = online_event.world.event("Elsewhere")
    assert "in the online session" not in browser.get(f"/admin/events/{elsewhere}/audit").text


@pytest.mark.parametrize(("at", "pages"), [(LATER, [1, 0]), (NOON + MINUTE, [0, 1])])
def test_a_match_is_on_the_page_of_its_time(app, online_event, browser, at, pages):
    with app.app_context():
        match(online_event, at=at)
        for user_id in online_event.world.people(60):
            actor = online_event.world.actor(user_id)
            enroll(event_id=online_event.event_id, user_id=user_id, actor=actor, now=START - 2 * MINUTE)
    first = browser.get(f"/admin/events/{online_event.event_id}/audit")
    second = browser.get(first.links()["Older entries"])

    assert [page.text.count("in the online session") for page in (first, second)] == pages
    if pages == [0, 1]:
        assert ["in the online session" in row for row in rows(second)][-3:] == [True, False, False], "in their order"
