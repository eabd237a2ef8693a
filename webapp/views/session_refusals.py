"""What is said when something about an online session is refused, and the HTTP status of it."""

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # planning
    "session_end_not_after_start": ("Enter an end that is after the start",),
    "session_too_long": ("A session can last {hours} hours at most", "Enter an earlier end"),
    "session_outside_event": (
        "Start on a day of the event, and end at most an hour after the event does",
    ),
    "session_in_past": ("This session would be over already. Enter times to come",),
    "series_too_long": ("Plan at most {most} sessions at once", "Plan fewer sessions at once"),
    "room_name_invalid": ("Use up to 100 letters from A to Z, digits, dots, hyphens and underscores",),
    "room_name_reserved": ("Names like session-12 are given by themselves. Choose another one, or leave this empty",),
    "room_taken": (
        "The room {room} is taken by “{title}” at that time. Choose another room or another time.",
        "The room {room} belongs to somebody else. Choose another name.",
        "This room is taken. Choose another one.",
    ),
    "session_started": ("This session has begun, so it cannot be changed any more. Nothing was changed.",),
    "session_cancelled": ("This session was called off. Nothing was changed.",),
    # joining
    "session_not_open": ("The room opens {opens_at}.", "The room opens 15 minutes before the start."),
    "session_over": ("This session is over.",),
    # measuring and marking
    "session_not_over": ("This session is not over yet. Nothing was changed.",),
    "session_not_begun": ("This session has not begun yet. Nothing was changed.",),
    "not_marked": ("Nobody marked this person, or the mark was taken back already.",),
    "not_on_roster": ("This person has no place in the event. Nothing was changed.",),
    "identity_unknown": ("Nobody came to a session of this event under that name. Nothing was changed.",),
    "identity_known": ("This name says itself who it is. Nothing was changed.",),
    "identity_matched": (
        "This was matched with {name} a moment ago. Look at it and decide again.",
        "This was matched with somebody else a moment ago. Look at it and decide again.",
    ),
}  # fmt: skip
STATUS: Mapping[str, int] = dict.fromkeys(
    (
        "room_taken", "session_started", "session_cancelled", "session_not_open", "session_over", "session_not_over",
        "session_not_begun", "not_marked", "not_on_roster", "identity_matched",
    ),
    409,
)  # fmt: skip
