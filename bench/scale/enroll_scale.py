"""What one enrollment costs with 100 and with 100,000 people already in the event: the service itself, no HTTP.

python -m bench enroll_scale
"""

import tempfile
from itertools import islice
from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.worlds.rows import broken
from webapp.domain.permission import Actor
from webapp.extensions import db
from webapp.services.places.enrollment import enroll

ROUNDS, PER_ROUND = 7, 200
FEW, MANY = 100, 100_000


def main(server_url: str) -> Report:
    report = Report("enroll_scale")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        crowd = seeding.people(app_url, MANY + 2 * (ROUNDS + 1) * PER_ROUND, "crowd")
        newcomers = iter(crowd[MANY:])
        events = {}
        for number in (FEW, MANY):
            event_id, _ = seeding.hot_event(world, capacity=number)
            seeding.enroll_many(app_url, event_id, crowd[:number])
            events[number] = event_id
        seeding.settle(app_url)
        costs: dict[int, list[float]] = {FEW: [], MANY: []}
        with world.app.app_context():
            for number in range(ROUNDS + 1):
                for size in (FEW, MANY) if number % 2 else (MANY, FEW):
                    people = list(islice(newcomers, PER_ROUND))
                    seconds = timed(lambda: _enroll_all(events[size], people, world))  # noqa: B023
                    if number:  # the first round only warms up
                        costs[size].append(seconds / PER_ROUND * 1000)
            for size, event_id in events.items():
                report.require(f"invariants broken with {size:,}", broken(db.session(), event_id), [])
            db.session.remove()
            db.engine.dispose()
        report.compare(
            f"one enrollment with {FEW} (as floor) and {MANY:,} in the event",
            costs[FEW],
            costs[MANY],
            unit="ms",
            bar="<= 1.5",
        )
    return report


def _enroll_all(event_id: int, people: list[int], world) -> None:
    for user_id in people:
        enroll(event_id=event_id, user_id=user_id, actor=Actor(user_id=user_id, name="Crowd"), now=world.now)
