"""When a room of the video server was over. A room is its sid; its name may be opened again and again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from webapp.domain.online.presence import StayTimes


@dataclass
class RoomEnds:
    """What is known of the rooms under one name: instants are whole seconds since 1970.

    `closed` are the instants at which a room was closed for good, by its sid; those that are known of no sid, and the
    end of an earlier session under the name, end every stay (`any_room`). `begun` is when each sid was first heard of:
    a room that starts under the name proves that those before it are over, even if nobody said so.
    """

    closed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    any_room: Sequence[int] = ()
    begun: Mapping[str, int] = field(default_factory=dict)
    _ends: dict[str | None, list[int]] = field(default_factory=dict, repr=False)

    def stay(self, joined: int, left: int | None, seen: int, room_sid: str | None) -> StayTimes:
        """A stay with the instant at which its room was over at the latest, where its own end was not told."""
        if left is not None:
            return StayTimes(joined, left, seen)
        return StayTimes(joined, None, seen, first_since(max(joined, seen), self._ends_of(room_sid)))

    def _ends_of(self, room_sid: str | None) -> list[int]:
        if room_sid not in self._ends:
            self._ends[room_sid] = sorted((*self.any_room, *self._own_ends(room_sid)))
        return self._ends[room_sid]

    def _own_ends(self, room_sid: str | None) -> Iterable[int]:
        if room_sid is None:
            # Nobody knows which room it was: whatever was closed under the name may have been it.
            return [at for ends in self.closed.values() for at in ends]
        began = self.begun.get(room_sid)
        followed = [at for sid, at in self.begun.items() if sid != room_sid and (began is None or at > began)]
        return [*self.closed.get(room_sid, ()), *followed]


def first_since(alive: int, ends: Iterable[int]) -> int | None:
    """The first of these instants, in order, at which somebody last heard of then can have been gone."""
    return next((at for at in ends if at >= alive), None)


def room_ends(
    closed: Iterable[tuple[str | None, float]], begun: Iterable[tuple[str, float]], earlier: Iterable[float]
) -> RoomEnds:
    """From rows: (sid, closed at), (sid, first heard of at), ends of earlier sessions under the name."""
    by_sid: dict[str, list[int]] = defaultdict(list)
    any_room = [int(at) for at in earlier]
    for sid, at in closed:
        if sid is None:
            any_room.append(int(at))
        else:
            by_sid[sid].append(int(at))
    return RoomEnds(by_sid, any_room, {sid: int(at) for sid, at in begun})
