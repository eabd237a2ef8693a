"""The standby line at the door: who stands in it, who loses a place for it, and who comes too late after all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import plan_session
from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.open_desk import tap_id
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.standby import RELEASE, START, StandbyDesk
from webapp.domain.desk.check_in import Verdict
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, Enrollment, EnrollmentTransition, EventPolicy, Message
from webapp.queries.audit import broken_invariants
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.closure import close_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.events.reopening import reopen_event
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel
from webapp.services.places.standby.release import release_due_places, undo_release

MINUTE = timedelta(minutes=1)
END = START + timedelta(hours=4)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def door(world):
    return StandbyDesk(world)


@pytest.fixture
def sound(session, door):
    """Whatever happened, every invariant holds."""
    yield
    assert broken(session, door.event_id) == []
    assert [one.as_dict() for one in broken_invariants(RELEASE + 5 * MINUTE)] == []


def statuses(door) -> list[str]:
    return [door.desk.status(one).value for one in (door.ana, door.ben, door.cy, door.dee, door.eli)]


def mails(session, name: str) -> list[str]:
    session.rollback()
    found = session.scalars(select(Message.kind).where(Message.body.contains(f"Hi {name},")).order_by(Message.id))
    kinds = list(found)
    session.rollback()
    return kinds


def test_who_waits_and_comes_stands_in_line_by_ticket_and_then_walk_ins(door, sound):
    assert door.comes(door.dee).verdict is Verdict.STANDBY
    walked = door.walks_in("Wim Walker")
    assert walked.entry is None
    assert door.comes(door.cy).verdict is Verdict.STANDBY
    assert door.line() == [door.cy, door.dee, walked.guest.enrollment_id]
    # A second scan keeps the place.
    door.comes(door.dee, at=START + MINUTE)
    assert door.line() == [door.cy, door.dee, walked.guest.enrollment_id]
    door.leaves_line(door.cy)
    assert door.line() == [door.dee, walked.guest.enrollment_id]


def test_a_tap_sent_twice_counts_once_and_comes_back_not_after_an_undo(door, sound):
    once = tap_id()
    door.comes(door.dee, request_id=once)
    assert door.comes(door.dee, request_id=once).verdict is Verdict.STANDBY
    with pytest.raises(Refused, match="request_id_reused"):
        door.comes(door.cy, request_id=once)
    door.leaves_line(door.dee)
    door.comes(door.dee, request_id=once)
    assert door.line() == []


def test_absent_people_lose_the_place_to_the_line_one_for_one(door, session, sound):
    door.comes(door.eli)
    door.comes(door.cy)
    seen = door.picture()
    # Who got the place last loses it first.
    assert [one.enrollment_id for one in seen.absent] == [door.ben, door.ana]
    done = door.releases(door.ben)
    assert (done.released, done.placed) == ((door.ben,), (door.cy,))
    assert statuses(door) == ["confirmed", "released", "checked_in", "waitlisted", "waitlisted"]
    now = standing(session, door.event_id)
    assert (now.taken, now.waiting) == (2, 2)
    session.rollback()
    reasons = session.execute(
        select(EnrollmentTransition.to_status, EnrollmentTransition.triggered_by, EnrollmentTransition.reason)
        .where(EnrollmentTransition.at == RELEASE)
        .order_by(EnrollmentTransition.id)
    ).all()
    assert [tuple(row) for row in reasons] == [
        ("released", "organizer", "Not checked in, so the place was given to someone at the door"),
        ("confirmed", "organizer", "From the standby line"),
        ("checked_in", "organizer", "From the standby line"),
    ]
    assert session.scalar(select(CheckIn.method).where(CheckIn.enrollment_id == door.cy)) == "manual"
    relay_batch(now=RELEASE)
    assert mails(session, "Ben")[-1] == "released"
    assert mails(session, "Cy")[-1] == "standby_placed"


def test_who_lost_the_place_and_comes_is_first_in_line_and_gets_the_next_free_seat(door, session, sound):
    door.comes(door.cy)
    door.releases(door.ben)
    late = door.comes(door.ben, at=RELEASE + MINUTE)
    assert late.verdict is Verdict.STANDBY
    door.comes(door.dee, at=RELEASE + MINUTE)
    assert door.line() == [door.ben, door.dee]
    # A place that becomes free goes to them, and not to whoever waits at home.
    cancel(
        enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=RELEASE + 2 * MINUTE, reason="Called"
    )
    assert statuses(door) == ["cancelled", "checked_in", "checked_in", "waitlisted", "waitlisted"]
    relay_batch(now=RELEASE + 2 * MINUTE)
    assert mails(session, "Ben")[-1] == "standby_placed"


def test_a_free_seat_is_given_at_once_to_who_comes_late(door, sound):
    door.comes(door.cy)
    door.releases(door.ben)
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=RELEASE, reason="Called")
    scanned = door.comes(door.ben, at=RELEASE + MINUTE)
    assert scanned.verdict is Verdict.IN
    assert scanned.entry is not None
    assert statuses(door)[1] == "checked_in"


def test_a_release_is_undone_only_while_the_seat_is_free(door, session, sound):
    door.comes(door.cy)
    door.releases(door.ben)
    with pytest.raises(Refused, match="seat_given_on"):
        undo_release(enrollment_id=door.ben, actor=door.organizer, now=RELEASE)
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=RELEASE, reason="Called")
    undo_release(enrollment_id=door.ben, actor=door.organizer, now=RELEASE + MINUTE)
    assert statuses(door)[1] == "confirmed"
    relay_batch(now=RELEASE + MINUTE)
    assert mails(session, "Ben")[-1] == "place_back"


@pytest.mark.parametrize(
    ("refusal", "chosen", "at"),
    [
        ("standby_too_early", ("ben",), RELEASE - MINUTE),
        ("event_over", ("ben",), END),
        ("standby_nobody_chosen", (), RELEASE),
        ("standby_too_many", ("ana", "ben"), RELEASE),
        ("standby_changed", ("cy",), RELEASE),
    ],
)
def test_what_cannot_be_released_changes_nothing(door, session, sound, refusal, chosen, at):
    door.comes(door.cy)
    before = digest(session)
    with pytest.raises(Refused, match=refusal):
        door.releases(*(getattr(door, one) for one in chosen), at=at)
    assert digest(session) == before


def test_somebody_arrives_in_between_and_nothing_is_released(door, session, sound):
    door.comes(door.cy)
    seen = door.picture().key
    door.comes(door.ben)
    before = digest(session)
    with pytest.raises(Refused) as refused:
        door.releases(door.ben, seen=seen)
    assert (refused.value.code, refused.value.facts["gone"]) == ("standby_changed", (door.ben,))
    assert digest(session) == before


def test_closing_makes_no_shows_only_of_those_who_did_not_come(door, session):
    door.comes(door.cy)
    door.comes(door.dee)
    door.releases(door.ana, door.ben)
    door.comes(door.ben, at=RELEASE + MINUTE)
    closed = close_event(event_id=door.event_id, now=END + MINUTE)
    assert closed.completed
    assert statuses(door) == ["no_show", "released", "attended", "attended", "waitlisted"]
    assert [one.as_dict() for one in broken_invariants(END + MINUTE)] == []
    # Opened again, who did not come is first in line again.
    session.rollback()
    found = what_reopening_does(session, door.event_id)
    assert (found.attended, found.no_show) == (2, 1)
    session.rollback()
    reopen_event(
        event_id=door.event_id,
        ends_at=END + timedelta(hours=1),
        reason="It ran on",
        actor=door.organizer,
        now=END + 2 * MINUTE,
        expected_version=2,
        seen=found.key,
    )
    assert statuses(door)[:2] == ["released", "released"]
    assert [one.as_dict() for one in broken_invariants(END + 2 * MINUTE)] == []


def test_an_event_that_is_called_off_cancels_released_places_too(door, session):
    door.comes(door.cy)
    door.releases(door.ben)
    door.desk.undo(session.scalar(select(CheckIn.id)), at=RELEASE, reason="By mistake")
    cancel_event(event_id=door.event_id, reason="Water in the room", actor=door.organizer, now=RELEASE + MINUTE)
    assert set(statuses(door)) == {"cancelled"}


def test_the_clock_releases_once_and_only_where_the_event_says_so(world, session):
    door = StandbyDesk(world, {"standby_automatic": True})
    door.comes(door.cy)
    assert release_due_places(now=RELEASE - MINUTE, most=5) == 0
    assert release_due_places(now=RELEASE, most=5) == 1
    assert statuses(door) == ["confirmed", "released", "checked_in", "waitlisted", "waitlisted"]
    session.rollback()
    assert session.scalar(select(EventPolicy.standby_run_at)) == RELEASE
    session.rollback()
    door.comes(door.dee, at=RELEASE + MINUTE)
    assert release_due_places(now=RELEASE + MINUTE, most=5) == 0
    assert [one.as_dict() for one in broken_invariants(RELEASE + MINUTE)] == []


def test_who_is_in_an_online_room_that_counts_is_not_absent(world, session):
    door = StandbyDesk(world, {"online_counts": True})
    room = VideoRoom(world.app, f"session-{plan_session(door.event_id, START, START + 60 * MINUTE)}", START)
    ben = session.get_one(Enrollment, door.ben).user_id
    session.rollback()
    assert [one.enrollment_id for one in door.picture().absent] == [door.ben, door.ana]
    room.stays(f"u{ben}", 1, 5)
    room.fold()
    assert [one.enrollment_id for one in door.picture().absent] == [door.ana]


def test_without_a_standby_line_who_waits_is_decided_about_as_before(world):
    door = StandbyDesk(world, {"standby_minutes": None})
    assert door.comes(door.cy).verdict is Verdict.WAITLISTED
    with pytest.raises(Refused, match="event_full"):
        door.walks_in("Wim Walker")


def test_free_places_belong_to_the_line_from_the_last_call_on(world):
    call = START - timedelta(hours=1)
    door = StandbyDesk(world, {"last_call_hours": 1, "last_call_at": call})
    door.comes(door.dee, at=call - MINUTE)
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=call - MINUTE, reason="Ill")
    # Before it, the next on the waitlist moves up, wherever they are.
    assert statuses(door) == ["cancelled", "confirmed", "confirmed", "waitlisted", "waitlisted"]
    cancel(enrollment_id=door.ben, actor=door.organizer, by=Trigger.ORGANIZER, now=call, reason="Ill")
    assert statuses(door) == ["cancelled", "cancelled", "confirmed", "checked_in", "waitlisted"]
