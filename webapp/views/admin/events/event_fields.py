"""The event form's fields: from text to a draft and back, every mistake named in words."""

from collections.abc import Sequence
from typing import Any

from webapp.domain.event_days import event_days, require_times, require_timezone
from webapp.domain.events.closure import MOST_DELAY_MINUTES, AttendanceRequirement
from webapp.domain.events.event_draft import (
    MAX_CAPACITY,
    EventDraft,
    parse_wall_time,
    require_consistent,
)
from webapp.domain.places.access import WhoMay
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.party import MOST_HEADS
from webapp.domain.places.standby import MOST_MINUTES
from webapp.domain.refusal import Refused
from webapp.views.admin.events.event_sentences import FIELD_OF, SENTENCES
from webapp.views.admin.events.hours_choice import HOURS_CHOICES
from webapp.views.forms.clock_words import local_text
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import (
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    line,
    line_or_empty,
    one_of,
    or_none,
    prose,
    switch,
    whole,
)
from webapp.views.words.formatting import COVER_HUES, COVER_PATTERNS
from webapp.views.words.instants import zone_name

PLACE_LIMIT = 200
_MAX_DAYS = 366
TIMES = ("starts_at", "ends_at", "opens_at", "closes_at", "list_opens_at")
_SWITCHES = ("has_waitlist", "online_counts", "asks_added", "parties_pass", "standby_automatic", "issues_certificates")
NAMES = tuple(EventDraft.__slots__)
EVENT = FormKind((*NAMES, *(one.other for one in HOURS_CHOICES)), sentences=SENTENCES, field_of=FIELD_OF)


def filled(stored: Any) -> Form:
    """The form of an event as it is stored (a row with event and policy columns, or a draft)."""
    times = {name: local_text(getattr(stored, name), stored.timezone) for name in TIMES}
    form = EVENT.filled({name: getattr(stored, name) for name in NAMES} | times)
    _show_hours(form)
    return form


def new_form(cover: str, facility_id: int | None) -> Form:
    """An empty form with the usual choices made."""
    return EVENT.filled(
        {
            "cover": cover,
            "facility_id": facility_id,
            "method": EnrollmentMethod.RSVP,
            "attendance_requirement": AttendanceRequirement.ANY_DAY,
            "has_waitlist": True,
            "closing_delay_minutes": 0,
            "party_size": 1,
            "who_may": WhoMay.OPEN,
        }
    )


def sent_form(stored: Any = None, *, is_frozen: bool = False) -> Form:
    """What was sent. A frozen event's form has words only: what it leaves out is as stored."""
    form = EVENT.sent(instead=filled(stored).values if is_frozen else None)
    # As the form of earlier versions sends it.
    form.values["closing_delay_minutes"] = form.values["closing_delay_minutes"] or "0"
    form.values["party_size"] = form.values["party_size"] or "1"
    form.values["who_may"] = form.values["who_may"] or WhoMay.OPEN
    _show_hours(form)
    return form


def draft_of(form: Form, facilities: Sequence[Any], stored: Any = None) -> EventDraft | None:
    """The draft that the form describes, or None with the mistakes noted in it."""
    read, known = form.read, {one.id: one for one in facilities}
    facility_id = read("facility_id", choice_of(facility_options(facilities), "unknown_facility"))
    zone = read("timezone", lambda text: _zone(form, text, known[facility_id].timezone if facility_id else "")) or ""
    values = {
        "title": read("title", line(TITLE_LIMIT)),
        "description": read("description", prose(DESCRIPTION_LIMIT)),
        "place": read("place", line_or_empty(PLACE_LIMIT)),
        "facility_id": facility_id,
        "cover": read("cover", _cover),
        "timezone": zone,
        "method": read("method", one_of(EnrollmentMethod)),
        "who_may": read("who_may", one_of(WhoMay)),
        "capacity": read("capacity", or_none(whole(1, MAX_CAPACITY))),
        "party_size": read("party_size", whole(1, MOST_HEADS)),
        "closing_delay_minutes": read("closing_delay_minutes", whole(0, MOST_DELAY_MINUTES)),
        "standby_minutes": read("standby_minutes", or_none(whole(0, MOST_MINUTES))),
        **{choice.name: choice.read(form) for choice in HOURS_CHOICES},
        **{name: read(name, switch) for name in _SWITCHES},
        **_requirement(form),
        **(_times(form, zone, stored) if zone else {}),
    }
    if form.errors:
        return None
    # Without a line there is nothing that could happen automatically.
    values["standby_automatic"] = values["standby_automatic"] and values["standby_minutes"] is not None
    if values["who_may"] is not WhoMay.OPEN:
        # Nobody else is let in whom the list could be before.
        values["list_opens_at"] = None
    draft = EventDraft(**values)
    form.check(lambda: require_consistent(draft))
    return None if form.errors else draft


def facility_options(facilities: Sequence[Any]) -> list[tuple[int, str]]:
    """The facilities to choose from, each with its clocks."""
    return told_apart((one.id, f"{one.name}, {zone_name(one.timezone)}") for one in facilities)


def _show_hours(form: Form) -> None:
    for choice in HOURS_CHOICES:
        choice.show(form)


def day_count(form: Form, default_timezone: str | None) -> tuple[Any, ...]:
    """The event's days as far as the form tells, () while its times cannot be read."""
    zone = form.values["timezone"].strip() or default_timezone
    try:
        starts_at, _ = parse_wall_time(form.values["starts_at"], zone or "")
        ends = form.values["ends_at"]
        ends_at = parse_wall_time(ends, zone or "")[0] if ends.strip() else None
        require_times(starts_at, ends_at)
    except Refused:
        return ()
    return event_days(starts_at, ends_at, zone or "UTC")


def _zone(form: Form, text: str, of_facility: str) -> str:
    name = text.strip() or of_facility
    require_timezone(name)
    form.values["timezone"] = name
    return name


def _times(form: Form, zone: str, stored: Any) -> dict[str, Any]:
    def read(name: str) -> Any:
        kept = getattr(stored, name) if stored is not None and stored.timezone == zone else None
        return form.read_instant(name, zone, stored=kept, required=name == "starts_at")

    return {name: read(name) for name in TIMES}


def _requirement(form: Form) -> dict[str, Any]:
    requirement = form.read("attendance_requirement", one_of(AttendanceRequirement))
    asks = requirement is AttendanceRequirement.MINIMUM_DAYS
    minimum = form.read("minimum_days", whole(1, _MAX_DAYS)) if asks else None
    return {"attendance_requirement": requirement, "minimum_days": minimum}


def _cover(text: str) -> str:
    if text not in {f"{pattern} {hue}" for pattern in COVER_PATTERNS for hue in COVER_HUES}:
        raise Refused("unknown_choice")
    return text
