"""Enrolling while Redis accepts connections and never answers, beside enrolling with Redis up.

python -m bench redis_silent
"""

import itertools
import statistics
import tempfile
import time
from pathlib import Path

from bench.enroll_http import form_of
from bench.support import load, postgres, seeding
from bench.support.figures import Report
from tests.support.servers.processes import Programs
from tests.support.servers.silent_redis import SilentRedis
from tests.support.servers.valkey import ValkeyServer
from tests.support.waiting import eventually
from tests.support.worlds.rows import broken
from webapp.extensions import db

ROUNDS, PER_ROUND = 4, 60
WAITING = "SELECT count(*) FROM outbox_events WHERE dispatched_at IS NULL"


def main(server_url: str) -> Report:
    report = Report("redis_silent")
    valkey = ValkeyServer()
    redis = SilentRedis(valkey.socket)
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory(prefix="tb-") as home:
        world = seeding.world_on(app_url, valkey.url, Path(home))
        crowd = seeding.people(app_url, 2 * (ROUNDS + 1) * PER_ROUND + 1, "crowd")
        seeding.sign_in(app_url, crowd)
        event_id, slug = seeding.hot_event(world, capacity=100)
        programs = Programs(app_url, redis.url, Path(home))
        try:
            _measure(report, programs.web().url, redis, slug, iter(crowd))
            _wait_for_the_work(report, programs, redis, app_url)
        finally:
            programs.stop_all()
            redis.close()
            valkey.close()
        with world.app.app_context():
            report.require("invariants broken", broken(db.session(), event_id), [])
            db.session.remove()
            db.engine.dispose()
    return report


def _measure(report: Report, url: str, redis: SilentRedis, slug: str, crowd) -> None:
    form, cookies = form_of(url, slug, next(crowd))
    up: list[float] = []
    silent: list[float] = []
    for number in range(ROUNDS + 1):
        for is_up in (True, False):
            (redis.speak if is_up else redis.fall_silent)()
            people = itertools.islice(crowd, PER_ROUND)
            waits = [_enroll(url, slug, form, f"{cookies}; {seeding.cookie(one)}") for one in people]
            if number:
                (up if is_up else silent).append(statistics.median(waits))
                if not is_up:
                    report.note("slowest of a silent round", max(waits), unit="ms")
    report.compare("enroll POST with Redis up (as floor) and silent", up, silent, unit="ms", bar="at most 10 ms more")
    report.note("silent minus up", statistics.median(silent) - statistics.median(up), unit="ms", bar="<= 10")


def _wait_for_the_work(report: Report, programs: Programs, redis: SilentRedis, app_url: str) -> None:
    report.note("domain events that wait", seeding.count(app_url, WAITING))
    redis.speak()
    start = time.perf_counter()
    programs.worker()
    programs.scheduler()
    programs.sweeper()
    eventually(lambda: seeding.count(app_url, WAITING) == 0, timeout=120, every=0.1)
    report.note("all of them relayed after Redis is back", time.perf_counter() - start, unit="s", bar="<= 60")


def _enroll(url: str, slug: str, form: dict[str, str], cookies: str) -> float:
    raw = load.request("POST", url, f"/events/{slug}/enroll", cookies=cookies, form=form)
    start = time.perf_counter()
    status = load.once(url, raw.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))[0]
    if status != 303:
        raise SystemExit(f"redis_silent: an enrollment was answered with {status}")
    return (time.perf_counter() - start) * 1000
