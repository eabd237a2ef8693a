"""The stays that reach into sessions, each with the end of its own room."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Float, Row, Select, SQLColumnExpression, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.online.calculation import LONGEST_SILENCE
from webapp.domain.online.delivery import JOINED, ROOM_FINISHED, ROOM_STARTED
from webapp.domain.online.presence import StayTimes
from webapp.domain.online.room_end import RoomEnds, room_ends
from webapp.models import MeetingSession, Stay, WebhookDelivery
from webapp.queries.id_set import is_among, is_among_words

_SESSION = MeetingSession


class SessionStay(NamedTuple):
    """One stay of an identity in a session's room; without `times` what is stored cannot be read."""

    session_id: int
    identity: str
    times: StayTimes | None


class ReadableStay(NamedTuple):
    """A `SessionStay` whose times can be read."""

    session_id: int
    identity: str
    times: StayTimes


def stays_in(session: Session, ids: Sequence[int], *, only: Sequence[str] | None = None) -> list[SessionStay]:
    """Stays (of those identities `only`) that may reach into those sessions: two statements, three more where the
    leave of somebody was not told."""
    joined, left, seen = (_seconds(session, column) for column in (Stay.joined_at, Stay.left_at, Stay.seen_at))
    reaches_in = or_(
        Stay.left_at > _SESSION.starts_at,
        and_(Stay.left_at.is_(None), seen > _seconds(session, _SESSION.starts_at) - LONGEST_SILENCE.total_seconds()),
    )
    query = (
        select(_SESSION.id, Stay.identity, joined, left, seen, Stay.room_sid)
        .join(Stay, Stay.room_name == _SESSION.room_name)
        .where(is_among(session, _SESSION.id, ids), Stay.joined_at < _SESSION.ends_at, reaches_in)
    )
    if only is not None:
        query = query.where(is_among_words(session, Stay.identity, only))
    # Straight on the connection: there is nothing for the ORM to load.
    rows = session.connection().execute(query).all()
    ends = _ends_of_rooms(session, sorted({row[0] for row in rows if row[3] is None}))
    nothing = RoomEnds()
    return [SessionStay(row[0], row[1], _times(ends.get(row[0], nothing), *row[2:])) for row in rows]


def readable_stays(session: Session, ids: Sequence[int], *, only: Sequence[str] | None = None) -> list[ReadableStay]:
    """`stays_in` for pages: without what cannot be read."""
    found = stays_in(session, ids, only=only)
    return [ReadableStay(stay.session_id, stay.identity, stay.times) for stay in found if stay.times is not None]


def _times(ends: RoomEnds, joined: float, left: float | None, seen: float, room_sid: str | None) -> StayTimes | None:
    try:
        return ends.stay(int(joined), None if left is None else int(left), int(seen), room_sid)
    except (TypeError, ValueError, OverflowError):
        return None


def _ends_of_rooms(session: Session, ids: Sequence[int]) -> dict[int, RoomEnds]:
    """When the rooms were over in which these sessions were, as far as it was told before their end."""
    if not ids:
        return {}
    closed, begun, earlier = (
        _by_session(session.execute(query(session, ids))) for query in (_closed, _begun, _earlier_sessions)
    )
    return {
        one: room_ends(closed[one], begun[one], [at for (at,) in earlier[one]]) for one in {*closed, *begun, *earlier}
    }


def _by_session(rows: Iterable[Row]) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = defaultdict(list)
    for session_id, *rest in rows:
        found[session_id].append(tuple(rest))
    return found


def _closed(session: Session, ids: Sequence[int]) -> Select:
    """`(session id, room sid, at)`: closed for good, because nobody came into the same room, by its sid, after it."""
    finished, later = WebhookDelivery, aliased(WebhookDelivery)
    went_on = exists().where(
        later.room_name == finished.room_name,
        later.room_sid == finished.room_sid,
        later.kind.in_((ROOM_STARTED, JOINED)),
        later.sent_at > finished.sent_at,
    )
    return (
        select(_SESSION.id, finished.room_sid, _seconds(session, finished.sent_at))
        .join(finished, finished.room_name == _SESSION.room_name)
        .where(is_among(session, _SESSION.id, ids), finished.kind == ROOM_FINISHED)
        .where(finished.sent_at.is_not(None), finished.sent_at < _SESSION.ends_at, ~went_on)
    )


def _begun(session: Session, ids: Sequence[int]) -> Select:
    """`(session id, room sid, at)`: when each room under the name was first heard of."""
    told = WebhookDelivery
    return (
        select(_SESSION.id, told.room_sid, _seconds(session, func.min(told.sent_at)))
        .join(told, told.room_name == _SESSION.room_name)
        .where(is_among(session, _SESSION.id, ids), told.kind.in_((ROOM_STARTED, JOINED)))
        .where(told.room_sid.is_not(None), told.sent_at.is_not(None), told.sent_at < _SESSION.ends_at)
        .group_by(_SESSION.id, told.room_sid)
    )


def _earlier_sessions(session: Session, ids: Sequence[int]) -> Select:
    """`(session id, at)`: the end of earlier sessions in the room; what was left open there is closed there."""
    earlier = aliased(MeetingSession)
    return (
        select(_SESSION.id, _seconds(session, earlier.ends_at))
        .join(earlier, and_(earlier.room_name == _SESSION.room_name, earlier.ends_at <= _SESSION.starts_at))
        .where(is_among(session, _SESSION.id, ids), earlier.cancelled_at.is_(None))
    )


def _seconds(session: Session, instant: SQLColumnExpression[Any]) -> ColumnElement[float]:
    """Whole seconds since 1970."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date_part("epoch", instant, type_=Float())
    return cast(func.strftime("%s", instant), Float)
