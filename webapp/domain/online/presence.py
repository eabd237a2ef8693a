"""How long somebody was in an online session, and what that makes of it.

Instants are whole seconds since 1970 (UTC): a session is measured in seconds, whatever the
clocks on the wall do meanwhile. Thresholds are compared with the seconds themselves, never
with the rounded percentage.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

#: From its first second to the second after its last.
Interval = tuple[int, int]


class Presence(StrEnum):
    """What was measured. Not an outcome of an enrollment, and not a person's own answer."""

    PRESENT = "present"
    LATE = "late"
    PARTIAL = "partial"
    ABSENT = "absent"


class StaffMark(StrEnum):
    """What staff say about somebody's session, with a reason. It beats what was measured."""

    PRESENT = "present"
    LATE = "late"
    PARTIAL = "partial"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT_UNEXCUSED = "absent_unexcused"


class Part(StrEnum):
    """As what somebody without a place was in the room."""

    TEACHER = "teacher"
    STAFF = "staff"


#: What counts as having been there, where an event's policy lets online presence count.
CAME = frozenset({Presence.PRESENT, Presence.LATE})
CAME_BY_MARK = frozenset({StaffMark.PRESENT, StaffMark.LATE})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In percent of the session's length; `grace_seconds` from its start."""

    grace_seconds: int = 15 * 60
    absent_below: int = 10
    partial_up_to: int = 50
    late_up_to: int = 75


class StayTimes(NamedTuple):
    """One stay. `seen` is the last sign of life of one whose leave is not known (`left` is None).

    `closed` is when its room was over after that, as far as it is known (`domain.room_end`).
    """

    joined: int
    left: int | None
    seen: int
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class ScheduledSession:
    """The scheduled time that counts, and the rules of its kind."""

    starts: int
    ends: int
    thresholds: Thresholds = Thresholds()

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError("a session ends after it starts")

    @property
    def length(self) -> int:
        return self.ends - self.starts


class Measured(NamedTuple):
    """What one person's stays come to in one session.

    `entered` and `left` are of the stays that reach into the session and may lie outside it;
    `left` is None while the end is unknown. `seconds`, `hundredths` (of a percent) and
    `intervals` are what is proven, so `seconds` is `least` until the reconciler has closed
    what stayed open. `status` is None where least and most come to different ones.
    `late_seconds` is how long after the start somebody came who came after the grace time and
    does not count as absent.
    """

    entered: int | None
    left: int | None
    intervals: tuple[Interval, ...]
    seconds: int
    least: int
    most: int
    hundredths: int
    status: Presence | None
    late_seconds: int
    #: Kept in English; `languages.kept_texts` says it to its reader.
    note: str

    @property
    def needs_review(self) -> bool:
        return self.status is None


def measure_presence(stays: Iterable[StayTimes], session: ScheduledSession, *, is_reconciled: bool = False) -> Measured:
    """Measure one person's stays in a session that is over.

    A stay without its leave ends at most when its room was closed or the session ended, and at least
    when it was last heard of; once `is_reconciled` the former is taken for true.
    """
    known: list[Interval] = []
    least: list[Interval] = []
    most: list[Interval] = []
    entered, left, open_ends = [], [], []
    for stay in stays:
        joined, gone, seen, _ = stay
        closed_at = latest_end(stay, session) if gone is None else gone
        if joined >= session.ends or closed_at <= session.starts or closed_at <= joined:
            continue
        entered.append(joined)
        whole = (max(joined, session.starts), min(closed_at, session.ends))
        if gone is not None:
            known.append(whole)
            left.append(gone)
            continue
        open_ends.append(closed_at)
        most.append(whole)
        least.append((whole[0], min(max(joined, seen, whole[0]), whole[1])))
    if not open_ends:
        return _certain(entered, left, unite(known), session, note="")
    at_most = unite(known + most)
    if is_reconciled:
        return _certain(entered, left + open_ends, at_most, session, note=_closed_sentence(open_ends, session))
    return _uncertain(entered, unite(known + least), at_most, session, open_stays=len(open_ends))


def possible_presence(
    own: Measured, stays: Iterable[StayTimes], unmatched: Iterable[StayTimes], session: ScheduledSession
) -> Presence | None:
    """What it would be if everybody in the room whom nobody knows had been this person, and every open end late.

    None where that makes nobody present who is not.
    """
    if own.status in CAME:
        return None
    best = measure_presence([*stays, *unmatched], session, is_reconciled=True)
    return best.status if best.status in CAME else None


def silent_presence(session: ScheduledSession) -> Measured:
    """What is known of anybody where the video server told nothing: they may have been there all the time, or never."""
    return Measured(
        entered=None,
        left=None,
        intervals=(),
        seconds=0,
        least=0,
        most=session.length,
        hundredths=0,
        status=None,
        late_seconds=0,
        note="The video server told us nothing about this session.",
    )


def latest_end(stay: StayTimes, session: ScheduledSession) -> int:
    """When a stay without a leave ended at the latest, as far as this session is concerned."""
    return session.ends if stay.closed is None else min(stay.closed, session.ends)


def unite(intervals: list[Interval]) -> tuple[Interval, ...]:
    """The same seconds as intervals in order that neither overlap nor touch; empty ones count nothing."""
    united: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if united and start <= united[-1][1]:
            if end > united[-1][1]:
                united[-1] = (united[-1][0], end)
        else:
            united.append((start, end))
    return tuple(united)


def decide_presence(seconds: int, came_after: int, session: ScheduledSession) -> Presence:
    """The status for so many seconds of somebody who first came so many seconds after the start."""
    rule, share, length = session.thresholds, seconds * 100, session.length
    if seconds == 0 or share < rule.absent_below * length:
        return Presence.ABSENT
    if share <= rule.partial_up_to * length:
        return Presence.PARTIAL
    if came_after > rule.grace_seconds and share <= rule.late_up_to * length:
        return Presence.LATE
    return Presence.PRESENT


def hundredths_of_percent(seconds: int, length: int) -> int:
    """A percentage to two decimals, halves rounded up: 6667 stands for 66.67 %."""
    return (seconds * 20_000 + length) // (2 * length)


def _certain(
    entered: list[int], left: list[int], intervals: tuple[Interval, ...], session: ScheduledSession, *, note: str
) -> Measured:
    seconds = _total(intervals)
    came_after = _came_after(intervals, session)
    status = decide_presence(seconds, came_after, session)
    return Measured(
        entered=min(entered, default=None),
        left=max(left, default=None),
        intervals=intervals,
        seconds=seconds,
        least=seconds,
        most=seconds,
        hundredths=hundredths_of_percent(seconds, session.length),
        status=status,
        late_seconds=_late(status, came_after, session),
        note=note,
    )


def _uncertain(
    entered: list[int],
    at_least: tuple[Interval, ...],
    at_most: tuple[Interval, ...],
    session: ScheduledSession,
    *,
    open_stays: int,
) -> Measured:
    least, most = _total(at_least), _total(at_most)
    # They did come in then, however long they stayed.
    came_after = _came_after(at_most, session)
    statuses = {decide_presence(seconds, came_after, session) for seconds in (least, most)}
    status = statuses.pop() if len(statuses) == 1 else None
    return Measured(
        entered=min(entered),
        left=None,
        intervals=at_least,
        seconds=least,
        least=least,
        most=most,
        hundredths=hundredths_of_percent(least, session.length),
        status=status,
        late_seconds=_late(status, came_after, session),
        note=_open_sentence(open_stays, least, most, is_final=status is not None),
    )


def _total(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals)


def _came_after(intervals: tuple[Interval, ...], session: ScheduledSession) -> int:
    return intervals[0][0] - session.starts if intervals else 0


def _late(status: Presence | None, came_after: int, session: ScheduledSession) -> int:
    is_absent = status is Presence.ABSENT
    return 0 if is_absent or came_after <= session.thresholds.grace_seconds else came_after


def _closed_sentence(ends: list[int], session: ScheduledSession) -> str:
    """How what stayed open was closed."""
    at_end = sum(end == session.ends for end in ends)
    by_room = sorted({(session.ends - end) // 60 for end in ends if end != session.ends}, reverse=True)
    if not by_room:
        return f"{_no_leave(len(ends))}: closed at the scheduled end."
    before = " and ".join(f"{minutes} min" for minutes in by_room)
    closed = f"closed when the room was, {before} before the scheduled end"
    return f"{_no_leave(len(ends))}: {closed}{' and closed at the scheduled end' if at_end else ''}."


def _open_sentence(open_stays: int, least: int, most: int, *, is_final: bool) -> str:
    times = f"there for {_length(least)} at least and {_length(most)} at most"
    return f"{_no_leave(open_stays)}: {times}{', which comes to the same' if is_final else ''}."


def _no_leave(stays: int) -> str:
    return "No leave was reported" if stays == 1 else f"No leave was reported for {stays} stays"


def _length(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 60 or seconds == 0 else f"{seconds} s"
