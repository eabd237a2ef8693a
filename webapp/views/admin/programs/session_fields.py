"""The forms of a class's sessions: a plan that recurs, and a change of one or several."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request

from webapp.domain.class_draft import parse_clock_time, parse_local_date
from webapp.domain.program_class import MAX_DAYS
from webapp.domain.recurrence import (
    LONGEST_MINUTES,
    MOST_SESSIONS,
    SHORTEST_MINUTES,
    WEEKDAYS,
    Recurrence,
    SessionPlan,
    parse_rule,
)
from webapp.domain.refusal import Refused
from webapp.domain.session_change import Scope, SessionChange, length_of, wall_time
from webapp.domain.session_kind import LESSON_KINDS, require_lesson_kind
from webapp.queries.classes.program import rooms_of, team_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.views.admin.programs.fields import Fields, choice_or_none, read_form, whole
from webapp.views.instants import WEEKDAYS as WEEKDAY_NAMES

PLAN_NAMES = (
    "repeat", "interval", "starts_on", "at", "minutes", "until", "count", "rule", "room_id", "instructor_id",
    "online_kind",
)  # fmt: skip
CHANGE_NAMES = ("scope", "local_on", "at", "minutes", "room_id", "instructor_id", "online_kind")
LABELS = {"minutes": "the length in minutes", "interval": "how often", "count": "the number of sessions"}
REPEATS = ("once", "daily", "weekly", "monthly", "rule")
#: The field that a rule about several of them is shown at.
FIELD_OF: Mapping[str, str] = {
    "rrule_invalid": "rule", "rrule_too_frequent": "rule", "rrule_beyond_class": "until", "too_many_sessions": "until",
    "rule_before_class": "starts_on", "no_sessions": "starts_on", "minutes_out_of_range": "minutes",
    "sessions_overlap_themselves": "at", "room_elsewhere": "room_id", "instructor_unknown": "instructor_id",
    "room_clash": "room_id", "instructor_clash": "instructor_id", "class_session_outside": "local_on",
    "session_started": "online_kind",
    "date_out_of_range": "starts_on",
}  # fmt: skip
_LAST_WEEK = 5


def options_of(program_class: ClassFacts) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Rooms of the class's facility, and the team, to choose from."""
    rooms = rooms_of([program_class.organization_id])
    return (
        [(one.id, one.name) for one in rooms if one.facility_id == program_class.facility_id],
        [(one.id, one.name) for one in team_of(program_class.organization_id)],
    )


def new_plan(program_class: ClassFacts, today: date) -> Fields:
    """An empty plan: weekly, from the class's start or today, in its room and with its instructor."""
    first = min(max(program_class.starts_on, today), program_class.ends_on)
    return Fields({
        **dict.fromkeys(PLAN_NAMES, ""), "repeat": "weekly", "interval": "1", "starts_on": f"{first}", "at": "18:00",
        "minutes": "90", "room_id": str(program_class.room_id or ""),
        "instructor_id": str(program_class.instructor_id or ""),
    }, LABELS)  # fmt: skip


def read_plan(program_class: ClassFacts) -> tuple[Fields, list[str], SessionPlan | None]:
    """The form that was sent, the weekdays ticked, and its plan (or None with the mistakes noted)."""
    fields, days = read_form(request.form, PLAN_NAMES, LABELS), request.form.getlist("day")
    rooms, team = options_of(program_class)
    starts_on = fields.read("starts_on", parse_local_date)
    at = fields.read("at", parse_clock_time)
    minutes = fields.read("minutes", whole("minutes", SHORTEST_MINUTES, LONGEST_MINUTES))
    room_id = fields.read("room_id", choice_or_none(dict(rooms), "room_elsewhere"))
    instructor_id = fields.read("instructor_id", choice_or_none(dict(team), "instructor_unknown"))
    online_kind = fields.read("online_kind", _online_kind)
    rule = _rule(fields, days, starts_on)
    if fields.errors or rule is None:
        return fields, days, None
    return fields, days, SessionPlan(rule, starts_on, at, minutes, room_id, instructor_id, online_kind)


def online_options() -> list[tuple[str, str]]:
    """Not held online, or the kinds of an online session of a class."""
    return [("", "Not online"), *((kind.word, kind.name) for kind in LESSON_KINDS.values())]


def _online_kind(text: str) -> str | None:
    require_lesson_kind(text or None)
    return text or None


def _rule(fields: Fields, days: Sequence[str], starts_on: date | None) -> Recurrence | None:
    repeat = fields.values["repeat"]
    if repeat not in REPEATS:
        fields.errors["repeat"] = "Choose one of the answers"
        return None
    if repeat == "once":
        return parse_rule("FREQ=DAILY;COUNT=1")
    if repeat == "rule":
        return fields.read("rule", parse_rule)
    parts = [f"FREQ={repeat.upper()}", *_every(fields), *_end(fields)]
    if repeat == "weekly" and days:
        if not set(days) <= set(WEEKDAYS):
            fields.errors["day-MO"] = "Choose weekdays from the list"
            return None
        parts.append("BYDAY=" + ",".join(one for one in WEEKDAYS if one in days))
    if repeat == "monthly" and starts_on is not None:
        parts.append(f"BYDAY={_nth(starts_on)}{WEEKDAYS[starts_on.weekday()]}")
    return None if fields.errors else fields.read("until", lambda _text: parse_rule(";".join(parts)))


def _every(fields: Fields) -> list[str]:
    interval = fields.read("interval", whole("interval", 1, MAX_DAYS // 2))
    return [f"INTERVAL={interval}"] if interval else []


def _end(fields: Fields) -> list[str]:
    until, count = fields.values["until"].strip(), fields.values["count"].strip()
    if until and count:
        fields.errors["count"] = "Enter a last day or a number of sessions, not both"
        return []
    if count:
        number = fields.read("count", whole("count", 1, MOST_SESSIONS))
        return [f"COUNT={number}"] if number else []
    if until:
        last = fields.read("until", parse_local_date)
        return [f"UNTIL={last:%Y%m%d}"] if last else []
    return []


def _nth(on: date) -> int:
    """Which of its weekday in the month that is; the fifth is the last."""
    nth = (on.day - 1) // 7 + 1
    return -1 if nth == _LAST_WEEK else nth


def weekday_options() -> list[tuple[str, str]]:
    """MO Monday, ..."""
    return list(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True))


def change_fields(session: Any, timezone: str) -> Fields:
    """The form of a session as it is."""
    return Fields({
        "scope": Scope.THIS.value, "local_on": f"{session.local_on}",
        "at": f"{wall_time(session.starts_at, timezone):%H:%M}",
        "minutes": str(length_of(session)), "room_id": str(session.room_id or ""),
        "instructor_id": str(session.instructor_id or ""), "online_kind": session.online_kind or "",
    }, LABELS)  # fmt: skip


def read_change(session: Any, program_class: ClassFacts) -> tuple[Fields, SessionChange | None]:
    """The form that was sent, and what it changes (None with the mistakes noted): only what differs from the session.

    So "from here" moves the hour of all and leaves everybody's own room alone where only the hour was typed anew.
    """
    fields = read_form(request.form, CHANGE_NAMES, LABELS)
    stands = change_fields(session, program_class.timezone).values
    rooms, team = options_of(program_class)
    parsers = {
        "local_on": parse_local_date,
        "at": parse_clock_time,
        "minutes": whole("minutes", SHORTEST_MINUTES, LONGEST_MINUTES),
        "room_id": choice_or_none(dict(rooms), "room_elsewhere"),
        "instructor_id": choice_or_none(dict(team), "instructor_unknown"),
        "online_kind": _online_kind,
    }
    values = {
        name: fields.read(name, parse)
        for name, parse in parsers.items()
        if fields.values[name].strip() != stands[name]
    }
    scope = scope_of(fields)
    if "local_on" in values and scope is not Scope.THIS:
        fields.errors.setdefault("local_on", "Only one session can be moved to another day at a time")
    return fields, None if fields.errors else SessionChange(values)


def scope_of(fields: Fields) -> Scope:
    """This, from here or all; anything else is noted as a mistake."""

    def parse(text: str) -> Scope:
        if text not in set(Scope):
            raise Refused("unknown_choice")
        return Scope(text)

    return fields.read("scope", parse) or Scope.THIS
