"""Making and editing an event on its page: what is accepted, what is refused, and in which words."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Event, EventPolicy
from webapp.services.places.enrollment import enroll

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def new(world, browser):
    """What the form for a new event sends when it is filled in well."""
    return {
        "request_id": "r" * 20,
        "title": "Hand-building with clay",
        "description": "Coil, slab and pinch.",
        "facility_id": str(world.facility_id),
        "place": "Studio 2",
        "timezone": "",
        "starts_at": "2026-06-13 10:00",
        "ends_at": "2026-06-13 12:30",
        "cover": "arc clay",
        "method": "rsvp",
        "capacity": "12",
        "has_waitlist": "1",
        "attendance_requirement": "any_day",
        "minimum_days": "",
        "opens_at": "",
        "closes_at": "",
        "cancellation_deadline_hours": "24",
    }


def made(session) -> tuple[Event, EventPolicy]:
    session.rollback()
    event = session.scalars(select(Event)).one()
    return event, session.get_one(EventPolicy, event.id)


def test_a_filled_in_form_makes_a_draft_in_the_facilitys_zone(browser, new, session):
    answer = browser.post("/admin/events/new", **new)

    event, policy = made(session)
    assert (answer.status, answer.location) == (303, f"/admin/events/{event.id}")
    assert (event.title, event.status, event.timezone) == ("Hand-building with clay", "draft", "Europe/Berlin")
    assert (event.starts_at, event.ends_at) == (
        datetime(2026, 6, 13, 8, 0, tzinfo=UTC),
        datetime(2026, 6, 13, 10, 30, tzinfo=UTC),
    )
    assert (policy.capacity, policy.has_waitlist, policy.cancellation_deadline_hours) == (12, True, 24)
    assert "Saved as a draft. Nobody sees it until you publish it." in browser.get(answer.location).text


def test_the_same_form_sent_twice_makes_one_event(browser, new, session):
    first, second = browser.post("/admin/events/new", **new), browser.post("/admin/events/new", **new)
    assert (first.location, second.status) == (second.location, 303)
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_form_used_again_with_other_values_names_what_it_made(browser, new, session):
    browser.post("/admin/events/new", **new)
    answer = browser.post("/admin/events/new", **{**new, "title": "Raku"})
    assert answer.status == 409
    assert answer.links()["Open it"] == f"/admin/events/{made(session)[0].id}"


def test_values_nobody_asked_for_are_not_stored(browser, new, session):
    browser.post("/admin/events/new", **new, status="completed", organization_id="7", seats_taken="99", version="40")
    event, policy = made(session)
    assert (event.status, event.version, policy.seats_taken) == ("draft", 1, 0)


CAPACITY = "Enter a whole number of places from 1 to 100,000, or leave it empty for no limit"
TIME = "Enter {} as a date and a time that exist, like 2026-06-13 10:00"
ZONE = "Enter a time zone by its IANA name, like Europe/Berlin or America/Sao_Paulo"
MIDNIGHT = "An end at 00:00 counts as one more event day. Enter 23:59 of the evening before, or a later time."
BAD = [
    ("title", "", "Enter a title"),
    ("title", " \t ", "Enter a title"),
    ("title", "\u200b" * 10, "Enter a title"),
    ("title", "x" * 10_000, "Shorten the title to 160 characters"),
    ("title", "a\0b", "Remove line breaks and control characters from the title"),
    ("title", "a\r\nBcc: b", "Remove line breaks and control characters from the title"),
    ("title", "\x1b[2J", "Remove line breaks and control characters from the title"),
    ("description", "a\0b", "Remove line breaks and control characters from the description"),
    ("description", "x" * 8001, "Shorten the description to 8,000 characters"),
    ("place", "y" * 201, "Shorten the place to 200 characters"),
    *[
        ("capacity", bad, CAPACITY)
        for bad in (
            "0",
            "-1",
            "x",
            "1000000000000",
            "100001",
            "1.5",
            "1e3",
            " 5 ",
            "5_0",
            "٥",
            "５",
            "0x5",
            "NaN",
            "01",
            "9" * 5000,
            "true",
            "[5]",
            "5; DROP TABLE x",
        )
    ],
    ("cancellation_deadline_hours", "-1", "Enter a whole number of hours from 0 to 2,160, or leave it empty"),
    ("facility_id", "", "Choose a facility"),
    ("facility_id", "987654", "Choose a facility"),
    ("facility_id", "99999999999999999999", "Choose a facility"),
    *[("timezone", bad, ZONE) for bad in ("Mars/Base", "../../etc/passwd", "x" * 300, "localtime", "europe/berlin")],
    *[
        ("starts_at", bad, TIME.format("the start"))
        for bad in (
            "",
            "2026-13-01 10:00",
            "2026-02-30 10:00",
            "0000-00-00 00:00",
            "10000-01-01 10:00",
            "1799999999",
            "2026-06-13T10:00+25:00",
            "2026-06-13 23:59:60",
            "2026-06-13",
            "1969-12-31 10:00",
        )
    ],
    ("starts_at", "2026-03-29 02:30", "The clocks skip 02:30 on 29 March in Berlin; 03:30 is meant. Enter that"),
    ("ends_at", "2026-06-13 10:00", "Enter an end that is after the start"),
    ("ends_at", "2026-06-12 10:00", "Enter an end that is after the start"),
    ("ends_at", "2027-06-20 10:00", "An event can last 365 days at most"),
    ("ends_at", "2026-06-14 00:00", MIDNIGHT),
    ("opens_at", "2026-06-13 10:00", "Enrollment has to open before it closes"),
    ("closes_at", "2026-06-13 13:00", "Enrollment has to close before the event ends"),
    ("cover", "url(evil)", "Choose one of the options"),
    ("method", "lottery", "Choose one of the options"),
    ("attendance_requirement", "sometimes", "Choose one of the options"),
    ("has_waitlist", "perhaps", "Choose one of the options"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), BAD, ids=[f"{f}-{n}" for n, (f, _, _) in enumerate(BAD)])
def test_a_bad_value_is_named_kept_and_changes_nothing(browser, new, session, field, value, sentence):
    before = digest(session)

    page = browser.post("/admin/events/new", **{**new, field: value})

    assert (page.status, page.title.startswith("Error: ")) == (422, True)
    assert page.links()[sentence] == f"#{field}"
    assert digest(session) == before
    kept = page.by_id("title").get("value") if field != "title" else page.by_id("place").get("value")
    assert kept == new["title" if field != "title" else "place"]


def test_the_same_field_sent_twice_is_refused(browser, new, session):
    before = digest(session)
    page = browser.post("/admin/events/new", **{**new, "capacity": ["5", "6"]})
    assert (page.status, digest(session)) == (422, before)


@pytest.mark.parametrize("request_id", ["", "short", "x" * 65, "a b c d e f g", "ünïcödé-id"])
def test_a_form_without_its_id_is_refused(browser, new, session, request_id):
    before = digest(session)
    assert browser.post("/admin/events/new", **{**new, "request_id": request_id}).status == 422
    assert digest(session) == before


def test_the_skipped_hour_is_accepted_when_corrected(browser, new, session):
    changes = {"starts_at": "2026-03-29 03:30", "ends_at": ""}
    assert browser.post("/admin/events/new", **{**new, **changes}).status == 303
    assert made(session)[0].starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_taken_and_said(browser, new, session):
    answer = browser.post("/admin/events/new", **{**new, "starts_at": "2026-10-25 02:30", "ends_at": ""})
    assert made(session)[0].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    said = "The clocks show 02:30 on 25 October twice in Berlin; the first of the two is taken."
    assert said in browser.get(answer.location).text


def test_minimum_days_are_asked_for_only_where_they_count(browser, new, session):
    page = browser.post("/admin/events/new", **{**new, "attendance_requirement": "minimum_days"})
    assert page.links()["Enter on how many days somebody has to be there"] == "#minimum_days"
    page = browser.post("/admin/events/new", **{**new, "attendance_requirement": "minimum_days", "minimum_days": "2"})
    assert page.links()["Enter a number of days from 1 to 1"] == "#minimum_days"
    assert browser.post("/admin/events/new", **{**new, "minimum_days": "junk"}).status == 303


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}", "שלום \u202e עולם", "👩‍👩‍👧‍👦" * 10]
)
def test_any_script_is_stored_and_shown_as_text(browser, new, session, title):
    answer = browser.post("/admin/events/new", **{**new, "title": title})
    assert made(session)[0].title == title
    page = browser.get(answer.location)
    assert page.headings("h1") == [" ".join(title.split())]


def test_the_days_are_counted_from_the_times_typed(browser, world):
    page = browser.get(
        f"/admin/events/days?facility_id={world.facility_id}&starts_at=2026-06-19+10:00&ends_at=2026-06-21+12:00",
        htmx=True,
    )
    assert "3 event days: 19 to 21 June." in page.text
    assert "Checked in on every day3 of 3" in page.text


@pytest.mark.parametrize("query", ["starts_at=x", "starts_at=2026-06-19+10:00&timezone=Mars/Base", "starts_at=%00"])
def test_days_that_cannot_be_counted_are_not_guessed(browser, query):
    assert (
        "The days are counted as soon as start and end can be read." in browser.get(f"/admin/events/days?{query}").text
    )


# --- editing


def form_of(browser, event_id, **changes):
    """The edit form as it is opened now, with these changes typed into it."""
    page = browser.get(f"/admin/events/{event_id}/edit")
    sent = {}
    form = next(one for one in page.tree.iter("form") if one.get("action") == f"/admin/events/{event_id}/edit")
    for one in form.iter():
        name, kind = one.get("name"), one.get("type")
        if one.tag == "input" and name and not (kind in {"radio", "checkbox"} and one.get("checked") is None):
            sent[name] = one.get("value", "")
        elif one.tag == "textarea":
            sent[name] = "".join(one.itertext())
        elif one.tag == "select":
            sent[name] = next(o.get("value") for o in one.iter("option") if o.get("selected") is not None)
    return {**sent, **changes}


def full_event(world, app, *, capacity=2, waiting=3):
    event_id = world.event(capacity=capacity)
    people = world.people(capacity + waiting)
    with app.app_context():
        for user_id in people:
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id, people


def test_a_form_sent_back_unchanged_changes_nothing(browser, world, session):
    event_id = world.event(starts_at=NOON + timedelta(days=1, seconds=17), opens_at=NOON - timedelta(seconds=5))
    before = digest(session)
    answer = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id))
    assert (answer.status, digest(session)) == (303, before)
    assert "Nothing was changed." in browser.get(answer.location).text


def test_raising_the_capacity_says_how_many_move_up(browser, world, app, session):
    event_id, people = full_event(world, app)
    form = form_of(browser, event_id, capacity="4")

    answer = browser.post(f"/admin/events/{event_id}/edit", **form)

    assert "Saved. 2 people move up from the waitlist and are notified." in browser.get(answer.location).text
    assert standing(session, event_id).queue == people[4:]
    once = digest(session)
    assert browser.post(f"/admin/events/{event_id}/edit", **form).status == 303
    assert digest(session) == once


def test_lowering_below_the_seats_taken_says_the_number(browser, world, app, session):
    event_id, _ = full_event(world, app, capacity=3)
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, capacity="2"))
    assert page.status == 422
    assert "3 people are already confirmed. Enter 3 or more, or cancel places first." in page.links()
    assert digest(session) == before


def test_a_stale_form_keeps_the_input_and_says_what_stands_now(browser, world, session):
    event_id = world.event(capacity=12)
    mine = form_of(browser, event_id, title="Raku", capacity="9")
    browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, capacity="14"))
    before = digest(session)

    page = browser.post(f"/admin/events/{event_id}/edit", **mine)

    assert (page.status, digest(session)) == (409, before)
    assert "Places: 14" in page.text
    assert "Title: Hand-building with clay" in page.text
    assert page.by_id("title").get("value") == "Raku"
    again = {**mine, "version": page.fields(f"/admin/events/{event_id}/edit")["version"]}
    assert browser.post(f"/admin/events/{event_id}/edit", **again).status == 303
    assert session.scalar(select(EventPolicy.capacity).where(EventPolicy.event_id == event_id)) == 9


@pytest.mark.parametrize("version", ["", "0", "x", "99999999999"])
def test_a_form_without_a_readable_version_is_shown_again(browser, world, session, version):
    event_id = world.event()
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, title="Raku", version=version))
    assert (page.status, digest(session)) == (422, before)


@pytest.mark.parametrize("change", [{"capacity": "5"}, {"starts_at": "2026-06-14 10:00"}, {"timezone": "Europe/Paris"}])
def test_what_decided_is_frozen_once_the_event_is_closed(browser, world, session, change):
    event_id = world.event(status="completed")
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, **change))
    assert (page.status, digest(session)) == (409, before)


def test_the_words_of_a_closed_event_can_be_edited(browser, world, session):
    event_id = world.event(status="completed")
    assert browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, title="Raku")).status == 303
    assert session.scalar(select(Event.title).where(Event.id == event_id)) == "Raku"


# --- publishing and calling off


def test_publishing_a_draft(browser, world, session):
    event_id = world.event(status="draft")
    assert browser.get(f"/admin/events/{event_id}").buttons("main")[0] == "Publish"
    for _ in range(2):
        answer = browser.post(f"/admin/events/{event_id}/publish")
        assert (answer.status, answer.location) == (303, f"/admin/events/{event_id}")
    assert session.scalar(select(Event.status).where(Event.id == event_id)) == "published"


def test_a_draft_in_the_past_is_not_published_and_says_why(browser, world, session):
    event_id = world.event(status="draft", starts_at=NOON - timedelta(days=1))
    before = digest(session)
    answer = browser.post(f"/admin/events/{event_id}/publish")
    assert "This event is over. Nothing was changed." in browser.get(answer.location).text
    assert digest(session) == before


def test_calling_off_asks_for_a_reason_and_keeps_what_was_typed(browser, world, app, session):
    event_id, _ = full_event(world, app)
    address = f"/admin/events/{event_id}/cancel"
    version = browser.get(address).fields(address)["version"]
    before = digest(session)
    page = browser.post(address, version=version, reason="  ")
    assert (page.status, page.links()["Enter a reason"], digest(session)) == (422, "#reason", before)
    page = browser.post(address, version=version, reason="x" * 501)
    assert "The reason can have at most 500 characters" in page.links()

    answer = browser.post(address, version=version, reason="The kiln broke")

    assert answer.location == f"/admin/events/{event_id}"
    assert "The event is called off. 5 people are notified." in browser.get(answer.location).text
    assert dict(standing(session, event_id).statuses) == {"cancelled": 5}


def test_what_becomes_of_applicants_is_said_before_it_is_saved(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "method": "application", "capacity": "2"})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(3):
        use_cases.enrolls(event.id, user_id)
    changed = {**new, "capacity": "2", "method": "rsvp", "version": "2"}
    before = digest(session)
    asked = browser.post(f"/admin/events/{event.id}/edit", **changed)
    assert asked.status == 409
    assert (
        "3 people have applied and not been decided yet. With first come, first served, 2 people get a place and "
        "1 person joins the waitlist, in the order they applied. They’ll be notified."
    ) in asked.text
    assert "Nothing has been saved yet." in asked.text
    assert digest(session) == before
    seen = asked.fields(f"/admin/events/{event.id}/edit")["seen"]
    saved = browser.post(f"/admin/events/{event.id}/edit", **changed, seen=seen)
    assert saved.status == 303
    words = "Saved. 2 people get a place and 1 person joins the waitlist. They’ll be notified."
    assert words in browser.get(saved.location).text
    assert standing(session, event.id).statuses == {"confirmed": 2, "waitlisted": 1}


def test_applicants_who_would_get_nothing_are_named_at_the_field(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "method": "application", "capacity": "2", "has_waitlist": ""})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(3):
        use_cases.enrolls(event.id, user_id)
    before = digest(session)
    answer = browser.post(
        f"/admin/events/{event.id}/edit", **{**new, "capacity": "2", "has_waitlist": "", "version": "2"}
    )
    assert answer.status == 422
    assert "3 people applied and 2 of them would get a place. Add places, turn the waitlist on" in answer.text
    assert digest(session) == before


def test_what_becomes_of_people_in_line_is_said_before_the_waitlist_goes(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "capacity": "1"})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(2):
        use_cases.enrolls(event.id, user_id)
    changed = {**new, "capacity": "1", "has_waitlist": "", "version": "2"}
    asked = browser.post(f"/admin/events/{event.id}/edit", **changed)
    assert asked.status == 409
    assert (
        "1 person is on the waitlist. They keep their position and still move up when a place opens, "
        "but nobody else can join."
    ) in asked.text
    seen = asked.fields(f"/admin/events/{event.id}/edit")["seen"]
    assert browser.post(f"/admin/events/{event.id}/edit", **changed, seen=seen).status == 303
