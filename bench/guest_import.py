"""The first guest list of 20,000 lines into a fresh database, as the command imports it, and as an upload is read.

python -m bench guest_import
"""

import tempfile
from datetime import timedelta
from pathlib import Path

from bench.closing import Probe
from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.lists.guest_list import Guest
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.services.places.guest_import import import_guests
from webapp.services.places.people_import import keep_upload, run_import, start_import

ROUNDS, LINES = 2, 20_000
ACTOR = Actor(user_id=None, name="Import of Congress.csv")


def main(server_url: str) -> Report:
    report = Report("guest_import")
    took, again, held, waits, uploaded = [], [], [], [], []
    for _ in range(ROUNDS):
        with (
            postgres.database(server_url, "bench_app") as app_url,
            tempfile.TemporaryDirectory() as home,
        ):
            world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
            event_id = world.event("Congress", starts_at=world.now + timedelta(days=9), capacity=None)
            with world.app.app_context():
                probe = Probe(app_url, event_id)
                with probe:
                    took.append(timed(lambda: _import(world, event_id)))  # noqa: B023
                held.append(probe.longest_held_ms)
                waits.append(probe.longest_ms)
                again.append(timed(lambda: _import(world, event_id)))  # noqa: B023
                query = "SELECT count(*) FROM enrollments WHERE event_id = %(event)s AND status = 'confirmed'"
                report.require("confirmed", seeding.count(app_url, query, event=event_id), LINES)
                findings = [one.as_dict() for one in list(broken_invariants(world.now))[:3]]
                report.require("findings of the audit", findings, [])
                db.session.remove()
                db.engine.dispose()
        uploaded.append(_uploaded(server_url))
    report.note(f"{LINES:,} lines into a fresh database at most", max(took), unit="s", bar="<= 12")
    report.note("the event's lock was held for at most", max(held), unit="ms", bar="<= 200")
    report.note("somebody else waited for it for at most", max(waits), unit="ms")
    report.note(
        "the same number as an uploaded file, with its progress", max(uploaded), unit="s", bar=f"<= {2 * max(took):.1f}"
    )
    report.note("the same list again", max(again), unit="s")
    return report


def _import(world, event_id: int) -> None:
    guests = [Guest(number, f"Guest {number}", f"guest{number}@post.example") for number in range(1, LINES + 1)]
    for _ in import_guests(event_id=event_id, guests=guests, actor=ACTOR, reason="Congress.csv", now=world.now):
        pass


def _uploaded(server_url: str) -> float:
    """Seconds that a worker takes for an upload, in a fresh database of its own."""
    with postgres.database(server_url, "bench_upload") as app_url, tempfile.TemporaryDirectory() as home:
        world = seeding.world_on(app_url, "unix:///nowhere", Path(home))
        event_id = world.event("Congress", starts_at=world.now + timedelta(days=9), capacity=None)
        with world.app.app_context():
            took = timed(lambda: _read_upload(world, event_id))
            db.session.remove()
            db.engine.dispose()
    return took


def _read_upload(world, event_id: int) -> None:
    """What a worker does with a file of as many people as the command had."""
    text = "\n".join(["Name,Email", *(f"Person {n},upload{n}@post.example" for n in range(LINES))])
    staff = Actor(user_id=world.person("Dana Kim"), name="Dana Kim")
    import_id = keep_upload(
        event_id=event_id,
        file_name="congress.csv",
        data=text.encode(),
        actor=staff,
        by=Trigger.ORGANIZER,
        now=world.now,
    )
    start_import(import_id=import_id, now=world.now, real_now=world.now)
    run_import(event_id=event_id, now=world.now)
