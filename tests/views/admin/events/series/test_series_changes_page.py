"""Changing, calling off and undoing dates of a series at the browser of an organizer."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.recurrence import parse_rule
from webapp.models import Event, EventPolicy, EventSeriesChange
from webapp.services.events.series.making import repeat_event

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def dates(app, world, browser, use_cases, session) -> list[int]:
    """Four published Thursdays, 14:00 in Berlin, one person on the second; the third has places of its own."""
    first = world.event("Clay", starts_at=NOON + timedelta(days=1), capacity=12)
    with app.app_context():
        done = repeat_event(
            event_id=first,
            starts=[NOON + timedelta(days=1 + 7 * week) for week in (1, 2, 3)],
            rule=parse_rule("FREQ=WEEKLY;COUNT=3"),
            actor=world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN),
            request_id="r" * 32,
            now=NOON,
        )
    session.execute(update(Event).values(status="published", published_at=NOON))
    session.execute(update(EventPolicy).where(EventPolicy.event_id == done.made[1]).values(capacity=30))
    session.commit()
    use_cases.enrolls(done.made[0], world.person("Mira Sand"))
    return [first, *done.made]


@pytest.fixture
def sent():
    """The form of the second date, with another time of all later ones."""
    return {
        "title": "Clay",
        "place": "Studio 2",
        "capacity": "12",
        "local_on": "2026-06-18",
        "at": "13:30",
        "until": "15:30",
        "scope": "from_here",
        "reason": "Concert next door",
    }


def address(dates, what="change") -> str:
    return f"/admin/series/1/dates/{dates[1]}/{what}"


def starts(session) -> list[str]:
    session.rollback()
    return [f"{one:%d %H:%M}" for one in session.scalars(select(Event.starts_at).order_by(Event.id))]


def test_the_form_is_filled_and_says_how_many_go_with_it(browser, dates):
    page = browser.get(address(dates))
    assert page.fields(address(dates))["at"] == "14:00"
    words = page.words_of("main")
    assert "Only this date1 person" in words
    assert "This and all later dates3 dates, 1 person" in words
    assert "All dates that haven’t started4 dates, 1 person" in words
    assert page.buttons("main") == ["Show what changes", "Back", "Call off"]


def test_a_change_is_shown_before_it_is_done_and_then_undone(browser, dates, sent, session):
    page = browser.post(address(dates), **sent)
    assert page.status == 200
    assert "Change 3 dates and tell 1 person" in page.buttons("main")
    assert starts(session) == ["11 12:00", "18 12:00", "25 12:00", "02 12:00"]
    seen = page.fields(address(dates))["seen"]

    answer = browser.post(address(dates), **sent, seen=seen)
    page = browser.get(answer.location)
    assert "3 dates were changed." in page.text
    assert "3 dates changed" in page.text
    assert "Concert next door" in page.text
    assert starts(session) == ["11 12:00", "18 11:30", "25 11:30", "02 11:30"]
    # The same form again is about dates that changed since: it shows what there is to change now.
    assert "No changes to save" in browser.post(address(dates), **sent, seen=seen).text

    undo = page.links()["Undo"]
    assert browser.post(undo, reason=" ").status == 422
    assert "3 dates go back to what they were" in browser.get(undo).text
    answer = browser.post(undo, reason="Was a mistake")
    assert "3 dates are as they were." in browser.get(answer.location).text
    assert starts(session) == ["11 12:00", "18 12:00", "25 12:00", "02 12:00"]
    assert "Undo" not in browser.get(answer.location).links()


def test_what_still_stands_of_a_change_is_undone_after_a_date_of_it_was_called_off(browser, dates, sent, session):
    seen = browser.post(address(dates), **sent).fields(address(dates))["seen"]
    browser.post(address(dates), **sent, seen=seen)
    browser.post(f"/admin/series/1/dates/{dates[3]}/cancel", scope="this", reason="Burst pipe")
    undo = browser.get("/admin/series/1").links()["Undo"]
    page = browser.get(undo)
    assert "2 dates go back to what they were" in page.text
    assert "Dates that were changed since stay as they are." in page.text
    said = browser.get(browser.post(undo, reason="Was a mistake").location).text
    assert "2 dates are as they were." in said
    assert "This date was changed again since, so it stays as it is." in said
    assert starts(session) == ["11 12:00", "18 12:00", "25 12:00", "02 11:30"]


def test_what_was_changed_by_hand_is_said(browser, dates, sent):
    page = browser.post(address(dates), **{**sent, "at": "14:00", "until": "16:00", "capacity": "20"})
    assert "Keeps its own: places" in page.text
    assert "Change 2 dates" in page.buttons("main")


def test_what_changed_while_it_was_looked_at_is_shown_again(browser, dates, sent, session):
    seen = browser.post(address(dates), **sent).fields(address(dates))["seen"]
    session.execute(update(Event).where(Event.id == dates[3]).values(version=9))
    session.commit()
    page = browser.post(address(dates), **sent, seen=seen)
    assert "Change 3 dates and tell 1 person" in page.buttons("main")
    assert starts(session) == ["11 12:00", "18 12:00", "25 12:00", "02 12:00"]


def test_what_else_is_on_then_is_said(world, browser, dates, sent):
    world.event("Choir", starts_at=NOON + timedelta(days=15, minutes=-90), ends_at=NOON + timedelta(days=15))
    page = browser.post(address(dates), **sent)
    assert "1 clash." in page.text
    assert "Choir" in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Enter a reason"),
        ({"scope": "some"}, "Choose one of the options"),
        ({"at": "25:00"}, "Enter a time like 18:05"),
        ({"local_on": "2026-06-19"}, "Only one date can be moved to another day at a time"),
        ({"capacity": "0"}, "Enter a whole number of places from 1 to"),
        ({"title": ""}, "Enter"),
        ({"at": "14:00", "until": "16:00"}, "No changes to save"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(browser, dates, sent, session, changes, sentence):
    before = digest(session)
    page = browser.post(address(dates), **{**sent, **changes})
    assert page.status in {409, 422}
    assert sentence in page.text
    assert digest(session) == before


def test_dates_are_called_off_from_here_with_a_reason(browser, dates, session):
    page = browser.get(address(dates, "cancel"))
    assert "This and all later dates3 dates, 1 person with a place" in page.words_of("main")
    assert browser.post(address(dates, "cancel"), scope="from_here", reason="").status == 422
    answer = browser.post(address(dates, "cancel"), scope="from_here", reason="Burst pipe")
    page = browser.get(answer.location)
    assert "3 dates were called off. We’ll notify 1 person." in page.text
    assert page.text.count("Burst pipe") == 3
    assert session.scalars(select(Event.status).order_by(Event.id)).all() == ["published", *["cancelled"] * 3]
    # What is called off is not to be changed any longer.
    assert browser.get(address(dates)).status == 404


def test_what_is_not_of_the_series_or_not_theirs_is_not_found(world, browser, dates, reader_of, session):
    alone = world.event("Alone")
    assert browser.get(f"/admin/series/1/dates/{alone}/change").status == 404
    assert browser.get("/admin/series/1/changes/" + "b" * 36 + "/undo").status == 404
    viewer = reader_of(world.person("Vic", role=Role.VIEWER))
    before = digest(session)
    for what in ("change", "cancel"):
        assert viewer.post(address(dates, what), reason="x", scope="all").status == 403
    assert digest(session) == before
    assert session.scalars(select(EventSeriesChange.id)).all() == []
