"""Guests at the same moment: for the last places, against the end of what is held, and by code and link at once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import Act, codes, contest, dealt
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.domain.places.guest_hold import HELD_FOR, MOST_HOLDS
from webapp.models import EventPolicy, GuestHold
from webapp.services.accounts.mail_code import approve_by_link, enter_code
from webapp.services.places.enrollment import enroll
from webapp.services.places.guest_hold import enroll_guest, hold_place, release_due_holds, withdraw_hold

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 8


@pytest.fixture
def world(app) -> World:
    return World(app)


def holding(slug: str, number: int) -> Act:
    return partial(hold_place, slug=slug, name=f"Guest {number}", email=f"guest-{number}@post.example", now=NOON)


def confirming(token: str, code: str) -> Act:
    return partial(enter_code, token=token, code=code, now=NOON, then=partial(enroll_guest, now=NOON))


def enrolling(event_id: int, user_id: int) -> Act:
    return partial(enroll, event_id=event_id, user_id=user_id, actor=Actor(user_id=user_id, name=""), now=NOON)


def held_by(session, slug: str, email: str) -> tuple[str, str, str]:
    token = hold_place(slug=slug, name="Mira", email=email, now=NOON)
    code, link = mailed_code(session, email)
    return token, code, link.rpartition("/")[2]


def seats(session, event_id: int) -> tuple[int, int]:
    """Counted on the event, and held."""
    session.rollback()
    held = select(func.count()).where(GuestHold.event_id == event_id, GuestHold.has_seat, GuestHold.outcome == "open")
    return session.scalar(select(EventPolicy.seats_taken).where(EventPolicy.event_id == event_id)), session.scalar(held)


def test_guests_and_people_who_come_at_once_share_the_last_places(world, session, settings, part):
    many, capacity = 80 // part, 20 // part
    event_id, people = world.event(slug="clay", capacity=capacity), world.people(many // 2)
    acts = [holding("clay", number) for number in range(many // 2)]
    acts += [enrolling(event_id, user_id) for user_id in people]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert codes(outcomes) == {"done": many}
    taken, held = seats(session, event_id)
    assert taken == capacity
    assert standing(session, event_id).statuses["confirmed"] == capacity - held
    assert broken(session, event_id) == []


def test_one_address_holds_three_places_whatever_the_events(world, session, settings, part):
    rounds, events = 12 // part, [f"clay-{number}" for number in range(PROCESSES)]
    for slug in events:
        world.event(slug=slug)
    lineup = [[holding(slug, number) for number in range(rounds)] for slug in events]

    outcomes = contest(settings, lineup, in_step=True)

    per_round = [Counter(hand[turn].code for hand in outcomes) for turn in range(rounds)]
    assert per_round == [Counter({"done": MOST_HOLDS, "too_many_holds": PROCESSES - MOST_HOLDS})] * rounds
    session.rollback()
    held = select(func.count()).select_from(GuestHold).group_by(GuestHold.address)
    assert set(session.scalars(held)) == {MOST_HOLDS}


def test_a_place_is_confirmed_or_released_and_never_both(world, session, settings, part):
    rounds = 24 // part
    end = NOON + HELD_FOR
    events, confirmed = [], []
    for number in range(rounds):
        slug = f"clay-{number}"
        events.append(world.event(slug=slug, capacity=1))
        confirmed.append(held_by(session, slug, f"guest-{number}@post.example"))
    for event_id, user_id in zip(events, world.people(rounds), strict=True):
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)

    just_in_time = end - timedelta(microseconds=1)
    # The digits are over by then, so the link it is.
    lineup = [
        [
            partial(approve_by_link, link=link, now=just_in_time, then=partial(enroll_guest, now=just_in_time))
            for _, _, link in confirmed[::-1]
        ],
        [partial(release_due_holds, now=end, most=1) for _ in events],
        [partial(withdraw_hold, token=token, now=just_in_time) for token, _, _ in confirmed],
    ]
    outcomes = contest(settings, lineup)

    assert {one.code for one in outcomes[0]} <= {"done", "code_unusable"}
    assert {one.code for hand in outcomes[1:] for one in hand} == {"done"}
    for event_id in events:
        assert standing(session, event_id).statuses["confirmed"] == 1
        assert (seats(session, event_id), broken(session, event_id)) == ((1, 0), [])


def test_code_and_link_at_once_make_one_enrollment(world, session, settings, part):
    rounds = 24 // part
    event_id = world.event(slug="clay", capacity=rounds)
    held = [held_by(session, "clay", f"guest-{number}@post.example") for number in range(rounds)]
    lineup = [
        [confirming(token, code) for token, code, _ in held],
        [partial(approve_by_link, link=link, now=NOON, then=partial(enroll_guest, now=NOON)) for _, _, link in held],
    ]

    outcomes = contest(settings, lineup, in_step=True)

    per_round = [sorted(hand[turn].code for hand in outcomes) for turn in range(rounds)]
    assert per_round == [["code_unusable", "done"]] * rounds
    assert standing(session, event_id).statuses == {"confirmed": rounds}
    assert (seats(session, event_id), broken(session, event_id)) == ((rounds, 0), [])
