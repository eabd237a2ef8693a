"""Who is in the room of a session, with the names of those who are shown: ten statements at most."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select

from webapp.domain.online.identity import identity_for, user_id_of
from webapp.domain.online.live_room import InRoom, look_into_room
from webapp.domain.online.presence import Part, ScheduledSession, StayTimes
from webapp.domain.online.session_kind import KINDS
from webapp.extensions import db
from webapp.models import IdentityMatch, MeetingRoom, RoomGuest, User
from webapp.queries.id_set import is_among, is_among_words
from webapp.queries.online.room_stays import readable_stays
from webapp.queries.online.session_calculation import matches_of
from webapp.queries.online.session_owner import belongs_to, hosts_of, owner_of, people_expected


@dataclass(frozen=True, slots=True)
class PersonInRoom:
    """Somebody in the room, or who was. Without `user_id` it is not known who that is."""

    times: InRoom
    name: str
    user_id: int | None
    is_enrolled: bool
    #: As what somebody without a place is there.
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """A room at one instant. `inside` and `outside` are those who are shown, the numbers are of all.

    `expected` people have a place in the session. `stays` are everybody's.
    """

    inside: tuple[PersonInRoom, ...]
    outside: tuple[PersonInRoom, ...]
    inside_count: int
    outside_count: int
    without_place: int
    expected: int
    expected_inside: int
    stays: Sequence[StayTimes]


def room_revision(session: Row) -> str:
    """The same while nothing of the room changed: one statement, whatever the number of people."""
    own = belongs_to(IdentityMatch, owner_of(session))
    told = select(MeetingRoom.folded).where(MeetingRoom.name == session.room_name)
    named = select(func.count()).select_from(RoomGuest).where(RoomGuest.room_name == session.room_name)
    row = db.session.execute(
        select(
            told.scalar_subquery(),
            named.scalar_subquery(),
            select(func.count()).select_from(IdentityMatch).where(own).scalar_subquery(),
            select(func.max(IdentityMatch.id)).where(own).scalar_subquery(),
            select(func.count()).select_from(people_expected(session).subquery()).scalar_subquery(),
        )
    ).one()
    return "-".join(str(value or 0) for value in row)


def live_room(session: Row, *, most: int | None = None) -> LiveRoom:
    """The room of a session (a row) as far as its stays show it; `most` of those inside and of those who left."""
    stays, owners = _stays(session)
    scheduled = ScheduledSession(
        int(session.starts_at.timestamp()),
        int(session.ends_at.timestamp()),
        KINDS.get(session.kind, KINDS["event"]).thresholds,
    )
    inside, outside = look_into_room(stays, scheduled)
    expected = set(db.session.scalars(people_expected(session)))
    with_place = sum(owners[one.identity] in expected for one in inside)
    named = _named(session, [*inside[:most], *outside[:most]], owners, expected)
    shown_inside = len(inside[:most])
    return LiveRoom(
        tuple(named[:shown_inside]),
        tuple(named[shown_inside:]),
        inside_count=len(inside),
        outside_count=len(outside),
        without_place=len(inside) - with_place,
        expected=len(expected),
        expected_inside=with_place,
        stays=[stay for own in stays.values() for stay in own],
    )


def _stays(session: Row) -> tuple[dict[str, list[StayTimes]], dict[str, int | None]]:
    """Everybody's stays by identity, one for each person whose identities are known; and whose it is."""
    sessions, owner = db.session(), owner_of(session)
    matches = matches_of(sessions, [owner])
    stays: dict[str, list[StayTimes]] = defaultdict(list)
    owners: dict[str, int | None] = {}
    for _, identity, stay in readable_stays(sessions, [session.id]):
        user_id = matches.get((owner, identity)) or user_id_of(identity)
        key = identity if user_id is None else identity_for(user_id)
        owners[key] = user_id
        stays[key].append(stay)
    return stays, owners


def _named(
    session: Row, people: Sequence[InRoom], owners: dict[str, int | None], expected: Collection[int]
) -> list[PersonInRoom]:
    names = _names([user_id for one in people if (user_id := owners[one.identity]) is not None])
    guests = _guests(session.room_name, [one.identity for one in people if owners[one.identity] not in names])
    parts = {True: Part.TEACHER, False: Part.STAFF}
    hosts = {user_id: parts[teaches] for _, user_id, teaches in hosts_of(db.session(), [session.id])}

    def named(one: InRoom) -> PersonInRoom:
        user_id = owners[one.identity]
        if user_id in names:
            is_expected = user_id in expected
            part = None if is_expected or user_id is None else hosts.get(user_id)
            return PersonInRoom(one, names[user_id], user_id, is_expected, part)
        return PersonInRoom(one, guests.get(one.identity, one.identity), None, False)

    return [named(one) for one in people]


def _names(user_ids: Sequence[int]) -> dict[int | None, str]:
    if not user_ids:
        return {}
    query = select(User.id, User.name).where(is_among(db.session(), User.id, user_ids))
    return {user_id: name for user_id, name in db.session.execute(query)}


def _guests(room: str, identities: Sequence[str]) -> dict[str, str]:
    if not identities:
        return {}
    query = select(RoomGuest.identity, RoomGuest.name).where(
        RoomGuest.room_name == room, is_among_words(db.session(), RoomGuest.identity, identities)
    )
    return {row.identity: row.name for row in db.session.execute(query)}


def has_place(session: Row, user_id: int) -> bool:
    """Whether that person is expected in a session (a row)."""
    expected = people_expected(session).subquery()
    return db.session.scalar(select(expected.c.user_id).where(expected.c.user_id == user_id).limit(1)) is not None
