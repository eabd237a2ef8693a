"""10,000 people due at one tick: planned and sent, beside the plain SQL that writes the same rows.

python -m bench prompts
"""

import gc
import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import event

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.asking.prompt_sending import BATCH, send_prompt_batch

ROUNDS = 5
PEOPLE = 10_000
#: The tables of the product, their constraints and indexes included; mails of the product's size.
FLOOR = (
    """
    INSERT INTO scheduled_attendance_prompts (event_id, user_id, number, due_at, created_at)
    SELECT %(event)s, user_id, 1, now(), now() FROM enrollments WHERE event_id = %(event)s
    """,
    """
    INSERT INTO notifications (dedupe_key, user_id, type, event_id, prompt_number, title, text, created_at)
    SELECT 'prompt:' || event_id || ':' || user_id || ':1', user_id, 'attendance_prompt', event_id, 1,
           'Did you make it?', '', now()
    FROM scheduled_attendance_prompts WHERE event_id = %(event)s
    """,
    """
    INSERT INTO messages (dedupe_key, kind, user_id, recipient, subject, body, html, unsubscribe_url, details,
                          created_at, attempts, next_try_at)
    SELECT 'prompt:' || p.event_id || ':' || p.user_id || ':1', 'prompt', u.id, u.email, 'Did you make it?',
           replace(%(body)s, '@name@', u.name), replace(%(html)s, '@name@', u.name),
           %(link)s || md5(u.id::text), '{}', now(), 0, now()
    FROM scheduled_attendance_prompts p JOIN users u ON u.id = p.user_id WHERE p.event_id = %(event)s
    """,
    "UPDATE scheduled_attendance_prompts SET sent_at = now() WHERE event_id = %(event)s",
)
_WRITTEN = ("scheduled_attendance_prompts", "notifications", "messages")


def main(server_url: str) -> Report:
    report = Report("prompts")
    with (
        postgres.database(server_url, "bench_app") as app_url,
        postgres.database(server_url, "bench_floor") as floor_url,
        tempfile.TemporaryDirectory() as home,
    ):
        floor_world = seeding.world_on(floor_url, "unix:///nowhere", Path(home) / "floor")
        floor_crowd = seeding.people(floor_url, PEOPLE, "crowd")
        with floor_world.app.app_context():
            floor_event = _event(floor_world, floor_url, floor_crowd)
            db.engine.dispose()
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        crowd = seeding.people(app_url, PEOPLE, "crowd")
        floors, apps, statements, memory, again = [], [], [], [], []
        with world.app.app_context():
            mail = _mail(world, app_url, crowd[:1])
            for number in range(ROUNDS):
                event_id = _event(world, app_url, crowd)
                probe = Probe()
                pair = [
                    lambda: floors.append(_floor(floor_url, floor_event, mail)),
                    lambda: apps.append(_app(world, probe)),  # noqa: B023
                ]
                for run in pair if number % 2 else reversed(pair):
                    run()
                statements.append(probe.statements)
                memory.append(probe.growth_mb)
                again.append(timed(lambda: _ask(world)))
                _require_exact(report, app_url, event_id)
                _forget(app_url, event_id)
            findings = [one.as_dict() for one in islice(broken_invariants(world.now), 3)]
            report.require("findings of the audit", findings, [])
            db.engine.dispose()
        report.compare(f"asking {PEOPLE:,} at one tick", floors, apps, unit="s", bar="<= 3")
        report.note("statements at most", max(statements), bar=f"<= {_most_statements()}")
        report.note("memory of the process grew by at most", max(memory), unit="MB", bar="flat")
        report.note("a tick with nothing to ask", max(again), unit="s")
    return report


class Probe:
    """Counts the statements of one tick and watches the process's memory between its transactions."""

    def __init__(self) -> None:
        self.statements = 0
        self.growth_mb = 0.0

    def __enter__(self) -> "Probe":
        gc.collect()
        self._process = psutil.Process()
        self._before = self._process.memory_info().rss
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, *_: object) -> None:
        self.statements += 1
        self.growth_mb = max(self.growth_mb, (self._process.memory_info().rss - self._before) / 1e6)


def _event(world, url: str, crowd: list[int]) -> int:
    """An event that ended two hours ago, with everybody in it."""
    ends_at = world.now - timedelta(hours=2)
    event_id = world.event("Talk", starts_at=ends_at - timedelta(hours=2), ends_at=ends_at, capacity=None)
    seeding.enroll_many(url, event_id, crowd)
    seeding.settle(url)
    return event_id


def _mail(world, url: str, somebody: list[int]) -> dict[str, str]:
    """A mail as the product writes it, which also warms up its templates."""
    event_id = _event(world, url, somebody)
    _ask(world)
    with postgres.connect(url) as connection:
        row = connection.execute(
            "SELECT body, html, unsubscribe_url, (SELECT name FROM users u WHERE u.id = user_id) FROM messages"
        ).fetchone()
    _forget(url, event_id)
    body, html, link, name = row
    return {"body": body.replace(name, "@name@"), "html": html.replace(name, "@name@"), "link": link[:-32]}


def _ask(world) -> None:
    """What the planning run and the tick after it do."""
    schedule_post_event_prompts(now=world.now)
    while send_prompt_batch(now=world.now).looked_at == BATCH:
        pass


def _app(world, probe: Probe) -> float:
    with probe:
        return timed(lambda: _ask(world))


def _floor(floor_url: str, event_id: int, mail: dict[str, str]) -> float:
    with postgres.connect(floor_url) as connection:
        for table in _WRITTEN:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- names from here
        connection.execute("VACUUM ANALYZE")

        def write() -> None:
            with connection.transaction():
                for statement in FLOOR:
                    connection.execute(statement, {"event": event_id, **mail})

        return timed(write)


def _require_exact(report: Report, app_url: str, event_id: int) -> None:
    for table in _WRITTEN[:2]:
        query = f"SELECT count(DISTINCT user_id) FROM {table} WHERE event_id = %(event)s"  # noqa: S608
        report.require(f"people in {table}", seeding.count(app_url, query, event=event_id), PEOPLE)
    query = "SELECT count(*) FROM messages WHERE dedupe_key LIKE 'prompt:' || %(event)s || ':%%'"
    report.require("mails", seeding.count(app_url, query, event=event_id), PEOPLE)


def _forget(app_url: str, event_id: int) -> None:
    """The next round begins with the same tables; the event is over for good."""
    with postgres.connect(app_url) as connection:
        for table in _WRITTEN:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- names from here
        connection.execute(
            "UPDATE events SET starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days',"
            " effective_end_at = effective_end_at - interval '9 days' WHERE id = %s",
            [event_id],
        )
        connection.execute("VACUUM ANALYZE")


def _most_statements() -> int:
    """A fixed number per chunk: six for each batch of prompts and its inserts, few for planning."""
    return PEOPLE // BATCH * 12 + 40
