"""Roll-call of a class with 200 sessions and 40 people: the pages as an organizer opens them, and taking it once.

python -m bench roll_call
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import insert

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Reader
from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.classes.roll_call import Line, RollCallStatus
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import ClassSession
from webapp.queries.audit import Finding, broken_invariants
from webapp.services.classes.roll_call import Said, take_roll_call
from webapp.services.unit_of_work import write_transaction

SESSIONS, PEOPLE, ROUNDS, WARMING = 200, 40, 100, 5
BERLIN = ZoneInfo("Europe/Berlin")
BAR = "p95 <= 150"
#: Who was there in which session: mostly everybody, some part of it, some not at all.
PATTERN = ("present",) * 7 + ("partial", "absent_excused", "absent_unexcused")


def main(server_url: str) -> Report:
    report = Report("roll_call")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        world.organization()
        small, large = _course(world, people=3, sessions=2), _course(world, people=PEOPLE, sessions=SESSIONS)
        seeding.settle(app_url)
        client = world.app.test_client()
        world.sign_in(client, world.person("Dana Kim", role=Role.ORGANIZER))
        reader = Reader(client)
        for what, page in _pages(large).items():
            _measure(report, world.app, reader, what=what, page=page, small=_pages(small)[what])
        with world.app.app_context():
            report.require("audit findings", [one for one in broken_invariants(clock.now()) if _is_ours(one)], [])
            db.session.remove()
            db.engine.dispose()
    return report


def _course(world: World, *, people: int, sessions: int) -> RunningClass:
    """A class whose sessions are on the last so many days, all marked but for the last one."""
    world.now = clock.now()
    with world.app.app_context():
        course = RunningClass(world.app, people=people, world=world, now=world.now, days=sessions + 30)
        with write_transaction() as session:
            first = course.before - timedelta(days=sessions - 1)
            rows = [
                {
                    "class_id": course.class_id,
                    "local_on": at.date(),
                    "starts_at": at,
                    "ends_at": at + timedelta(hours=1),
                    "status": "scheduled",
                    "version": 1,
                }
                for at in (first + timedelta(days=n) for n in range(sessions - 1))
            ]
            ids = session.scalars(insert(ClassSession).returning(ClassSession.id), rows).all()
        for number, session_id in enumerate(ids):
            said = {
                user_id: Said(_line(PATTERN[(number * 3 + at) % len(PATTERN)], rows[number]["starts_at"]), 0)
                for at, user_id in enumerate(course.people)
            }
            take_roll_call(session_id=session_id, said=said, actor=world.actor(course.people[0]), now=world.now)
    return course


def _line(status: str, starts_at: datetime) -> Line:
    late = (starts_at + timedelta(minutes=15)).astimezone(BERLIN)
    return Line(RollCallStatus(status), f"{late:%H:%M}" if status == "partial" else "")


def _measure(report: Report, app: Flask, reader: Reader, *, what: str, page: str, small: str) -> None:
    counts = []
    for address in (small, page):
        with counted_statements(app) as statements:
            report_status = reader.get(address).status
        counts.append(len(statements))
        report.require(f"status of {what}", report_status, 200)
    report.require(f"statements of {what}, 3 x 2 and {PEOPLE} x {SESSIONS}", counts[0], counts[1])
    times = sorted(timed(lambda: reader.get(page)) * 1000 for _ in range(ROUNDS + WARMING))
    report.note(f"{what}, median", times[len(times) // 2], unit="ms")
    report.note(f"{what}, p95", times[int(len(times) * 0.95)], unit="ms", bar=BAR)


def _pages(course: RunningClass) -> dict[str, str]:
    base = f"/admin/classes/{course.class_id}"
    return {
        "list of sessions": f"{base}/roll-call",
        "sheet of one session": f"{base}/roll-call/{course.session_id}",
        "report": f"{base}/report",
        "report as CSV": f"{base}/report/people.csv",
    }


def _is_ours(finding: Finding) -> bool:
    return "roll_call" in finding.invariant or "place_are_marked" in finding.invariant
