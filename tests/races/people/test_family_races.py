"""Two lists that name one family at the same moment: each child is one person, with a place in both events."""

from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.adding import Terms, key_of
from webapp.domain.places.lists.pasted_people import read_pasted
from webapp.models import Enrollment, User
from webapp.services.places.adding import add_people, rehearse_adding

#: SQLite writes one after the other, whatever is locked.
pytestmark = [pytest.mark.race, pytest.mark.only_db("postgres"), pytest.mark.usefixtures("app_context")]
ROUNDS = 8


def test_a_child_on_two_lists_at_once_is_one_person(app, session, settings):
    world = World(app)
    world.organization()
    staff = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)
    families = [
        read_pasted(f"Ana {n}, ana{n}@x.example\nLev {n}, ana{n}@x.example\nMia {n}, ana{n}@x.example")
        for n in range(ROUNDS)
    ]
    for n in range(ROUNDS):
        world.person(f"Ana {n}", email=f"ana{n}@x.example")

    def lists_of(event_id):
        for people in families:
            seen = key_of(rehearse_adding(event_id=event_id, people=people, terms=Terms(), now=NOON), Terms())
            said = {"terms": Terms(), "seen": seen, "actor": staff, "by": Trigger.ORGANIZER, "now": NOON}
            yield partial(add_people, event_id=event_id, people=people, **said)

    outcomes = contest(settings, [list(lists_of(world.event())), list(lists_of(world.event()))], in_step=True)

    assert codes(outcomes) == {"done": 2 * ROUNDS}
    assert session.scalar(select(func.count()).where(User.managed_by_id.is_not(None))) == 2 * ROUNDS
    assert session.scalar(select(func.count()).select_from(Enrollment)) == 2 * 3 * ROUNDS
