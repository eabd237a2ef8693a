"""PostgreSQL reads the desk's list in the order of names where most are listed: it does not sort a whole event."""

from datetime import timedelta

import pytest
from psycopg import ClientCursor
from sqlalchemy import text

from tests.queries.test_plans import statements_of
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON, World
from webapp.extensions import db
from webapp.queries.desk.live import tally
from webapp.queries.desk.roster import roster
from webapp.queries.events.event import event_by_id

pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("postgres")]
FIRST, SECOND = NOON.date(), NOON.date() + timedelta(days=1)
GUESTS = 3_000


@pytest.fixture
def event_id(app) -> int:
    """Two days; on the first one everybody came. And another event, so that not all rows are of this one."""
    world = World(app)
    event_id = world.event(starts_at=NOON, ends_at=NOON + timedelta(days=1))
    fill(db.engine, event_id, [Guest("checked_in", days=(FIRST,))] * GUESTS, at=NOON)
    fill(db.engine, world.event(), [Guest()] * (GUESTS // 5), at=NOON)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return event_id


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_the_list_of_a_day_is_walked_and_not_sorted(event_id, day) -> None:
    counts = tally(event_by_id(event_id), day, NOON)
    assert counts.missing == (0 if day == FIRST else GUESTS)

    *_, (statement, values) = statements_of(lambda: roster(event_id, day, tally=counts, show=30))

    cursor = ClientCursor(db.session.connection().connection.driver_connection)
    plan = "\n".join(line for (line,) in cursor.execute(f"EXPLAIN {statement}", values))
    assert "Sort" not in plan, plan
