"""Many people for all dates of a series at once, and dates that are added twice at once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Role
from webapp.domain.recurrence import parse_rule
from webapp.models import Enrollment, Event
from webapp.queries.audit import broken_invariants
from webapp.services.events.series.making import repeat_event
from webapp.services.events.series.places import enroll_in_dates

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

START = NOON + timedelta(days=9)
PROCESSES, DATES, SEATS = 6, 5, 3
RULE = parse_rule("FREQ=WEEKLY;COUNT=4")


@pytest.fixture
def world(app) -> World:
    return World(app)


def test_a_crowd_takes_all_dates_at_once_and_none_is_oversold(world, session, settings, part):
    people = world.people(24 // part)
    slugs = [f"clay-{number}" for number in range(DATES)]
    made = [
        world.event(slug=slug, starts_at=START + timedelta(weeks=week), capacity=SEATS)
        for week, slug in enumerate(slugs)
    ]
    # Half of them begin with the last date, and everybody presses twice.
    acts = [
        partial(enroll_in_dates, slugs=slugs[::turn], actor=Actor(user_id=user_id, name=""), now=NOON)
        for turn, user_id in zip([1, -1] * len(people), people, strict=False)
        for _ in range(2)
    ]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert codes(outcomes) == Counter({"done": len(acts)})
    session.rollback()
    for event_id in made:
        own = select(Enrollment.status, Enrollment.waitlist_position).where(Enrollment.event_id == event_id)
        rows = session.execute(own.order_by(Enrollment.id)).all()
        waiting = [row.waitlist_position for row in rows if row.status == "waitlisted"]
        assert Counter(row.status for row in rows)["confirmed"] == SEATS
        assert sorted(waiting) == list(range(1, len(people) - SEATS + 1))
        # Who came later has the later ticket.
        assert waiting == sorted(waiting)
        assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []
    session.rollback()


def test_dates_that_two_add_at_once_are_made_once(world, session, settings, part):
    rounds = 12 // part
    world.organization()
    iris = world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN)
    made = [world.event(slug=f"clay-{number}", starts_at=START) for number in range(rounds)]
    starts = [START + timedelta(weeks=week) for week in (1, 2, 3)]
    adding = partial(repeat_event, starts=starts, rule=RULE, actor=iris, now=NOON)
    acts = [
        partial(adding, event_id=event_id, request_id=f"{form}{event_id:031}")
        for event_id in made
        for form in ("a", "b", "a")
    ]

    outcomes = contest(settings, dealt(acts, 3), in_step=True)

    assert codes(outcomes) == Counter({"done": len(acts)})
    session.rollback()
    for event_id in made:
        series_id = session.scalar(select(Event.series_id).where(Event.id == event_id))
        found = session.scalars(select(Event.starts_at).where(Event.series_id == series_id).order_by(Event.starts_at))
        assert found.all() == [START, *starts]
    session.rollback()
