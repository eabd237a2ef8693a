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

from webapp.domain.online.delivery import ABORTED, JOINED, LEFT, PHONE

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


class _Dated(NamedTuple):
    """A delivery and when it was sent; one without a time says who somebody was, but not when."""

    sent_at: datetime
    told: Told


@dataclass(frozen=True, slots=True)
class FoldedStay:
    """One participant sid. Without `left_at` no end was told; `seen_at` is the last sign of life."""

    participant_sid: str
    room_sid: str | None
    identity: str
    joined_at: datetime
    joined_by: JoinedBy
    left_at: datetime | None
    left_by: LeftBy | None
    seen_at: datetime


def fold_stays(told: Iterable[Told]) -> dict[str, FoldedStay]:
    """The stays of one room by participant sid, from all deliveries about these participants.

    Whoever is no attendee has none: a recorder, an agent, a kind nobody knows. A phone has one, of an identity
    that is nobody's. Neither has a connection that never came up (only an abort was told).
    """
    by_sid: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_sid[one.participant_sid].append(one)
    stays = {sid: _fold(deliveries) for sid, deliveries in by_sid.items()}
    return {sid: stay for sid, stay in stays.items() if stay is not None}


def _fold(told: list[Told]) -> FoldedStay | None:
    """One participant's stay. If any delivery says that it is no attendee, it is none, but for a phone."""
    if any(one.is_attendee is False and not is_phone(one.identity) for one in told):
        return None
    dated = [_Dated(one.sent_at, one) for one in told if one.sent_at is not None]
    named = [one for one in dated if one.told.kind in {JOINED, LEFT} and one.told.identity is not None]
    first = min(named, key=lambda one: (one.told.kind != JOINED, one.sent_at, one.told.delivery_id), default=None)
    if first is None or first.told.identity is None:
        return None
    joined_at, joined_by = _beginning(first, named)
    left_at, left_by = _end(dated, joined_at)
    return FoldedStay(
        participant_sid=first.told.participant_sid,
        room_sid=first.told.room_sid,
        identity=first.told.identity,
        joined_at=joined_at,
        joined_by=joined_by,
        left_at=left_at,
        left_by=left_by,
        seen_at=left_at or _last_seen(dated, joined_at),
    )


def is_phone(identity: str | None) -> bool:
    """Whether an identity is that of a call: somebody was there, and only staff can say who."""
    return identity is not None and identity.startswith(PHONE)


def _beginning(first: _Dated, named: list[_Dated]) -> tuple[datetime, JoinedBy]:
    """When it began: told by the join; else by the leave, where that is possible, or no sooner than the leave."""
    if first.told.kind == JOINED:
        return first.sent_at, JoinedBy.JOIN
    left_at = max(one.sent_at for one in named)
    told = [one.told.joined_at for one in named]
    made = [at for at in told if at and timedelta(0) <= left_at - at <= LONGEST_STAY]
    return min(made, default=left_at), JoinedBy.LEAVE


def _end(dated: list[_Dated], joined_at: datetime) -> tuple[datetime, LeftBy] | tuple[None, None]:
    """When it ended: a leave beats an abort. An end before the beginning is a stay of no length."""
    for kind, left_by in ((LEFT, LeftBy.LEAVE), (ABORTED, LeftBy.ABORTED)):
        told = [one.sent_at for one in dated if one.told.kind == kind and one.sent_at - joined_at <= LONGEST_STAY]
        if told:
            return max(joined_at, *told), left_by
    return None, None


def _last_seen(dated: list[_Dated], joined_at: datetime) -> datetime:
    return max(joined_at, *(one.sent_at for one in dated if one.sent_at - joined_at <= LONGEST_STAY))
