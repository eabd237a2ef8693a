"""A person's own calendar: a secret address that shows places and nothing more, until it is turned off."""

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.models import CalendarFeed, Enrollment

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def mira(world):
    world.organization()
    return world.person("Mira Sand")


def made_by(browser) -> str:
    """The path of a new address, as it is shown this once."""
    page = browser.post("/me/calendar")
    return "/" + page.by_id("feed").get("value").partition("://")[2].partition("/")[2]


def entries(page) -> dict[str, str]:
    calendar = Calendar.from_ical(page.response.data)
    return {str(one["SUMMARY"]): str(one["UID"]) for one in calendar.walk("VEVENT")}


def test_it_shows_places_and_nothing_that_opens_a_door(world, use_cases, mira, reader, reader_of, session):
    clay = world.event("Clay", slug="clay", starts_at=NOON + days(2))
    full = world.event("Full", slug="full", capacity=1, has_waitlist=True)
    use_cases.fills(full, 1)
    use_cases.enrolls(clay, mira)
    use_cases.enrolls(full, mira)

    path = made_by(reader_of(mira))
    answer = reader.get(path)

    assert list(entries(answer)) == ["Clay"]
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == (
        "max-age=900, private",
        "noindex, nofollow",
    )
    codes = session.scalars(select(Enrollment.pass_code)).all()
    assert [one for one in (*codes, "Mira") if one.lower() in answer.html.lower()] == []
    assert reader.get(path, **{"If-None-Match": answer.headers["ETag"]}).status == 304


def test_a_new_address_ends_the_old_one_and_off_ends_all(world, mira, reader, reader_of, session):
    browser = reader_of(mira)
    first = made_by(browser)
    second = made_by(browser)
    assert [reader.get(path).status for path in (first, second)] == [404, 200]
    secret = second.removeprefix("/calendar/").removesuffix(".ics")
    assert session.scalars(select(CalendarFeed.token_hash)).one() != secret
    assert secret not in browser.get("/me/calendar").html

    assert browser.post("/me/calendar/end").status == 303
    assert [reader.get(path).status for path in (first, second, "/calendar/x.ics")] == [404] * 3


def test_somebody_who_is_not_signed_in_makes_none(reader):
    assert reader.post("/me/calendar").status == 401
