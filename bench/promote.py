"""Promoting 1,000 of 10,000 waiting people at once, beside one SQL statement on the floor's tables.

python -m bench promote
"""

from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.worlds.rows import broken
from webapp.extensions import db
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

ROUNDS, WAITING, SEATS = 7, 10_000, 1_000
FLOOR = """
WITH chosen AS (
  SELECT id FROM enrollment WHERE event_id = 1 AND status = 'waitlisted' ORDER BY wl_seq LIMIT 1000),
upd AS (UPDATE enrollment n SET status = 'confirmed' FROM chosen WHERE n.id = chosen.id RETURNING n.id),
seats AS (UPDATE policy SET taken = taken + (SELECT count(*) FROM upd) WHERE event_id = 1)
INSERT INTO enrollment_transition (enrollment_id, from_status, to_status, triggered_by)
SELECT id, 'waitlisted', 'confirmed', 'system' FROM upd
"""


def main(server_url: str) -> Report:
    report = Report("promote")
    with postgres.side_by_side(server_url) as (app_url, floor_url, home):
        with postgres.connect(floor_url) as connection:
            connection.execute((Path(__file__).parent / "support" / "tables.sql").read_text())
            connection.execute(
                "INSERT INTO enrollment (event_id, user_id, status, wl_seq) "
                "SELECT 1, n, 'waitlisted', n FROM generate_series(1, 10000) n"
            )
            connection.execute("VACUUM ANALYZE")
        world = seeding.world_on(app_url, "unix:///nowhere", home)
        crowd = seeding.people(app_url, WAITING + 1, "crowd")
        event_id, _ = seeding.hot_event(world, capacity=1)
        seeding.enroll_many(app_url, event_id, crowd[:1])
        seeding.enroll_many(app_url, event_id, crowd[1:], status="waitlisted")
        seeding.settle(app_url)
        floors, apps = [], []
        with world.app.app_context():
            for number in range(ROUNDS):
                pair = [lambda: floors.append(_floor(floor_url)), lambda: apps.append(_app(app_url, world, event_id))]
                for run in pair if number % 2 else reversed(pair):
                    run()
            report.require("invariants broken", broken(db.session(), event_id), [])
            query = "SELECT count(*) FROM enrollments WHERE event_id = %(event)s AND status = 'confirmed'"
            report.require("confirmed", seeding.count(app_url, query, event=event_id), ROUNDS * SEATS + 1)
            db.session.remove()
            db.engine.dispose()
        report.compare("promoting 1,000", floors, apps, unit="s", bar="<= 10, superb 4")
    return report


def _floor(floor_url: str) -> float:
    with postgres.connect(floor_url) as connection:
        return timed(lambda: connection.execute(FLOOR))


def _app(app_url: str, world, event_id: int) -> float:
    with postgres.connect(app_url) as connection:
        connection.execute("UPDATE event_policies SET capacity = capacity + %s WHERE event_id = %s", [SEATS, event_id])
    return timed(lambda: _promote(event_id, world))


def _promote(event_id: int, world) -> None:
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        promote_next(session, locked, now=world.now)
        save_counters(session, locked)
