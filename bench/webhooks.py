"""Webhooks: as fast as they are taken (8 connections) beside the floor app, then 200 and 300 a second arriving.

python -m bench webhooks
"""

import json
import multiprocessing
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from urllib.parse import urlsplit

from bench.support import arrivals, load, postgres, seeding, serving
from bench.support.figures import Report, Spread, noise, short
from tests.support.databases.statements import counted_statements
from tests.support.servers.valkey import ValkeyServer
from tests.support.worlds.online.livekit_cases import KEY, KEYS, SECRET, post, signed
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.queries.audit import broken_invariants
from webapp.services.online.folding import fold_due_rooms

ROUNDS, SECONDS = 5, 3.0
ROOMS, PEOPLE, CYCLES = 100, 30, 3
DELIVERIES = ROOMS * PEOPLE * CYCLES * 2
RATES = (200, 300)
#: More than the fastest floor takes in a round.
_A_ROUND = 8_000
#: While the rates are measured, the rooms are folded this often, as by the tick.
_FOLD_SECONDS = 2.0
START = 1_781_092_800

FLOOR_TABLES = """
CREATE TABLE webhook_event (id text PRIMARY KEY, kind text, session_id int, identity int, participant_sid text,
  at timestamptz, raw jsonb);
CREATE TABLE attendance (session_id int, identity int, first_join timestamptz, last_leave timestamptz,
  joins int DEFAULT 0, seconds int, status text, pct numeric(5,2), calculated_at timestamptz,
  PRIMARY KEY (session_id, identity)) WITH (fillfactor=70);
"""


def main(server_url: str) -> Report:
    report = Report("webhooks")
    valkey = ValkeyServer()
    with postgres.side_by_side(server_url) as (app_url, floor_url, home):
        with postgres.connect(floor_url) as connection:
            connection.execute(FLOOR_TABLES)
        settings = Settings.for_tests(database_url=app_url, redis_url=valkey.url, home=home, livekit_keys=KEYS)
        keys = {"LIVEKIT_KEYS": f"{KEY}:{SECRET}"}
        floor_keys = {"FLOOR_KEY": KEY, "FLOOR_SECRET": SECRET}
        with serving.product(app_url, valkey.url, **keys) as app, serving.floor(floor_url, **floor_keys) as floor:
            _full_speed(report, app, floor)
            memory = [[serving.memory_of(url)] for url in (floor, app)]
            report.compare("proportional memory of a worker", *memory, unit="MB", bar="<= 2, superb 1.6")
            _require_exact(report, settings)
            for rate in RATES:
                _arriving(report, settings, (floor, app), app_url, rate)
        _statements(report, settings)
    valkey.close()
    return report


def meetings(name: str) -> Iterator[bytes]:
    """Bodies of meetings in 100 rooms: everybody comes and goes, and comes again."""
    for cycle in count():
        for person in range(PEOPLE):
            for kind, away in (("participant_joined", 0), ("participant_left", 600)):
                for room in range(ROOMS):
                    at = START + cycle * 900 + person + away
                    sid = f"PA_{room}-{person}-{cycle}"
                    delivery_id = f"EV_{name}{kind[12:]}{sid}"
                    yield _body(kind, at, delivery_id, room=f"{name}-{room + 1}", sid=sid, person=person + 1)


def _body(kind: str, at: int, delivery_id: str, *, room: str, sid: str, person: int) -> bytes:
    """As long as the real ones are, about 800 bytes."""
    codecs = ("audio/PCMU", "audio/PCMA", "audio/opus", "audio/red", "video/VP8", "video/H264", "video/AV1")
    raw = {
        "event": kind,
        "room": {
            "sid": "RM_uJNEHEv9LYdh",
            "name": room,
            "emptyTimeout": 300,
            "departureTimeout": 20,
            "creationTime": str(START),
            "creationTimeMs": f"{START}137",
            "turnPassword": "pjJOQGa2rb19FlY0mG1ylvuhfJXqIEnomef2mSJ5CMT",
            "enabledCodecs": [{"mime": codec} for codec in codecs],
            "numParticipants": 1,
        },
        "participant": {
            "sid": sid,
            "identity": f"u{person}",
            "state": "ACTIVE",
            "joinedAt": str(at),
            "joinedAtMs": f"{at}795",
            "name": "Amal",
            "version": 6,
            "attributes": {"role": "student"},
            "permission": {"canSubscribe": True, "canPublish": True, "canPublishData": True},
        },
        "id": delivery_id,
        "createdAt": str(at),
    }
    return json.dumps(raw, separators=(",", ":")).encode()


def request_of(url: str, path: str, body: bytes) -> bytes:
    """The bytes that the video server sends."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nUser-Agent: LiveKit\r\n"
        f"Authorization: {signed(body)}\r\nContent-Type: application/webhook+json\r\nAccept-Encoding: gzip\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _full_speed(report: Report, app: str, floor: str) -> None:
    """A B, B A, ...: each side takes the same deliveries; the first pair only warms up."""
    sides = {"floor": (floor, "/webhook", meetings("full")), "app": (app, "/hooks/livekit", meetings("full"))}
    results: dict[str, list[load.Load]] = {"floor": [], "app": []}
    for number in range(ROUNDS + 1):
        for name in sides if number % 2 else reversed(sides):
            url, path, bodies = sides[name]
            # Signed before, so that the load generator has nothing to do but to send.
            ready = iter([request_of(url, path, body) for body in islice(bodies, _A_ROUND)])
            found = load.drive(url, lambda: next(ready), connections=8, seconds=SECONDS if number else 1.0)  # noqa: B023
            if set(found.statuses) != {200}:
                raise SystemExit(f"{report.name}: {name} answered {found.statuses}")
            if number:
                results[name].append(found)
    report.note("noise (fixed loop)", noise(), unit="s")
    rates = [[one.rate for one in results[name]] for name in ("floor", "app")]
    report.compare("webhooks, 8 connections", *rates, unit="/s", bar=">= 0.5, superb 0.8")
    for name, found in results.items():
        p50, p99 = (Spread.of([getattr(one, cut) for one in found]) for cut in ("p50", "p99"))
        report.note(f"{name}: p50 and p99", f"{p50} and {p99}", unit="ms")


def _arriving(report: Report, settings: Settings, urls: tuple[str, str], app_url: str, rate: int) -> None:
    """100 rooms, 30 people, 3 cycles, at this rate, while the rooms are being folded; a third of it at the floor."""
    floor, app = urls
    name = f"rate{rate}"
    ready = [request_of(floor, "/webhook", body) for body in islice(meetings(name), DELIVERIES // 3)]
    _note_waits(report, f"floor, {rate}/s arriving", arrivals.send(floor, ready, rate=rate, connections=16))
    ready = [request_of(app, "/hooks/livekit", body) for body in islice(meetings(name), DELIVERIES)]
    over = multiprocessing.get_context("spawn").Event()
    folder = multiprocessing.get_context("spawn").Process(target=_fold_now_and_then, args=(settings, over))
    folder.start()
    found = arrivals.send(app, ready, rate=rate, connections=16)
    over.set()
    folder.join(30)
    report.require(f"answers at {rate}/s", dict(found.statuses), {200: DELIVERIES})
    _note_waits(report, f"{rate}/s arriving", found, bar="p99 <= 20, superb 5")
    query = "SELECT count(*) FROM webhook_deliveries WHERE room_name LIKE %(room)s"
    report.require(f"deliveries kept at {rate}/s", seeding.count(app_url, query, room=f"{name}-%"), DELIVERIES)
    _require_exact(report, settings)
    query = "SELECT count(*) FROM stays WHERE left_at - joined_at = interval '10 minutes' AND room_name LIKE %(room)s"
    stays = seeding.count(app_url, query, room=f"{name}-%")
    report.require(f"stays of ten minutes at {rate}/s", stays, DELIVERIES // 2)


def _note_waits(report: Report, what: str, found: arrivals.Arrivals, bar: str = "") -> None:
    waits = f"{short(found.p50)} / {short(found.p99)} / {short(found.longest)}"
    report.note(f"{what}, p50 / p99 / longest", waits, unit="ms", bar=bar)


def _fold_now_and_then(settings: Settings, over) -> None:
    app = create_app(settings)
    with app.app_context():
        while not over.wait(_FOLD_SECONDS):
            fold_due_rooms(now=datetime.now(UTC))


def _require_exact(report: Report, settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        start = time.perf_counter()
        folded = fold_due_rooms(now=datetime.now(UTC))
        seconds = time.perf_counter() - start
        report.note(f"folding {folded.deliveries} waiting deliveries", seconds, unit="s")
        findings = [one.as_dict() for one in islice(broken_invariants(datetime.now(UTC)), 3)]
        report.require("findings of the audit", findings, [])
        db.session.remove()
        db.engine.dispose()


def _statements(report: Report, settings: Settings) -> None:
    app = create_app(settings)
    client = app.test_client()
    bodies = islice(meetings("counted"), 10)
    with counted_statements(app) as statements:
        answers = [post(client, body) for body in bodies]
    report.require("answers", answers, [200] * 10)
    report.note("statements per delivery", len(statements) / 10, bar="<= 3, superb 1")
    with app.app_context():
        db.engine.dispose()
