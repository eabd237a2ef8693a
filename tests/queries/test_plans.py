"""PostgreSQL keeps one plan for what many people open, whoever asks.

It makes a plan anew with each use wherever one for the values at hand looks cheaper than one for all; so both have to
cost the same. In the end it is asked itself how often it did.
"""

import re
from collections.abc import Callable

import pytest
from psycopg import ClientCursor
from sqlalchemy import event, text

from tests.queries.test_growth import add_events
from tests.support.worlds.world import NOON, World
from webapp.domain.people.history import HistoryFilter
from webapp.extensions import db
from webapp.queries.asking.attendance_response import waiting_questions
from webapp.queries.classes.my_classes import my_classes
from webapp.queries.people.actor import signed_in_by_token
from webapp.queries.people.history import history_page
from webapp.queries.places.event_list import PAGE_SIZE, EventFilter, list_events
from webapp.queries.places.my_events import my_events
from webapp.queries.places.standing import event_standing

pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("postgres")]
#: Prepared with the fifth use, planned anew for five more; from then on the plan is kept.
WARM, MORE = 10, 12

READS: dict[str, Callable[[int], object]] = {
    "who is signed in": lambda reader: signed_in_by_token(f"token of {reader}"),
    "event": lambda reader: event_standing("own-0", reader),
    "list of events": lambda reader: list_events(EventFilter(), user_id=reader, page=1, now=NOON),
    "my events": lambda reader: my_events(reader, page=1, now=NOON),
    "my classes": lambda reader: my_classes(reader, NOON),
    "questions": lambda reader: waiting_questions(reader, NOON),
    "history": lambda reader: history_page(reader, show=HistoryFilter.ATTENDED, page=1, now=NOON),
}


@pytest.fixture
def readers(app) -> list[int]:
    """One with a few places, one with hundreds, one with none; and statistics that say so."""
    world = World(app)
    people = [world.person(name) for name in ("Mira Sand", "Ben Ito", "Ana Silva")]
    add_events(world, "own", 60, people[0])
    add_events(world, "other", 400, people[1], ahead=True)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return people


@pytest.mark.parametrize("read", READS)
def test_a_plan_for_certain_values_looks_no_cheaper(app, readers, read):
    asked = statements_of(lambda: READS[read](readers[1]))

    assert asked
    assert [one for one in asked if cost_of(*one, plan="custom") != cost_of(*one, plan="generic")] == []


@pytest.mark.parametrize("read", READS)
def test_a_plan_is_kept_for_everybody(app, readers, read):
    for use in range(WARM):
        READS[read](readers[use % 3])
    before = plans_for_certain_values()
    for use in range(MORE):
        READS[read](readers[use % 3])

    after = plans_for_certain_values()
    assert {statement: after[statement] for statement in before} == before


def test_a_list_puts_together_the_events_of_its_page_and_no_others(app, readers):
    """What is shown of an event is in nine tables: beyond `join_collapse_limit` that was done for every event."""
    ((statement, values),) = statements_of(lambda: READS["list of events"](readers[1]))
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()

    assert max(joined(plan[0]["Plan"])) <= PAGE_SIZE


def joined(node: dict) -> list[float]:
    """How many rows each join gave."""
    is_join = "Join Type" in node
    own = [node["Actual Rows"] * node["Actual Loops"]] if is_join else []
    return own + [rows for part in node.get("Plans", ()) for rows in joined(part)]


def statements_of(work: Callable[[], object]) -> list[tuple[str, dict]]:
    """What was asked of the database, with its values."""
    asked: list[tuple[str, dict]] = []

    def note(_connection, _cursor, statement: str, values: dict, *_rest) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return asked


def cost_of(statement: str, values: dict, *, plan: str) -> str:
    """What the planner expects of the statement with a plan for these values, or for all."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement).replace("%%", "%")
    given = ", ".join(f"%({name})s" for name in names)
    db.session.rollback()
    # One that writes the values into the text: EXECUTE takes no parameters of its own.
    cursor = ClientCursor(db.session.connection().connection.driver_connection)
    cursor.execute(f"SET plan_cache_mode = force_{plan}_plan")
    cursor.execute(f"PREPARE asked AS {numbered}")
    try:
        first, *_ = cursor.execute(f"EXPLAIN EXECUTE asked({given})" if given else "EXPLAIN EXECUTE asked", values)
    finally:
        cursor.execute("DEALLOCATE asked")
        cursor.execute("RESET plan_cache_mode")
    return re.search(r"cost=\S+", first[0])[0]


def plans_for_certain_values() -> dict[str, int]:
    """How often each statement that this connection has prepared was planned for the values it came with."""
    found = db.session.execute(
        text("SELECT statement, custom_plans FROM pg_prepared_statements WHERE length(statement) > 150")
    )
    counted = {row.statement: row.custom_plans for row in found}
    assert counted, "nothing was prepared"
    return counted
