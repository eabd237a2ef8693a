"""A series as participants see it: choose dates, take them with one press, show the passes, give dates up."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.asked import EATS, ask
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.models import Enrollment, Event, EventSeries, LegalText, Organization
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def dates(app, world) -> dict[str, int]:
    """Four dates of a series: two free, one full with a waitlist, one not published; and one that is over."""
    made = {
        "first": world.event("Clay", slug="first", starts_at=NOON + timedelta(days=1), capacity=5),
        "second": world.event("Clay", slug="second", starts_at=NOON + timedelta(days=8), capacity=5),
        "full": world.event("Clay", slug="full", starts_at=NOON + timedelta(days=15), capacity=1),
        "draft": world.event("Clay", slug="draft", starts_at=NOON + timedelta(days=22), status="draft"),
        "over": world.event("Clay", slug="over", starts_at=NOON - timedelta(days=6)),
    }
    with app.app_context(), write_transaction() as session:
        of = {"organization_id": world.organization_id, "facility_id": world.facility_id, "created_at": NOON}
        named = {"slug": "clay", "title": "Clay", "rrule": "FREQ=WEEKLY;COUNT=5;BYDAY=TH"}
        series_id = session.scalar(insert(EventSeries).values(**of, **named).returning(EventSeries.id))
        session.execute(update(Event).values(series_id=series_id))
    return made


@pytest.fixture
def mira(world, reader_of, use_cases, dates):
    """With somebody else in the date that has one place."""
    use_cases.enrolls(dates["full"], world.person("Ben"))
    return reader_of(world.person("Mira Sand"))


def statuses(session) -> dict[str, str]:
    session.rollback()
    query = select(Event.slug, Enrollment.status).join(Enrollment, Enrollment.event_id == Event.id)
    return dict(session.execute(query.order_by(Enrollment.id)).all())


def test_anybody_sees_the_dates_to_come_with_what_each_offers(dates, reader):
    page = reader.get("/series/clay")
    assert page.status == 200
    words = page.words_of("main")
    assert "Every week on Thursday" in words
    assert "3 dates" in words
    assert words.count("5 places left") == 2
    assert [page.links()[f"{day} June, 14:00"] for day in ("Thu 11", "Thu 18", "Thu 25")] == [
        "/events/first", "/events/second", "/events/full",
    ]  # fmt: skip
    assert page.links()["Sign in to enroll"] == "/series/clay/enroll"
    assert "You can enroll for 3 dates" in words
    assert reader.get("/series/clay/enroll").location.startswith("/login")


def test_a_date_says_of_which_series_it_is(dates, reader, world):
    assert reader.get("/events/first").links()["All dates of Clay"] == "/series/clay"
    world.event("Alone", slug="alone")
    assert "One of several dates" not in reader.get("/events/alone").text


def test_one_press_takes_all_dates_and_each_says_what_it_came_to(mira, session):
    page = mira.get("/series/clay")
    assert page.buttons("main") == ["Enroll for all 3 dates", "Enroll for the chosen dates"]
    answer = mira.post("/series/clay/enroll", all="1")
    assert (answer.status, answer.location) == (303, "/series/clay#dates")
    page = mira.get("/series/clay")
    assert "You are enrolled for 2 dates. You are on the waitlist for 1 date." in page.text
    assert "You have a place on 2 dates" in page.text
    assert "You are on the waitlist (position 1)" in page.text
    assert statuses(session) == {"first": "confirmed", "second": "confirmed", "full": "waitlisted"}
    before = digest(session)
    # The press is sent twice: nothing is left to take, and nothing changes.
    assert mira.post("/series/clay/enroll", all="1").status == 422
    assert digest(session) == before


def test_chosen_dates_alone_are_taken_and_what_is_refused_is_said(mira, session, dates):
    session.execute(update(Event).where(Event.id == dates["second"]).values(status="cancelled"))
    session.commit()
    mira.post("/series/clay/enroll", date=["second", "first", "draft", "nowhere"])
    page = mira.get("/series/clay")
    assert "You are enrolled for 1 date." in page.text
    assert "Thu 18 June, 14:00: This event is not open for enrollment." in page.text
    assert statuses(session) == {"full": "confirmed", "first": "confirmed"}


@pytest.mark.parametrize("sent", [{}, {"date": "nowhere"}, {"date": ["draft", "over"]}])
def test_without_a_date_nothing_happens_and_it_is_said(mira, session, sent):
    before = digest(session)
    page = mira.post("/series/clay/enroll", **sent)
    assert page.status == 422
    assert "Choose at least one date." in page.text
    assert digest(session) == before


def test_a_date_that_asks_something_is_entered_on_its_own_page(app, mira, session, dates):
    with app.app_context():
        ask(dates["first"], EATS)
    page = mira.get("/series/clay")
    assert "Asks a few questions: open it to enroll." in page.text
    assert page.buttons("main")[0] == "Enroll for all 2 dates"
    mira.post("/series/clay/enroll", date=["first", "second"])
    said = "Thu 11 June, 14:00: This date asks a few questions. Open it to answer them and enroll."
    assert said in mira.get("/series/clay").text
    assert statuses(session) == {"full": "confirmed", "second": "confirmed"}


def test_terms_come_first_and_lead_back(app, world, mira, session):
    with app.app_context(), write_transaction() as writing:
        organization = writing.get_one(Organization, world.organization_id)
        organization.demands_terms, slug = True, organization.slug
        writing.add(
            LegalText(
                organization_id=world.organization_id, kind="terms", version=1, text="Be kind.", published_at=NOON
            )
        )
    before = digest(session)
    answer = mira.post("/series/clay/enroll", all="1")
    assert answer.location == f"/o/{slug}/terms?next=/series/clay"
    assert digest(session) == before


def test_the_passes_of_all_dates_stand_on_one_page_and_in_one_file(mira, session):
    assert mira.get("/series/clay/passes").location == "/series/clay"
    assert mira.get("/series/clay/passes.ics").location == "/series/clay"
    mira.post("/series/clay/enroll", all="1")
    page = mira.get("/series/clay/passes")
    assert page.headings("h1") == ["Your 2 passes"]
    mine = select(Enrollment.pass_code).where(Enrollment.status == "confirmed", Enrollment.user_id > 0)
    codes = session.scalars(mine.join(Event).where(Event.slug != "full")).all()
    session.rollback()
    assert all(f"{code[:4]} {code[4:]}" in page.text for code in codes)
    file = Calendar.from_ical(mira.get("/series/clay/passes.ics").html)
    assert sorted(str(event["uid"]).partition("@")[0] for event in file.walk("VEVENT")) == sorted(
        code.lower() for code in codes
    )


def test_dates_are_given_up_one_by_one_or_together(mira, session):
    mira.post("/series/clay/enroll", all="1")
    page = mira.get("/series/clay/leave")
    fields = page.fields("/series/clay/leave")
    versions = {name: value for name, value in fields.items() if name.startswith("version-")}
    ids = [name.removeprefix("version-") for name in versions]
    mira.post("/series/clay/leave", enrollment=ids[0], **versions)
    assert "You cancelled 1 date." in mira.get("/series/clay").text
    assert statuses(session) == {"first": "cancelled", "second": "confirmed", "full": "waitlisted"}
    before = digest(session)
    # The same form again: it is done.
    mira.post("/series/clay/leave", enrollment=ids[0], **versions)
    assert digest(session) == before
    mira.post("/series/clay/leave", enrollment=ids[1:], **versions)
    assert statuses(session) == {"first": "cancelled", "second": "cancelled", "full": "cancelled"}
    assert mira.get("/series/clay/leave").location == "/series/clay"


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 422), ({"enrollment": "x"}, 404), ({"enrollment": "999999"}, 422), ({"enrollment": "1"}, 422)],
)
def test_places_that_are_not_ones_own_stay(mira, session, sent, status):
    mira.post("/series/clay/enroll", date="first")
    before = digest(session)
    assert mira.post("/series/clay/leave", **sent).status == status
    assert digest(session) == before


def test_a_place_that_changed_meanwhile_is_not_given_up(mira, session):
    mira.post("/series/clay/enroll", date="first")
    own = session.scalars(select(Enrollment.id).order_by(Enrollment.id.desc())).first()
    before = digest(session)
    mira.post("/series/clay/leave", enrollment=own)
    assert "This changed a moment ago. Check it and decide again." in mira.get("/series/clay").text
    assert digest(session) == before


def test_what_was_never_public_is_not_found_and_what_is_over_says_so(session, reader, dates):
    session.execute(update(Event).where(Event.slug != "over").values(status="draft", published_at=None))
    session.commit()
    assert "No dates to come" in reader.get("/series/clay").text
    session.execute(update(Event).values(status="draft", published_at=None))
    session.commit()
    assert reader.get("/series/clay").status == 404
    assert reader.get("/series/nowhere").status == 404


def test_while_the_organization_is_suspended_nothing_is_shown(world, session, mira):
    session.execute(update(Organization).values(suspended_at=NOON))
    session.commit()
    assert mira.get("/series/clay").status == 410
    assert mira.post("/series/clay/enroll", all="1").status == 410


def test_the_page_costs_the_same_whatever_the_number_of_dates(app, world, mira, session):
    costs = []
    for number in (0, 20):
        for one in range(number):
            world.event("Clay", slug=f"more-{one}", starts_at=NOON + timedelta(days=30 + one))
        session.execute(update(Event).values(series_id=select(EventSeries.id).scalar_subquery()))
        session.commit()
        mira.get("/series/clay")
        with counted_statements(app) as statements:
            assert mira.get("/series/clay").status == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
