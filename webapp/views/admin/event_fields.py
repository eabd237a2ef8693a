"""The event form's fields: from text to a draft and back, every mistake named in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from webapp.domain.closure import AttendanceRequirement
from webapp.domain.enrollment import EnrollmentMethod
from webapp.domain.event_days import event_days, require_times, require_timezone
from webapp.domain.event_draft import (
    MAX_CAPACITY,
    MAX_DEADLINE_HOURS,
    EventDraft,
    parse_wall_time,
    require_consistent,
)
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, clean_prose
from webapp.views.admin.event_sentences import FIELD_OF, field_sentence, fold_note
from webapp.views.formatting import COVER_HUES, COVER_PATTERNS

TITLE_LIMIT, PLACE_LIMIT, DESCRIPTION_LIMIT = 160, 200, 8000
_MAX_DAYS = 366
_TIMES = ("starts_at", "ends_at", "opens_at", "closes_at")
_SWITCHES = ("has_waitlist", "online_counts")
NAMES = (
    "title", "description", "facility_id", "place", "timezone", *_TIMES, "cover", "method", "capacity",
    "attendance_requirement", "minimum_days", "cancellation_deadline_hours", *_SWITCHES,
)  # fmt: skip
Value = TypeVar("Value")


@dataclass
class EventFields:
    """What stands in the form: texts by field name, mistakes by field name, notes to say."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_error(self, refused: Refused) -> bool:
        """Name the field that a rule refused; False when it is not about one field."""
        name = FIELD_OF.get(refused.code)
        if name is not None:
            self.errors.setdefault(name, field_sentence(name, refused))
        return name is not None


def local_text(instant: datetime | None, timezone: str) -> str:
    """An instant as the form writes it: 2026-06-13 10:00 on the clocks of that zone."""
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def fields_of(stored: Any) -> EventFields:
    """The form of an event as it is stored (a row with event and policy columns, or a draft)."""
    values = {name: "" if getattr(stored, name) is None else str(getattr(stored, name)) for name in NAMES}
    values |= {name: local_text(getattr(stored, name), stored.timezone) for name in _TIMES}
    values |= {name: "1" if getattr(stored, name) else "" for name in _SWITCHES}
    return EventFields(values)


def new_fields(cover: str, facility_id: int | None) -> EventFields:
    """An empty form with the usual choices made."""
    values = dict.fromkeys(NAMES, "")
    values |= {
        "cover": cover, "facility_id": str(facility_id or ""), "method": EnrollmentMethod.RSVP.value,
        "attendance_requirement": AttendanceRequirement.ANY_DAY.value, "has_waitlist": "1",
    }  # fmt: skip
    return EventFields(values)


def read_fields(form: MultiDict[str, str], stored: Any = None, *, is_frozen: bool = False) -> EventFields:
    """What was sent. A frozen event's form has words only: what it leaves out is as stored."""
    sent = EventFields({name: form.get(name, "") for name in NAMES})
    if is_frozen:
        sent.values = {**fields_of(stored).values, **{name: form[name] for name in NAMES if name in form}}
    for name in NAMES:
        if len(form.getlist(name)) > 1:
            sent.errors[name] = "This was sent twice. Enter it once"
    return sent


def draft_of(fields: EventFields, facilities: Sequence[Any], stored: Any = None) -> EventDraft | None:
    """The draft that the form describes, or None with the mistakes noted in `fields.errors`."""
    return _Reader(fields, {one.id: one for one in facilities}, stored).draft()


def day_count(fields: EventFields, default_timezone: str | None) -> tuple[Any, ...]:
    """The event's days as far as the form tells, () while its times cannot be read."""
    zone = fields.values["timezone"].strip() or default_timezone
    try:
        starts_at, _ = parse_wall_time(fields.values["starts_at"], zone or "")
        ends = fields.values["ends_at"]
        ends_at = parse_wall_time(ends, zone or "")[0] if ends.strip() else None
        require_times(starts_at, ends_at)
    except Refused:
        return ()
    return event_days(starts_at, ends_at, zone or "UTC")


class _Reader:
    def __init__(self, fields: EventFields, facilities: dict[int, Any], stored: Any) -> None:
        self.fields, self.facilities, self.stored = fields, facilities, stored
        self.zone = ""

    def draft(self) -> EventDraft | None:
        facility_id = self._read("facility_id", self._facility)
        self.zone = self._read("timezone", lambda text: self._zone(text, facility_id)) or ""
        values = {
            "title": self._read("title", lambda text: clean_line(text, limit=TITLE_LIMIT, field="title")),
            "description": self._read(
                "description", lambda text: clean_prose(text, limit=DESCRIPTION_LIMIT, field="description")
            ),
            "place": self._read("place", _place),
            "facility_id": facility_id,
            "cover": self._read("cover", _cover),
            "timezone": self.zone,
            "method": self._read("method", _one_of(EnrollmentMethod)),
            "capacity": self._read("capacity", _number_or_none("capacity", 1, MAX_CAPACITY)),
            "cancellation_deadline_hours": self._read(
                "cancellation_deadline_hours",
                _number_or_none("cancellation_deadline_hours", 0, MAX_DEADLINE_HOURS),
            ),
            **{name: self._read(name, _switch) for name in _SWITCHES},
            **self._requirement(),
            **(self._times() if self.zone else {}),
        }
        if self.fields.errors:
            return None
        return self._consistent(EventDraft(**values))

    def _read(self, name: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(self.fields.values[name])
        except Refused as refused:
            self.fields.errors.setdefault(name, field_sentence(name, refused))
            return None

    def _facility(self, text: str) -> int:
        facility_id = parse_whole(text, low=1, high=MAX_ID, field="facility_id")
        if facility_id not in self.facilities:
            raise Refused("unknown_facility")
        return facility_id

    def _zone(self, text: str, facility_id: int | None) -> str:
        name = text.strip() or (self.facilities[facility_id].timezone if facility_id else "")
        require_timezone(name)
        self.fields.values["timezone"] = name
        return name

    def _times(self) -> dict[str, datetime | None]:
        return {name: self._read(name, lambda text, name=name: self._instant(name, text)) for name in _TIMES}

    def _instant(self, name: str, text: str) -> datetime | None:
        if not text.strip() and name != "starts_at":
            return None
        kept = self._kept(name, text)
        if kept is not None:
            return kept
        instant, note = parse_wall_time(text, self.zone)
        if note == "fold":
            self.fields.notes.append(fold_note(instant, self.zone))
        return instant

    def _kept(self, name: str, text: str) -> datetime | None:
        """The stored instant where its text was left alone: a form has minutes, a row has more."""
        if self.stored is None or self.stored.timezone != self.zone:
            return None
        instant = getattr(self.stored, name)
        return instant if text.strip() == local_text(instant, self.zone) else None

    def _requirement(self) -> dict[str, Any]:
        requirement = self._read("attendance_requirement", _one_of(AttendanceRequirement))
        asks = requirement is AttendanceRequirement.MINIMUM_DAYS
        minimum = self._read("minimum_days", lambda text: _whole("minimum_days", text, 1, _MAX_DAYS)) if asks else None
        return {"attendance_requirement": requirement, "minimum_days": minimum}

    def _consistent(self, draft: EventDraft) -> EventDraft | None:
        try:
            require_consistent(draft)
        except Refused as refused:
            self.fields.add_error(refused)
            return None
        return draft


def _place(text: str) -> str:
    return clean_line(text, limit=PLACE_LIMIT, field="place") if text.strip() else ""


def _cover(text: str) -> str:
    if text not in {f"{pattern} {hue}" for pattern in COVER_PATTERNS for hue in COVER_HUES}:
        raise Refused("unknown_choice")
    return text


def _switch(text: str) -> bool:
    if text not in {"", "1"}:
        raise Refused("unknown_choice")
    return text == "1"


def _one_of(options: type[Value]) -> Callable[[str], Value]:
    def parse(text: str) -> Value:
        try:
            return options(text)
        except ValueError:
            raise Refused("unknown_choice") from None

    return parse


def _whole(name: str, text: str, low: int, high: int) -> int:
    return parse_whole(text, low=low, high=high, field=name)


def _number_or_none(name: str, low: int, high: int) -> Callable[[str], int | None]:
    return lambda text: _whole(name, text, low, high) if text else None
