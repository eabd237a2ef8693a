"""What the video server told: counted without gaps, without secrets, and shown rightly by the stays."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.online.stay import Told, fold_stays
from webapp.models import MeetingRoom, Stay
from webapp.queries.audit.invariant import ComputedInvariant, Invariant
from webapp.queries.online.folding import stays_of, told_of

#: Rooms looked at by one statement.
_ROOMS_AT_ONCE = 50
_FACTS = tuple(column.name for column in Stay.__table__.c if column.name != "room_name")


def _stays_beside_the_log(session: Session) -> Iterator[Mapping[str, object]]:
    """Rooms whose stays are not what their folded deliveries come to."""
    folded = {row.name: row.folded for row in session.execute(select(MeetingRoom.name, MeetingRoom.folded))}
    without_room = session.scalars(select(Stay.room_name).where(Stay.room_name.not_in(select(MeetingRoom.name))))
    for room in sorted(set(without_room)):
        yield {"room": room, "differing": "all"}
    names = sorted(folded)
    for at in range(0, len(names), _ROOMS_AT_ONCE):
        chosen = names[at : at + _ROOMS_AT_ONCE]
        shown: dict[str, set[tuple]] = defaultdict(set)
        told: dict[str, list[Told]] = defaultdict(list)
        for row in stays_of(session, chosen, only_news=False):
            shown[row.room_name].add(tuple(getattr(row, fact) for fact in _FACTS))
        for row in told_of(session, chosen, only_news=False):
            if row.number <= folded[row.room_name]:
                told[row.room_name].append(Told(*row[: len(Told._fields)]))
        for room in chosen:
            right = {tuple(getattr(stay, fact) for fact in _FACTS) for stay in fold_stays(told[room]).values()}
            if shown[room] != right:
                yield {"room": room, "differing": len({fact[0] for fact in shown[room] ^ right})}


INVARIANTS = (
    Invariant(
        "room_counts_its_deliveries",
        "room {room} counts {kept} deliveries, and {counted} are kept",
        """
        SELECT r.name AS room, r.deliveries AS kept, count(d.delivery_id) AS counted
        FROM meeting_rooms r LEFT JOIN webhook_deliveries d ON d.room_name = r.name
        GROUP BY r.name, r.deliveries HAVING count(d.delivery_id) <> r.deliveries
        UNION ALL
        SELECT room_name, 0, count(*) FROM webhook_deliveries
        WHERE room_name IS NOT NULL AND room_name NOT IN (SELECT name FROM meeting_rooms) GROUP BY room_name
        """,
    ),
    Invariant(
        "deliveries_numbered_without_gaps",
        "the {counted} deliveries of room {room} are numbered {lowest} to {highest}",
        """
        SELECT room_name AS room, count(*) AS counted, min(number) AS lowest, max(number) AS highest
        FROM webhook_deliveries WHERE room_name IS NOT NULL GROUP BY room_name
        HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)
        """,
    ),
    Invariant(
        "deliveries_unique",
        "delivery {delivery} is kept {counted} times",
        """
        SELECT delivery_id AS delivery, count(*) AS counted FROM webhook_deliveries
        GROUP BY delivery_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "deliveries_hold_no_secrets",
        "delivery {delivery} holds what must not be kept: a password, or what somebody wrote",
        """
        SELECT delivery_id AS delivery FROM webhook_deliveries
        WHERE payload LIKE '%"turnPassword"%' OR payload LIKE '%"metadata"%' OR payload LIKE '%"attributes"%'
        """,
    ),
    ComputedInvariant(
        "stays_match_their_log",
        "{differing} stays of room {room} are not what its deliveries come to: rebuild them",
        _stays_beside_the_log,
    ),
    Invariant(
        "session_has_its_room",
        "the session has no room",
        "SELECT event_id, id AS session_id FROM meeting_sessions WHERE room_name = ''",
    ),
)
