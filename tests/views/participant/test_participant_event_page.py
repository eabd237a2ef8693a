"""The event's page answers "where do I stand?" in one block, with the words of the state and one thing to do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role

pytestmark = pytest.mark.usefixtures("noon")

#: Thu 11 June, 14:00 in Berlin.
START = NOON + days(1)


@pytest.fixture
def show(reader_of):
    """The page of an event as somebody sees it."""

    def page(user_id, slug="clay"):
        return reader_of(user_id).get(f"/events/{slug}")

    return page


def block(page) -> tuple[str, str]:
    """The kicker with the heading, and what stands below them."""
    section = page.by_id("enrollment")
    head = " | ".join(
        " ".join("".join(one.itertext()).split())
        for one in section.iter()
        if one.tag == "h2" or one.get("class") == "stub__kick"
    )
    body = next(one for one in section.iter() if one.get("class") == "stub__body")
    return head, " ".join(" ".join("".join(one.itertext()).split()) for one in body.iter("p"))


def test_an_open_event_says_how_many_places_are_left(world, use_cases, show):
    event_id = world.event(slug="clay", capacity=12, cancellation_deadline_hours=18)
    use_cases.fills(event_id, 8)
    page = show(world.person())
    assert block(page) == (
        "Open | 4 places left",
        "Enroll now to get your place. You can cancel until Wed 10 June, 20:00.",
    )
    assert page.buttons("enrollment") == ["Enroll"]
    assert page.words_of("places") == "8 of 12 places taken Waitlist opens when full"


def test_one_place_is_not_one_places(world, use_cases, show):
    use_cases.fills(world.event(slug="clay", capacity=2), 1)
    assert block(show(world.person()))[0] == "Open | 1 place left"


def test_an_unlimited_event_has_places_available(world, show):
    world.event(slug="clay")
    page = show(world.person())
    assert block(page)[0] == "Open | Places available"
    assert page.words_of("places") == "No limit on places 0 people enrolled"


def test_a_full_event_with_a_waitlist_says_which_number_one_would_be(world, use_cases, show):
    use_cases.fills(world.event(slug="clay", capacity=2), 4)
    page = show(world.person())
    assert block(page) == (
        "Full, waitlist open | All 2 places are taken",
        "You’d be number 3 on the waitlist. When a place opens, it goes to the next person on the waitlist.",
    )
    assert page.buttons("enrollment") == ["Join the waitlist"]


def test_a_full_event_without_a_waitlist_is_full(world, use_cases, show):
    use_cases.fills(world.event(slug="clay", capacity=2, has_waitlist=False), 2)
    page = show(world.person())
    assert block(page) == (
        "Full | Event is full",
        "All 2 places are taken. This event has no waitlist. If someone cancels, you can enroll here again.",
    )
    assert page.buttons("enrollment") == ["Other events"]


def test_the_waitlisted_see_their_position_and_who_is_ahead(world, use_cases, show):
    event_id, mira = world.event(slug="clay", capacity=1), world.person()
    use_cases.fills(event_id, 3)
    use_cases.enrolls(event_id, mira)
    page = show(mira)
    assert block(page) == (
        "Waitlisted | You are on the waitlist (position 3)",
        "The only place is taken. 2 people are ahead of you. When a place opens, it goes to the next person on "
        "the waitlist automatically, and we let them know. There’s nothing you need to do. "
        "You joined today at 14:00. You can leave the waitlist until the event starts, Thu 11 June, 14:00.",
    )
    assert page.buttons("enrollment") == ["Leave the waitlist"]
    assert page.title == "Hand-building with clay: you are on the waitlist - Turnout"


def test_the_first_in_line_is_next(world, use_cases, show):
    event_id, mira = world.event(slug="clay", capacity=1), world.person()
    use_cases.fills(event_id, 1)
    use_cases.enrolls(event_id, mira)
    assert block(show(mira)) == (
        "Waitlisted | You are on the waitlist (position 1)",
        "You’re next. When a place opens it’s yours, and we’ll let you know. There’s nothing you need to do. "
        "You joined today at 14:00. You can leave the waitlist until the event starts, Thu 11 June, 14:00.",
    )


def test_whoever_moved_up_is_in_and_learns_when(world, use_cases, show):
    event_id, mira, first = world.event(slug="clay", capacity=1), world.person(), world.person()
    placed = use_cases.enrolls(event_id, first)
    use_cases.enrolls(event_id, mira)
    use_cases.leaves(placed, first, now=NOON - timedelta(minutes=30))
    page = show(mira)
    assert block(page)[0] == "A place opened | You are in"
    assert block(page)[1].startswith("You moved up from the waitlist today at 13:30 and your place is confirmed.")
    assert "If you can’t come, cancel by Thu 11 June, 14:00 so someone else can take your place." in block(page)[1]
    assert page.buttons("enrollment") == ["Add to calendar", "Cancel my place"]


def test_the_confirmed_see_their_code_and_its_picture(world, use_cases, show, session):
    event_id, mira = world.event(slug="clay"), world.person()
    use_cases.enrolls(event_id, mira)
    page = show(mira)
    assert block(page)[0] == "Confirmed | You are enrolled"
    assert page.buttons("enrollment") == ["Add to calendar", "Cancel my place"]
    code = session.scalar(text("select pass_code from enrollments"))
    picture = next(one for one in page.tree.iter() if one.get("class") == "qr")
    assert picture.get("aria-label") == f"Your check-in code, {code[:4]} {code[4:]}"


def test_the_checked_in_see_which_day_it_is_and_what_is_asked(world, use_cases, show):
    event_id = world.event(
        slug="clay",
        starts_at=NOON - days(1),
        ends_at=NOON + days(1),
        attendance_requirement="minimum_days",
        minimum_days=2,
        closes_at=NOON + days(1),
    )
    mira = world.person()
    placed = use_cases.enrolls(event_id, mira, now=NOON - days(2))
    use_cases.is_checked_in(event_id, placed, now=NOON - days(1))
    once = show(mira)
    assert block(once)[0] == "Day 2 of 3 | You are checked in"
    assert block(once)[1].startswith(
        "Not checked in yet today. Last checked in yesterday at 14:00. You’ve been here on 1 day. To be counted "
        "as attended, you need 2."
    )
    use_cases.is_checked_in(event_id, placed, now=NOON - timedelta(hours=2))
    assert block(show(mira))[1].startswith(
        "Checked in today at 12:00. You’ve reached the 2 days you need to be counted as attended."
    )


def test_after_the_end_the_page_says_that_attendance_is_being_settled(world, use_cases, show):
    event_id, mira = world.event(slug="clay", starts_at=NOON - timedelta(hours=3)), world.person()
    use_cases.enrolls(event_id, mira, now=NOON - days(1))
    page = show(mira)
    assert block(page) == (
        "Ended | Attendance is being decided",
        "The event ended today at 13:00. You weren’t checked in. The result usually appears here within 15 minutes.",
    )
    assert page.buttons("enrollment") == ["Why this status"]


def test_the_attended_are_thanked(world, use_cases, show):
    event_id, mira = world.event(slug="clay", starts_at=NOON - timedelta(hours=3)), world.person()
    placed = use_cases.enrolls(event_id, mira, now=NOON - days(1))
    use_cases.is_checked_in(event_id, placed, now=NOON - timedelta(hours=3))
    use_cases.is_closed(event_id, now=NOON)
    page = show(mira)
    assert block(page) == ("Attended | Thanks for coming", "Your attendance is recorded.")


def test_a_no_show_learns_the_reason_and_whom_to_tell(world, use_cases, show):
    event_id = world.event(
        slug="clay", starts_at=NOON - days(2), ends_at=NOON - timedelta(hours=1), attendance_requirement="all_days"
    )
    mira, ben = world.person(), world.person()
    placed = use_cases.enrolls(event_id, mira, now=NOON - days(3))
    use_cases.enrolls(event_id, ben, now=NOON - days(3))
    use_cases.is_checked_in(event_id, placed, now=NOON - days(2))
    use_cases.is_closed(event_id, now=NOON)
    page = show(mira)
    assert block(page) == (
        "Not attended | Not marked as attended",
        "You were checked in on 1 day. To be counted as attended, you needed 3. "
        "You can say so until Wed 24 June, 13:00.",
    )
    assert page.buttons("enrollment") == ["I was there", "Write to Northside Makers", "Why this status"]
    assert block(show(ben))[1].startswith("You weren’t checked in on any of the 3 days.")


def test_whoever_gave_up_a_place_can_enroll_again(world, use_cases, show):
    event_id, mira = world.event(slug="clay", capacity=1), world.person()
    use_cases.leaves(use_cases.enrolls(event_id, mira), mira, now=NOON - timedelta(hours=1))
    page = show(mira)
    assert block(page) == (
        "Cancelled | You cancelled your place",
        "You cancelled today at 13:00. Places are still available.",
    )
    assert page.buttons("enrollment") == ["Enroll again"]
    use_cases.fills(event_id, 1)
    assert block(show(mira))[1] == (
        "You cancelled today at 13:00. If you enroll again, you’ll join the end of the waitlist."
    )


def test_a_place_that_the_organizer_took_back_is_not_said_to_be_given_up(world, use_cases, show):
    event_id, mira = world.event(slug="clay"), world.person()
    use_cases.is_cancelled_by_organizer(use_cases.enrolls(event_id, mira), "The <b>kiln</b> broke")
    page = show(mira)
    assert block(page)[0] == "Cancelled | Your place was cancelled"
    assert "The <b>kiln</b> broke" in page.words_of("enrollment")


def test_an_application_is_with_the_organizer_until_they_decide(world, use_cases, show):
    event_id, mira = world.event(slug="clay", capacity=3, method="application"), world.person()
    before = show(mira)
    assert block(before)[0] == "Open for applications | Apply for a place"
    assert before.buttons("enrollment") == ["Apply"]
    placed = use_cases.enrolls(event_id, mira)
    page = show(mira)
    assert block(page)[0] == "Applied | Your application is with the organizer"
    assert page.buttons("enrollment") == ["Withdraw my application"]
    use_cases.is_decided(placed, approve=False, reason="No bench is free")
    turned_down = show(mira)
    assert block(turned_down)[0] == "Declined | Your application was declined"
    assert "No bench is free" in turned_down.words_of("enrollment")


def test_enrollment_that_is_not_open_says_when_it_opens(world, show):
    world.event(slug="clay", capacity=12, opens_at=datetime(2026, 6, 11, 7, 0, tzinfo=UTC))
    page = show(world.person())
    assert block(page) == (
        "Not open yet | Enrollment opens Thu 11 June, 09:00",
        "12 places, first come, first served. This page updates automatically.",
    )
    assert page.buttons("enrollment") == []


def test_closed_enrollment_says_when_it_closed(world, show):
    world.event(slug="clay", closes_at=NOON - timedelta(hours=1))
    assert block(show(world.person())) == ("Closed | Enrollment is closed", "It closed today at 13:00.")


def test_a_running_event_says_that_it_has_started(world, show):
    world.event(slug="clay", starts_at=NOON - timedelta(hours=1))
    assert block(show(world.person()))[1] == "It closed today at 13:00. The event has started."


def test_nobody_who_still_waits_at_the_start_is_left_without_a_word(world, use_cases, show):
    event_id, mira = world.event(slug="clay", capacity=1, starts_at=NOON - timedelta(hours=1)), world.person()
    use_cases.fills(event_id, 1, now=NOON - days(1))
    use_cases.enrolls(event_id, mira, now=NOON - days(1))
    assert block(show(mira)) == (
        "Waitlist closed | No place opened",
        "No place opened for you before the event started today at 13:00.",
    )


def test_an_event_called_off_says_so_to_everybody(world, show):
    world.event(slug="clay", status="cancelled")
    page = show(world.person())
    assert block(page) == (
        "Called off | This event will not take place",
        "Northside Makers called it off. There’s nothing you need to do.",
    )


def test_a_draft_does_not_exist_except_for_its_staff(world, reader, reader_of):
    world.event(slug="clay", status="draft")
    orla, mira = world.person("Orla", role=Role.ORGANIZER), world.person()
    unknown = reader.get("/events/nothing-here")
    assert [reader.get("/events/clay").status, reader_of(mira).get("/events/clay").status, unknown.status] == [404] * 3
    assert reader.get("/events/clay").unsigned == unknown.unsigned.replace("nothing-here", "clay")
    assert block(reader_of(orla).get("/events/clay"))[0] == "Draft | Not published yet"


def test_a_draft_does_not_exist_for_the_staff_of_another_organization(world, reader_of):
    world.event(slug="clay", status="draft")
    world.organization("Other Makers")
    assert reader_of(world.person(role=Role.ADMIN)).get("/events/clay").status == 404


def test_the_signed_out_enroll_by_two_fields_or_sign_in_and_come_back(world, reader):
    world.event(slug="clay")
    page = reader.get("/events/clay")
    assert {"name", "email"} <= set(page.fields("/events/clay/guest"))
    assert "Enroll" in page.buttons()
    assert page.links()["Sign in"] == "/login?next=/events/clay/enroll"


def test_hours_are_those_of_the_event_and_also_the_readers_own(world, reader_of):
    world.event(slug="clay", timezone="Europe/Berlin", ends_at=START + timedelta(hours=2))
    lisbon, berlin = world.person(timezone="Europe/Lisbon"), world.person(timezone="Europe/Paris")
    nowhere, tokyo = world.person(), world.person(timezone="Asia/Tokyo")
    said = {who: reader_of(who).get("/events/clay").text for who in (lisbon, berlin, nowhere, tokyo)}
    assert "14:00 to 16:00, Berlin time. That’s 13:00 your time." in said[lisbon]
    assert "for you" not in said[berlin] + said[nowhere]
    assert "14:00 to 16:00, Berlin time. That’s 21:00 your time." in said[tokyo]


RULES = [
    ({}, 0, "Check in at the door"),
    ({"attendance_requirement": "any_day"}, 2, "Come on any of the 3 days"),
    ({"attendance_requirement": "all_days"}, 2, "Come on all 3 days"),
    ({"attendance_requirement": "minimum_days", "minimum_days": 2}, 2, "Come on at least 2 of the 3 days"),
]


@pytest.mark.parametrize(("policy", "more_days", "sentence"), RULES)
def test_the_rule_is_said_in_one_sentence(world, reader, policy, more_days, sentence):
    world.event(slug="clay", ends_at=START + timedelta(days=more_days, hours=2), **policy)
    assert sentence in reader.get("/events/clay").text


def test_a_title_of_hostile_text_is_text(world, reader):
    world.event("<script>alert(1)</script> {{7*7}}", slug="clay")
    page = reader.get("/events/clay")
    assert page.headings("h1") == ["<script>alert(1)</script> {{7*7}}"]
    assert "<script>alert" not in page.html
