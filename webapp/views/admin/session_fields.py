"""The form of an online session: from text to drafts and back, every mistake named in words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.domain.event_draft import parse_wall_time
from webapp.domain.meeting_session import (
    LONGEST_SERIES,
    LONGEST_SESSION,
    TITLE_LIMIT,
    Repeat,
    SessionDraft,
    default_room,
    repeat_times,
    require_room_name,
    require_session_times,
)
from webapp.domain.numbers import parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.session_kind import session_kind
from webapp.domain.text import clean_line
from webapp.views.admin.event_fields import local_text
from webapp.views.admin.event_sentences import field_sentence, fold_note
from webapp.views.wording import refusal_sentence

NAMES = ("title", "kind", "starts_at", "ends_at", "repeat", "count", "room_name")
_FEWEST = 2
#: The field that a rule about several of them is shown at.
_FIELD_OF = {
    "session_end_not_after_start": "ends_at", "session_too_long": "ends_at", "session_in_past": "ends_at",
    "session_outside_event": "starts_at", "series_too_long": "repeat", "room_taken": "room_name",
    "unknown_choice": "kind", "time_skipped": "repeat",
}  # fmt: skip
Value = TypeVar("Value")


@dataclass
class SessionFields:
    """What stands in the form: texts and mistakes by field name, notes to say after saving."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_error(self, refused: Refused) -> bool:
        """Name the field that a rule refused; False when it is not about one field."""
        name = _FIELD_OF.get(refused.code)
        if name is not None:
            self.errors.setdefault(name, _sentence(name, refused))
        return name is not None


def new_fields(event: Any) -> SessionFields:
    """An empty form: one session of the usual kind, from the event's start to its end where that is possible."""
    is_one_day = event.effective_end_at - event.starts_at <= LONGEST_SESSION
    return SessionFields({
        **dict.fromkeys(NAMES, ""), "title": event.title, "kind": "event", "repeat": Repeat.ONCE.value, "count": "4",
        "starts_at": local_text(event.starts_at, event.timezone),
        "ends_at": local_text(event.effective_end_at, event.timezone) if is_one_day else "",
    })  # fmt: skip


def fields_of(session: Any, event: Any) -> SessionFields:
    """The form of a session as it is stored."""
    is_usual = session.room_name == default_room(session.id)
    return SessionFields({
        **dict.fromkeys(NAMES, ""), "title": session.title, "kind": session.kind, "repeat": Repeat.ONCE.value,
        "starts_at": local_text(session.starts_at, event.timezone),
        "ends_at": local_text(session.ends_at, event.timezone),
        "room_name": "" if is_usual else session.room_name,
    })  # fmt: skip


def read_fields(form: MultiDict[str, str]) -> SessionFields:
    """What was sent, one field at a time."""
    sent = SessionFields({name: form.get(name, "") for name in NAMES})
    for name in NAMES:
        if len(form.getlist(name)) > 1:
            sent.errors[name] = "This was sent twice. Enter it once"
    return sent


def drafts_of(fields: SessionFields, event: Any) -> list[SessionDraft] | None:
    """The sessions that the form describes, or None with the mistakes noted in `fields.errors`."""
    first = draft_of(fields, event)
    repeat = _read(fields, "repeat", _repeat)
    is_weekly = repeat is Repeat.WEEKLY
    count = _read(fields, "count", _count) if is_weekly else 1
    if first is None or fields.errors:
        return None
    try:
        times, twice = repeat_times(
            first.starts_at, first.ends_at, repeat=repeat, count=count, days=event.days, timezone=event.timezone
        )
        drafts = [replace(first, starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in times]
        for draft in drafts:
            require_session_times(draft, event)
    except Refused as refused:
        fields.add_error(refused)
        return None
    fields.notes += [fold_note(instant, event.timezone) for instant in sorted(twice)]
    return drafts


def draft_of(fields: SessionFields, event: Any, stored: Any = None) -> SessionDraft | None:
    """The one session that the form describes, or None with the mistakes noted."""
    values = {
        "title": _read(fields, "title", lambda text: clean_line(text, limit=TITLE_LIMIT, field="title")),
        "kind": _read(fields, "kind", lambda text: session_kind(text).word),
        "starts_at": _read(fields, "starts_at", lambda text: _instant(fields, "starts_at", text, event, stored)),
        "ends_at": _read(fields, "ends_at", lambda text: _instant(fields, "ends_at", text, event, stored)),
        "room_name": _read(fields, "room_name", require_room_name),
    }
    if fields.errors:
        return None
    draft = SessionDraft(**values)
    try:
        require_session_times(draft, event)
    except Refused as refused:
        fields.add_error(refused)
        return None
    return draft


def _read(fields: SessionFields, name: str, parse: Callable[[str], Value]) -> Any:
    try:
        return parse(fields.values[name])
    except Refused as refused:
        fields.errors.setdefault(name, _sentence(name, refused))
        return None


def _instant(fields: SessionFields, name: str, text: str, event: Any, stored: Any) -> datetime:
    """The typed time on the clocks of the event; a text that was left alone is the stored instant."""
    if stored is not None and text.strip() == local_text(getattr(stored, name), event.timezone):
        return getattr(stored, name)
    instant, note = parse_wall_time(text, event.timezone)
    if note == "fold":
        fields.notes.append(fold_note(instant, event.timezone))
    return instant


def _repeat(text: str) -> Repeat:
    if text not in set(Repeat):
        raise Refused("unknown_choice")
    return Repeat(text)


def _count(text: str) -> int:
    return parse_whole(text, low=_FEWEST, high=LONGEST_SERIES, field="count")


def _sentence(name: str, refused: Refused) -> str:
    if name == "count":
        return f"Enter a whole number of weeks from {_FEWEST} to {LONGEST_SERIES}"
    if name in {"repeat", "room_name"} and refused.code != "time_skipped":
        return refusal_sentence(refused.code, **refused.facts)
    return field_sentence(name, refused)
