"""Parties and singles at the same moment: never oversold, whole parties whole, in the order in which they came."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Trigger
from webapp.models import Enrollment
from webapp.queries.audit import broken_invariants
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.places.parties.heads import leave_with_heads
from webapp.services.places.parties.joining import Company, enroll_company

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

START = NOON + timedelta(days=9)
PROCESSES = 8
#: Of a crowd: each act is a dozen statements, and nobody waits for the lock for longer than two seconds.
FEWER = 4


@pytest.fixture
def world(app) -> World:
    return World(app)


def together(slug: str, user_id: int, size: int, *, may_split: bool = False) -> partial:
    company = Company(("",) * (size - 1), may_split)
    return partial(enroll_company, slug=slug, company=company, actor=Actor(user_id=user_id, name="Ana"), now=NOON)


def alone(event_id: int, user_id: int) -> partial:
    return partial(enroll, event_id=event_id, user_id=user_id, actor=Actor(user_id=user_id, name=""), now=NOON)


def parties_of(session, event_id: int) -> tuple[Counter[str], list[Counter[str]]]:
    """The statuses of all, and of each party by itself."""
    session.rollback()
    rows = session.execute(
        select(Enrollment.party_id, Enrollment.status).where(Enrollment.event_id == event_id).order_by(Enrollment.id)
    ).all()
    session.rollback()
    apart: dict[int, Counter[str]] = {}
    for party_id, status in rows:
        if party_id is not None:
            apart.setdefault(party_id, Counter())[status] += 1
    return Counter(status for _, status in rows), list(apart.values())


def faults(session, event_id: int) -> list[str]:
    session.rollback()
    found = broken(session, event_id) + [f"{one.invariant}: {one.wrong}" for one in broken_invariants(NOON)]
    session.rollback()
    return found


def test_a_party_of_three_and_two_singles_on_the_last_three_seats(world, session, settings, part):
    """Whoever comes first: the party has all three, or the singles have one each and the party waits for all."""
    rounds = 16 // part
    events, acts = [], []
    for number in range(rounds):
        slug = f"clay-{number}"
        event_id = world.event(slug=slug, starts_at=START, capacity=3, party_size=4)
        ana, *singles = world.people(3)
        events.append(event_id)
        acts += [together(slug, ana, 3), *(alone(event_id, one) for one in singles)]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert codes(outcomes) == Counter(done=3 * rounds)
    for event_id in events:
        statuses, (party,) = parties_of(session, event_id)
        # A party that finds two singles waits for three seats, and holds the last one up for who comes after it.
        assert party in (Counter(confirmed=3), Counter(waitlisted=3))
        assert statuses["confirmed"] <= 3
        assert faults(session, event_id) == []


@pytest.mark.parametrize("lets_pass", [False, True])
def test_a_crowd_of_parties_and_singles_at_once(world, session, settings, part, lets_pass):
    """Parties of two to four, every third of which may be split, against singles; then a third of the seats is given
    back, by head."""
    crowd = 400 // part
    slug, seats = "clay", crowd // 3
    event_id = world.event(slug=slug, starts_at=START, capacity=seats, party_size=4, parties_pass=lets_pass)
    people = world.people(crowd)
    acts = [
        together(slug, one, 2 + place % 3, may_split=place % 9 < 3) if place % 2 else alone(event_id, one)
        for place, one in enumerate(people)
    ]

    outcomes = contest(settings, dealt(acts, FEWER))

    assert codes(outcomes) == Counter(done=crowd)
    assert faults(session, event_id) == []
    _, apart = parties_of(session, event_id)
    assert {sum(party.values()) for party in apart} == {2, 3, 4}

    session.rollback()
    seated = session.execute(
        select(Enrollment.id, Enrollment.user_id, Enrollment.party_id).where(
            Enrollment.event_id == event_id, Enrollment.status == "confirmed"
        )
    ).all()
    session.rollback()
    leaving = []
    for enrollment_id, user_id, party_id in seated[: seats // 3]:
        if user_id in people and party_id is not None:
            leaving.append(partial(leave_with_heads, enrollment_ids=[enrollment_id], actor=_actor(user_id), now=NOON))
        else:
            cancelling = {"enrollment_id": enrollment_id, "actor": _actor(user_id), "by": Trigger.USER, "now": NOON}
            leaving.append(partial(cancel, **cancelling))
    outcomes = contest(settings, dealt(leaving, FEWER))
    assert codes(outcomes) == Counter(done=len(leaving))
    statuses, apart = parties_of(session, event_id)
    assert statuses["confirmed"] <= seats
    assert faults(session, event_id) == []


def _actor(user_id: int) -> Actor:
    return Actor(user_id=user_id, name="")


def test_two_presses_of_one_button_make_one_party(world, session, settings, part):
    rounds = 16 // part
    acts = []
    event_id = world.event(slug="clay", starts_at=START, capacity=400, party_size=4)
    for ana in world.people(rounds):
        acts += [together("clay", ana, 3)] * 4

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert codes(outcomes) == Counter(done=rounds, already_enrolled=3 * rounds)
    statuses, apart = parties_of(session, event_id)
    assert statuses == Counter(confirmed=3 * rounds)
    assert apart == [Counter(confirmed=3)] * rounds
    assert faults(session, event_id) == []
    assert join(world, event_id, world.person()).status == "confirmed"
