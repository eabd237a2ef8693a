"""The forms of a class's sessions: a plan that recurs, and a change of one or several."""

from datetime import date
from typing import Any

from webapp.domain.classes.class_draft import parse_clock_time, parse_local_date
from webapp.domain.classes.session_change import SessionChange, length_of, wall_time
from webapp.domain.online.session_kind import LESSON_KINDS, require_lesson_kind
from webapp.domain.permission import Reach
from webapp.domain.recurrence import LONGEST_MINUTES, SHORTEST_MINUTES, Scope, SessionPlan
from webapp.languages.words import N_, gettext
from webapp.queries.classes.program import rooms_of, team_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.views.forms.form import Form, FormKind, Sentences
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import one_of, or_none, switch, whole
from webapp.views.forms.reason import REASON, read_decision
from webapp.views.forms.recurrence import read_rule

_ALWAYS = ("at", "minutes", "room_id", "instructor_id", "online_kind")
_SENTENCES: Sentences = {
    ("minutes", "number_invalid"): N_("Enter the length in minutes as a whole number from {low} to {high}"),
    ("interval", "number_invalid"): N_("Enter how often as a whole number from {low} to {high}"),
    ("count", "number_invalid"): N_("Enter the number of sessions as a whole number from {low} to {high}"),
}
_FIELD_OF = {
    "rrule_invalid": "rule",
    "rrule_too_frequent": "rule",
    "rrule_beyond_class": "until",
    "too_many_sessions": "until",
    "rule_before_class": "starts_on",
    "no_sessions": "starts_on",
    "minutes_out_of_range": "minutes",
    "sessions_overlap_themselves": "at",
    "room_elsewhere": "room_id",
    "instructor_unknown": "instructor_id",
    "room_clash": "room_id",
    "instructor_clash": "instructor_id",
    "class_session_outside": "local_on",
    "session_started": "online_kind",
    "time_skipped": "at",
    "date_out_of_range": "starts_on",
}
PLAN = FormKind(
    ("repeat", "interval", "starts_on", "until", "count", "rule", "skips_days_off", *_ALWAYS),
    lists=("day",),
    sentences=_SENTENCES,
    field_of=_FIELD_OF,
)
CHANGE = FormKind(
    ("scope", "reason", "local_on", *_ALWAYS), sentences={**REASON.sentences, **_SENTENCES}, field_of=_FIELD_OF
)
CANCELLING = REASON.plus("scope")


def options_of(program_class: ClassFacts) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Rooms of the class's facility, and the team, to choose from."""
    rooms, team = rooms_of(Reach(frozenset({program_class.organization_id}))), team_of(program_class.organization_id)
    return (
        told_apart((one.id, one.name) for one in rooms if one.facility_id == program_class.facility_id),
        told_apart(((one.id, one.name) for one in team), {one.id: one.email for one in team}),
    )


def new_plan(program_class: ClassFacts, today: date) -> Form:
    """An empty plan: weekly, from the class's start or today, in its room and with its instructor."""
    first = min(max(program_class.starts_on, today), program_class.ends_on)
    return PLAN.filled(
        {
            "repeat": "weekly",
            "skips_days_off": True,
            "interval": 1,
            "starts_on": first,
            "at": "18:00",
            "minutes": 90,
            "room_id": program_class.room_id,
            "instructor_id": program_class.instructor_id,
        }
    )


def read_plan(program_class: ClassFacts) -> tuple[Form, SessionPlan | None]:
    """The form that was sent, and its plan (or None with the mistakes noted)."""
    fields = PLAN.sent()
    rooms, team = options_of(program_class)
    starts_on = fields.read("starts_on", parse_local_date)
    at = fields.read("at", parse_clock_time)
    minutes = fields.read("minutes", whole(SHORTEST_MINUTES, LONGEST_MINUTES))
    room_id = fields.read("room_id", or_none(choice_of(rooms, "room_elsewhere")))
    instructor_id = fields.read("instructor_id", or_none(choice_of(team, "instructor_unknown")))
    online_kind = fields.read("online_kind", _online_kind)
    skips = fields.read("skips_days_off", switch)
    rule = read_rule(fields, starts_on)
    if fields.errors or rule is None:
        return fields, None
    return fields, SessionPlan(
        rule, starts_on, at, minutes, room_id, instructor_id, online_kind, skips_days_off=bool(skips)
    )


def online_options() -> list[tuple[str, str]]:
    """Not held online, or the kinds of an online session of a class."""
    return [("", gettext("Not online")), *((kind.word, gettext(kind.name)) for kind in LESSON_KINDS.values())]


def _online_kind(text: str) -> str | None:
    require_lesson_kind(text or None)
    return text or None


def change_fields(session: Any, timezone: str) -> Form:
    """The form of a session as it is."""
    return CHANGE.filled(
        {
            "scope": Scope.THIS,
            "local_on": session.local_on,
            "at": f"{wall_time(session.starts_at, timezone):%H:%M}",
            "minutes": length_of(session),
            "room_id": session.room_id,
            "instructor_id": session.instructor_id,
            "online_kind": session.online_kind,
        },
        version=session.version,
    )


def read_change(session: Any, program_class: ClassFacts) -> tuple[Form, SessionChange | None]:
    """The form that was sent, and what it changes (None with the mistakes noted): only what differs from the session.

    So "from here" moves the hour of all and leaves everybody's own room alone where only the hour was typed anew.
    """
    fields = read_decision(CHANGE)
    stands = change_fields(session, program_class.timezone).values
    rooms, team = options_of(program_class)
    parsers = {
        "local_on": parse_local_date,
        "at": parse_clock_time,
        "minutes": whole(SHORTEST_MINUTES, LONGEST_MINUTES),
        "room_id": or_none(choice_of(rooms, "room_elsewhere")),
        "instructor_id": or_none(choice_of(team, "instructor_unknown")),
        "online_kind": _online_kind,
    }
    values = {
        name: fields.read(name, parse) for name, parse in parsers.items() if fields.values[name].strip() != stands[name]
    }
    scope = scope_of(fields)
    if "local_on" in values and scope is not Scope.THIS:
        fields.errors.setdefault("local_on", gettext("Only one session can be moved to another day at a time"))
    return fields, None if fields.errors else SessionChange(values)


def scope_of(fields: Form) -> Scope:
    """This, from here or all; anything else is noted as a mistake."""
    return fields.read("scope", one_of(Scope)) or Scope.THIS
