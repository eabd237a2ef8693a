"""An organization with many events, over, running and ahead, and people who came to some of them: one clock for all."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.world import World
from webapp.domain.permission import Role
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import AttendanceResponse, CheckIn, Enrollment, Event, EventPolicy

_CHUNK = 5_000
_HOUR = timedelta(hours=1)


def organization(
    world: World, name: str, *, over: int, running: int, ahead: int, each: int, people: int, apart: int = 9
) -> Reader:
    """A browser of its owner. What is over began so many hours `apart`."""
    world.organization(name)
    owner = world.person("Dana Kim", role=Role.OWNER)
    users = world.people(people)
    with world.app.app_context(), db.engine.connect().execution_options(write=True) as connection, connection.begin():
        starts = [world.now - _HOUR * apart * (n + 1) for n in range(over)]
        starts += [world.now - _HOUR] * running
        starts += [world.now + _HOUR * 20 * (n + 1) for n in range(ahead)]
        ids = _events(connection, world, starts)
        _places(connection, world.now, dict(zip(ids, starts, strict=True)), users, each)
    client = world.app.test_client()
    world.sign_in(client, owner)
    return Reader(client)


def _events(connection: Connection, world: World, starts: list[datetime]) -> list[int]:
    rows = []
    for number, starts_at in enumerate(starts):
        ends_at = starts_at + 2 * _HOUR
        rows.append(
            {
                "organization_id": world.organization_id,
                "facility_id": world.facility_id,
                "slug": f"evening-{world.organization_id}-{number}",
                "title": f"Evening {number}",
                "search_text": f" {fold(f'Evening {number}')}",
                "description": "",
                "place": "Studio",
                "timezone": "Europe/Berlin",
                "starts_at": starts_at,
                "ends_at": ends_at,
                "effective_end_at": ends_at,
                "status": "completed" if ends_at < world.now else "published",
                "answers_closed_at": ends_at if ends_at < world.now - timedelta(days=14) else None,
                "created_at": world.now - timedelta(days=600),
            }
        )
    _write(connection, Event, rows)
    own = select(Event.id).where(Event.organization_id == world.organization_id).order_by(Event.id)
    ids = list(connection.scalars(own))
    _write(connection, EventPolicy, [{"event_id": one, "capacity": 120} for one in ids])
    return ids


def _places(connection: Connection, now: datetime, starts: dict[int, datetime], users: list[int], each: int) -> None:
    """Of five people four come, a third of them answers; of those that come some apply and some wait."""
    places, answers, taps = [], [], []
    first = connection.scalar(select(db.func.coalesce(db.func.max(Enrollment.id), 0))) + 1
    for at, (event_id, starts_at) in enumerate(starts.items()):
        is_over, runs = starts_at + 2 * _HOUR < now, starts_at < now
        for n in range(min(each, len(users))):
            user_id, number = users[(at * 37 + n * 11) % len(users)], first + len(places)
            status = ("no_show" if (n + at) % 5 == 0 else "attended") if is_over else "confirmed"
            if runs and not is_over and n % 2:
                status = "checked_in"
                taps.append(_tap(number, event_id, now))
            if not runs and at % 50 == 0 and n % 40 == 39:
                status = "pending"
            places.append(_place(number, event_id, user_id, status, starts_at - timedelta(days=9)))
            if is_over and n % 3 == 0:
                said = "attended" if n % 2 else "not_attended"
                answers.append(_answer(event_id, user_id, said if n % 30 == 0 else "unknown", starts_at))
    unique = {(row["event_id"], row["user_id"]): row for row in places}
    _write(connection, Enrollment, list(unique.values()))
    _write(connection, AttendanceResponse, list({(row["event_id"], row["user_id"]): row for row in answers}.values()))
    kept = {row["id"] for row in unique.values()}
    _write(connection, CheckIn, [row for row in taps if row["enrollment_id"] in kept])
    connection.execute(update(EventPolicy).where(EventPolicy.event_id.in_(list(starts))).values(seats_taken=each))


def _place(number: int, event_id: int, user_id: int, status: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "event_id": event_id,
        "user_id": user_id,
        "status": status,
        "version": 1,
        "pass_code": f"{number:08X}",
        "source": "web",
        "enrolled_at": at,
        "confirmed_at": at,
        "changed_at": at,
    }


def _answer(event_id: int, user_id: int, said: str, at: datetime) -> dict[str, Any]:
    answered_at = None if said == "unknown" else at
    times = {"answered_at": answered_at, "changed_at": at, "created_at": at}
    return {"event_id": event_id, "user_id": user_id, "answer": said, **times}


def _tap(enrollment_id: int, event_id: int, now: datetime) -> dict[str, Any]:
    words = {"sequence": 0, "method": "code", "desk": "", "at": now, "local_on": now.date()}
    return {"enrollment_id": enrollment_id, "event_id": event_id, **words}


def _write(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), _CHUNK):
        connection.execute(insert(table), rows[at : at + _CHUNK])
