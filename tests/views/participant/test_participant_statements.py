"""How many statements a page costs: a fixed number, whoever else is enrolled."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.standby import StandbyDesk
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventPolicy

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def crowd(app):
    """So many people enrolled in an event of half as many seats."""

    def enroll_all(event_id, number):
        with app.app_context():
            taken = db.session.scalar(select(EventPolicy.seats_taken).where(EventPolicy.event_id == event_id))
            seated = number // 2 - taken
            fill(db.engine, event_id, [Guest()] * seated + [Guest("waitlisted")] * (number - seated), at=NOON)

    return enroll_all


def cost(app, visit) -> int:
    """Statements of a request that was made once before, so that nothing is counted that happens once."""
    visit()
    with counted_statements(app) as statements:
        answer = visit()
    assert answer.status in (200, 204), answer.status
    return len(statements)


def test_the_event_page_costs_two_statements_and_the_checked_in_one_more(
    app, world, use_cases, crowd, reader_of, reader
):
    costs = {}
    for number in (10, 1000):
        event_id = world.event(slug=f"clay-{number}", capacity=number // 2, starts_at=NOON + timedelta(hours=1))
        mira, ben = world.person("Mira"), world.person("Ben")
        placed = use_cases.enrolls(event_id, ben)
        crowd(event_id, number)
        use_cases.enrolls(event_id, mira)
        use_cases.is_checked_in(event_id, placed, now=NOON)
        readers = {"waitlisted": reader_of(mira), "checked in": reader_of(ben), "newcomer": reader_of(world.person())}
        readers["signed out"] = reader
        address = f"/events/clay-{number}"
        costs[number] = {who: cost(app, lambda one=one, at=address: one.get(at)) for who, one in readers.items()}
    assert costs[10] == costs[1000]
    assert costs[1000] == {"waitlisted": 2, "checked in": 3, "newcomer": 2, "signed out": 1}


def test_who_waits_where_there_is_a_standby_line_costs_one_more_at_most(app, world, reader_of):
    door = StandbyDesk(world, starts_at=NOON - timedelta(minutes=5))
    with app.app_context():
        slug = db.session.get(Event, door.event_id).slug
        reader = reader_of(db.session.get(Enrollment, door.cy).user_id)
    costs = [cost(app, lambda: reader.get(f"/events/{slug}"))]
    with app.app_context():
        door.comes(door.cy, at=NOON)

    costs.append(cost(app, lambda: reader.get(f"/events/{slug}")))

    assert costs == [2, 3]


def test_enrolling_costs_at_most_seven_statements_and_six_without_javascript(app, world, crowd, reader_of):
    costs = {}
    for number in (10, 1000):
        crowd(world.event(slug=f"clay-{number}", capacity=number // 2), number)
        costs[number] = []
        for htmx in (True, False):
            mira = reader_of(world.person())
            token = mira.token()
            with counted_statements(app) as statements:
                answer = mira.client.post(
                    f"/events/clay-{number}/enroll",
                    data={"csrf_token": token, "seen": "full_with_waitlist"},
                    headers={"HX-Request": "true"} if htmx else {},
                )
            assert answer.status_code == (200 if htmx else 303)
            costs[number].append(len(statements))
    assert costs[10] == costs[1000]
    assert costs[1000][0] <= 7
    assert costs[1000][1] <= 6


def test_lists_cost_the_same_for_one_row_and_for_a_full_page(app, world, use_cases, reader_of):
    mira = world.person()
    reader = reader_of(mira)
    use_cases.enrolls(world.event(starts_at=NOON + timedelta(hours=1)), mira)
    pages = ("/events", "/events?q=clay&free=1", "/me")
    few = [cost(app, lambda at=at: reader.get(at)) for at in pages]
    for number in range(30):
        event_id = world.event(starts_at=NOON + timedelta(hours=number + 2), capacity=1)
        use_cases.enrolls(event_id, mira)
        use_cases.enrolls(world.event(starts_at=NOON - timedelta(hours=number + 5)), mira, now=NOON - days(5))
    many = [cost(app, lambda at=at: reader.get(at)) for at in pages]
    # On My events one of them asks what waits for an answer, and one for the classes.
    assert few == many == [2, 2, 4]
