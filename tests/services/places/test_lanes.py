"""Who waits behind others: a lane before the ticket, fixed when joining."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.rows import broken
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.domain.places.waitlist import LANE, lane_of_ticket
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventPolicy
from webapp.queries.ledger import rank_in_line
from webapp.services.organizations.no_show_policy import switch_off, switch_on
from webapp.services.places.enrollment import Placed, cancel, enroll_by_slug
from webapp.services.places.out_of_turn import tickets_at
from webapp.services.places.seats import lock_event
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
BEHIND = NoShowPolicy(1, 180, Consequence.BEHIND)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def regulars(world) -> Regulars:
    """Two who missed an event, and a policy by which they wait behind others."""
    regulars = Regulars(world, number=2)
    regulars.had(NOON - DAY * 10, ["no_show", "no_show"])
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN))
    switch_on(organization_id=world.organization_id, policy=BEHIND, actor=admin, now=NOON - DAY * 400)
    return regulars


@pytest.fixture
def clay(app, world, regulars) -> Placed:
    """An event of one place, which somebody has."""
    event_id = world.event(slug="clay", capacity=1, starts_at=NOON + DAY * 30)
    return UseCases(app, world).enrolls(event_id, world.person("Ben Okafor"))


def joins(world, user_id: int, minutes: int = 0) -> Placed:
    return enroll_by_slug(slug="clay", actor=world.actor(user_id), now=NOON + timedelta(minutes=minutes))


def line() -> list[tuple[int, int]]:
    """Everybody in line and in which lane, in the order of their ranks."""
    db.session.remove()
    rows = db.session.execute(
        select(Enrollment.user_id, Enrollment.waitlist_position, rank_in_line().label("rank"))
        .where(Enrollment.status == "waitlisted")
        .order_by("rank")
    ).all()
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    return [(row.user_id, lane_of_ticket(row.waitlist_position)) for row in rows]


def is_sound() -> bool:
    db.session.remove()
    event_id = db.session.scalars(select(Event.id).where(Event.slug == "clay")).one()
    return broken(db.session(), event_id) == []


def test_who_comes_later_stands_before_them(world, regulars, clay):
    late, later = world.people(2)
    first, second = regulars.people

    ranks = [joins(world, one).rank for one in (first, late, second, later)]

    assert ranks == [1, 1, 3, 2]
    assert line() == [(late, 0), (later, 0), (first, 1), (second, 1)]
    assert is_sound()


def test_places_go_by_lane_then_ticket(world, regulars, clay):
    late = world.person("Mira Sand")
    first, second = regulars.people
    for one in (first, second, late):
        joins(world, one)

    placed, promoted = clay, []
    for minutes in range(1, 4):
        leaver = db.session.get_one(Enrollment, placed.enrollment_id).user_id
        db.session.remove()
        at = NOON + timedelta(minutes=minutes)
        gone = cancel(enrollment_id=placed.enrollment_id, actor=world.actor(leaver), by=Trigger.USER, now=at)
        placed = Placed(gone.promoted[0], gone.status)
        promoted.append(db.session.get_one(Enrollment, placed.enrollment_id).user_id)
        db.session.remove()

    assert promoted == [late, first, second]
    assert is_sound()


def test_the_lane_is_fixed_when_joining(world, regulars, clay):
    first, second = regulars.people
    joins(world, first)
    switch_off(organization_id=world.organization_id)
    joins(world, second)

    assert line() == [(second, 0), (first, 1)]
    assert is_sound()


def test_staff_puts_nobody_among_them(world, regulars, clay):
    first, second = regulars.people
    late = world.person("Mira Sand")
    for one in (first, late, second):
        joins(world, one)
    event_id = db.session.scalars(select(EventPolicy.event_id).where(EventPolicy.has_lanes)).one()
    db.session.remove()

    with write_transaction() as session:
        at_the_front = tickets_at(session, lock_event(session, event_id), 1, 1)
        behind_all = tickets_at(session, lock_event(session, event_id), 9, 1)
        session.rollback()

    assert all(ticket < LANE for ticket in (*at_the_front, *behind_all))


def test_a_policy_that_nobody_reached_makes_no_lanes(world, regulars, clay):
    joins(world, world.person("Mira Sand"))

    assert not db.session.scalars(select(EventPolicy.event_id).where(EventPolicy.has_lanes)).all()


def test_applications_are_decided_by_people(app, world, regulars):
    event_id = world.event(slug="camp", method="application", starts_at=NOON + DAY * 30)
    placed = enroll_by_slug(slug="camp", actor=world.actor(regulars.people[0]), now=NOON)
    UseCases(app, world).is_decided(placed, approve=True)

    assert event_id
    assert db.session.get_one(Enrollment, placed.enrollment_id).status == "confirmed"
