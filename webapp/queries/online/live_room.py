"""Who is in the room of a session, with names: seven statements, whatever the number of people."""

from collections import defaultdict
from dataclasses import dataclass
from zlib import crc32

from sqlalchemy import Row, func, select

from webapp.domain.identity import identity_of, user_id_of
from webapp.domain.live_room import InRoom, look_into_room
from webapp.domain.presence import ScheduledSession, StayTimes
from webapp.domain.session_kind import KINDS
from webapp.extensions import db
from webapp.models import RoomGuest, User
from webapp.queries.id_set import is_among, is_among_words
from webapp.queries.online.session_calculation import closings_of, matches_of, stays_in
from webapp.queries.online.session_owner import owner_of, people_expected


@dataclass(frozen=True, slots=True)
class PersonInRoom:
    """Somebody in the room, or who was. Without `user_id` it is not known who that is."""

    times: InRoom
    name: str
    user_id: int | None
    is_enrolled: bool


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """A room at one instant. `expected` people have a place in the session."""

    inside: tuple[PersonInRoom, ...]
    outside: tuple[PersonInRoom, ...]
    expected: int
    closings: tuple[int, ...]

    @property
    def expected_inside(self) -> int:
        """How many of the expected are in."""
        return len({one.user_id for one in self.inside if one.is_enrolled})

    @property
    def fingerprint(self) -> str:
        """The same while nothing changed."""
        people = [(one.times.identity, one.times.since, one.times.left) for one in (*self.inside, *self.outside)]
        return f"{self.expected}-{len(self.inside)}-{crc32(repr(people).encode()):08x}"


def live_room(session: Row) -> LiveRoom:
    """The room of a session (a row) as far as its stays show it."""
    sessions = db.session()
    stays: dict[str, list[StayTimes]] = defaultdict(list)
    owner = owner_of(session)
    matches = matches_of(sessions, [owner])
    owners: dict[str, int | None] = {}
    for _, identity, joined, left, seen in stays_in(sessions, [session.id]):
        user_id = matches.get((owner, identity)) or user_id_of(identity)
        key = identity if user_id is None else identity_of(user_id)
        owners[key] = user_id
        stays[key].append(StayTimes(int(joined), None if left is None else int(left), int(seen)))
    closings = sorted(int(at) for _, at in closings_of(sessions, [session.id]))
    scheduled = ScheduledSession(
        int(session.starts_at.timestamp()), int(session.ends_at.timestamp()),
        KINDS.get(session.kind, KINDS["event"]).thresholds,
    )  # fmt: skip
    inside, outside = look_into_room(stays, scheduled, closings)
    people = _people(session, [user_id for user_id in owners.values() if user_id is not None])
    guests = _guests(session.room_name, [key for key in owners if owners[key] not in people])

    def named(one: InRoom) -> PersonInRoom:
        user_id = owners[one.identity]
        if user_id in people:
            return PersonInRoom(one, people[user_id].name, user_id, bool(people[user_id].is_enrolled))
        return PersonInRoom(one, guests.get(one.identity, one.identity), None, False)

    return LiveRoom(tuple(map(named, inside)), tuple(map(named, outside)), _expected(session), tuple(closings))


def _people(session: Row, user_ids: list[int]) -> dict[int | None, Row]:
    if not user_ids:
        return {}
    has_place = User.id.in_(people_expected(session))
    query = select(User.id, User.name, has_place.label("is_enrolled"))
    return {row.id: row for row in db.session.execute(query.where(is_among(db.session(), User.id, user_ids)))}


def _guests(room: str, identities: list[str]) -> dict[str, str]:
    if not identities:
        return {}
    query = select(RoomGuest.identity, RoomGuest.name).where(
        RoomGuest.room_name == room, is_among_words(db.session(), RoomGuest.identity, identities)
    )
    return {row.identity: row.name for row in db.session.execute(query)}


def _expected(session: Row) -> int:
    """People with a live or decided place."""
    return db.session.scalar(select(func.count()).select_from(people_expected(session).subquery())) or 0
