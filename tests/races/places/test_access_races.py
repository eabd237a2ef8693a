"""Who may enroll changes while people do: each enrolls before it or is refused after it, and one link is left."""

from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import Act, codes, contest, dealt
from tests.support.worlds.places.access import LINK, link_of, put_on_list
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.models import Enrollment, EventListEntry
from webapp.queries.audit import broken_invariants
from webapp.services.places.access.entries import remove_from_list
from webapp.services.places.access.link import replace_link
from webapp.services.places.enrollment import enroll_by_slug

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 4


@pytest.fixture
def world(app) -> World:
    return World(app)


def enrolling(slug: str, user_id: int, link: str = "") -> Act:
    return partial(enroll_by_slug, slug=slug, actor=Actor(user_id=user_id, name=""), now=NOON, links=(link,))


def test_a_link_is_replaced_once_however_often_it_is_pressed(world, session, settings, part):
    rounds = 24 // part
    events = [world.event(slug=f"clay-{n}", who_may="link", link_token=f"{LINK}-{n}") for n in range(rounds)]
    presses = [partial(replace_link, event_id=one, seen=f"{LINK}-{n}") for n, one in enumerate(events)]

    outcomes = contest(settings, [presses] * PROCESSES, in_step=True)

    assert codes(outcomes) == {"done": rounds * PROCESSES}
    told = [{hand[turn].value for hand in outcomes} for turn in range(rounds)]
    assert told == [{link_of(session, one)} for one in events]


def test_who_enrolls_while_the_list_changes_is_in_or_refused(world, session, settings, part):
    many = 80 // part
    event_id = world.event(slug="clay", capacity=many // 2, who_may="list")
    people = world.people(many)
    put_on_list(event_id, "@post.example")
    entry_id = session.scalar(select(EventListEntry.id))
    session.rollback()
    hands = dealt([enrolling("clay", one) for one in people], PROCESSES)
    hands[0].insert(len(hands[0]) // 2, partial(remove_from_list, entry_id=entry_id))

    outcomes = contest(settings, hands)

    found = codes(outcomes)
    assert set(found) <= {"done", "not_on_list"}
    session.rollback()
    enrolled = set(session.scalars(select(Enrollment.user_id).where(Enrollment.event_id == event_id)))
    assert len(enrolled) == found["done"] - 1 == sum(standing(session, event_id).statuses.values())
    # After the change in the same process nobody got in any more.
    own = outcomes[0]
    turn = len(own) // 2
    assert {one.code for one in own[turn + 1 :]} == {"not_on_list"}
    assert (broken(session, event_id), list(broken_invariants(NOON))) == ([], [])
