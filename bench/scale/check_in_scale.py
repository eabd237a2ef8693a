"""What one check-in costs with 2,000 and with 100,000 people in the event: the service itself, no HTTP.

python -m bench check_in_scale
"""

import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.open_desk import tap
from tests.support.worlds.rows import broken
from tests.support.worlds.world import World
from webapp.domain.permission import Actor, Role
from webapp.extensions import db
from webapp.services.desk.check_in import check_in

ROUNDS, PER_ROUND = 7, 200
FEW, MANY = 2_000, 100_000


def main(server_url: str) -> Report:
    report = Report("check_in_scale")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        world.organization()
        organizer = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)
        with world.app.app_context():
            events = {number: _event(world, number) for number in (FEW, MANY)}
            seeding.settle(app_url)
            costs: dict[int, list[float]] = {FEW: [], MANY: []}
            for number in range(ROUNDS + 1):
                for size in (FEW, MANY) if number % 2 else (MANY, FEW):
                    event_id, guests = events[size]
                    some = list(islice(guests, PER_ROUND))
                    seconds = timed(lambda: _check_in_all(event_id, some, organizer, world))  # noqa: B023
                    if number:  # the first round only warms up
                        costs[size].append(seconds / PER_ROUND * 1000)
            for size, (event_id, _) in events.items():
                report.require(f"invariants broken with {size:,}", broken(db.session(), event_id), [])
            db.session.remove()
            db.engine.dispose()
        report.compare(
            f"one check-in with {FEW:,} (as floor) and {MANY:,} in the event",
            costs[FEW],
            costs[MANY],
            unit="ms",
            bar="<= 1.5",
        )
    return report


def _event(world: World, number: int):
    """It runs, and so many people have a place: its id, and their enrollments one after the other."""
    event_id = world.event(starts_at=world.now - timedelta(minutes=30), ends_at=world.now + timedelta(hours=2))
    return event_id, iter(fill(db.engine, event_id, [Guest()] * number, at=world.now - timedelta(days=1)))


def _check_in_all(event_id: int, guests: list[int], organizer: Actor, world: World) -> None:
    for one in guests:
        check_in(event_id=event_id, target=one, crew=[organizer], tap=tap(world.now))
