"""What a person opens costs what they have themselves, however much the others have.

Counted in steps of SQLite's own machine: the same on a fast computer and a slow one, alone and among many.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.support.worlds.world import NOON, World
from webapp.domain.people.history import HistoryFilter
from webapp.domain.places.pass_code import new_pass_code
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventPolicy
from webapp.queries.people.history import history_page, shareable_records
from webapp.queries.people.profile import profile_of_person
from webapp.queries.places.event_list import EventFilter, list_events
from webapp.queries.places.my_events import my_events
from webapp.queries.places.standing import event_standing
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("sqlite")]
OWN, FEW, MANY = 40, 20, 2_000
#: Of one more level in an index, not of one more row.
LEEWAY = 1.3

READS: dict[str, Callable[[int], object]] = {
    "my events": lambda reader: my_events(reader, page=1, now=NOON),
    "my past events": lambda reader: my_events(reader, page=2, now=NOON),
    "history": lambda reader: history_page(reader, show=HistoryFilter.ATTENDED, page=1, now=NOON),
    "privacy": lambda reader: shareable_records(reader, page=1, now=NOON),
    "profile": lambda reader: profile_of_person(reader, page=1, now=NOON),
    "event": lambda reader: event_standing("own-0", reader),
}


@pytest.mark.parametrize("read", READS)
def test_the_events_of_others_cost_the_reader_nothing(app, read):
    world = World(app)
    reader, other = world.person("Mira Sand"), world.person("Ben Ito")
    add_events(world, "own", OWN, reader)
    add_events(world, "first", FEW, other)
    with_few = steps_of(lambda: READS[read](reader))
    add_events(world, "more", MANY, other)

    assert steps_of(lambda: READS[read](reader)) <= with_few * LEEWAY


def test_a_page_of_the_list_reads_all_that_is_shown_for_its_own_events_only(app):
    world = World(app)
    reader = world.person("Mira Sand")
    add_events(world, "own", OWN, reader, ahead=True)
    counts = [steps_of(lambda: list_events(EventFilter(), user_id=reader, page=1, now=NOON))]
    add_events(world, "more", MANY, world.person("Ben Ito"), ahead=True)
    counts.append(steps_of(lambda: list_events(EventFilter(), user_id=reader, page=1, now=NOON)))

    # Counting and sorting each event takes a few dozen steps; reading its places and policy takes hundreds.
    assert (counts[1] - counts[0]) / MANY < 100


def add_events(world: World, slug: str, number: int, user_id: int, *, ahead: bool = False) -> None:
    """So many events, each attended by that person (or ahead, and they are confirmed)."""
    template = world.event(slug=f"{slug}-template")
    with write_transaction() as session:
        row = session.execute(select(Event.__table__).where(Event.id == template)).mappings().one()
        at = NOON + timedelta(days=9) if ahead else NOON - timedelta(days=9)
        values = {"starts_at": at, "effective_end_at": at + timedelta(hours=2)}
        values["status"] = "published" if ahead else "completed"
        rows = [{**row, **values, "slug": f"{slug}-{n}"} for n in range(number)]
        for one in rows:
            del one["id"]
        ids = session.scalars(insert(Event).returning(Event.id), rows).all()
        session.execute(insert(EventPolicy), [{"event_id": n} for n in ids])
        session.execute(
            insert(Enrollment),
            [
                {
                    "event_id": n,
                    "user_id": user_id,
                    "status": "confirmed" if ahead else "attended",
                    "pass_code": new_pass_code(),
                    "enrolled_at": NOON,
                    "changed_at": NOON,
                }
                for n in ids
            ],
        )
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def steps_of(work: Callable[[], object]) -> int:
    """How many steps SQLite's machine took for the work."""
    db.session.rollback()
    driver = db.session.connection().connection.driver_connection
    counted = [0]

    def count() -> None:
        counted[0] += 1

    driver.set_progress_handler(count, 1)
    try:
        work()
    finally:
        driver.set_progress_handler(None, 0)
    return counted[0]
