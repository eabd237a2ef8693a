"""Sentences beside a button or a rule: none promises what is refused, and none says what is no longer so."""

from datetime import timedelta

import pytest

from tests.support.worlds.online.online_event import plan_session
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import EventPolicy
from webapp.services.events.override import override_status
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
HOUR = timedelta(hours=1)


@pytest.fixture
def staff(world, reader_of):
    world.organization()
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.mark.parametrize(
    ("policy", "is_full", "words"),
    [
        ({}, False, "You cancelled your place"),
        ({"capacity": 1}, True, "You left the waitlist"),
        ({"method": "application"}, False, "You withdrew your application"),
    ],
)
def test_who_left_is_told_what_they_left_everywhere(world, use_cases, reader_of, policy, is_full, words):
    event_id, mira = world.event("Clay", slug="clay", **policy), world.person()
    if is_full:
        use_cases.fills(event_id, 1)
    use_cases.enrolls(event_id, mira)
    reader = reader_of(mira)
    answer = reader.post("/events/clay/leave", htmx=True)
    assert answer.headings("h2") == [words]
    assert answer.words_of("say") == f"{words}."
    page = reader.get("/events/clay")
    assert page.title.startswith(f"Clay: {words[0].lower()}{words[1:]}")
    assert words in reader.get("/me").text
    others = {"cancelled your place", "left the waitlist", "withdrew your application"} - {words.removeprefix("You ")}
    for said in (answer.text, page.text, page.title, reader.get("/me").text):
        assert not [other for other in others if other in said]


def test_what_is_still_to_come_is_not_past(world, use_cases, reader_of):
    mira = world.person()
    ahead, over = world.event("Ahead"), world.event("Over", starts_at=NOON - days(2))
    for event_id, now in ((ahead, NOON), (over, NOON - days(3))):
        use_cases.leaves(use_cases.enrolls(event_id, mira, now), mira, now)
    page = reader_of(mira).get("/me")
    assert page.headings("h2") == ["Not going", "Past"]
    assert page.text.index("Ahead") < page.text.index("Past") < page.text.index("Over")


@pytest.mark.parametrize(
    ("has_session", "online_counts", "words"),
    [
        (False, False, ("Check in at the door", "This is how you’re counted as attended")),
        (False, True, ("Check in at the door", "This is how you’re counted as attended")),
        (True, True, ("Check in at the door or join online", "This is how you’re counted as attended")),
        (True, False, ("Check in at the door", "This is how you’re counted as attended. Joining online doesn’t count")),
    ],
)
def test_the_door_is_not_called_the_only_way_where_presence_online_counts(
    app, world, reader, has_session, online_counts, words
):
    event_id = world.event(slug="clay", starts_at=NOON + HOUR, online_counts=online_counts)
    if has_session:
        with app.app_context():
            plan_session(event_id, NOON + HOUR, NOON + 2 * HOUR)
    assert "".join(words) in reader.get("/events/clay").text


def test_calling_off_asks_the_rule_that_does_it(world, use_cases, staff, session):
    event_id = world.event(starts_at=NOON - HOUR)
    placed = use_cases.enrolls(event_id, world.person(), NOON - 2 * HOUR)
    use_cases.is_checked_in(event_id, placed, NOON)
    address, before = f"/admin/events/{event_id}/cancel", digest(session)
    page = staff.get(address)
    for answer in (page, staff.post(address, reason="The kiln broke", version="1")):
        assert "1 person is checked in, so this event can’t be called off. Nothing was changed." in answer.text
        assert "No one is enrolled" not in answer.text
        assert "can’t be undone" not in answer.text
        assert "Call off this event" not in answer.buttons("main")
        assert f"/admin/events/{event_id}/enrollments?status=checked_in" in answer.links().values()
    assert (page.status, answer.status) == (200, 409)
    assert digest(session) == before


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_what_is_over_offers_no_calling_off(world, staff, status):
    event_id = world.event(status=status, starts_at=NOON - days(1))
    page = staff.get(f"/admin/events/{event_id}/cancel")
    assert "so it can’t be called off" in page.text
    assert page.buttons("main") == ["Keep it"]


def test_a_closed_event_speaks_of_no_closing_to_come(world, use_cases, staff):
    event_id = world.event(starts_at=NOON - 5 * HOUR)
    use_cases.enrolls(event_id, world.person(), NOON - days(1))
    running = staff.get(f"/admin/events/{event_id}")
    assert running.links()["Preview results"] == f"/admin/events/{event_id}/rehearsal"
    assert "0 people would be Attended and 1 No-show" in staff.get(f"/admin/events/{event_id}/rehearsal").text
    use_cases.is_closed(event_id, NOON)
    closed, preview = staff.get(f"/admin/events/{event_id}"), staff.get(f"/admin/events/{event_id}/rehearsal")
    assert "Preview results" not in closed.links()
    assert "Decided when the event closed." in closed.text
    assert "This event is closed. Attendance has been decided." in preview.text
    assert "would be" not in preview.text.lower()


def test_after_an_override_no_number_on_the_page_is_the_old_one(app, world, use_cases, staff):
    event_id = world.event(starts_at=NOON - 5 * HOUR)
    placed = use_cases.enrolls(event_id, world.person(), NOON - days(1))
    use_cases.is_closed(event_id, NOON)
    # The row, the filters, the places and the sentence are replaced in place; what is not must not count people.
    address = f"/admin/enrollments/{placed.enrollment_id}/override"
    table = staff.get(f"/admin/events/{event_id}/enrollments")
    assert "".join(table.by_id("taken").itertext()).startswith("0 places are taken")
    admin = world.actor(world.person("Abe", role=Role.ADMIN), Role.ADMIN)
    with app.app_context():
        override_status(
            enrollment_id=placed.enrollment_id,
            to_status="attended",
            reason="Was there",
            actor=admin,
            now=NOON,
            expected_version=2,
        )
    again = staff.get(f"/admin/events/{event_id}/enrollments")
    assert "".join(again.by_id("taken").itertext()).startswith("1 place is taken"), "it is replaced with the row"
    assert staff.get(address).status == 200
    overview = staff.get(f"/admin/events/{event_id}").text
    assert "attended, " not in overview and "1Attended" in overview


def test_a_full_event_whose_line_is_closed_does_not_promise_the_button(app, world, use_cases, reader):
    event_id = world.event(slug="clay", capacity=1)
    use_cases.fills(event_id, 2)
    with app.app_context(), write_transaction() as session:
        session.get_one(EventPolicy, event_id).has_waitlist = False
    said = reader.get("/events/clay").words_of("enrollment")
    assert "you can enroll here again" not in said
    assert "the next person on the waitlist gets the place" in said


def test_the_list_of_the_desk_and_the_table_say_how_they_are_sorted(world, use_cases, staff):
    event_id = world.event(starts_at=NOON - HOUR)
    for name in ("Zoe Adams", "Adam Zole"):
        use_cases.enrolls(event_id, world.person(name), NOON - 2 * HOUR)
    desk, table = staff.get(f"/desk/{event_id}"), staff.get(f"/admin/events/{event_id}/enrollments?sort=name")
    assert "By last name" in desk.words_of("guests")
    assert desk.text.index("Zoe Adams") < desk.text.index("Adam Zole")
    assert "Name, by first name" in table.text
    assert table.text.index("Adam Zole") < table.text.index("Zoe Adams")
