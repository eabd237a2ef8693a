"""A stay: one participant of a room, from joined to left, derived from the deliveries about it.

Deliveries come in any order, several times, or not at all. A stay depends only on *which* came:
everything here is a least, a greatest or an "any of them".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.delivery import ABORTED, JOINED, LEFT

#: A connection that seems longer than this is two clocks that disagree, or a lie.
LONGEST_STAY = timedelta(days=7)


class JoinedBy(StrEnum):
    """How the beginning of a stay is known."""

    JOIN = "join"
    #: The join was lost; its leave says when the connection was made.
    LEAVE = "leave"


class LeftBy(StrEnum):
    """How the end of a stay is known."""

    LEAVE = "leave"
    #: The connection of somebody who did join was given up.
    ABORTED = "aborted"


class Told(NamedTuple):
    """What one delivery tells of one participant; see `domain.delivery.Delivery`."""

    delivery_id: str
    kind: str
    participant_sid: str
    room_sid: str | None
    identity: str | None
    is_attendee: bool | None
    sent_at: datetime | None
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """One participant sid. Without `left_at` no end was told; `seen_at` is the last sign of life."""

    participant_sid: str
    room_sid: str | None
    identity: str
    joined_at: datetime
    joined_by: JoinedBy
    left_at: datetime | None
    left_by: LeftBy | None
    seen_at: datetime


def fold_stays(told: Iterable[Told]) -> dict[str, Stay]:
    """The stays of one room by participant sid, from all deliveries about these participants.

    Whoever is no attendee has none: a recorder, an agent, a kind nobody knows. Neither has a
    connection that never came up (only an abort was told).
    """
    by_sid: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_sid[one.participant_sid].append(one)
    stays = {sid: _fold(deliveries) for sid, deliveries in by_sid.items()}
    return {sid: stay for sid, stay in stays.items() if stay is not None}


def _fold(told: list[Told]) -> Stay | None:
    """One participant's stay. If any delivery says that it is no attendee, it is none."""
    if any(one.is_attendee is False for one in told):
        return None
    dated = [one for one in told if one.sent_at is not None]
    named = [one for one in dated if one.kind in {JOINED, LEFT} and one.identity is not None]
    if not named:
        return None
    first = min(named, key=lambda one: (one.kind != JOINED, one.sent_at, one.delivery_id))
    joined_at, joined_by = _beginning(first, named)
    left_at, left_by = _end(dated, joined_at)
    return Stay(
        participant_sid=first.participant_sid,
        room_sid=first.room_sid,
        identity=first.identity,  # type: ignore[arg-type]
        joined_at=joined_at,
        joined_by=joined_by,
        left_at=left_at,
        left_by=left_by,
        seen_at=left_at or _last_seen(dated, joined_at),
    )


def _beginning(first: Told, named: list[Told]) -> tuple[datetime, JoinedBy]:
    """When it began: told by the join; else by the leave, where that is possible, or no sooner than the leave."""
    if first.kind == JOINED:
        return first.sent_at, JoinedBy.JOIN  # type: ignore[return-value]
    left_at = max(one.sent_at for one in named)  # type: ignore[type-var]
    made = [one.joined_at for one in named if one.joined_at and timedelta(0) <= left_at - one.joined_at <= LONGEST_STAY]
    return min(made, default=left_at), JoinedBy.LEAVE


def _end(dated: list[Told], joined_at: datetime) -> tuple[datetime, LeftBy] | tuple[None, None]:
    """When it ended: a leave beats an abort. An end before the beginning is a stay of no length."""
    for kind, left_by in ((LEFT, LeftBy.LEAVE), (ABORTED, LeftBy.ABORTED)):
        told = [one.sent_at for one in dated if one.kind == kind and one.sent_at - joined_at <= LONGEST_STAY]
        if told:
            return max(joined_at, *told), left_by
    return None, None


def _last_seen(dated: list[Told], joined_at: datetime) -> datetime:
    return max(joined_at, *(one.sent_at for one in dated if one.sent_at - joined_at <= LONGEST_STAY))
