"""Who is in a room right now, from the stays told so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from webapp.domain.presence import ScheduledSession, StayTimes, latest_end


@dataclass(frozen=True, slots=True)
class InRoom:
    """One identity's presence: in `since` (of the connection they have), or out since `left`."""

    identity: str
    since: int | None
    left: int | None
    stays: tuple[StayTimes, ...]


def look_into_room(
    stays: Mapping[str, Iterable[StayTimes]], session: ScheduledSession, closings: Sequence[int]
) -> tuple[list[InRoom], list[InRoom]]:
    """Who is in, longest first, and who left, latest first. All instants are whole seconds.

    Somebody is in whose leave was not told, unless the room was closed for good after they were
    last heard of. Several connections of one person are one person.
    """
    inside, outside = [], []
    for identity, times in stays.items():
        own = tuple(sorted(times))
        since = [one.joined for one in own if one.left is None and not _is_closed(one, session, closings)]
        if since:
            inside.append(InRoom(identity, min(since), None, own))
        elif own:
            ends = [_end(one, session, closings) for one in own]
            outside.append(InRoom(identity, None, max(ends), own))
    inside.sort(key=lambda one: (one.since or 0, one.identity))
    outside.sort(key=lambda one: (-(one.left or 0), one.identity))
    return inside, outside


def _is_closed(stay: StayTimes, session: ScheduledSession, closings: Sequence[int]) -> bool:
    return _end(stay, session, closings) < session.ends


def _end(stay: StayTimes, session: ScheduledSession, closings: Sequence[int]) -> int:
    if stay.left is not None:
        return stay.left
    return latest_end(stay.joined, stay.seen, session, closings)
