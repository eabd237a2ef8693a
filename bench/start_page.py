"""The start page of an organization with 2,000 events and 200,000 enrollments, beside one with a few.

python -m bench start_page
"""

import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from bench.support.organization import organization
from tests.support.databases.migrating import migrate
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Reader
from tests.support.worlds.world import World
from webapp.extensions import db
from webapp.services.events.forecast import MOST, keep_forecasts

#: Events that are over, in one and a half years; that run; and that come, in a year and a half.
OVER, RUNNING, AHEAD, EACH, PEOPLE = 1_400, 5, 595, 100, 5_000
ROUNDS, WARMING = 60, 5
BAR = "p95 <= 150"
PAGES = {"start page": "/admin", "accuracy of forecasts": "/admin/forecast", "a file": "/admin/figures/show-rate.csv"}


def main(server_url: str) -> Report:
    report = Report("start_page")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        _measure(report, seeding.world_on(app_url, "unix:///nowhere", Path(home)), "PostgreSQL")
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/bench.db"
        migrate(url, Path(home))
        _measure(report, seeding.world_on(url, "unix:///nowhere", Path(home)), "SQLite")
    return report


def _measure(report: Report, world: World, kind: str) -> None:
    few = organization(world, "Harbour Crew", over=20, running=1, ahead=4, each=3, people=10)
    many = organization(world, "Northside", over=OVER, running=RUNNING, ahead=AHEAD, each=EACH, people=PEOPLE)
    with world.app.app_context():
        spent = timed(lambda: _keep(world.now))
        report.note(f"{kind}, keeping the forecasts of all closed events", spent, unit="s")
        analyse = "VACUUM ANALYZE" if kind == "PostgreSQL" else "ANALYZE"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT", write=True) as connection:
            connection.execute(text(analyse))
        for what, page in PAGES.items():
            counts = [_statements(report, world, reader, page) for reader in (few, many)]
            report.require(f"{kind}, statements of {what}, few and many", counts[0], counts[1])
            times = sorted(timed(lambda: many.get(page)) * 1000 for _ in range(ROUNDS + WARMING))  # noqa: B023
            report.note(f"{kind}, {what}, statements", counts[1])
            report.note(f"{kind}, {what}, median", times[len(times) // 2], unit="ms")
            report.note(f"{kind}, {what}, p95", times[int(len(times) * 0.95)], unit="ms", bar=BAR)
        db.session.remove()
        db.engine.dispose()


def _statements(report: Report, world: World, reader: Reader, page: str) -> int:
    reader.get(page)
    with counted_statements(world.app) as statements:
        report.require(f"status of {page}", reader.get(page).status, 200)
    return len(statements)


def _keep(now: datetime) -> None:
    while keep_forecasts(now=now) == MOST:
        pass
