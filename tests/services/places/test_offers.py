"""A seat that gets free is held for whoever is next: taken, declined, or passed on when the time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.editing import edit
from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken, digest, standing, trail
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.models import EventPolicy, Message, PlaceOffer
from webapp.queries.audit import broken_invariants
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.decision import promote_out_of_turn
from webapp.services.places.enrollment import cancel
from webapp.services.places.line.offer_answer import answer_offer
from webapp.services.places.line.sweep import expire_offers, tell_last_calls

HOUR = timedelta(hours=1)
START = NOON + timedelta(days=9)
#: Twelve hours would end at night; so it is nine in the morning, on the clocks of Berlin.
HELD_UNTIL = NOON + timedelta(hours=19)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def full(world):
    """One seat, which Ana has; Ben, Cy and Dee wait. Offers are for twelve hours at most."""
    event_id = world.event("Clay", slug="clay", starts_at=START, capacity=1, offer_hours=12)
    people = [world.person(name) for name in ("Ana", "Ben", "Cy", "Dee")]
    placed = [join(world, event_id, user_id) for user_id in people]
    relay_batch(now=NOON)
    return event_id, people, placed


def free(placed, orla, now=NOON):
    return cancel(enrollment_id=placed.enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=now, reason="Ill")


def offers(session) -> list[tuple[int, int, str]]:
    """Each offer in order: its id, the enrollment, its outcome."""
    session.rollback()
    rows = session.execute(select(PlaceOffer.id, PlaceOffer.enrollment_id, PlaceOffer.outcome).order_by(PlaceOffer.id))
    found = [tuple(row) for row in rows]
    session.rollback()
    return found


def outcomes(session) -> list[str]:
    return [outcome for _, _, outcome in offers(session)]


def mails(session, user_id: int) -> list[str]:
    session.rollback()
    kinds = list(session.scalars(select(Message.kind).where(Message.user_id == user_id).order_by(Message.id)))
    session.rollback()
    return kinds


def test_a_free_seat_is_held_for_whoever_is_next_and_counts_as_taken(world, orla, session, full):
    event_id, (_, ben, cy, dee), placed = full
    assert free(placed[0], orla).promoted == ()
    assert offers(session)[0][1:] == (placed[1].enrollment_id, "open")
    assert session.scalar(select(PlaceOffer.held_until)) == HELD_UNTIL
    now = standing(session, event_id)
    assert (now.taken, now.waiting, now.queue) == (1, 3, [ben, cy, dee])
    # A newcomer joins the line: the seat is somebody's to have.
    assert join(world, event_id, world.person("Eli")).status == "waitlisted"
    relay_batch(now=NOON)
    assert mails(session, ben) == ["waitlisted", "offered"]
    assert mails(session, cy) == ["waitlisted"]
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_who_takes_it_has_the_seat(orla, session, full):
    event_id, (_, ben, *_), placed = full
    free(placed[0], orla)
    (offer_id, *_) = offers(session)[0]
    answer_offer(offer_id=offer_id, accepts=True, now=HELD_UNTIL - timedelta(seconds=1))
    before = digest(session)
    answer_offer(offer_id=offer_id, accepts=True, now=HELD_UNTIL + HOUR)
    assert digest(session) == before
    with pytest.raises(Refused, match="offer_over"):
        answer_offer(offer_id=offer_id, accepts=False, now=NOON)
    assert outcomes(session) == ["accepted"]
    assert trail(session, event_id)[-1] == (ben, "waitlisted", "confirmed", "user")
    relay_batch(now=HELD_UNTIL)
    assert mails(session, ben) == ["waitlisted", "confirmed"]
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_who_declines_leaves_the_line_and_the_next_one_is_asked_at_once(orla, session, full):
    event_id, (_, _, cy, dee), placed = full
    free(placed[0], orla)
    answer_offer(offer_id=offers(session)[0][0], accepts=False, now=NOON)
    assert [one[1:] for one in offers(session)] == [
        (placed[1].enrollment_id, "declined"),
        (placed[2].enrollment_id, "open"),
    ]
    now = standing(session, event_id)
    assert (now.statuses, now.queue) == ({"cancelled": 2, "waitlisted": 2}, [cy, dee])
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_leaving_the_line_declines(orla, session, world, full):
    _, (_, ben, *_), placed = full
    free(placed[0], orla)
    own = placed[1].enrollment_id
    cancel(enrollment_id=own, actor=world.actor(ben), by=Trigger.USER, now=NOON)
    assert outcomes(session) == ["declined", "open"]


def test_at_its_end_the_next_one_is_asked_and_the_second_time_the_wait_ends(orla, session, full):
    event_id, (_, ben, cy, dee), placed = full
    free(placed[0], orla)
    with pytest.raises(Refused, match="offer_over"):
        answer_offer(offer_id=offers(session)[0][0], accepts=True, now=HELD_UNTIL)
    assert expire_offers(now=HELD_UNTIL - timedelta(seconds=1), most=9) == 0
    assert expire_offers(now=HELD_UNTIL, most=9) == 1
    assert expire_offers(now=HELD_UNTIL, most=9) == 0
    assert outcomes(session) == ["expired", "open"]
    assert standing(session, event_id).queue == [cy, dee, ben]
    relay_batch(now=HELD_UNTIL)
    assert mails(session, ben) == ["waitlisted", "offer_expired"]
    assert mails(session, cy) == ["waitlisted", "offered"]

    # Cy and Dee stay silent, then Ben for the second time, then both of them.
    at = HELD_UNTIL
    for _ in range(5):
        session.rollback()
        at = session.scalar(select(PlaceOffer.held_until).where(PlaceOffer.outcome == "open"))
        session.rollback()
        assert broken(session, event_id) == []
        assert expire_offers(now=at, most=9) == 1
    assert outcomes(session) == ["expired"] * 6
    now = standing(session, event_id)
    assert (now.taken, now.statuses) == (0, {"cancelled": 4})
    assert trail(session, event_id)[-1] == (dee, "waitlisted", "cancelled", "system")
    relay_batch(now=at)
    assert mails(session, ben)[-1] == "wait_ended"
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_two_free_seats_are_offered_to_two_and_a_third_is_a_newcomers(world, orla, session):
    event_id = world.event("Clay", slug="clay", starts_at=START, capacity=3, offer_hours=12)
    placed = [join(world, event_id, world.person(name)) for name in ("Ana", "Ben", "Cy", "Dee", "Eli")]
    for one in placed[:3]:
        free(one, orla)
    assert [one[1] for one in offers(session)] == [placed[3].enrollment_id, placed[4].enrollment_id]
    # Everybody who waits is asked already, so nobody is passed.
    assert join(world, event_id, world.person("Fay")).status == "confirmed"
    assert join(world, event_id, world.person("Gil")).status == "waitlisted"
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_shortly_before_the_start_the_seat_is_given(world, orla, session, full):
    event_id, (_, ben, *_), placed = full
    assert free(placed[0], orla, now=START - timedelta(minutes=30)).promoted == (placed[1].enrollment_id,)
    assert offers(session) == []
    assert trail(session, event_id)[-1] == (ben, "waitlisted", "confirmed", "system")
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_an_organizer_gives_the_seat_that_is_held_to_the_person_or_calls_off(world, orla, session, full):
    event_id, _, placed = full
    free(placed[0], orla)
    own = placed[1].enrollment_id
    promote_out_of_turn(enrollment_id=own, actor=orla, by=Trigger.ORGANIZER, reason="On the phone", now=NOON)
    assert outcomes(session) == ["withdrawn"]
    free(placed[1], orla)
    assert cancel_event(event_id=event_id, reason="Water", actor=orla, now=NOON) == 2
    assert outcomes(session) == ["withdrawn", "withdrawn"]
    assert standing(session, event_id).taken == 0
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_where_nobody_is_asked_any_more_the_seat_is_theirs(world, orla, session, full):
    event_id, (_, ben, *_), placed = full
    free(placed[0], orla)
    assert edit(session, event_id, offer_hours=None).promoted == (placed[1].enrollment_id,)
    assert outcomes(session) == ["withdrawn"]
    assert trail(session, event_id)[-1] == (ben, "waitlisted", "confirmed", "system")
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_after_the_last_call_nobody_moves_up_and_everybody_is_told_once(world, orla, session):
    event_id = world.event(
        "Clay", slug="clay", starts_at=START, capacity=1, last_call_hours=2, last_call_at=START - 2 * HOUR
    )
    people = [world.person(name) for name in ("Ana", "Ben")]
    placed = [join(world, event_id, user_id) for user_id in people]
    relay_batch(now=NOON)
    cut_off = START - 2 * HOUR
    assert tell_last_calls(now=cut_off - timedelta(seconds=1), most=9) == 0
    assert tell_last_calls(now=cut_off, most=9) == 1
    assert tell_last_calls(now=cut_off, most=9) == 0
    relay_batch(now=cut_off)
    assert mails(session, people[1]) == ["waitlisted", "last_call"]

    assert free(placed[0], orla, now=cut_off).promoted == ()
    assert join(world, event_id, world.person("Cy"), now=cut_off).status == "waitlisted"
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(cut_off)] == []

    # Moved on, it comes once more; until then people move up.
    edited = edit(session, event_id, last_call_hours=1, now=cut_off)
    assert edited.promoted == (placed[1].enrollment_id,)
    assert session.scalar(select(EventPolicy.last_call_told_at)) is None
    session.rollback()
    assert tell_last_calls(now=cut_off + HOUR, most=9) == 1
