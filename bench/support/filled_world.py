"""A database in use: one season of a town (660 events, 30,000 places), or many years of it with one faithful reader.

The same rows on SQLite and PostgreSQL, analyzed as autovacuum and `ops prepare` would leave them. Everybody with an
account is signed in (`seeding.cookie`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, create_engine, func, insert, select, text

from bench.support.seeding import token_of
from webapp.domain.permission import Role
from webapp.domain.text import fold, search_text
from webapp.models import (
    Enrollment,
    EnrollmentTransition,
    Event,
    EventPolicy,
    EventView,
    Facility,
    MemberRole,
    Membership,
    Organization,
    SignIn,
    User,
)

PEOPLE, HOSTS, BUSY_EVENTS, EACH = 7_000, 20, 300, 90
AT_DESK, OUTSIDE = 2_500, 4_000
#: Of the reader's places so many are ahead; of those, every tenth is on a waitlist.
AHEAD = 20
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Size:
    """How many events there are, half of them over, and in how many the reader has a place."""

    events: int
    own: int


SEASON = Size(events=660, own=60)
#: 22,000 events and one reader who was at 2,000 of them.
YEARS = Size(events=22_000, own=2_000)


@dataclass(frozen=True)
class FilledWorld:
    """What a measurement needs to know of it: ids and addresses."""

    reader_id: int
    people: list[int]
    #: Published, ahead, with `EACH` people in it; the reader looked at all of these before, and is in none.
    busy_slugs: list[str]
    #: Published, ahead, the reader is confirmed.
    own_slugs: list[str]
    #: Published, ahead, with room for everybody, and people who are in no event.
    open_slug: str
    outside: list[int]
    #: Today, with a desk: who works it, and the places of those who are expected.
    desk_event_id: int
    organizer_id: int
    desk_enrollments: list[int]


def fill(database_url: str, size: Size, *, now: datetime | None = None) -> FilledWorld:
    """Write all of it; the database has to be migrated and empty."""
    now = now or datetime.now(UTC)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        hosts = _hosts(connection, now)
        people = _people(connection, now)
        _events(connection, hosts, size.events, now)
        ids = connection.scalars(select(Event.id).order_by(Event.id)).all()
        ahead = [number for number in ids if number > size.events // 2]
        reader, busy, spacious, desk = people[0], ahead[-BUSY_EVENTS:], ahead[-BUSY_EVENTS - 1], _today(connection, now)
        inside, outside = people[1:-OUTSIDE], people[-OUTSIDE:]
        _places(connection, _reader_places(reader, size.own, ids, ahead[8:]), now)
        _places(connection, _crowds(inside, busy), now)
        _write(connection, EventView, [{"event_id": one, "user_id": reader, "viewed_at": now} for one in busy])
        at_desk = _places(connection, ((desk, person, "confirmed") for person in inside[:AT_DESK]), now)
        roomy = EventPolicy.__table__.update().where(EventPolicy.event_id.in_([spacious, desk]))
        connection.execute(roomy.values(capacity=10 * PEOPLE))
        _count_seats(connection)
        organizer = _organizer(connection, desk, inside[-1], now)
        slugs = dict(connection.execute(select(Event.id, Event.slug).where(Event.id.in_(ahead))).all())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    own = [slugs[number] for at, number in enumerate(ahead[8 : 8 + AHEAD]) if at % 10]
    busy_slugs = [slugs[number] for number in busy]
    return FilledWorld(reader, inside, busy_slugs, own, slugs[spacious], outside, desk, organizer, at_desk)


def _hosts(connection: Connection, now: datetime) -> list[tuple[int, int]]:
    """Organizations with a facility each."""
    pairs = []
    for n in range(HOSTS):
        host = connection.scalar(
            insert(Organization).returning(Organization.id),
            {"slug": f"host-{n}", "name": f"Host {n}", "contact_email": f"host{n}@post.example", "created_at": now},
        )
        facility = connection.scalar(
            insert(Facility).returning(Facility.id),
            {"organization_id": host, "name": f"Studio {n}", "address": "Hafenstrasse 41", "timezone": "Europe/Berlin"},
        )
        pairs.append((host, facility))
    return pairs


def _people(connection: Connection, now: datetime) -> list[int]:
    rows = [
        {
            "email": f"person{n}@post.example",
            "name": f"Person {n}",
            "created_at": now,
            "is_operator": False,
            "is_system": False,
            "search_text": search_text(f"Person {n}", f"person{n}@post.example"),
        }
        for n in range(PEOPLE)
    ]
    _write(connection, User, rows)
    ids = list(connection.scalars(select(User.id).where(User.email.like("person%@post.example")).order_by(User.id)))
    _write(
        connection,
        SignIn,
        [
            {
                "token_hash": sha256(token_of(number).encode()).hexdigest(),
                "user_id": number,
                "created_at": now,
                "seen_at": now,
                "user_agent": "bench",
            }
            for number in ids
        ],
    )
    return ids


def _events(connection: Connection, hosts: list[tuple[int, int]], count: int, now: datetime) -> None:
    """Half of them over, half ahead, an hour apart."""
    rows, first = [], now - timedelta(hours=count // 2)
    for n in range(count):
        starts_at, (host, facility) = first + timedelta(hours=n + 3), hosts[n % HOSTS]
        is_over = n < count // 2 - 6
        rows.append(
            {
                "organization_id": host,
                "facility_id": facility,
                "slug": f"event-{n}",
                "title": f"Evening {n}",
                "search_text": f" {fold(f'Evening {n}')}",
                "description": "Coil, slab and pinch.",
                "place": "Studio",
                "timezone": "Europe/Berlin",
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=2),
                "effective_end_at": starts_at + timedelta(hours=2),
                "status": "completed" if is_over else "published",
                "published_at": first,
                "created_at": first,
                "completed_at": starts_at if is_over else None,
                "answers_closed_at": starts_at if is_over else None,
            }
        )
    _write(connection, Event, rows)
    ids = connection.scalars(select(Event.id).order_by(Event.id))
    _write(connection, EventPolicy, [{"event_id": number, "capacity": 100} for number in ids])


def _reader_places(reader: int, own: int, ids: list[int], ahead: list[int]) -> Iterator[tuple[int, int, str]]:
    """(event, person, status) of the reader's own places."""
    for number in ids[5 : (own - AHEAD) * 5 : 5]:
        yield number, reader, "attended"
    for at, number in enumerate(ahead[:AHEAD]):
        yield number, reader, "confirmed" if at % 10 else "waitlisted"


def _crowds(people: list[int], busy: list[int]) -> Iterator[tuple[int, int, str]]:
    for at, event_id in enumerate(busy):
        for n in range(EACH):
            yield event_id, people[(at * 7 + n) % len(people)], "confirmed"


def _today(connection: Connection, now: datetime) -> int:
    """An event that runs now."""
    running = select(func.min(Event.id)).where(Event.starts_at <= now, Event.effective_end_at > now)
    return connection.scalars(running).one()


def _organizer(connection: Connection, event_id: int, user_id: int, now: datetime) -> int:
    host = select(Event.organization_id).where(Event.id == event_id).scalar_subquery()
    who = {"organization_id": host, "user_id": user_id, "created_at": now}
    connection.execute(insert(Membership).values(who))
    connection.execute(insert(MemberRole).values(**who, role=Role.ORGANIZER))
    return user_id


def _places(connection: Connection, places: Iterable[tuple[int, int, str]], now: datetime) -> list[int]:
    """Places with their first move; their ids."""
    first = (connection.scalar(select(func.max(Enrollment.id))) or 0) + 1
    rows, moves, views = [], [], []
    for number, (event_id, user_id, status) in enumerate(places, start=first):
        rows.append(
            {
                "id": number,
                "event_id": event_id,
                "user_id": user_id,
                "status": status,
                "version": 1,
                "waitlist_position": 1 if status == "waitlisted" else None,
                "pass_code": f"{number:08X}",
                "source": "web",
                "enrolled_at": now,
                "confirmed_at": now if status != "waitlisted" else None,
                "changed_at": now,
            }
        )
        moves.append(
            {
                "enrollment_id": number,
                "event_id": event_id,
                "version": 1,
                "to_status": status,
                "kind": "move",
                "triggered_by": "user",
                "actor_id": user_id,
                "at": now,
            }
        )
        views.append({"event_id": event_id, "user_id": user_id, "viewed_at": now})
    _write(connection, Enrollment, rows)
    _write(connection, EnrollmentTransition, moves)
    _write(connection, EventView, views)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(pg_get_serial_sequence('enrollments', 'id'), max(id)) FROM enrollments"))
    return [row["id"] for row in rows]


def _count_seats(connection: Connection) -> None:
    """The counters of the policies, as the services would have left them."""
    waiting = select(func.count()).where(Enrollment.event_id == EventPolicy.event_id, Enrollment.status == "waitlisted")
    taken = select(func.count()).where(Enrollment.event_id == EventPolicy.event_id, Enrollment.status != "waitlisted")
    counted = EventPolicy.__table__.update().values(
        seats_taken=taken.scalar_subquery(),
        waiting_count=waiting.scalar_subquery(),
        last_waitlist_position=waiting.scalar_subquery(),
    )
    connection.execute(counted)


def _write(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), _CHUNK):
        connection.execute(insert(table), rows[at : at + _CHUNK])
