"""What may be changed about the sessions of a class, one or several at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.recurrence import session_times
from webapp.domain.refusal import Refused

#: What a session can be changed in, as its trail keeps it.
KEPT = ("local_on", "starts_at", "ends_at", "room_id", "instructor_id", "online_kind", "status", "reason")


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What is to be different; a field that is not in `values` stays.

    `values` may hold `local_on` (one session only), `at` (wall-clock time), `minutes`, `room_id`,
    `instructor_id` (None: nobody in particular), `online_kind` (None: not online).
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    cancels: bool = False

    @property
    def moves_time(self) -> bool:
        return self.cancels or bool({"local_on", "at", "minutes"} & set(self.values))


def changed_columns(stored: Any, change: SessionChange, timezone: str, *, reason: str) -> dict[str, Any]:
    """The session's columns (`KEPT`) after the change, whether or not any of them is different."""
    kept = {name: getattr(stored, name) for name in KEPT}
    if change.cancels:
        return {**kept, "status": "cancelled", "reason": reason}
    values = change.values
    local_on: date = values.get("local_on", stored.local_on)
    if change.moves_time:
        at: time = values.get("at", wall_time(stored.starts_at, timezone))
        minutes = values.get("minutes", length_of(stored))
        kept["local_on"] = local_on
        kept["starts_at"], kept["ends_at"] = session_times(local_on, at, minutes, timezone)
    kept |= {name: values[name] for name in ("room_id", "instructor_id", "online_kind") if name in values}
    is_same = all(kept[name] == getattr(stored, name) for name in KEPT)
    return kept if is_same else {**kept, "reason": reason}


def wall_time(instant: datetime, timezone: str) -> time:
    """The time on the clocks of that zone, to the minute."""
    return instant.astimezone(ZoneInfo(timezone)).time().replace(second=0, microsecond=0)


def length_of(session: Any) -> int:
    """Minutes from its start to its end."""
    return int((session.ends_at - session.starts_at).total_seconds()) // 60


def require_inside_class(local_on: date, starts_on: date, ends_on: date) -> None:
    """Refuse a session on a day outside the class (`class_session_outside`)."""
    if not starts_on <= local_on <= ends_on:
        raise Refused("class_session_outside", starts_on=starts_on, ends_on=ends_on)


def require_online_open(stored: Any, columns: Mapping[str, Any], now: datetime) -> None:
    """Whether and how a session is held online is settled when it begins (`session_started`)."""
    if columns["online_kind"] != stored.online_kind and stored.starts_at <= now:
        raise Refused("session_started")


def as_kept(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns in the form the trail keeps them: instants and dates as ISO texts."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}


def as_columns(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail kept, as columns again."""
    return {
        **kept,
        "local_on": date.fromisoformat(kept["local_on"]),
        "starts_at": datetime.fromisoformat(kept["starts_at"]),
        "ends_at": datetime.fromisoformat(kept["ends_at"]),
    }
