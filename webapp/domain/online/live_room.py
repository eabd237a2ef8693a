"""Who is in a room right now, from the stays told so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.domain.online.presence import ScheduledSession, StayTimes, latest_end


@dataclass(frozen=True, slots=True)
class InRoom:
    """One identity's presence: in `since` (of the connection they have), or out since `left`."""

    identity: str
    since: int | None
    left: int | None
    stays: tuple[StayTimes, ...]


def look_into_room(
    stays: Mapping[str, Iterable[StayTimes]], session: ScheduledSession
) -> tuple[list[InRoom], list[InRoom]]:
    """Who is in, longest first, and who left, latest first. All instants are whole seconds.

    Somebody is in whose leave was not told, unless their room was over after they were last heard of.
    Several connections of one person are one person.
    """
    inside, outside = [], []
    for identity, times in stays.items():
        own = tuple(sorted(times, key=lambda one: (one.joined, one.left is not None, one.left or 0, one.seen)))
        since = [one.joined for one in own if one.left is None and not _is_closed(one, session)]
        if since:
            inside.append(InRoom(identity, min(since), None, own))
        elif own:
            ends = [_end(one, session) for one in own]
            outside.append(InRoom(identity, None, max(ends), own))
    inside.sort(key=lambda one: (one.since or 0, one.identity))
    outside.sort(key=lambda one: (-(one.left or 0), one.identity))
    return inside, outside


def _is_closed(stay: StayTimes, session: ScheduledSession) -> bool:
    return _end(stay, session) < session.ends


def _end(stay: StayTimes, session: ScheduledSession) -> int:
    return latest_end(stay, session) if stay.left is None else stay.left
