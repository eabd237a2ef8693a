"""What became of people who waited at such a position for earlier events, on the page of somebody who waits now."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.models import Event
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")


@dataclass
class Past:
    """Closed events of 4 places; 8 people waited a week before each, of whom two got a place and one left."""

    world: object
    use_cases: object

    def event(self, ago: float, capacity: int = 4) -> int:
        starts_at = NOON - days(ago)
        event_id = self.world.event(capacity=capacity, has_waitlist=True, starts_at=starts_at)
        joined = starts_at - days(9)
        seated = self.use_cases.fills(event_id, 4, joined)
        people = self.world.people(8)
        waiting = [self.use_cases.enrolls(event_id, one, joined) for one in people]
        # Too late to have waited a week before, and behind all others.
        self.use_cases.fills(event_id, 1, starts_at - days(6))
        self.use_cases.leaves(waiting[7], people[7], starts_at - days(5))
        for placed in seated[:2]:
            self.use_cases.is_cancelled_by_organizer(placed, "Ill", starts_at - days(2))
        self.use_cases.is_closed(event_id, starts_at + timedelta(hours=3))
        return event_id


@pytest.fixture
def past(world, use_cases):
    return Past(world, use_cases)


@pytest.fixture
def page(world, use_cases, reader_of):
    """The page of the third in line for an event in eight days."""
    event_id = world.event(slug="clay", capacity=4, has_waitlist=True, starts_at=NOON + days(8))
    use_cases.fills(event_id, 6)
    mira = world.person("Mira Sand")
    use_cases.enrolls(event_id, mira)
    return lambda: reader_of(mira).get("/events/clay")


def test_who_waits_reads_what_became_of_others_once_there_are_twenty(page, past):
    for ago in (20, 40, 60):
        past.event(ago)
    # Ranks 3 to 7 of three events: fifteen people, too few.
    assert "got a place" not in page().text
    past.event(80)
    text = page().text
    # The first two of each moved up, so of those at position 3 or worse nobody did.
    assert "0 of 20 people who stood at position 3 or worse a week before got a place" in text
    assert "Counted from 4 events" in text


def test_who_is_next_is_compared_with_all_who_waited(page, past, world, use_cases, reader_of):
    for ago in (20, 40, 60):
        past.event(ago)
    event_id = world.event(slug="glaze", capacity=4, has_waitlist=True, starts_at=NOON + days(8))
    use_cases.fills(event_id, 4)
    ben = world.person("Ben")
    use_cases.enrolls(event_id, ben)
    # Seven of each: who left by themselves, and who came later than a week before, are not among them.
    assert "6 of 21 people who were on a waitlist a week before got a place" in reader_of(ben).get("/events/glaze").text


def test_events_of_others_of_another_size_and_of_long_ago_say_nothing(app, page, past, world):
    said = [past.event(20), past.event(40), past.event(60), past.event(80)]
    assert "got a place" in page().text
    with app.app_context(), write_transaction() as session:
        session.execute(update(Event).where(Event.id == said[0]).values(deleted_at=NOON))
    assert "got a place" not in page().text
    past.event(366)
    past.event(100, capacity=9)
    other = world.organization("Other house")
    assert other != said
    past.event(90)
    assert "got a place" not in page().text


def test_it_costs_one_statement_and_no_look_for_news(app, page, past, reader_of):
    with counted_statements(app) as without:
        page()
    for ago in (20, 40, 60, 80):
        past.event(ago)
    page()
    with counted_statements(app) as statements:
        assert "got a place" in page().text
    assert len(statements) <= len(without)
    assert sum("row_number" in one for one in statements) == 1


def test_in_the_last_day_and_after_the_last_call_nothing_is_said(page, past, world, use_cases, reader_of):
    for ago in (20, 40, 60, 80):
        past.event(ago)
    mira = world.person("Mira Stone")
    in_eight_days, called = NOON + days(8), {"last_call_hours": 8 * 24, "last_call_at": NOON}
    for slug, starts_at, policy in (("soon", NOON + timedelta(hours=23), {}), ("called", in_eight_days, called)):
        event_id = world.event(slug=slug, capacity=4, has_waitlist=True, starts_at=starts_at, **policy)
        use_cases.fills(event_id, 4, NOON - timedelta(hours=1))
        use_cases.enrolls(event_id, mira, NOON - timedelta(minutes=30))
        assert "got a place" not in reader_of(mira).get(f"/events/{slug}").text
