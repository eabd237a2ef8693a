"""Closing an event of 100,000 over three days, beside one SQL statement on the floor's tables.

python -m bench closing
"""

import gc
import threading
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import event

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.services.events.closure import close_event

ROUNDS = 3
PRESENT, ABSENT = 60_000, 40_000
FLOOR_ROWS = """
TRUNCATE enrollment, enrollment_transition, checkin, outbox RESTART IDENTITY CASCADE;
INSERT INTO enrollment (event_id, user_id, status)
  SELECT 1, n, CASE WHEN n <= 60000 THEN 'checked_in' ELSE 'confirmed' END FROM generate_series(1, 100000) n;
INSERT INTO checkin SELECT id, date '2026-06-12' + d, now() FROM enrollment, generate_series(0, 2) d WHERE id <= 60000;
"""
FLOOR = """
WITH old AS MATERIALIZED (
  SELECT n.id, n.status,
         CASE WHEN n.status = 'checked_in' AND coalesce(k.days, 0) >= 3 THEN 'attended' ELSE 'no_show' END AS new
  FROM enrollment n
  LEFT JOIN (SELECT enrollment_id, count(*) days FROM checkin
             JOIN enrollment x ON x.id = enrollment_id AND x.event_id = 1 GROUP BY 1) k ON k.enrollment_id = n.id
  WHERE n.event_id = 1 AND n.status IN ('checked_in', 'confirmed')),
upd AS (
  UPDATE enrollment n SET status = o.new, attended_at = CASE WHEN o.new = 'attended' THEN now() END
  FROM old o WHERE n.id = o.id RETURNING n.id, o.status AS old, o.new),
tr AS (
  INSERT INTO enrollment_transition (enrollment_id, from_status, to_status, triggered_by)
  SELECT id, old, new, 'system' FROM upd)
INSERT INTO outbox (kind, enrollment_id, payload) SELECT 'ParticipantAttended', id, '{}' FROM upd WHERE new = 'attended'
"""


def main(server_url: str) -> Report:
    report = Report("closing")
    with postgres.side_by_side(server_url) as (app_url, floor_url, home):
        with postgres.connect(floor_url) as connection:
            connection.execute((Path(__file__).parent / "support" / "tables.sql").read_text())
        world = seeding.world_on(app_url, "unix:///nowhere", home)
        crowd = seeding.people(app_url, PRESENT + ABSENT, "crowd")
        floors, apps, again, waits, held, memory = [], [], [], [], [], []
        with world.app.app_context():
            for number in range(ROUNDS):
                event_id = _event(world, app_url, crowd)
                probe = Probe(app_url, event_id)
                pair = [lambda: floors.append(_floor(floor_url)), lambda: apps.append(_app(world, event_id, probe))]  # noqa: B023
                for run in pair if number % 2 else reversed(pair):
                    run()
                again.append(timed(lambda: close_event(event_id=event_id, now=world.now)))  # noqa: B023
                waits.append(probe.longest_ms)
                held.append(probe.longest_held_ms)
                memory.append(probe.growth_mb)
                _require_exact(report, app_url, event_id)
            findings = [one.as_dict() for one in islice(broken_invariants(world.now), 3)]
            report.require("findings of the audit", findings, [])
            db.engine.dispose()
        report.compare("closing 100,000", floors, apps, unit="s", bar="<= 3, superb 1.5")
        report.note("longest the event's lock was held", max(held), unit="ms", bar="<= 250")
        report.note("longest somebody else waited for it", max(waits), unit="ms")
        report.note("memory of the process grew by at most", max(memory), unit="MB")
        report.note("closing again", max(again), unit="s", bar="<= 0.2")
    return report


class Probe:
    """Somebody else who keeps asking for the event's lock while it is being closed, and a watch on the closing."""

    def __init__(self, database_url: str, event_id: int) -> None:
        self._url, self._event_id = database_url, event_id
        self.longest_ms = self.longest_held_ms = self.growth_mb = 0.0
        self._locked_at: float | None = None

    def __enter__(self) -> "Probe":
        event.listen(db.engine, "after_cursor_execute", self._note_lock)
        event.listen(db.engine, "checkin", self._note_end)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        event.remove(db.engine, "after_cursor_execute", self._note_lock)
        event.remove(db.engine, "checkin", self._note_end)

    def _note_lock(self, _connection, _cursor, statement: str, *_rest: object) -> None:
        if "FOR NO KEY UPDATE" in statement:
            self._locked_at = time.perf_counter()

    def _note_end(self, *_: object) -> None:
        """The connection is back in the pool, so its transaction is over."""
        if self._locked_at is not None:
            self.longest_held_ms = max(self.longest_held_ms, (time.perf_counter() - self._locked_at) * 1000)
            self._locked_at = None

    def _ask(self) -> None:
        gc.collect()
        me = psutil.Process()
        before = me.memory_info().rss
        with postgres.connect(self._url) as connection:
            while not self._over.wait(0.005):
                start = time.perf_counter()
                connection.execute(
                    "SELECT 1 FROM event_policies WHERE event_id = %s FOR NO KEY UPDATE", [self._event_id]
                )
                self.longest_ms = max(self.longest_ms, (time.perf_counter() - start) * 1000)
                self.growth_mb = max(self.growth_mb, (me.memory_info().rss - before) / 1e6)


def _event(world, app_url: str, crowd: list[int]) -> int:
    """A three-day event that ended an hour ago, all days required, with everybody in it."""
    ends_at = world.now - timedelta(hours=1)
    event_id = world.event(
        starts_at=ends_at - timedelta(days=2),
        ends_at=ends_at,
        timezone="UTC",
        capacity=None,
        attendance_requirement="all_days",
    )
    seeding.enroll_many(app_url, event_id, crowd[:PRESENT], status="checked_in")
    seeding.enroll_many(app_url, event_id, crowd[PRESENT:])
    seeding.settle(app_url)
    return event_id


def _floor(floor_url: str) -> float:
    with postgres.connect(floor_url) as connection:
        connection.execute(FLOOR_ROWS)
        connection.execute("VACUUM ANALYZE")
        return timed(lambda: connection.execute(FLOOR))


def _app(world, event_id: int, probe: Probe) -> float:
    with probe:
        return timed(lambda: close_event(event_id=event_id, now=world.now))


def _require_exact(report: Report, app_url: str, event_id: int) -> None:
    for status, expected in (("attended", PRESENT), ("no_show", ABSENT)):
        query = "SELECT count(*) FROM enrollments WHERE event_id = %(event)s AND status = %(status)s"
        report.require(status, seeding.count(app_url, query, event=event_id, status=status), expected)
    query = "SELECT count(*) FROM outbox_events WHERE event_id = %(event)s AND kind = 'ParticipantAttended'"
    report.require("ParticipantAttended", seeding.count(app_url, query, event=event_id), PRESENT)
