"""Calculating 100 sessions of 30 people with 3 stays each, beside one SQL statement on the floor's tables.

python -m bench presence
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.queries.online.session_calculation import due_sessions
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.session_attendance import calculate_sessions
from webapp.services.unit_of_work import end_reading

ROUNDS, SESSIONS, PEOPLE, CYCLES = 9, 100, 30, 3
#: Every stay lasts 15 minutes, 18 minutes after the one before: 45 of 60 minutes, with pauses.
START = datetime(2026, 6, 10, 18, tzinfo=UTC)
END = START + timedelta(hours=1)
NOW = END + timedelta(minutes=6)

FLOOR_TABLES = """
CREATE TABLE webhook_event (id text PRIMARY KEY, kind text, session_id int, identity int, participant_sid text,
  at timestamptz, raw jsonb);
CREATE INDEX ON webhook_event (session_id, identity);
CREATE TABLE attendance (session_id int, identity int, first_join timestamptz, last_leave timestamptz,
  joins int DEFAULT 0, seconds int, status text, pct numeric(5,2), calculated_at timestamptz,
  PRIMARY KEY (session_id, identity)) WITH (fillfactor=70);
INSERT INTO webhook_event
SELECT 'EV_' || s || '-' || p || '-' || c || kind, kind, s, p, 'PA_' || s || '-' || p || '-' || c,
       %(start)s + (c * 18 + away) * interval '1 minute', '{}'
FROM generate_series(1, %(sessions)s) s, generate_series(1, %(people)s) p, generate_series(0, %(cycles)s - 1) c,
     (VALUES ('participant_joined', 0), ('participant_left', 15)) AS what(kind, away);
"""
FLOOR_ROWS = """
TRUNCATE attendance;
INSERT INTO attendance (session_id, identity, joins)
SELECT s, p, 3 FROM generate_series(1, 100) s, generate_series(1, 30) p;
"""
FLOOR = """
WITH cyc AS (
  SELECT w.session_id, w.identity, participant_sid, min(w.at) FILTER (WHERE kind = 'participant_joined') j,
         max(w.at) FILTER (WHERE kind = 'participant_left') l
  FROM webhook_event w JOIN attendance a USING (session_id, identity) WHERE a.calculated_at IS NULL GROUP BY 1, 2, 3),
clip AS (
  SELECT c.session_id, c.identity, greatest(coalesce(j, %(start)s), %(start)s) j, least(coalesce(l, %(end)s), %(end)s) l
  FROM cyc c),
iv AS (
  SELECT *, CASE WHEN j > max(l) OVER w THEN 1 ELSE 0 END brk FROM clip WHERE l > j
  WINDOW w AS (PARTITION BY session_id, identity ORDER BY j, l ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
grp AS (SELECT *, sum(brk) OVER (PARTITION BY session_id, identity ORDER BY j, l) g FROM iv),
isl AS (SELECT session_id, identity, g, min(j) j, max(l) l FROM grp GROUP BY 1, 2, 3),
tot AS (
  SELECT session_id, identity, min(j) fj, max(l) ll, sum(extract(epoch FROM l - j))::int secs FROM isl GROUP BY 1, 2)
UPDATE attendance a SET first_join = fj, last_leave = ll, seconds = secs, calculated_at = now(),
  pct = round(secs * 100.0 / 3600, 2),
  status = CASE WHEN secs < 360 THEN 'absent' WHEN secs <= 1800 THEN 'partial'
                WHEN fj > %(start)s + interval '15 minutes' AND secs <= 2700 THEN 'late' ELSE 'present' END
FROM tot t WHERE (a.session_id, a.identity) = (t.session_id, t.identity)
"""
TOLD = """
INSERT INTO webhook_deliveries (delivery_id, key_name, kind, room_name, number, room_sid, participant_sid, identity,
                                is_attendee, sent_at, joined_at, received_at, payload)
SELECT 'EV_' || s.id || '-' || e.user_id || '-' || c || told, 'APIbench', told, s.room_name,
       row_number() OVER (PARTITION BY s.id ORDER BY c, away, e.user_id), 'RM_1', 'PA_' || e.user_id || '-' || c,
       'u' || e.user_id, true, s.starts_at + (c * 18 + away) * interval '1 minute',
       s.starts_at + c * interval '18 minutes', s.starts_at + (c * 18 + away) * interval '1 minute', '{}'
FROM meeting_sessions s JOIN enrollments e ON e.event_id = s.event_id, generate_series(0, %(cycles)s - 1) c,
     (VALUES ('participant_joined', 0), ('participant_left', 15)) AS what(told, away)
"""
ROOMS = """
INSERT INTO meeting_rooms (name, deliveries, folded, last_delivery_at)
SELECT room_name, count(*), 0, max(received_at) FROM webhook_deliveries GROUP BY room_name
"""
PLANNED = """
INSERT INTO meeting_sessions (event_id, kind, title, room_name, starts_at, ends_at, created_at, version,
                              calculation_tries)
VALUES (%(event)s, 'event', 'Talk', 'session-' || %(event)s, %(start)s, %(end)s, %(start)s, 1, 0)
"""
AGAIN = """
TRUNCATE meeting_attendances, session_reports;
UPDATE meeting_sessions SET calculated_at = NULL, calculated_through = NULL;
"""
TIMES = {"start": START, "end": END}


def main(server_url: str) -> Report:
    report = Report("presence")
    with postgres.side_by_side(server_url) as (app_url, floor_url, home):
        _lay_out_floor(floor_url)
        world = _lay_out_sessions(app_url, home)
        floors, apps, again = [], [], []
        with world.app.app_context():
            for number in range(ROUNDS):
                pair = [lambda: floors.append(_floor(floor_url)), lambda: apps.append(_app(app_url))]
                for run in pair if number % 2 else reversed(pair):
                    run()
                again.append(timed(_calculate))
            _require_exact(report, app_url, world)
            db.session.remove()
            db.engine.dispose()
        what = f"calculating {SESSIONS} x {PEOPLE} x {CYCLES}"
        report.compare(what, floors, apps, unit="s", bar="<= 5, superb 2.5")
        report.note("calculating again (nothing to do)", max(again), unit="s")
    return report


def _lay_out_floor(floor_url: str) -> None:
    numbers = {"sessions": SESSIONS, "people": PEOPLE, "cycles": CYCLES}
    with postgres.connect(floor_url) as connection:
        for statement in FLOOR_TABLES.split(";\n"):
            if statement.strip():
                connection.execute(statement, {**TIMES, **numbers} if "%(" in statement else None)


def _lay_out_sessions(app_url: str, home: Path):
    """One event for each session, 30 people in each; what the video server told is folded already."""
    world = seeding.world_on(app_url, "unix:///nowhere", home)
    crowd = seeding.people(app_url, SESSIONS * PEOPLE, "crowd")
    for number in range(SESSIONS):
        event_id = world.event(starts_at=START, ends_at=END, timezone="UTC", capacity=None)
        seeding.enroll_many(app_url, event_id, crowd[number * PEOPLE : (number + 1) * PEOPLE])
        with postgres.connect(app_url) as connection:
            connection.execute(PLANNED, {"event": event_id, **TIMES})
    with postgres.connect(app_url) as connection:
        connection.execute(TOLD, {"cycles": CYCLES})
        connection.execute(ROOMS)
        connection.execute("VACUUM ANALYZE")
    with world.app.app_context():
        fold_due_rooms(now=NOW)
    return world


def _floor(floor_url: str) -> float:
    with postgres.connect(floor_url) as connection:
        connection.execute(FLOOR_ROWS)
        connection.execute("VACUUM ANALYZE")
        return timed(lambda: connection.execute(FLOOR, TIMES))


def _app(app_url: str) -> float:
    with postgres.connect(app_url) as connection:
        for statement in AGAIN.strip().split(";\n"):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
    return timed(_calculate)


def _calculate() -> None:
    rows = due_sessions(NOW)
    end_reading()
    for _ in calculate_sessions(rows, now=NOW):
        pass


def _require_exact(report: Report, app_url: str, world) -> None:
    """Everybody measured exactly, a report for each, and nothing written by doing it again."""
    for what, query in (
        ("records", "SELECT count(*) FROM meeting_attendances WHERE seconds = 2700 AND percentage = 75.00"),
        ("present", "SELECT count(*) FROM session_reports WHERE status = 'present' AND minutes = 45"),
    ):
        report.require(what, seeding.count(app_url, query), SESSIONS * PEOPLE)
    before = digest(db.session())
    with counted_statements(world.app) as statements:
        _calculate()
    report.require("statements of a second run", len(statements), 1)
    report.require("changed by a second run", digest(db.session()) == before, True)
    report.require("findings of the audit", [one.as_dict() for one in islice(broken_invariants(NOW), 3)], [])
