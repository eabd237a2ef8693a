"""Pages of an organizer about many people: answers and the table of enrollments with 50,000, a room with 5,000 in it.

Compared is each page with the same page about a hundredth of the people: what it shows is the same number of rows.

python -m bench crowded_pages
"""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Reader
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role

PEOPLE, IN_ROOM, LESS = 50_000, 5_000, 100
ROUNDS = 15
_ANSWERED = """
WITH them AS (SELECT user_id, row_number() OVER (ORDER BY user_id) AS n FROM enrollments WHERE event_id = %(event)s),
asked AS (
  INSERT INTO scheduled_attendance_prompts (event_id, user_id, number, due_at, created_at, sent_at)
  SELECT %(event)s, user_id, 1, now(), now(), now() FROM them)
INSERT INTO attendance_responses (event_id, user_id, answer, answered_at, changed_at, created_at, rating, comment)
SELECT %(event)s, user_id, (ARRAY['attended', 'partial', 'not_attended'])[1 + n %% 3], now(), now(), now(),
       CASE WHEN n %% 3 = 0 THEN 1 + n %% 5 END, CASE WHEN n %% 9 = 0 THEN 'A fine evening, number ' || n END
FROM them WHERE n %% 2 = 0
"""
_ROOM = """
INSERT INTO meeting_rooms (name, deliveries, folded, last_delivery_at) VALUES (%(room)s, %(many)s, %(many)s, now())
"""
_STAYS = """
INSERT INTO stays (room_name, participant_sid, room_sid, identity, joined_at, joined_by, seen_at)
SELECT %(room)s, 'PA_' || id, 'RM_1', 'u' || id, now() - interval '10 minutes' + n * interval '10 milliseconds', 'join',
       now()
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS who(id, n)
"""
_SESSION = """
INSERT INTO meeting_sessions
  (event_id, kind, title, room_name, starts_at, ends_at, created_at, version, calculation_tries)
VALUES (%(event)s, 'event', 'Talk', %(room)s, now() - interval '15 minutes', now() + interval '1 hour', now(), 1, 0)
RETURNING id
"""


def main(server_url: str) -> Report:
    report = Report("crowded_pages")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        world.organization()
        few, many = _over(world, app_url, PEOPLE // LESS), _over(world, app_url, PEOPLE)
        small_room, large_room = _room(world, app_url, IN_ROOM // LESS), _room(world, app_url, IN_ROOM)
        seeding.settle(app_url)
        client = world.app.test_client()
        world.sign_in(client, world.person("Dana Kim", role=Role.ORGANIZER))
        reader = Reader(client)
        pages = {
            "answers": (f"/admin/events/{few}/responses", f"/admin/events/{many}/responses"),
            "enrollments, first page": (f"/admin/events/{few}/enrollments", f"/admin/events/{many}/enrollments"),
            "enrollments, last page": (
                f"/admin/events/{few}/enrollments?page={PEOPLE // LESS // 50}",
                f"/admin/events/{many}/enrollments?page={PEOPLE // 50}",
            ),
            "the room": (f"/admin/sessions/{small_room}", f"/admin/sessions/{large_room}"),
        }
        for what, (small, large) in pages.items():
            _compare(report, world, reader, what=what, small=small, large=large)
    return report


def _compare(report: Report, world: World, reader: Reader, *, what: str, small: str, large: str) -> None:
    counts, times = [], {small: [], large: []}
    for address in (small, large):
        with counted_statements(world.app) as statements:
            report.require(f"status of {what}", reader.get(address).status, 200)
        counts.append(len(statements))
    report.require(f"statements of {what}", counts[1], counts[0])
    for _ in range(ROUNDS):
        for address in (small, large):
            begun = time.perf_counter()
            reader.get(address)
            times[address].append((time.perf_counter() - begun) * 1000)
    report.compare(f"{what}, {LESS} times as many", times[small], times[large], unit="ms", bar="<= 3")


def _over(world: World, app_url: str, number: int) -> int:
    """An event that ended yesterday, with so many people, of whom half answered."""
    start = world.now - timedelta(days=1, hours=3)
    event_id = world.event(starts_at=start, ends_at=start + timedelta(hours=2))
    ids = seeding.people(app_url, number, f"crowd-{event_id}-")
    seeding.enroll_many(app_url, event_id, ids)
    with seeding.connect(app_url) as connection:
        connection.execute(_ANSWERED, {"event": event_id})
    return event_id


def _room(world: World, app_url: str, number: int) -> int:
    """A session that runs, and everybody who has a place is in."""
    event_id = world.event(starts_at=clock.now() - timedelta(minutes=15), ends_at=clock.now() + timedelta(hours=2))
    ids = seeding.people(app_url, number, f"room-{event_id}-")
    seeding.enroll_many(app_url, event_id, ids)
    facts = {"event": event_id, "room": f"room-{event_id}", "ids": ids, "many": 2 * number}
    with seeding.connect(app_url) as connection:
        connection.execute(_ROOM, facts)
        connection.execute(_STAYS, facts)
        return connection.execute(_SESSION, facts).fetchone()[0]
