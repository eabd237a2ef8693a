"""Processor time per request on a database that is in use: web processes and database backends together.

    python -m bench filled

A season of `filled_world` on PostgreSQL, analyzed; floor and product take turns in one run. Time that was used is
nearly the same on a busy machine and on a quiet one; time on the clock is only told for the reader with 2,000 places,
in the world of many years, on both databases.
"""

import itertools
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.enroll_http import form_of
from bench.support import load, postgres, seeding, serving
from bench.support.figures import Report, noise, timed
from bench.support.filled_world import SEASON, YEARS, FilledWorld, fill
from tests.support.databases.migrating import migrate
from tests.support.servers.valkey import ValkeyServer

ROUNDS, REQUESTS, CONNECTIONS = 5, 200, 4
#: A statement is prepared with its fifth use, on each connection of each process.
WARM_UP = 100
#: Of somebody with 2,000 places among 22,000 events.
HEAVY, SOON = ("/me", "/me?page=40", "/me/history", "/events"), "<= 25"


@dataclass(frozen=True)
class Case:
    """One request of the product, the floor beside it, and how much of the product's time the floor should be."""

    name: str
    ask: Callable[[], bytes]
    expected: int
    floor: Callable[[], bytes]
    bar: str


@dataclass(frozen=True)
class Server:
    """Web processes and the database behind them."""

    url: str
    database_url: str


def main(server_url: str) -> Report:
    report = Report("filled")
    valkey = ValkeyServer()
    _ratios(report, server_url, valkey.url)
    with postgres.database(server_url, "bench_app") as url:
        _heavy_reader(report, "PostgreSQL", url, valkey.url)
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/bench.db"
        migrate(url, Path(home))
        _heavy_reader(report, "SQLite", url, valkey.url)
    valkey.close()
    report.note("noise (fixed loop)", noise(), unit="s")
    return report


def _ratios(report: Report, server_url: str, redis_url: str) -> None:
    """Every request beside the floor's, in the world of one season."""
    with (
        postgres.database(server_url, "bench_app") as app_url,
        postgres.database(server_url, "bench_floor", migrated=False) as floor_url,
    ):
        with postgres.connect(floor_url) as connection:
            connection.execute((Path(__file__).parent / "support" / "tables.sql").read_text())
        world = fill(app_url, SEASON)
        with serving.product(app_url, redis_url) as app_at, serving.floor(floor_url) as floor_at:
            app, floor = Server(app_at, app_url), Server(floor_at, floor_url)
            for case in [*_pages(app_at, floor_at, world), *_writes(app_at, floor_at, world)]:
                _compare(report, case, app, floor)
            memory = [[serving.memory_of(one.url)] for one in (floor, app)]
            report.compare("proportional memory of a worker", *memory, unit="MB", bar="<= 2, superb 1.6")


def _heavy_reader(report: Report, kind: str, database_url: str, redis_url: str) -> None:
    world = fill(database_url, YEARS)
    with serving.product(database_url, redis_url) as url:
        for path in HEAVY:
            request = load.request("GET", url, path, cookies=seeding.cookie(world.reader_id))
            times = sorted(timed(lambda: load.once(url, request)) * 1000 for _ in range(60))[10:]  # noqa: B023
            report.note(f"{path} with 2,000 own places, {kind}, median", statistics.median(times), unit="ms", bar=SOON)


def _pages(app: str, floor: str, world: FilledWorld) -> Iterator[Case]:
    numbers, people = itertools.count(1), itertools.cycle(world.people[1:1500])
    busy, own = itertools.cycle(world.busy_slugs), itertools.cycle(world.own_slugs)
    _, session = form_of(app, world.open_slug, world.reader_id)

    def page(path: Callable[[], str], who: Callable[[], int]) -> Callable[[], bytes]:
        return lambda: load.request("GET", app, path(), cookies=f"{session}; {seeding.cookie(who())}")

    def floor_page() -> bytes:
        return load.request("GET", floor, f"/select_orm/{next(numbers) % 1000 + 1}")

    def reader() -> int:
        return world.reader_id

    def somebody() -> int:
        return next(people)

    yield Case("event page, not in", page(lambda: f"/events/{next(busy)}", reader), 200, floor_page, ">= 0.45")
    yield Case("event page, confirmed", page(lambda: f"/events/{next(own)}", reader), 200, floor_page, ">= 0.35")
    yield Case("/me", page(lambda: "/me", somebody), 200, floor_page, ">= 0.25")
    yield Case("list of events", page(lambda: "/events", somebody), 200, floor_page, ">= 0.3")


def _writes(app: str, floor: str, world: FilledWorld) -> Iterator[Case]:
    numbers = itertools.count(1)

    def floor_hot() -> bytes:
        return load.request("POST", floor, f"/enroll_orm?u={next(numbers)}", form={})

    def floor_spread() -> bytes:
        return load.request("POST", floor, f"/enroll_orm?u={next(numbers)}&e={next(numbers) % 1000 + 1}", form={})

    def as_somebody(user_id: int, cookies: str) -> str:
        return f"{cookies}; {seeding.cookie(user_id)}"

    newcomers = iter(world.outside)
    form, cookies = form_of(app, world.open_slug, next(newcomers))

    def enroll(headers: str) -> Callable[[], bytes]:
        return lambda: load.request(
            "POST",
            app,
            f"/events/{world.open_slug}/enroll",
            cookies=as_somebody(next(newcomers), cookies),
            form=form,
            headers=headers,
        )

    yield Case("enroll, form", enroll(""), 303, floor_hot, ">= 0.45")
    yield Case("enroll, htmx", enroll("HX-Request: true\r\n"), 200, floor_hot, ">= 0.45")

    guests = iter(world.desk_enrollments)

    def tap() -> bytes:
        return load.request(
            "POST",
            app,
            f"/desk/{world.desk_event_id}/checkin",
            cookies=as_somebody(world.organizer_id, cookies),
            form={**form, "enrollment": str(next(guests)), "request_id": f"{next(numbers):032x}"},
            headers="HX-Request: true\r\n",
        )

    yield Case("check-in tap", tap, 200, floor_spread, ">= 0.5")


def _compare(report: Report, case: Case, app: Server, floor: Server) -> None:
    """A B, B A, ...: how much of the product's processor time the floor would have taken."""
    costs: dict[str, list[float]] = {"floor": [], "app": []}
    sides = [("floor", floor, case.floor, 200), ("app", app, case.ask, case.expected)]
    for number in range(ROUNDS + 1):
        for name, server, ask, expected in sides if number % 2 else reversed(sides):
            cost = _cost(report, case.name, server, ask, expected, requests=REQUESTS if number else WARM_UP)
            if number:
                costs[name].append(cost)
    pairs = list(zip(costs["floor"], costs["app"], strict=True))
    share = statistics.median(floor / app for floor, app in pairs)
    middle = [statistics.median(costs[name]) for name in ("floor", "app")]
    report.note(f"{case.name}: floor / product, ms of processor time", f"{middle[0]:.2f} / {middle[1]:.2f}")
    report.note(f"{case.name}: ratio", share, bar=case.bar)


def _cost(
    report: Report, what: str, server: Server, ask: Callable[[], bytes], expected: int, *, requests: int
) -> float:
    """Milliseconds of processor time per request, of web and database."""
    before = _used(server)
    statuses = load.repeat(server.url, ask, connections=CONNECTIONS, requests=requests)
    cost = (_used(server) - before) / requests * 1000
    report.require_all(f"answers of {what}", statuses, expected)
    return cost


def _used(server: Server) -> float:
    with postgres.connect(server.database_url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    backends = sum(sum(psutil.Process(pid).cpu_times()[:2]) for (pid,) in rows)
    return backends + serving.cpu_of(server.url)
