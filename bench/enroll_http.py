"""Enroll POST on one hot event (32 clients) and the event page (8), signed in, beside the floor app.

python -m bench enroll_http
"""

import itertools
import re
from pathlib import Path

from bench.support import load, postgres, seeding, serving
from bench.support.figures import Report, noise
from tests.support.servers.valkey import ValkeyServer
from tests.support.worlds.rows import broken

ROUNDS, SECONDS = 5, 4.0
PEOPLE = 60_000
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_PAGE_COOKIE = re.compile(r"(?im)^set-cookie: (turnout_page=[^;]+)")


def main(server_url: str) -> Report:
    report = Report("enroll_http")
    valkey = ValkeyServer()
    with postgres.side_by_side(server_url) as (app_url, floor_url, home):
        with postgres.connect(floor_url) as connection:
            connection.execute((Path(__file__).parent / "support" / "tables.sql").read_text())
        world = seeding.world_on(app_url, valkey.url, home)
        crowd = seeding.people(app_url, PEOPLE, "crowd")
        seeding.sign_in(app_url, crowd)
        with serving.product(app_url, valkey.url) as app, serving.floor(floor_url) as floor:
            _pages(report, world, app, floor, crowd)
            _enrollments(report, world, app, floor, iter(crowd))
            memory = [[serving.memory_of(url)] for url in (floor, app)]
            report.compare("proportional memory of a worker", *memory, unit="MB", bar="<= 2, superb 1.6")
    valkey.close()
    return report


def _pages(report: Report, world, app: str, floor: str, crowd: list[int]) -> None:
    _, slug = seeding.hot_event(world, capacity=100)
    floor_ids, people = itertools.cycle(range(1, 1001)), itertools.cycle(crowd[:1000])

    def floor_page() -> bytes:
        return load.request("GET", floor, f"/select_orm/{next(floor_ids)}")

    def app_page() -> bytes:
        return load.request("GET", app, f"/events/{slug}", cookies=seeding.cookie(next(people)))

    floors, apps = _alternate(report, (floor, floor_page, 200), (app, app_page, 200), connections=8)
    report.compare("event page, 8 connections", *_rates(floors, apps), unit="/s", bar=">= 0.4, superb 0.55")
    _evenness(report, "event page", apps)


def _enrollments(report: Report, world, app: str, floor: str, crowd) -> None:
    users = itertools.count(1)
    for way, headers, expected in (("form", "", 303), ("htmx", "HX-Request: true\r\n", 200)):
        event_id, slug = seeding.hot_event(world, capacity=3_000)
        form, cookies = form_of(app, slug, next(crowd))

        def floor_enroll() -> bytes:
            return load.request("POST", floor, f"/enroll_orm?u={next(users)}", form={})

        def app_enroll() -> bytes:
            cookie = f"{cookies}; {seeding.cookie(next(crowd))}"  # noqa: B023 -- used up inside this round
            return load.request("POST", app, f"/events/{slug}/enroll", cookies=cookie, form=form, headers=headers)  # noqa: B023

        floors, apps = _alternate(report, (floor, floor_enroll, 200), (app, app_enroll, expected), connections=32)
        report.compare(f"enroll ({way}), 32 clients", *_rates(floors, apps), unit="/s", bar=">= 0.5, superb 0.8")
        _evenness(report, f"enroll ({way})", apps)
        with world.app.app_context():
            from webapp.extensions import db  # noqa: PLC0415 -- only inside the app

            report.require(f"invariants broken ({way})", broken(db.session(), event_id), [])
            db.session.remove()


def form_of(app: str, slug: str, user_id: int) -> tuple[dict[str, str], str]:
    """The form's fields and the page's cookie, as a browser got them."""
    _, head, body = load.once(app, load.request("GET", app, f"/events/{slug}", cookies=seeding.cookie(user_id)))
    return {"csrf_token": _TOKEN.findall(body)[0], "seen": "open"}, _PAGE_COOKIE.findall(head)[0]


def _alternate(report: Report, floor, app, *, connections: int) -> tuple[list[load.Load], list[load.Load]]:
    """A B, B A, A B ...: each a round; the first pair only warms up."""
    results: dict[str, list[load.Load]] = {"floor": [], "app": []}
    cases = [("floor", *floor), ("app", *app)]
    for number in range(ROUNDS + 1):
        for name, url, next_request, expected in cases if number % 2 else reversed(cases):
            found = load.drive(url, next_request, connections=connections, seconds=SECONDS if number else 1.0)
            if set(found.statuses) != {expected}:
                raise SystemExit(f"{report.name}: {name} answered {found.statuses}")
            if number:
                results[name].append(found)
    report.note("noise (fixed loop)", noise(), unit="s")
    return results["floor"], results["app"]


def _rates(floors: list[load.Load], apps: list[load.Load]) -> tuple[list[float], list[float]]:
    return [one.rate for one in floors], [one.rate for one in apps]


def _evenness(report: Report, what: str, apps: list[load.Load]) -> None:
    middle = sorted(apps, key=lambda one: one.evenness)[len(apps) // 2]
    report.note(f"{what}: p50 / p99", f"{middle.p50:.1f} / {middle.p99:.1f}", unit="ms")
    report.note(f"{what}: p99 / p50", middle.evenness, bar="<= 2")
