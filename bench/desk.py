"""The page of a desk with 50,000 guests: at the beginning, in the middle and at the end of a day, and on a second day.

python -m bench desk
"""

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Date, bindparam, text

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.databases.migrating import migrate
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Reader
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import World
from webapp.domain.event_days import local_date
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models.columns import UtcDateTime

GUESTS, WAITING, OTHERS, ROUNDS, WARMING = 49_000, 1_000, 10_000, 40, 5
#: How many of the guests are in: nobody yet, half of them, all but a few.
EVENING = {"nobody in": 0, "half in": GUESTS // 2, "all but ten in": GUESTS - 10}
#: On the second day everybody was in before, and nobody is in.
SECOND_DAY = "on the second day, nobody in"
BAR = "<= 30"
#: So many more come in, and not in the order of their names: 7,919 has no divisor in common with 49,000.
ARRIVE = (
    "INSERT INTO check_ins (enrollment_id, event_id, local_on, sequence, method, desk, actor_id, at) "
    "SELECT id, event_id, :day, 0, 'code', 'Door', :actor, :now FROM enrollments "
    "WHERE event_id = :event AND status = 'confirmed' AND id * 7919 % 49000 < :arrived",
    "UPDATE enrollments SET status = 'checked_in', version = 2, checked_in_at = :now WHERE event_id = :event "
    "AND status = 'confirmed' AND id IN (SELECT enrollment_id FROM check_ins WHERE event_id = :event)",
)


def main(server_url: str) -> Report:
    report = Report("desk")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        _evenings(report, seeding.world_on(app_url, "unix:///nowhere", Path(home)), "PostgreSQL")
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/bench.db"
        migrate(url, Path(home))
        _evenings(report, seeding.world_on(url, "unix:///nowhere", Path(home)), "SQLite")
    return report


def _evenings(report: Report, world: World, kind: str) -> None:
    world.organization()
    organizer = world.person("Dana Kim", role=Role.ORGANIZER)
    event_id = _event(world, [Guest()] * GUESTS + [Guest("waitlisted")] * WAITING, days=2)
    _event(world, [Guest()] * OTHERS)
    client = world.app.test_client()
    world.sign_in(client, organizer)
    with world.app.app_context():
        for what, arrived in EVENING.items():
            _arrive(kind, {"event": event_id, "arrived": arrived, "actor": organizer, "now": world.now})
            _measure(report, world, Reader(client), f"{kind}, {what}", f"/desk/{event_id}")
        second = f"/desk/{event_id}?day={local_date(world.now, 'Europe/Berlin') + timedelta(days=1)}"
        _measure(report, world, Reader(client), f"{kind}, {SECOND_DAY}", second)
        db.session.remove()
        db.engine.dispose()


def _event(world: World, guests: list[Guest], *, days: int = 1) -> int:
    """From half an hour ago to half an hour from now, or to that hour on a later day."""
    ends_at = world.now + timedelta(minutes=30, days=days - 1)
    at = {"starts_at": world.now - timedelta(minutes=30), "ends_at": ends_at}
    event_id = world.event(**at)
    with world.app.app_context():
        fill(db.engine, event_id, guests, at=world.now - timedelta(days=1))
    return event_id


def _arrive(kind: str, facts: dict[str, object]) -> None:
    with db.engine.connect().execution_options(write=True) as connection, connection.begin():
        for statement in ARRIVE:
            typed = [bindparam("now", type_=UtcDateTime), bindparam("day", type_=Date)]
            used = [one for one in typed if f":{one.key}" in statement]
            values = {**facts, "day": local_date(facts["now"], "Europe/Berlin")}
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement).bindparams(*used), named)
    analyse = "VACUUM ANALYZE" if kind == "PostgreSQL" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT", write=True) as connection:
        connection.execute(text(analyse))


def _measure(report: Report, world: World, reader: Reader, what: str, page: str) -> None:
    with counted_statements(world.app) as statements:
        report.require(f"status, {what}", reader.get(page).status, 200)
    times = sorted(timed(lambda: reader.get(page)) * 1000 for _ in range(ROUNDS + WARMING))
    report.note(f"{what}, statements", len(statements))
    report.note(f"{what}, least", times[0], unit="ms")
    report.note(f"{what}, median", times[len(times) // 2], unit="ms", bar=BAR)
