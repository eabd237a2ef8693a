"""Repeating an event, and the page of its series, as an organizer sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.recurrence import parse_rule
from webapp.models import ClosedDays, Event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.events.series.making import repeat_event
from webapp.services.unit_of_work import write_transaction

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
ONCE = "r" * 32
WEEKLY = {"request_id": ONCE, "repeat": "weekly", "interval": "1", "starts_on": "2026-06-18", "count": "3", "day": "TH"}
DATES = ["2026-06-18", "2026-06-25", "2026-07-02"]
KEY = "FREQ=WEEKLY;INTERVAL=1;COUNT=3;BYDAY=TH 2026-06-18"


@pytest.fixture
def event_id(world, browser):
    """On Thursday 11 June, 14:00 in Berlin."""
    return world.event("Clay", slug="clay", capacity=12)


@pytest.fixture
def series_id(app, world, event_id):
    with app.app_context():
        done = repeat_event(
            event_id=event_id,
            starts=[NOON + timedelta(days=1 + 7 * week) for week in (1, 2, 3)],
            rule=parse_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=3"),
            actor=world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN),
            request_id=ONCE,
            now=NOON,
        )
        return done.series_id


def ticked(page) -> list[str]:
    boxes = [one for one in page.tree.iter("input") if one.get("name") == "on"]
    return [one.get("value") for one in boxes if one.get("checked") is not None]


def count_of(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Event))


def test_the_page_proposes_the_next_weeks_and_shows_the_dates(browser, event_id):
    assert browser.get(f"/admin/events/{event_id}").links()["Repeat this event"] == f"/admin/events/{event_id}/repeat"
    page = browser.get(f"/admin/events/{event_id}/repeat")
    assert ticked(page) == [f"2026-{day}" for day in ("06-18", "06-25", "07-02", "07-09", "07-16", "07-23")]
    assert "All start at 14:00, Berlin time, also after the clocks change." in page.text


def test_dates_are_shown_before_any_is_made_and_again_when_the_rule_changed(browser, event_id, session):
    page = browser.post(f"/admin/events/{event_id}/repeat", htmx=True, preview="1", **WEEKLY)
    assert (page.status, ticked(page), "<html" in page.html) == (200, DATES, False)
    # Sent with the list of another rule: nothing is made, the list of this one is shown.
    page = browser.post(f"/admin/events/{event_id}/repeat", on=DATES[0], seen="FREQ=DAILY;COUNT=1 2026-06-18", **WEEKLY)
    assert "These are the dates now. Check them, then add them." in page.text
    assert (page.status, ticked(page)) == (200, DATES)
    assert count_of(session) == 1


def test_what_is_ticked_is_made_once_and_the_series_page_shows_it(browser, event_id, session):
    sent = {**WEEKLY, "on": DATES[0], "seen": KEY}
    first = browser.post(f"/admin/events/{event_id}/repeat", **sent)
    assert first.status == 303
    assert "1 date was added as a draft." in browser.get(first.location).text
    again = browser.post(f"/admin/events/{event_id}/repeat", **sent)
    # By now the date is there, so that nothing is left to choose.
    assert again.status == 422
    assert count_of(session) == 2


def test_days_off_are_left_out_and_said_and_can_be_ticked(app, world, browser, event_id, session):
    with app.app_context(), write_transaction() as writing:
        day = (NOON + timedelta(days=15)).date()
        writing.add(ClosedDays(facility_id=world.facility_id, first_on=day, last_on=day, reason="Stocktaking"))
    page = browser.post(f"/admin/events/{event_id}/repeat", preview="1", **WEEKLY)
    assert ticked(page) == [DATES[0], DATES[2]]
    assert "Stocktaking" in page.text
    assert "Days off are left out unless you tick them." in page.text
    browser.post(f"/admin/events/{event_id}/repeat", on=DATES[1], seen=KEY, **WEEKLY)
    assert count_of(session) == 2


def test_what_else_is_on_there_is_said_and_hinders_nothing(world, browser, event_id):
    world.event("Choir", starts_at=NOON + timedelta(days=8, hours=1))
    world.event("Quiet", starts_at=NOON + timedelta(days=8, hours=2))
    world.event("Gone", starts_at=NOON + timedelta(days=8), status="cancelled")
    page = browser.post(f"/admin/events/{event_id}/repeat", preview="1", **WEEKLY)
    assert "1 clash." in page.text
    assert "Choir" in page.text
    assert "Quiet" not in page.text
    assert browser.post(f"/admin/events/{event_id}/repeat", on=DATES[0], seen=KEY, **WEEKLY).status == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"count": "1000000"}, "Enter the number of dates as a whole number from 1 to 200"),
        ({"count": "", "until": "2035-01-01", "repeat": "daily"}, "A series can have up to 200 dates. Choose fewer"),
        ({"count": "", "rule": "FREQ=DAILY;COUNT=1000000"}, "A series can have up to 200 dates. Choose fewer"),
        ({"count": "", "rule": "FREQ=DAILY;COUNT=300"}, "A series can have up to 200 dates. Choose fewer"),
        ({"count": ""}, "Enter a number of dates, or a last day"),
        ({"count": "6", "until": "2026-08-01"}, "Enter a last day or a number of sessions, not both"),
        ({"interval": "0"}, "Enter how often as a whole number from 1 to"),
        ({"starts_on": "yesterday"}, "Enter a date like 2026-06-15"),
        ({"repeat": "hourly"}, "Choose one of the answers"),
        ({"rule": "FREQ=HOURLY;COUNT=2"}, "Dates can repeat daily, weekly or monthly, at most once a day"),
        ({"repeat": "monthly", "interval": "12", "count": "8"}, "Dates can be up to five years ahead. Choose fewer"),
        ({"on": "never", "seen": KEY}, "Choose at least one date"),
    ],
)
def test_a_bad_rule_is_said_and_nothing_is_made(browser, event_id, session, changes, sentence):
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/repeat", **{**WEEKLY, "on": DATES[0], "seen": KEY, **changes})
    assert page.status == 422
    assert sentence in page.text
    assert digest(session) == before


def test_the_page_of_a_series_says_how_every_date_stands(app, world, browser, series_id, event_id, session):
    with app.app_context():
        ids = session.scalars(select(Event.id).order_by(Event.starts_at)).all()
        session.rollback()
        cancel_event(event_id=ids[1], reason="Burst pipe", actor=world.actor(1, Role.ADMIN), now=NOON)
    page = browser.get(f"/admin/series/{series_id}")
    assert page.headings("h1") == ["Clay"]
    assert "Every 2 weeks on Thursday, 14:00 to 16:00, Studio 2. 4 dates." in page.text
    assert "Burst pipe" in page.text
    assert page.links()["Add dates"] == f"/admin/events/{ids[-1]}/repeat"
    assert "Publish 2 drafts" in page.buttons("main")
    assert browser.get(f"/admin/events/{event_id}").links()["Clay"] == f"/admin/series/{series_id}"


def test_all_drafts_are_published_at_once_and_pressing_twice_is_no_error(browser, series_id, session):
    for said in ("3 dates were published.", "No date could be published."):
        answer = browser.post(f"/admin/series/{series_id}/publish")
        assert said in browser.get(answer.location).text
    assert session.scalar(select(func.count()).where(Event.status == "published")) == 4
    assert browser.get(f"/admin/series/{series_id}").links()["Public page"] == "/series/clay"


def test_who_looks_only_sees_no_buttons(world, series_id, reader_of):
    page = reader_of(world.person("Vic", role=Role.VIEWER)).get(f"/admin/series/{series_id}")
    assert page.status == 200
    assert page.buttons("main") == ["Public page"]
    assert "Add dates" not in page.links()


def test_a_series_whose_dates_were_all_deleted_says_so(browser, series_id, session):
    session.execute(update(Event).values(deleted_at=NOON, status="draft"))
    session.commit()
    assert "All dates of this series were deleted." in browser.get(f"/admin/series/{series_id}").text


def test_the_page_costs_the_same_whatever_the_number_of_dates(app, world, browser, series_id, event_id, session):
    costs = []
    for starts in ([], [NOON + timedelta(days=40 + day) for day in range(20)]):
        with app.app_context():
            rule, actor = parse_rule("FREQ=DAILY;COUNT=20"), world.actor(1, Role.ADMIN)
            repeat_event(event_id=event_id, starts=starts, rule=rule, actor=actor, request_id="q" * 32, now=NOON)
        browser.get(f"/admin/series/{series_id}")
        with counted_statements(app) as statements:
            assert browser.get(f"/admin/series/{series_id}").status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
