"""The list of events: what is on it, finding things, narrowing down, pages, and nothing to show."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.models import Event, EventSeries

pytestmark = pytest.mark.usefixtures("noon")


def rows(page) -> list[tuple[str, str]]:
    """Title and badge of every row."""
    items = [one for one in page.by_id("list").iter("li") if one.find("div[@class='agenda__what']") is not None]
    return [
        tuple(
            " ".join("".join(part.itertext()).split())
            for part in (item.find("div[@class='agenda__what']/a"), item.find("div[@class='agenda__state']"))
        )
        for item in items
    ]


def titles(page) -> list[str]:
    return [title for title, _ in rows(page)]


def test_the_front_door_leads_to_the_events(reader):
    answer = reader.get("/")
    assert (answer.status, answer.location) == (302, "/events")


def test_what_is_planned_and_what_runs_is_listed_soonest_first(world, reader):
    world.event("Later", starts_at=NOON + days(9))
    world.event("Sooner", starts_at=NOON + days(2))
    world.event("Running", starts_at=NOON - timedelta(hours=1))
    world.event("Over", starts_at=NOON - timedelta(hours=3))
    for status in ("draft", "cancelled", "completed"):
        world.event(status, starts_at=NOON + days(3), status=status)
    assert titles(reader.get("/events")) == ["Running", "Sooner", "Later"]


def test_a_series_is_one_line_its_next_date_and_certain_days_show_each(app, world, reader, session):
    made = [world.event("Clay", starts_at=NOON + days(n), slug=f"clay-{n}", capacity=1) for n in (-1, 1, 2, 3)]
    world.event("Choir", starts_at=NOON + days(1.1))
    of = {"organization_id": world.organization_id, "facility_id": world.facility_id, "created_at": NOON}
    series_id = session.scalar(
        insert(EventSeries)
        .values(**of, slug="clay", title="Clay", rrule="FREQ=DAILY;COUNT=4")
        .returning(EventSeries.id)
    )
    session.execute(update(Event).where(Event.id.in_(made)).values(series_id=series_id))
    session.execute(update(Event).where(Event.id == made[1]).values(status="cancelled"))
    session.execute(update(Event).where(Event.id == made[3]).values(title="Glaze", search_text=" glaze"))
    session.commit()

    page = reader.get("/events")
    assert titles(page) == ["Choir", "Clay"]
    session.execute(update(Event).where(Event.id == made[0]).values(effective_end_at=NOON + days(0.1)))
    session.commit()
    # One that runs is listed beside the next.
    assert titles(reader.get("/events")) == ["Clay", "Choir", "Clay"]
    session.execute(update(Event).where(Event.id == made[0]).values(effective_end_at=NOON - days(0.9)))
    session.commit()
    assert page.text.count("One of several dates") == 1
    assert page.links()["Clay"] == "/events/clay-2"
    # What is looked for may be a later date alone.
    assert titles(reader.get("/events?q=glaze")) == ["Glaze"]
    assert titles(reader.get("/events?when=week")) == ["Choir", "Clay", "Glaze"]
    assert titles(reader.get("/events?free=1")) == ["Choir", "Clay", "Glaze"]


def test_a_line_changes_with_all_that_it_shows(world, use_cases, reader, session):
    """Lines are drawn once and kept: not beyond a new title, date or place, nor beyond a seat that was taken."""
    event_id = world.event("Kiln", starts_at=NOON + days(2), capacity=9)

    def line() -> str:
        (item,) = reader.get("/events").by_id("list").iter("li")
        return " ".join("".join(item.itertext()).split())

    seen = [line(), line()]
    use_cases.fills(event_id, 4)
    seen.append(line())
    for change in ({"title": "Oven"}, {"place": "Yard"}, {"starts_at": NOON + days(3)}):
        session.execute(update(Event).where(Event.id == event_id).values(**change))
        session.commit()
        seen.append(line())

    assert seen[0] == seen[1]
    assert len(set(seen)) == 5


def test_each_row_says_what_somebody_would_find(world, use_cases, reader):
    starts = iter(NOON + days(number) for number in range(1, 9))
    use_cases.fills(world.event("Some", starts_at=next(starts), capacity=5), 4)
    world.event("Many", starts_at=next(starts))
    use_cases.fills(world.event("Queue", starts_at=next(starts), capacity=1), 7)
    use_cases.fills(world.event("Full", starts_at=next(starts), capacity=1, has_waitlist=False), 1)
    world.event("Soon", starts_at=next(starts), opens_at=NOON + days(1))
    world.event("Closed", starts_at=next(starts), closes_at=NOON)
    world.event("Apply", starts_at=next(starts), method="application")
    assert rows(reader.get("/events")) == [
        ("Some", "1 place left"),
        ("Many", "Places available"),
        ("Queue", "Waitlist open, 6 waiting"),
        ("Full", "Full"),
        ("Soon", "Opens Thu 11 June, 14:00"),
        ("Closed", "Enrollment closed"),
        ("Apply", "Open for applications"),
    ]


def test_the_readers_own_place_is_said_instead(world, use_cases, reader_of):
    mira = world.person()
    mine, queue = world.event("Mine"), world.event("Queue", capacity=1)
    use_cases.enrolls(mine, mira)
    use_cases.fills(queue, 2)
    use_cases.enrolls(queue, mira)
    assert rows(reader_of(mira).get("/events")) == [
        ("Mine", "You are enrolled"),
        ("Queue", "You are on the waitlist (position 2)"),
    ]


def test_search_takes_the_beginnings_of_words_in_any_order_without_accents(world, reader):
    world.event("Łódź open studio")
    world.event("Hand-building with clay")
    found = {
        query: titles(reader.get(f"/events?q={query}"))
        for query in ("lodz", "stud+op", "ŁÓDŹ", "uilding", "buil", "%25", "_")
    }
    assert found == {
        "lodz": ["Łódź open studio"],
        "stud+op": ["Łódź open studio"],
        "ŁÓDŹ": ["Łódź open studio"],
        "uilding": [],
        "buil": ["Hand-building with clay"],
        "%25": ["Łódź open studio", "Hand-building with clay"],
        "_": ["Łódź open studio", "Hand-building with clay"],
    }


def test_chips_narrow_down_by_time_and_by_places(world, use_cases, reader):
    world.event("Thursday", starts_at=NOON + days(1))
    world.event("Saturday", starts_at=NOON + days(3), capacity=5)
    world.event("Next week", starts_at=NOON + days(8))
    use_cases.fills(world.event("Full on Sunday", starts_at=NOON + days(4), capacity=1), 1)
    assert titles(reader.get("/events?when=week")) == ["Thursday", "Saturday", "Full on Sunday"]
    assert titles(reader.get("/events?when=weekend")) == ["Saturday", "Full on Sunday"]
    assert titles(reader.get("/events?when=weekend&free=1")) == ["Saturday"]
    assert titles(reader.get("/events?when=someday")) == ["Thursday", "Saturday", "Full on Sunday", "Next week"]


def test_chips_keep_the_search_and_turn_off_again(world, reader):
    world.event("Clay")
    links = reader.get("/events?q=clay&when=week").links()
    assert links["Weekend"] == "/events?q=clay&when=weekend"
    assert links["This week"] == "/events?q=clay"
    assert links["All"] == "/events?q=clay"
    assert links["Free places"] == "/events?q=clay&when=week&free=1"


def test_htmx_gets_the_list_alone_and_the_address_that_shows_it(world, reader):
    world.event("Clay")
    answer = reader.get("/events?q=cl&when=&free=", htmx=True)
    assert (answer.status, titles(answer), answer.words_of("say")) == (200, ["Clay"], "1 event found")
    assert "<header" not in answer.html
    assert answer.headers["HX-Push-Url"] == "/events?q=cl"
    restored = reader.get("/events?q=cl", htmx=True, **{"HX-History-Restore-Request": "true"})
    assert restored.headings("h1") == ["Events"]


def test_pages_hold_25_and_lead_on(world, reader):
    for number in range(26):
        world.event(f"Event {number:02}", starts_at=NOON + timedelta(hours=number + 1))
    first, second = reader.get("/events"), reader.get("/events?page=2")
    assert (len(rows(first)), titles(second)) == (25, ["Event 25"])
    assert first.links()["Next page"] == "/events?page=2"
    assert second.links()["Previous page"] == "/events?page=1"
    assert "26 to 26 of 26" in second.text
    assert "This page is empty" in reader.get("/events?page=3").text


@pytest.mark.parametrize("page", ["0", "-1", "x", "01", "1e3", "99999999999999999999", "٣"])
def test_what_is_no_page_is_404(reader, page):
    assert reader.get(f"/events?page={page}").status == 404


def test_nothing_to_show_says_why_and_what_to_do(world, reader):
    nothing = reader.get("/events")
    assert "No upcoming events yet" in nothing.text
    world.event("Clay")
    searched = reader.get("/events?q=<b>zzz")
    assert searched.headings("h2") == ["No events match “<b>zzz”"]
    assert searched.links()["Show all events"] == "/events"
    assert reader.get("/events?when=weekend&q=").headings("h2") == ["No events match"]
