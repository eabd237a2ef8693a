"""What is wrong with the event form, in words that say what to do."""

from collections.abc import Callable

from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.views.forms.clock_words import skipped_words
from webapp.views.forms.form import Sentences
from webapp.views.forms.readers import DESCRIPTION_SENTENCES
from webapp.views.words.formatting import plural

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
    "applicants_left_over": "method",
    "standby_needs_one_day": "standby_minutes",
    "standby_needs_waitlist": "standby_minutes",
    "standby_needs_limit": "standby_minutes",
    "list_opens_alone": "opens_at",
    "list_opens_late": "list_opens_at",
    "list_opens_for_all": "list_opens_at",
}


def _lost_check_ins(refused: Refused) -> str:
    return plural(
        int(str(refused.facts["check_ins"])),
        "{n} check-in is on a day outside these times. Keep that day",
        "{n} check-ins are on days outside these times. Keep those days",
    )


def _lost_sessions(refused: Refused) -> str:
    return plural(
        int(str(refused.facts["sessions"])),
        "{n} online session would be outside these times. Move it or call it off first",
        "{n} online sessions would be outside these times. Move them or call them off first",
    )


def bad_time(words: str) -> Callable[[Refused], str]:
    """The sentence about a time that cannot be read; `words`: which time."""

    def sentence(_refused: Refused) -> str:
        return gettext("Enter a valid date and time for {field}, like 2026-06-13 10:00", field=words)

    return sentence


#: What cannot be read as a time at all, by field.
BAD_TIMES: Sentences = {
    (field, code): bad_time(words)
    for field, words in {
        "starts_at": N_("the start"),
        "ends_at": N_("the end"),
        "opens_at": N_("when enrollment opens"),
        "closes_at": N_("when enrollment closes"),
        "list_opens_at": N_("when enrollment opens for the list"),
    }.items()
    for code in ("wall_time_invalid", "date_out_of_range")
}
SENTENCES: Sentences = {
    **BAD_TIMES,
    ("title", "text_missing"): N_("Enter a title"),
    ("title", "text_too_long"): N_("Shorten the title to {limit} characters"),
    ("title", "text_broken"): N_("Remove line breaks and characters that can’t be displayed from the title"),
    **DESCRIPTION_SENTENCES,
    ("place", "text_too_long"): N_("Shorten the room or meeting point to {limit} characters"),
    ("place", "text_broken"): N_(
        "Remove line breaks and characters that can’t be displayed from the room or meeting point"
    ),
    ("capacity", "number_invalid"): (
        N_("Enter a whole number of places from {low} to {high}, or leave it blank for no limit")
    ),
    ("closing_delay_minutes", "number_invalid"): N_("Choose when to decide who attended"),
    ("party_size", "number_invalid"): N_("Enter a whole number of people from {low} to {high}"),
    ("standby_minutes", "number_invalid"): N_("Choose how long to wait for people, or no standby line"),
    ("minimum_days", "number_invalid"): N_("Enter the minimum number of days"),
    **{
        (field, "number_invalid"): N_("Enter a whole number of hours from {low} to {high}")
        for field in ("other_deadline_hours", "other_offer_hours", "other_last_call_hours")
    },
    "unknown_timezone": N_("Enter a time zone by its city, like Europe/Berlin or America/Sao_Paulo"),
    "unknown_facility": N_("Choose a facility"),
    "unknown_choice": N_("Choose one of the options"),
    "time_skipped": skipped_words,
    "check_ins_outside": _lost_check_ins,
    "sessions_outside_event": _lost_sessions,
}
