"""The picture of a session: one lane per person, a bar per stay, against the scheduled time.

Everything horizontal is a share of the width, so a lane is as wide as its page; everything
vertical is in pixels. What a lane shows is also said in words.
Why it is so: docs/decisions/043-the-picture-is-a-table.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.online.presence import ScheduledSession, StayTimes, latest_end
from webapp.languages.words import gettext

#: Heights in pixels: a bar, one of several at the same time, and the gap between those.
BAR, TIGHT_BAR, GAP = 16, 8, 2
#: More than that at the same time in one lane lie on each other.
_MOST_TRACKS = 3
#: Space before the start and after the end, in seconds: enough to see who came early.
_LEAST_MARGIN, _MOST_MARGIN = 240, 900
_STEPS = (300, 600, 900, 1800, 3600, 7200)
_MOST_TICKS = 6
#: A label needs so much of the width for itself, in percent.
_LABEL_ROOM = 9.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a stay. `kind`: `in` counts, `out` lies outside the session, `open` has no known end.

    `y` is counted from the middle of the lane.
    """

    kind: str
    x: str
    width: str
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """What is drawn of one person: `words` says the same. `late_width`: from the start until they came, too late."""

    bars: tuple[Bar, ...]
    words: str
    late_width: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis; without `words` there is only its line."""

    x: str
    words: str


@dataclass(frozen=True)
class Picture:
    """The scale that all lanes of one page share. Positions are percent of the width, as attributes take them."""

    session: ScheduledSession
    timezone: str
    low: int
    high: int
    now: int | None = None

    @property
    def start_x(self) -> str:
        return self._at(self.session.starts)

    @property
    def end_x(self) -> str:
        return self._at(self.session.ends)

    @property
    def length_width(self) -> str:
        return _percent(self._share(self.session.ends) - self._share(self.session.starts))

    @property
    def grace_x(self) -> str | None:
        """Where somebody begins to be late; None where the session is shorter than that."""
        grace = self.session.starts + self.session.thresholds.grace_seconds
        return self._at(grace) if grace < self.session.ends else None

    @property
    def now_x(self) -> str | None:
        return None if self.now is None or not self.low < self.now < self.high else self._at(self.now)

    @property
    def ticks(self) -> list[Tick]:
        """Start and end, and round times between them where there is room for their words."""
        edges = (self.session.starts, self.session.ends)
        step = next((one for one in _STEPS if self.session.length / one <= _MOST_TICKS), _STEPS[-1])
        ahead = datetime.fromtimestamp(edges[0], ZoneInfo(self.timezone)).utcoffset() or timedelta()
        offset = int(ahead.total_seconds())
        first = -(-(edges[0] + offset) // step) * step - offset
        between = [
            at
            for at in range(first, edges[1], step)
            if min(abs(self._share(at) - self._share(edge)) for edge in edges) >= _LABEL_ROOM
        ]
        return [Tick(self._at(at), self._clock(at)) for at in (edges[0], *between, edges[1])]

    def lane(self, stays: Iterable[StayTimes], *, first_counted: int | None = None) -> Lane:
        """One person's lane. `first_counted`: when they were first inside, where that was too late."""
        ordered = sorted(stays, key=lambda stay: (stay.joined, stay.seen))
        tracks = self._tracks(ordered)
        number = max(tracks, default=0) + 1
        height = BAR if number == 1 else TIGHT_BAR
        top = -(number * height + (number - 1) * GAP) // 2
        bars: list[Bar] = []
        for stay, track in zip(ordered, tracks, strict=True):
            bars += self._bars(stay, top + track * (height + GAP), height)
        late = None
        if first_counted is not None:
            late = _percent(self._share(first_counted) - self._share(self.session.starts))
        return Lane(tuple(bars), self._words(ordered), late)

    def _bars(self, stay: StayTimes, y: int, height: int) -> list[Bar]:
        end = self._end(stay)
        sure = end if stay.left is not None or self._is_in(stay) else min(max(stay.joined, stay.seen), end)
        words = self._stay_words(stay)
        starts, ends = self.session.starts, self.session.ends
        pieces = [
            ("out", stay.joined, min(sure, starts)),
            ("in", max(stay.joined, starts), min(sure, ends)),
            ("out", max(stay.joined, ends), sure),
            ("open", max(sure, self.low), end),
        ]
        return [
            Bar(kind, self._at(begin), _percent(self._share(close) - self._share(begin)), y, height, words)
            for kind, begin, close in pieces
            if close > begin and close > self.low and begin < self.high
        ]

    def _end(self, stay: StayTimes) -> int:
        if stay.left is not None:
            return stay.left
        end = latest_end(stay, self.session)
        return max(stay.joined, end if self.now is None else min(end, self.now))

    def _is_in(self, stay: StayTimes) -> bool:
        """While the session runs: whether somebody is in the room as far as anybody knows."""
        return self.now is not None and latest_end(stay, self.session) > self.now

    def _tracks(self, ordered: Sequence[StayTimes]) -> list[int]:
        """Which of several tracks each stay lies in, so that those at the same time do not hide each other."""
        free_from: list[int] = []
        tracks = []
        for stay in ordered:
            track = next((number for number, at in enumerate(free_from) if at <= stay.joined), len(free_from))
            track = min(track, _MOST_TRACKS - 1)
            if track == len(free_from):
                free_from.append(0)
            free_from[track] = max(free_from[track], self._end(stay))
            tracks.append(track)
        return tracks

    def _words(self, ordered: Sequence[StayTimes]) -> str:
        if not ordered:
            return gettext("Never in the room")
        times = ", ".join(self._stay_words(stay) for stay in ordered)
        return gettext("In the room {times}", times=times)

    def _stay_words(self, stay: StayTimes) -> str:
        begin = self._clock(stay.joined)
        if stay.left is not None:
            return gettext("{begin} to {end}", begin=begin, end=self._clock(stay.left))
        if self._is_in(stay):
            return gettext("since {begin}", begin=begin)
        return gettext("since {begin}, no leave reported", begin=begin)

    def _clock(self, at: int) -> str:
        return f"{datetime.fromtimestamp(at, ZoneInfo(self.timezone)):%H:%M}"

    def _share(self, at: int) -> float:
        inside = min(max(at, self.low), self.high)
        return 100 * (inside - self.low) / (self.high - self.low)

    def _at(self, at: int) -> str:
        return _percent(self._share(at))


def picture_of(
    session: Any,
    thresholds: Any,
    *,
    timezone: str,
    stays: Iterable[StayTimes],
    now: datetime | None = None,
) -> Picture:
    """The scale for a session (a row) and all stays of a page; `now` while it runs."""
    starts, ends = int(session.starts_at.timestamp()), int(session.ends_at.timestamp())
    scheduled = ScheduledSession(starts, ends, thresholds)
    early, late = 0, 0
    for stay in stays:
        early = max(early, starts - stay.joined)
        late = max(late, (stay.left or ends) - ends)
    least = max(_LEAST_MARGIN, scheduled.length // 25)
    before, after = (min(max(one + 60, least), max(_MOST_MARGIN, least)) for one in (early, late))
    at = int(now.timestamp()) if now is not None else None
    return Picture(scheduled, timezone, starts - before, ends + after, at)


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def instant_of(second: int) -> datetime:
    """A whole second since 1970 as an aware instant."""
    return datetime.fromtimestamp(second, UTC)
