"""Who left the line a moment ago comes back with the ticket they had."""

from datetime import timedelta

import pytest

from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.places.waitlist import RETURN_WINDOW
from webapp.domain.refusal import Refused
from webapp.queries.audit import broken_invariants
from webapp.services.places.enrollment import cancel
from webapp.services.places.line.line_return import return_to_line

pytestmark = pytest.mark.usefixtures("app_context")
START = NOON + timedelta(days=1)


@pytest.fixture
def line(world):
    """One seat, taken; Ben and Cy wait, and Ben leaves at noon."""
    event_id = world.event("Clay", slug="clay", starts_at=START, capacity=1)
    people = [world.person(name) for name in ("Ana", "Ben", "Cy")]
    placed = [join(world, event_id, one) for one in people]
    leave(world, placed[1], people[1])
    return event_id, people, placed


def leave(world, placed, user_id, now=NOON):
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(user_id), by=Trigger.USER, now=now)


def back(world, placed, user_id, now):
    return return_to_line(enrollment_id=placed.enrollment_id, actor=world.actor(user_id), now=now)


def test_within_ten_minutes_they_stand_where_they_stood_and_can_leave_again(world, session, line):
    event_id, (_, ben, cy), placed = line
    back(world, placed[1], ben, NOON + RETURN_WINDOW - timedelta(seconds=1))
    back(world, placed[1], ben, NOON + timedelta(hours=3))
    assert standing(session, event_id).queue == [ben, cy]
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []

    # Ten minutes from then on, not from the first time.
    later = NOON + timedelta(hours=5)
    leave(world, placed[1], ben, later)
    back(world, placed[1], ben, later + timedelta(minutes=9))
    assert standing(session, event_id).queue == [ben, cy]


def test_a_seat_given_meanwhile_stays_given_and_the_next_one_is_theirs(world, orla, session, line):
    event_id, (ana, ben, cy), placed = line
    cancel(enrollment_id=placed[0].enrollment_id, actor=world.actor(ana), by=Trigger.USER, now=NOON)
    back(world, placed[1], ben, NOON)
    assert standing(session, event_id).statuses == {"cancelled": 1, "confirmed": 1, "waitlisted": 1}
    cancel(enrollment_id=placed[2].enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=NOON, reason="Ill")
    assert standing(session, event_id).queue == []
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []


@pytest.mark.parametrize("now", [NOON + RETURN_WINDOW, START, START + timedelta(days=9)])
def test_later_it_is_over(world, session, line, now):
    _, (_, ben, _), placed = line
    with pytest.raises(Refused, match="return_over"):
        back(world, placed[1], ben, now)


def test_what_was_no_place_in_line_and_what_staff_took_does_not_come_back(world, orla, session, line):
    event_id, (ana, ben, cy), placed = line
    cancel(enrollment_id=placed[0].enrollment_id, actor=world.actor(ana), by=Trigger.USER, now=NOON)
    with pytest.raises(Refused, match="return_over"):
        back(world, placed[0], ana, NOON)
    join(world, event_id, ben)
    with pytest.raises(Refused, match="already_enrolled"):
        back(world, placed[1], ben, NOON)
    dee = world.person("Dee")
    removed = join(world, event_id, dee)
    cancel(enrollment_id=removed.enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=NOON, reason="Rude")
    with pytest.raises(Refused, match="return_over"):
        back(world, removed, dee, NOON)
    assert broken(session, event_id) == []
    assert [one.invariant for one in broken_invariants(NOON)] == []
