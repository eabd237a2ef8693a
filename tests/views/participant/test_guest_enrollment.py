"""Enrolling as a guest from the event's page: one form, a code or a link, and the same answer for every address."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.legal import LegalKind
from webapp.domain.places.guest_hold import HELD_FOR
from webapp.models import Event, EventPolicy, GuestHold
from webapp.services.organizations.legal import publish_legal_texts
from webapp.services.places.guest_hold import release_due_holds

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
MIRA = "mira@post.example"
GUEST = "/events/clay/guest"


@pytest.fixture
def other(app) -> Reader:
    """Another device."""
    return Reader(app.test_client())


def enrolls(reader: Reader, session, **fields: str):
    """Fill in the form; the page that follows, the code and the path of the link."""
    reader.get("/events/clay")
    answer = reader.post(GUEST, **{"name": "Mira Sand", "email": MIRA, "seen": "open", **fields})
    assert (answer.status, answer.location) == (303, "/code")
    return reader.get("/code"), *mailed_code(session, MIRA)


def later(by: timedelta) -> None:
    clock.move(NOON + by - clock.real_now())


def test_two_fields_and_the_place_is_held_until_the_code_is_typed(world, reader, session):
    event_id = world.event(slug="clay", capacity=3)
    page, code, _ = enrolls(reader, session)
    assert "Your place is held until 14:30." in page.text
    assert "1 of 3 places taken" in reader.get("/events/clay").text
    answer = reader.post("/code", code=code)
    assert (answer.status, answer.location) == (303, "/events/clay#enrollment")
    event = reader.get("/events/clay")
    assert event.words_of("enrollment-h") == "You are enrolled"
    assert standing(session, event_id).statuses == {"confirmed": 1}
    # Pressed twice.
    assert reader.post("/code", code=code).status == 404


def test_the_link_confirms_on_another_device_and_the_first_page_follows(world, reader, other, session):
    event_id = world.event(slug="clay", capacity=3)
    _, _, link = enrolls(reader, session)
    before = digest(session)
    opened = other.get(link)
    assert "Hand-building with clay" in opened.text
    assert "Otherwise a stranger gets into your account." in opened.text
    assert digest(session) == before
    assert reader.post("/code/continue", htmx=True).status == 204
    approved = other.post(link)
    assert approved.headings("h1") == ["You are enrolled"]
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert other.get("/me").status == 302
    followed = reader.post("/code/continue", htmx=True)
    assert followed.headers["HX-Redirect"] == "/events/clay#enrollment"
    assert reader.get("/events/clay").words_of("enrollment-h") == "You are enrolled"
    assert other.post(link).status == 404


def test_it_can_go_on_where_the_mail_was_opened(world, reader, other, session):
    event_id = world.event(slug="clay", capacity=3)
    _, _, link = enrolls(reader, session)
    other.get("/login")
    assert other.post(link, here="1").location == "/events/clay#enrollment"
    assert other.get("/events/clay").words_of("enrollment-h") == "You are enrolled"
    assert standing(session, event_id).statuses == {"confirmed": 1}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "mira@sand"}, "Enter an email address like name@example.org"),
        ({"email": ""}, "Enter your email address"),
        ({"name": "  "}, "Enter your name"),
        ({"name": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, reader, session, fields, said):
    world.event(slug="clay")
    reader.get("/events/clay")
    before = digest(session)
    typed = {"name": "Mira Sand", "email": MIRA, **fields}
    answer = reader.post(GUEST, **typed, seen="open")
    assert answer.status == 422
    assert said in answer.text
    kept = answer.fields(GUEST)
    assert (kept["name"], kept["email"]) == (typed["name"], typed["email"])
    assert digest(session) == before


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"closes_at": NOON}, 409, "Enrollment closed"),
        ({"opens_at": NOON + timedelta(hours=2)}, 409, "Enrollment opens"),
        ({"status": "cancelled"}, 409, "This event is not open for enrollment."),
    ],
)
def test_the_same_refusals_as_for_everybody(world, reader, session, changes, status, said):
    event_id = world.event(slug="clay")
    reader.get("/events/clay")
    table, key = (Event, Event.id) if "status" in changes else (EventPolicy, EventPolicy.event_id)
    session.execute(update(table).where(key == event_id).values(**changes))
    session.commit()
    before = digest(session)
    answer = reader.post(GUEST, name="Mira", email=MIRA, seen="open")
    assert (answer.status, said in answer.text) == (status, True)
    assert digest(session) == before


def test_an_event_that_was_never_public_is_nowhere(world, reader):
    world.event(slug="clay", status="draft")
    reader.get("/events")
    assert reader.post(GUEST, name="Mira", email=MIRA).status == 404
    assert reader.post("/events/nothing/guest", name="Mira", email=MIRA).status == 404


def test_every_address_gets_the_same_answer(world, use_cases, reader, session):
    event_id = world.event(slug="clay", capacity=9)
    use_cases.enrolls(event_id, world.person("Mira Sand", email=MIRA))
    world.person("Bo", email="bo@post.example")
    pages = []
    for email in (MIRA, "bo@post.example", "nobody@post.example"):
        reader.get("/events/clay")
        assert reader.post(GUEST, name="Somebody", email=email, seen="open").location == "/code"
        pages.append(reader.get("/code").text.replace(email, "…"))
    assert len(set(pages)) == 1
    assert "4 of 9 places taken" in reader.get("/events/clay").text


def test_confirmed_late_it_is_said_and_the_line_goes_on(world, use_cases, reader, other, session):
    event_id = world.event(slug="clay", capacity=1)
    _, code, link = enrolls(reader, session)
    use_cases.enrolls(event_id, world.person("Bo"))
    later(HELD_FOR + timedelta(minutes=1))
    page = reader.get("/code")
    assert "We held your place until 14:30. Confirm anyway" in page.text
    assert reader.post("/code", code=code).status == 422
    answer = other.post(link)
    assert answer.headings("h1") == ["You are on the waitlist"]
    assert "We could hold your place until 14:30 only, and you confirmed later." in answer.text
    assert reader.post("/code/continue").location == "/events/clay#enrollment"
    event = reader.get("/events/clay")
    assert "We could hold your place until 14:30 only" in event.text
    assert event.words_of("enrollment-h") == "You are on the waitlist (position 1)"
    assert standing(session, event_id).statuses == {"confirmed": 1, "waitlisted": 1}


def test_who_could_not_be_enrolled_reads_it_where_the_mail_was_opened(world, use_cases, reader, other, session):
    event_id = world.event(slug="clay", capacity=1, has_waitlist=False)
    _, _, link = enrolls(reader, session)
    later(HELD_FOR + timedelta(minutes=1))
    with reader.client.application.app_context():
        release_due_holds(now=clock.now(), most=1)
    use_cases.enrolls(event_id, world.person("Bo"), clock.now())
    answer = other.post(link)
    assert answer.headings("h1") == ["Your address is confirmed"]
    assert "You couldn’t be enrolled. The event page says why." in answer.text


def test_another_address_gives_the_place_back(world, reader, session):
    world.event(slug="clay", capacity=3)
    enrolls(reader, session)
    assert reader.post("/code/withdraw").location == "/events/clay#enrollment"
    assert "0 of 3 places taken" in reader.get("/events/clay").text
    assert reader.get("/code").location == "/login"
    assert reader.post("/code/withdraw").status == 303


def test_sent_again_the_place_is_held_no_longer(world, reader, session):
    world.event(slug="clay", capacity=3)
    page, _, _ = enrolls(reader, session)
    later(timedelta(minutes=10))
    again = page.fields(GUEST)
    assert reader.post(GUEST, **again).location == "/code"
    assert "Your place is held until 14:30." in reader.get("/code").text
    session.rollback()
    assert len(session.scalars(select(GuestHold.id)).all()) == 1


def test_three_places_for_one_address(world, reader, session):
    for slug in ("clay", "tea", "ink", "wax"):
        world.event(slug=slug)
    reader.get("/events/clay")
    answers = [
        reader.post(f"/events/{slug}/guest", name="Mira", email=MIRA, seen="open")
        for slug in ("clay", "tea", "ink", "wax")
    ]
    assert [answer.status for answer in answers] == [303, 303, 303, 422]
    assert "We already hold 3 places for this address." in answers[3].text


def test_terms_are_a_box_in_the_form(app, world, reader, session):
    world.event(slug="clay")
    with app.app_context():
        publish_legal_texts(
            organization_id=world.organization_id, texts={LegalKind.TERMS: "Be kind."}, demands_terms=True, now=NOON
        )
    form = reader.get("/events/clay").fields(GUEST)
    before = digest(session)
    answer = reader.post(GUEST, name="Mira", email=MIRA, terms_id=form["terms_id"])
    assert (answer.status, "Accept the terms to enroll" in answer.text) == (422, True)
    assert digest(session) == before
    page, code, _ = enrolls(reader, session, terms="1", terms_id=form["terms_id"])
    assert page.fields(GUEST)["terms_id"] == form["terms_id"]
    reader.post("/code", code=code)
    assert reader.get("/events/clay").words_of("enrollment-h") == "You are enrolled"


def test_who_is_signed_in_by_now_is_enrolled_at_once(world, reader_of, session):
    event_id, mira = world.event(slug="clay"), world.person()
    answer = reader_of(mira).post(GUEST, name="Mira", email=MIRA, seen="open")
    assert (answer.status, answer.location) == (303, "/events/clay#enrollment")
    assert standing(session, event_id).statuses == {"confirmed": 1}


@pytest.mark.parametrize(
    ("policy", "button"), [({"capacity": 1}, "Join the waitlist"), ({"method": "application"}, "Apply")]
)
def test_guests_join_the_line_and_apply(world, use_cases, reader, session, policy, button):
    event_id = world.event(slug="clay", **policy)
    if policy.get("capacity"):
        use_cases.fills(event_id, 1)
    assert button in reader.get("/events/clay").buttons()
    page, code, _ = enrolls(reader, session)
    assert "Your turn counts from the moment you confirm." in page.text
    reader.post("/code", code=code)
    assert reader.get("/events/clay").words_of("enrollment-h") in {
        "You are on the waitlist (position 2)", "You are on the waitlist (position 1)", "You applied",
        "Your application is with the organizer",
    }  # fmt: skip
