"""Offers at the same moment: taken at their very end while the next one is asked, and among newcomers."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Trigger
from webapp.models import PlaceOffer
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.places.line.offer_answer import answer_offer
from webapp.services.places.line.sweep import expire_offers

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 8
HELD_UNTIL = NOON + timedelta(hours=19)


@pytest.fixture
def world(app) -> World:
    return World(app)


def offered(world: World, number: int) -> tuple[int, int, int]:
    """One seat that is held for whoever is next, and somebody behind: the event, and the two enrollments."""
    event_id = world.event(slug=f"clay-{number}", starts_at=NOON + timedelta(days=9), capacity=1, offer_hours=12)
    ana, ben, cy = (join(world, event_id, one).enrollment_id for one in world.people(3))
    cancel(enrollment_id=ana, actor=world.actor(1), by=Trigger.SYSTEM, now=NOON)
    return event_id, ben, cy


def test_a_place_is_taken_or_passed_on_and_never_both(world, session, settings, part):
    rounds = 16 // part
    made = [offered(world, number) for number in range(rounds)]
    ids = dict(session.execute(select(PlaceOffer.event_id, PlaceOffer.id)).all())
    session.rollback()
    newcomers = world.people(rounds)
    last_moment = HELD_UNTIL - timedelta(microseconds=1)
    acts = []
    for (event_id, _, _), user_id in zip(made, newcomers, strict=True):
        acts += [
            partial(answer_offer, offer_id=ids[event_id], accepts=True, now=last_moment),
            partial(answer_offer, offer_id=ids[event_id], accepts=True, now=last_moment),
            partial(expire_offers, now=HELD_UNTIL, most=rounds),
            partial(enroll, event_id=event_id, user_id=user_id, actor=Actor(user_id=user_id, name=""), now=NOON),
        ]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert set(codes(outcomes)) <= {"done", "offer_over"}
    expire_offers(now=HELD_UNTIL, most=rounds)
    for event_id, ben, cy in made:
        now = standing(session, event_id)
        offers = dict(
            session.execute(
                select(PlaceOffer.enrollment_id, PlaceOffer.outcome).where(PlaceOffer.event_id == event_id)
            ).all()
        )
        session.rollback()
        assert offers in ({ben: "accepted"}, {ben: "expired", cy: "open"})
        assert now.taken == 1
        assert broken(session, event_id) == []
