"""Plays the sample meetings of a video server against a running demo, and compares its reports with what is expected.

    make run                                                  # in one shell
    .venv/bin/python -m bench.support.livekit_player                  # in another one
    .venv/bin/python -m bench.support.livekit_player --only A04,Z01 --order reversed --speed 30

Every case becomes an event of its own with one online session, all starting at the same moment a
quarter of an hour from now; its people are p0001@demo.test and so on. The deliveries are shifted to
that time, signed afresh with the demo's key and sent as the video server sends them, while the
demo's clock runs along. Watch "Sample ..." among the organizer's events. Afterwards the clock
stands after the meetings: `flask --app wsgi demo clock real` sets it back.
"""

import argparse
import http.client
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from tests.support.worlds.online.livekit_cases import HOOK, Case, SampleDelivery, cases, orders, signed, utc
from webapp import clock, create_app
from webapp.config import Settings, SettingsError
from webapp.domain.online.identity import identity_for
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import Actor, Role
from webapp.extensions import db
from webapp.models import Facility, MeetingSession, MemberRole, SessionReport, User
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.services.demo.demo_people import add_demo_people
from webapp.services.demo.demo_plan import PlannedEvent
from webapp.services.events.event_editing import create_event
from webapp.services.events.event_lifecycle import publish_event
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.meeting_session import create_sessions
from webapp.services.online.session_attendance import calculate_sessions, reconcile_sessions
from webapp.services.places.enrollment import enroll

_MINUTE = timedelta(minutes=1)
#: How long the demo's own jobs may take before the player does their work itself (seconds).
_PATIENCE = 40


@dataclass(frozen=True)
class Play:
    """One case on the stage: its session, and who plays whom."""

    case: Case
    session_id: int
    room: str
    shift: timedelta
    users: dict[str, int]

    def dressed(self, delivery: SampleDelivery, tag: str) -> bytes:
        """The same delivery for this session: its room, its people, its time, an id of this play."""
        raw = json.loads(delivery.body)
        if raw.get("room", {}).get("name") == self.case.sessions[0]["room_name"]:
            raw["room"]["name"] = self.room
        elif "room" in raw:
            raw["room"]["name"] += f"-{tag}"
        person = raw.get("participant", {})
        if person.get("identity") in self.users:
            person["identity"] = identity_for(self.users[person["identity"]])
        for part in (raw, raw.get("room", {}), person):
            for field, thousandths in (("createdAt", 1), ("joinedAt", 1), ("joinedAtMs", 1000), ("creationTime", 1)):
                if field in part:
                    part[field] = str(int(part[field]) + int(self.shift.total_seconds()) * thousandths)
        raw["id"] += f"-{tag}"
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    options = _options()
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        sys.exit(f"livekit_player: {error}")
    if not settings.is_demo:
        sys.exit("livekit_player: the demo's clock runs along, so it plays in the demo environment only")
    chosen = [case for case in cases() if not options.only or case.id in options.only.split(",")]
    app = create_app(settings)
    with app.app_context():
        start = _whole_minute(clock.now()) + 20 * _MINUTE
        plays = [_stage(case, start) for case in chosen]
        db.session.remove()
        _send_all(plays, start, settings, options)
        _wait_for_reports(plays, start)
        sys.exit(0 if _compare(plays) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.support.livekit_player", description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo answers")
    parser.add_argument("--speed", type=float, default=120, help="seconds of the meeting in one real second")
    parser.add_argument("--only", default="", help="ids of cases, by commas, such as A04,Z01")
    parser.add_argument("--order", default="in order", choices=list(orders(())), help="in which order deliveries come")
    return parser.parse_args()


def _stage(case: Case, start: datetime) -> Play:
    """An event of the case with its people and its session, made by the product's own services."""
    now = clock.now()
    planned = case.sessions[0]
    length = utc(planned["ends_at"]) - utc(planned["starts_at"])
    people = [one["identity"] for one in planned["roster"]]
    add_demo_people(count=len(people), now=now)
    users = dict(zip(people, _demo_people(len(people)), strict=True))
    organization_id, facility_id, organizer = _organizer()
    title = f"Sample {case.id}: {case.title}"[:150]
    plan = PlannedEvent(
        title=title,
        timezone="UTC",
        starts_at=start,
        ends_at=start + length,
        description="A sample meeting, played by bench/support/livekit_player.py.",
        place="Online",
    )
    tag = f"{start:%y%m%d%H%M%S}"
    event_id = create_event(
        organization_id=organization_id, draft=plan.draft(facility_id), request_id=f"sample-{case.id}-{tag}", now=now
    )
    publish_event(event_id=event_id, now=now)
    for user_id in users.values():
        enroll(event_id=event_id, user_id=user_id, actor=Actor(user_id=user_id, name="Player"), now=now)
    draft = SessionDraft("Session", "event", start, start + length)
    [session_id] = create_sessions(
        event_id=event_id, drafts=[draft], actor=organizer, request_id=f"session-{case.id}-{tag}", now=now
    )
    room = db.session.scalar(select(MeetingSession.room_name).where(MeetingSession.id == session_id))
    return Play(case, session_id, room or "", start - utc(planned["starts_at"]), users)


def _demo_people(number: int) -> list[int]:
    addresses = [f"p{one:04d}@demo.test" for one in range(1, number + 1)]
    return list(db.session.scalars(select(User.id).where(User.email.in_(addresses)).order_by(User.email)))


def _organizer() -> tuple[int, int, Actor]:
    """The demo's first organization with a facility, and somebody who organizes there."""
    query = select(MemberRole.organization_id, MemberRole.user_id).where(MemberRole.role == Role.ORGANIZER)
    organization_id, user_id = db.session.execute(query.order_by(MemberRole.organization_id).limit(1)).one()
    facility_id = db.session.scalars(
        select(Facility.id).where(Facility.organization_id == organization_id).order_by(Facility.id).limit(1)
    ).one()
    return organization_id, facility_id, Actor(user_id, "Player", {organization_id: Role.ORGANIZER})


def _send_all(plays: Sequence[Play], start: datetime, settings: Settings, options: argparse.Namespace) -> None:
    """Send everything at its time of the meeting; the demo's clock is moved along."""
    [(key, secret), *_] = settings.livekit_keys.items()
    tag = f"{start:%H%M%S}"
    for due, play, delivery in sorted(_program(plays, options.order), key=lambda one: one[0]):
        time.sleep(max(0.0, (due - clock.now()).total_seconds() / options.speed))
        if due > clock.now():
            clock.move(due - clock.real_now())
        body = play.dressed(delivery, tag)
        token = signed(body if delivery.is_good else body + b" ", key=key, secret=secret)
        status = _post(options.url, body, token)
        minutes, seconds = divmod(round((due - start).total_seconds()), 60)
        print(f"{minutes:>4}:{seconds:02d}  {play.case.id}  {status}  {delivery.note}", flush=True)
        if (status == 200) is not delivery.is_good:
            sys.exit(f"livekit_player: {options.url} answered {status}. Is it a demo with the same TURNOUT_HOME?")


def _program(plays: Sequence[Play], order: str) -> Iterator[tuple[datetime, Play, SampleDelivery]]:
    """What is sent when: as it happened, but for the case that is about the order. Another order: at the same times."""
    for play in plays:
        happened = play.case.deliveries
        if "order" not in play.case.tags:
            happened = tuple(sorted(happened, key=lambda one: one.sent_at))
        times = sorted(one.sent_at + play.shift for one in happened)
        line = orders(happened)[order]
        for number, delivery in enumerate(line):
            yield times[number * len(times) // len(line)], play, delivery


def _post(url: str, body: bytes, token: str) -> int:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=30)
    headers = {"User-Agent": "LiveKit", "Authorization": token, "Content-Type": "application/webhook+json"}
    try:
        connection.request("POST", HOOK, body, headers)
        return connection.getresponse().status
    except OSError as error:
        sys.exit(f"livekit_player: nothing answers at {url}: {error}")
    finally:
        connection.close()


def _wait_for_reports(plays: Sequence[Play], start: datetime) -> None:
    """Go on to ten minutes after the end, then past the hour in which a missing leave may still come."""
    ids = [play.session_id for play in plays]
    end = start + max(utc(play.case.sessions[0]["ends_at"]) + play.shift - start for play in plays)
    for column, after in ((MeetingSession.calculated_at, 10 * _MINUTE), (MeetingSession.reconciled_at, 130 * _MINUTE)):
        if end + after > clock.now():
            clock.move(end + after - clock.real_now())
        print(f"The demo's clock: {clock.now():%H:%M} UTC. Waiting for the jobs ...", flush=True)
        missing = select(MeetingSession.id).where(MeetingSession.id.in_(ids), column.is_(None))
        deadline = time.monotonic() + _PATIENCE
        while db.session.scalars(missing).all() and time.monotonic() < deadline:
            db.session.rollback()
            time.sleep(0.5)
        late = db.session.scalars(missing).all()
        db.session.rollback()
        if late:
            print(f"No job did that within {_PATIENCE} s: doing it here.", flush=True)
            _do_it_here(late, clock.now())


def _do_it_here(ids: Sequence[int], now: datetime) -> None:
    fold_due_rooms(now=now)
    for session_id in ids:
        for work in (calculate_sessions, reconcile_sessions):
            for _ in work(chosen_sessions(now, session_id=session_id, only_due=False), now=now):
                pass


def _compare(plays: Sequence[Play]) -> bool:
    """Print expected beside reported; whether all of it fits."""
    print(f"\n{'case':<5}{'who':<24}{'expected':<28}{'reported':<28}")
    right = 0
    lines = [line for play in plays for line in _lines(play)]
    for case, who, expected, reported, fits in lines:
        print(f"{case:<5}{who[:22]:<24}{expected:<28}{reported:<28}{'' if fits else 'DIFFERS'}")
        right += fits
    print(f"\n{right} of {len(lines)} as expected.")
    return right == len(lines)


def _lines(play: Play) -> Iterator[tuple[str, str, str, str, bool]]:
    names = {one["identity"]: one["name"] for one in play.case.sessions[0]["roster"]}
    tolerance = play.case.expected["tolerance"]
    for _, identity, expected in play.case.people():
        query = select(SessionReport).where(
            SessionReport.session_id == play.session_id, SessionReport.user_id == play.users[identity]
        )
        row = db.session.scalars(query).one_or_none()
        wanted = f"{expected['status']} {expected['total_minutes']} min {expected['percentage']:.2f} %"
        found = "nothing" if row is None else f"{row.status} {row.minutes} min {row.percentage:.2f} %"
        fits = row is not None and _fits(row, expected, tolerance)
        name = names[identity].encode("ascii", "replace").decode()
        yield play.case.id, " ".join(name.split()), wanted, found, fits


def _fits(row: SessionReport, expected: dict[str, Any], tolerance: dict[str, float]) -> bool:
    return (
        row.status == expected["status"]
        and abs(row.minutes - expected["total_minutes"]) <= tolerance["total_minutes"]
        and abs(float(row.percentage) - expected["percentage"]) <= tolerance["percentage"]
    )


def _whole_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


if __name__ == "__main__":
    main()
