"""The button to get in: with htmx and without, pressed twice, pressed late, pressed by nobody."""

from datetime import timedelta

import pytest

from tests.support.pages.reading import Reader
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.models import Enrollment

pytestmark = pytest.mark.usefixtures("noon")
ENROLL = "/events/clay/enroll"


def heading(page) -> str:
    return page.headings("h2")[0]


def test_htmx_gets_the_new_block_with_what_changes_along(world, reader_of, session):
    event_id, mira = world.event(slug="clay", capacity=3), world.person()
    answer = reader_of(mira).post(ENROLL, htmx=True, seen="open")
    assert (answer.status, heading(answer)) == (200, "You are enrolled")
    assert answer.words_of("places") == "1 of 3 places taken Waitlist opens when full"
    assert answer.words_of("say") == "You are enrolled. Your place is confirmed."
    assert "<header" not in answer.html
    assert answer.by_id("enrollment").get("data-focus") is not None
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_without_javascript_the_answer_is_the_way_back_to_the_page(world, reader_of):
    world.event(slug="clay", capacity=3)
    mira = reader_of(world.person())
    answer = mira.post(ENROLL, seen="open")
    assert (answer.status, answer.location) == (303, "/events/clay#enrollment")
    page = mira.get("/events/clay")
    assert "You are enrolled. Your place is confirmed." in page.text
    assert page.words_of("enrollment-h") == "You are enrolled"


@pytest.mark.parametrize("htmx", [True, False])
def test_pressing_twice_is_one_enrollment_and_no_error(world, reader_of, session, htmx):
    event_id, mira = world.event(slug="clay", capacity=1), reader_of(world.person())
    first = mira.post(ENROLL, htmx=htmx, seen="open")
    before = digest(session)
    second = mira.post(ENROLL, htmx=htmx, seen="open")
    assert (second.status, second.location) == (first.status, first.location)
    assert digest(session) == before
    assert mira.get("/events/clay").words_of("enrollment-h") == "You are enrolled"
    assert broken(session, event_id) == []


def test_full_with_a_waitlist_leads_to_the_waitlist(world, use_cases, reader_of):
    use_cases.fills(world.event(slug="clay", capacity=1), 3)
    answer = reader_of(world.person()).post(ENROLL, htmx=True, seen="full_with_waitlist")
    assert (answer.status, heading(answer)) == (200, "You are on the waitlist (position 3)")
    assert answer.words_of("say") == "You are on the waitlist (position 3)."
    assert "a moment ago" not in answer.text


def test_whoever_loses_the_last_place_joins_the_waitlist_and_is_told(world, use_cases, reader_of):
    use_cases.fills(world.event(slug="clay", capacity=1), 1)
    answer = reader_of(world.person()).post(ENROLL, htmx=True, seen="open")
    assert (answer.status, heading(answer)) == (200, "You are on the waitlist (position 1)")
    assert "The last place went a moment ago." in answer.words_of("enrollment")


@pytest.mark.parametrize("htmx", [True, False])
def test_full_without_a_waitlist_is_422_and_says_so(world, use_cases, reader_of, session, htmx):
    use_cases.fills(world.event(slug="clay", capacity=1, has_waitlist=False), 1)
    mira = reader_of(world.person())
    before = digest(session)
    answers = [mira.post(ENROLL, htmx=htmx, seen="full") for _ in range(2)]
    assert [answer.status for answer in answers] == [422, 422]
    assert [answer.words_of("enrollment-h") for answer in answers] == ["Event is full"] * 2
    assert digest(session) == before
    assert ("<header" in answers[0].html) is not htmx


def test_losing_the_last_place_of_an_event_without_a_waitlist_is_said_in_words(world, use_cases, reader_of):
    use_cases.fills(world.event(slug="clay", capacity=1, has_waitlist=False), 1)
    answer = reader_of(world.person()).post(ENROLL, htmx=True, seen="open")
    assert answer.status == 422
    assert "The last place went a moment ago." in answer.words_of("enrollment")


STALE = [
    (
        {"closes_at": NOON - timedelta(minutes=1)},
        {},
        "Enrollment is closed",
        "Enrollment closed on Wed 10 June, 13:59.",
    ),
    ({"opens_at": NOON + days(0.5)}, {}, "Enrollment opens Thu 11 June, 02:00", "Enrollment opens Thu 11 June, 02:00."),
    ({}, {"status": "cancelled"}, "This event will not take place", "This event is not open for enrollment."),
]


@pytest.mark.parametrize(("policy", "event", "state", "reason"), STALE)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_state_that_changed_meanwhile_is_409_with_the_block_as_it_is_now(
    world, reader_of, session, policy, event, state, reason, htmx
):
    world.event(slug="clay", **policy, **event)
    mira, before = reader_of(world.person()), digest(session)
    answers = [mira.post(ENROLL, htmx=htmx, seen="open") for _ in range(2)]
    assert [answer.status for answer in answers] == [409, 409]
    assert answers[0].words_of("enrollment-h") == state
    assert reason in answers[0].words_of("enrollment")
    assert digest(session) == before


def test_whoever_was_turned_down_cannot_apply_again(world, use_cases, reader_of, session):
    event_id, mira = world.event(slug="clay", method="application"), world.person()
    use_cases.is_decided(use_cases.enrolls(event_id, mira), approve=False)
    before = digest(session)
    answer = reader_of(mira).post(ENROLL, htmx=True)
    assert (answer.status, heading(answer)) == (409, "Your application was declined")
    assert digest(session) == before


def test_an_application_waits_for_the_organizer(world, reader_of):
    world.event(slug="clay", capacity=1, method="application")
    answer = reader_of(world.person()).post(ENROLL, htmx=True)
    assert (answer.status, heading(answer)) == (200, "Your application is with the organizer")


def test_enrolling_again_after_giving_up_joins_at_the_end(world, use_cases, reader_of):
    event_id, mira = world.event(slug="clay", capacity=1), world.person()
    use_cases.leaves(use_cases.enrolls(event_id, mira), mira)
    use_cases.fills(event_id, 2)
    answer = reader_of(mira).post(ENROLL, htmx=True, seen="full_with_waitlist")
    assert heading(answer) == "You are on the waitlist (position 2)"


def test_nobody_enrolls_without_signing_in(world, app, session):
    world.event(slug="clay")
    visitor = Reader(app.test_client())
    before = digest(session)
    plain = visitor.post(ENROLL)
    assert (plain.status, plain.headings("h1")) == (401, ["You are signed out"])
    assert plain.links()["Sign in"] == f"/login?next={ENROLL}"
    over_htmx = visitor.post(ENROLL, htmx=True, headers={"HX-Current-URL": "http://localhost/events/clay"})
    assert (over_htmx.status, over_htmx.headers["HX-Redirect"]) == (401, "/login?next=/events/clay")
    assert digest(session) == before


def test_the_way_back_from_signing_in_leaves_the_button_to_be_pressed(world, reader_of, session):
    event_id = world.event(slug="clay", capacity=1)
    mira = reader_of(world.person())
    answer = mira.get(ENROLL)
    assert (answer.status, answer.location) == (302, "/events/clay?pending=1#enrollment")
    page = mira.get("/events/clay?pending=1")
    assert "You’re signed in. Press the button below to finish." in page.words_of("enrollment")
    assert standing(session, event_id).statuses == {}


def test_an_event_that_does_not_exist_is_404(world, reader_of, session):
    world.event(slug="draft-clay", status="draft")
    mira, before = reader_of(world.person()), digest(session)
    answers = [mira.post(path) for path in ("/events/nothing/enroll", "/events/draft-clay/enroll")]
    assert [answer.status for answer in answers] == [404, 404]
    assert digest(session) == before


def test_extra_fields_are_not_looked_at(world, reader_of, session):
    event_id, mira, other = world.event(slug="clay", capacity=1), world.person(), world.person()
    reader_of(mira).post(
        ENROLL,
        seen="open",
        status="attended",
        role="admin",
        waitlist_position="0",
        user_id=str(other),
        source="import",
        enrolled_at="2000-01-01",
        pass_code="00000000",
    )
    row = session.query(Enrollment).one()
    assert (row.user_id, row.status, row.source, row.enrolled_at.year) == (mira, "confirmed", "web", 2026)
    assert row.pass_code != "00000000"
    assert broken(session, event_id) == []


def test_the_page_looks_again_and_gets_nothing_while_nothing_changed(world, use_cases, reader_of):
    event_id, mira, first = world.event(slug="clay", capacity=1), world.person(), world.person()
    placed = use_cases.enrolls(event_id, first)
    use_cases.enrolls(event_id, mira)
    reader = reader_of(mira)
    address = reader.get("/events/clay").by_id("enrollment").get("hx-get")
    unchanged = reader.get(address, htmx=True)
    assert (unchanged.status, unchanged.html) == (204, "")
    use_cases.leaves(placed, first)
    changed = reader.get(address, htmx=True)
    assert (changed.status, heading(changed)) == (200, "You are in")
    assert changed.words_of("say") == "You are in. Your place is confirmed."
    assert changed.by_id("enrollment").get("data-focus") is None


def test_moving_up_in_line_is_announced_and_other_peoples_places_are_not(world, use_cases, reader_of):
    event_id, mira, first = world.event(slug="clay", capacity=1), world.person(), world.person()
    use_cases.fills(event_id, 1)
    ahead = use_cases.enrolls(event_id, first)
    use_cases.enrolls(event_id, mira)
    reader = reader_of(mira)
    address = reader.get("/events/clay").by_id("enrollment").get("hx-get")
    use_cases.fills(event_id, 1)
    behind = reader.get(address, htmx=True)
    assert (behind.status, behind.by_id("say")) == (200, None)
    assert behind.words_of("places") == "1 of 1 place taken 3 people on the waitlist"
    use_cases.leaves(ahead, first)
    assert reader.get(address, htmx=True).words_of("say") == "You moved up to position 1."


def test_the_block_at_its_own_address_is_the_whole_page_for_a_person(world, reader):
    world.event(slug="clay")
    page = reader.get("/events/clay/enrollment?seen=anything")
    assert (page.status, page.headings("h1")) == (200, ["Hand-building with clay"])


def test_who_waits_sees_the_button_after_the_start_and_is_told_who_was_faster(world, use_cases, reader_of, session):
    hour = timedelta(hours=1)
    event_id = world.event(slug="clay", capacity=1, starts_at=NOON - hour, closes_at=NOON + hour / 2)
    first, people = use_cases.fills(event_id, 1, now=NOON - days(1))[0], [world.person() for _ in range(2)]
    for user_id in people:
        use_cases.enrolls(event_id, user_id, now=NOON - days(1))
    mira, ben = (reader_of(user_id) for user_id in people)
    waiting = mira.get("/events/clay")
    assert (heading(waiting), waiting.buttons("enrollment")) == ("You’re still on the waitlist", ["Why this status"])
    use_cases.is_cancelled_by_organizer(first, "Ill")
    for reader in (mira, ben):
        page = reader.get("/events/clay")
        assert heading(page) == "First come, first served"
        assert page.buttons("enrollment")[0] == "Take the place"
        assert "A place is free" in reader.get("/me").text
    answer = ben.post(ENROLL, htmx=True, seen="place_opened")
    assert (answer.status, heading(answer)) == (200, "You are enrolled")
    late = mira.post(ENROLL, htmx=True, seen="place_opened")
    assert heading(late) == "You’re still on the waitlist"
    assert "Someone else took the place a moment ago." in late.words_of("enrollment")
    assert "not expected" not in late.text
    assert standing(session, event_id).statuses == {"cancelled": 1, "confirmed": 1, "waitlisted": 1}
