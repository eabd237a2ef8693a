"""What is wrong with the event form, in words that say what to do."""

from datetime import datetime
from zoneinfo import ZoneInfo

from webapp.domain.refusal import Refused
from webapp.views.formatting import plural
from webapp.views.instants import MONTHS, clock_time, zone_name
from webapp.views.wording import refusal_sentence

#: The field that a rule about several of them is shown at.
FIELD_OF = {
    "unknown_timezone": "timezone",
    "end_not_after_start": "ends_at",
    "end_at_midnight": "ends_at",
    "event_too_long": "ends_at",
    "minimum_days_out_of_range": "minimum_days",
    "window_upside_down": "opens_at",
    "window_after_end": "closes_at",
    "unknown_facility": "facility_id",
    "capacity_below_seats": "capacity",
    "check_ins_outside": "starts_at",
    "sessions_outside_event": "ends_at",
    "room_taken": "starts_at",
}
_LABELS = {
    "title": "title", "description": "description", "place": "place", "timezone": "time zone",
    "facility_id": "facility",
}  # fmt: skip
_TIMES = {
    "starts_at": "the start", "ends_at": "the end", "opens_at": "the opening", "closes_at": "the closing",
}  # fmt: skip
_NUMBERS = {
    "capacity": "Enter a whole number of places from {low} to {high:,}, or leave it empty for no limit",
    "minimum_days": "Enter on how many days somebody has to be there",
    "cancellation_deadline_hours": "Enter a whole number of hours from {low} to {high:,}, or leave it empty",
    "facility_id": "Choose a facility",
}


def field_sentence(name: str, refused: Refused) -> str:
    """One sentence for the field: what to enter, not what is invalid."""
    facts, label = refused.facts, _LABELS.get(name, name)
    match refused.code:
        case "number_invalid":
            return _NUMBERS[name].format(**facts)
        case "text_missing":
            return f"Enter a {label}"
        case "text_too_long":
            return f"Shorten the {label} to {facts['limit']:,} characters"
        case "text_broken":
            return f"Remove line breaks and control characters from the {label}"
        case "wall_time_invalid" | "date_out_of_range":
            return f"Enter {_TIMES[name]} as a date and a time that exist, like 2026-06-13 10:00"
        case "time_skipped":
            return _skipped(**facts)
        case "unknown_timezone":
            return "Enter a time zone by its IANA name, like Europe/Berlin or America/Sao_Paulo"
        case "unknown_facility":
            return "Choose a facility"
        case "check_ins_outside":
            lost = plural(int(str(facts["check_ins"])), "check-in is", "check-ins are")
            return f"{lost} on days outside these times. Keep those days"
        case "sessions_outside_event":
            lost = plural(int(str(facts["sessions"])), "online session", "online sessions")
            return f"{lost} would lie outside these times. Move or call off what does not fit first"
        case "unknown_choice":
            return "Choose one of the options"
        case _:
            return refusal_sentence(refused.code, **facts)


def _skipped(*, skipped: datetime, meant: datetime, timezone: str) -> str:
    return (
        f"The clocks skip {_local(skipped, 'UTC')} in {_city(timezone)}; "
        f"{clock_time(meant, timezone)} is meant. Enter that"
    )


def fold_note(instant: datetime, timezone: str) -> str:
    """Said after saving: the clocks show that time twice, and which of the two was taken."""
    return f"The clocks show {_local(instant, timezone)} twice in {_city(timezone)}; the first of the two is taken."


def _local(instant: datetime, timezone: str) -> str:
    """02:30 on 29 March"""
    local = instant.astimezone(ZoneInfo(timezone))
    return f"{local:%H:%M} on {local.day} {MONTHS[local.month - 1]}"


def _city(timezone: str) -> str:
    return zone_name(timezone).removesuffix(" time")
