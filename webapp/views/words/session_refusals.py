"""What is said when something about an online session is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # planning
    "session_end_not_after_start": (N_("Enter an end that is after the start"),),
    "session_too_long": (N_("A session can last at most {hours} hours"), N_("Enter an earlier end")),
    "session_outside_event": (N_("Start on a day of the event, and end no more than an hour after the event"),),
    "session_in_past": (N_("This session would already be over. Enter a later time"),),
    "series_too_long": (N_("Plan at most {most} sessions at once"), N_("Plan fewer sessions at once")),
    "room_name_invalid": (N_("Use up to 100 letters from A to Z, digits, dots, hyphens and underscores"),),
    "room_name_reserved": (N_("We give names like session-12 automatically. Choose another one, or leave this blank"),),
    "room_taken": (
        N_("The room {room} is taken by “{title}” at that time. Choose another room or another time."),
        N_("The room {room} belongs to someone else. Choose another name."),
        N_("This room is taken. Choose another one."),
    ),
    "session_started": (N_("This session has started, so you can no longer change it. Nothing was changed."),),
    "session_cancelled": (N_("This session was called off. Nothing was changed."),),
    # joining
    "session_not_open": (N_("The room opens {opens_at}."), N_("The room opens 15 minutes before the start.")),
    "session_over": (N_("This session is over."),),
    # measuring and marking
    "session_not_over": (N_("This session isn’t over yet. Nothing was changed."),),
    "session_not_begun": (N_("This session hasn’t started yet. Nothing was changed."),),
    "not_marked": (N_("This person has no mark, or the mark was already removed."),),
    "not_on_roster": (N_("This person has no place in the event. Nothing was changed."),),
    "identity_unknown": (N_("No one joined a session of this event under that name. Nothing was changed."),),
    "identity_known": (N_("This name already belongs to an account, so it can’t be matched. Nothing was changed."),),
    "identity_matched": (
        N_("This was matched with {name} a moment ago. Check it and decide again."),
        N_("This was matched with someone else a moment ago. Check it and decide again."),
    ),
}
STATUS: Mapping[str, int] = dict.fromkeys(
    (
        "room_taken",
        "session_started",
        "session_cancelled",
        "session_not_open",
        "session_over",
        "session_not_over",
        "session_not_begun",
        "not_marked",
        "not_on_roster",
        "identity_matched",
    ),
    409,
)
