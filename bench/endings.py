"""1,000 events of 20 people each that end at once, closed by the product's own processes with their usual work.

    python -m bench endings

Its floor is the bar: all closed in a minute on two cores; no tick and no mail later than 10 seconds meanwhile.
"""

import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

from bench.support import postgres, seeding
from bench.support.figures import Report
from tests.support.servers.processes import Programs
from tests.support.servers.valkey import ValkeyServer
from tests.support.worlds.rows import broken
from webapp.domain.work.job import TICK_SECONDS
from webapp.domain.work.schedule import SCHEDULE
from webapp.extensions import db
from webapp.services.preparation import lay_out_jobs

EVENTS, PEOPLE = 1000, 20
PATIENCE_SECONDS = 300
WARNINGS = ("left behind", "taken over", "no tick since")
#: A mail somebody asked for while all the others wait.
PROBE = """
INSERT INTO messages (dedupe_key, kind, user_id, recipient, subject, body, details, created_at, attempts, next_try_at)
SELECT 'probe:' || clock_timestamp(), 'password_reset', id, email, 'Probe', 'Probe', '{}', clock_timestamp(), 0,
       clock_timestamp()
FROM users WHERE email IS NOT NULL LIMIT 1
"""
LATE_PROBE = """
SELECT coalesce(max(extract(epoch FROM coalesce(sent_at, clock_timestamp()) - created_at)), 0)::float
FROM messages WHERE subject = 'Probe'
"""
#: From the moment a mail is written. (An outcome's own time is the one that the sweep acted for.)
LATE_MAIL = """
SELECT coalesce(max(extract(epoch FROM coalesce(sent_at, clock_timestamp()) - created_at)), 0)::float
FROM messages WHERE kind = 'no_show'
"""
TICKED = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - last_run_at), 0)::float FROM cron_jobs WHERE name = 'tick'
"""
OPEN = "SELECT count(*) FROM events WHERE status = 'published'"
WAITING = """
SELECT (SELECT count(*) FROM outbox_events WHERE dispatched_at IS NULL)
     + (SELECT count(*) FROM messages WHERE sent_at IS NULL AND dead_at IS NULL)
"""


@dataclass
class Watched:
    """What somebody saw who looked all the time."""

    closed_after: float = 0.0
    told_after: float = 0.0
    tick_late: list[float] = field(default_factory=lambda: [0.0])


def main(server_url: str) -> Report:
    report = Report("endings")
    valkey = ValkeyServer()
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory(prefix="tb-") as home:
        world = seeding.world_on(app_url, valkey.url, Path(home))
        programs = Programs(app_url, valkey.url, Path(home))
        try:
            event_ids = _events(world, app_url)
            with world.app.app_context():
                lay_out_jobs(SCHEDULE, now=world.now, real_now=world.now)
                db.session.remove()
            jobs = programs.background()
            watched = _watch(programs, app_url)
            spent = sum(_seconds(one) for one in psutil.Process(jobs.pid).children())
            log = jobs.log
        finally:
            programs.stop_all()
            valkey.close()
        with world.app.app_context():
            found = [broken(db.session(), event_id) for event_id in event_ids[:: EVENTS // 20]]
            report.require("invariants broken", [one for one in found if one], [])
            db.session.remove()
            db.engine.dispose()
        query = "SELECT count(*) FROM enrollments WHERE status IN ('attended', 'no_show')"
        report.require("people decided", seeding.count(app_url, query), EVENTS * PEOPLE)
        report.require("false warnings", sum(log.count(words) for words in WARNINGS), 0)
        report.note(f"{EVENTS:,} events closed after", watched.closed_after, unit="s", bar="<= 60")
        report.note("everybody told after", watched.told_after, unit="s", bar="<= 10 s later")
        report.note("processor time of the product for each event", 1000 * spent / EVENTS, unit="ms")
        report.note("a tick was late by at most", max(watched.tick_late), unit="s", bar="<= 10")
        for what, query in (("a mail asked for meanwhile", LATE_PROBE), ("an outcome's mail", LATE_MAIL)):
            report.note(f"{what} took at most", seeding.count(app_url, query), unit="s", bar="<= 10")
    return report


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _events(world, app_url: str) -> list[int]:
    """All ended a moment ago; of every 20 people 12 were there."""
    ends_at = world.now - timedelta(minutes=1)
    crowd = seeding.people(app_url, PEOPLE, "crowd")
    event_ids = []
    for number in range(EVENTS):
        event_id = world.event(
            f"Evening {number}", starts_at=ends_at - timedelta(hours=2), ends_at=ends_at, timezone="UTC", capacity=None
        )
        seeding.enroll_many(app_url, event_id, crowd[:12], status="checked_in")
        seeding.enroll_many(app_url, event_id, crowd[12:])
        event_ids.append(event_id)
    seeding.settle(app_url)
    return event_ids


def _watch(programs: Programs, app_url: str) -> Watched:
    """Ask for the closures, look until everybody is told, and ask for a mail every second."""
    watched, probed_at = Watched(), 0.0
    with postgres.connect(app_url) as connection:
        connection.execute("UPDATE cron_jobs SET next_run_at = now() WHERE name = 'close-events'")
        start = time.perf_counter()
        while time.perf_counter() - start < PATIENCE_SECONDS:
            passed = time.perf_counter() - start
            if passed - probed_at > 1 and not watched.closed_after:
                connection.execute(PROBE)
                probed_at = passed
            ticked = connection.execute(TICKED).fetchone()
            watched.tick_late.append((ticked[0] if ticked else 0) - TICK_SECONDS)
            if not watched.closed_after and connection.execute(OPEN).fetchone()[0] == 0:
                watched.closed_after = passed
            if watched.closed_after and connection.execute(WAITING).fetchone()[0] == 0:
                watched.told_after = passed
                return watched
            time.sleep(0.2)
    raise SystemExit(f"endings: not done after {PATIENCE_SECONDS} s")
