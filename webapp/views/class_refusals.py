"""What is said when something about a program or a class is refused, and the HTTP status of it."""

from collections.abc import Mapping

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "class_frozen": (
        "This class is {status}, so nothing of it can be changed any more.",
        "This class is completed or cancelled, so nothing of it can be changed any more.",
    ),
    "illegal_class_move": (
        "This class is {from_status}, so it cannot become {to_status}. Nothing was changed.",
        "This class cannot be moved like that. Nothing was changed.",
    ),
    "start_after_end": ("Enter an end that is not before the start",),
    "class_too_long": ("A class can last {days} days at most", "Enter an earlier end"),
    "class_not_deletable": (
        "Only a scheduled class can be deleted, and this one is {status}. Nothing was changed.",
        "This class has {because} ({count}), so it is kept. Cancel it instead. Nothing was changed.",
        "Only a scheduled class that nobody was ever in can be deleted. Nothing was changed.",
    ),
    "class_not_archivable": (
        "Only a completed or cancelled class can be archived, and this one is {status}. Nothing was changed.",
        "Only a completed or cancelled class can be archived. Nothing was changed.",
    ),
    "no_class_chosen": ("Choose at least one class",),
    "too_many_classes": ("Choose at most {most} classes at once", "Choose fewer classes"),
    "class_already_saved": ("This class was already saved.",),
    "class_capacity_below": (
        "{people} enrolled. Enter {taken} or more.",
        "More people are enrolled than that. Enter a higher number.",
    ),
    "program_inactive": ("This program is not active. Activate it first, or choose another one",),
    "program_not_offered_here": ("The program is not offered at this facility. Choose another one",),
    "program_archived": ("This program is archived, so it cannot be changed any more. Nothing was changed.",),
    "program_name_taken": ("There is already a program with this name",),
    "program_already_saved": ("This program was already saved.",),
    "program_runs": (
        "Classes of this program still run or are scheduled ({classes}). Complete or cancel them first.",
        "Classes of this program still run or are scheduled. Complete or cancel them first.",
    ),
    "facility_has_classes": (
        "Classes run or are scheduled at {facility}. Keep it, or complete or cancel them first.",
        "Classes run or are scheduled at one of these facilities. Keep it.",
    ),
    "room_name_taken": ("There is already a room with this name",),
    "room_in_use": ("Classes are or were held in this room, so it stays. Nothing was changed.",),
    "room_elsewhere": ("Choose a room of the facility of this class",),
    "instructor_unknown": ("Choose somebody of the team from the list",),
    "facility_fixed": ("The class has sessions or people already, so its facility stays.",),
    "local_date_invalid": ("Enter a date like 2026-06-15",),
    "clock_time_invalid": ("Enter a time like 18:30",),
    # recurrence and sessions
    "rrule_invalid": ("Write the rule like FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12",),
    "rrule_too_frequent": ("Sessions can recur daily, weekly or monthly, not more often than once a day",),
    "rrule_beyond_class": (
        "The rule goes on after {ends_on}, the last day of the class. End it earlier",
        "The rule goes on after the last day of the class. End it earlier",
    ),
    "rule_before_class": ("Start on or after the first day of the class", "Start within the dates of the class"),
    "too_many_sessions": (
        "This rule gives more than {most} sessions. Let it end earlier, or plan them less often",
        "This rule gives too many sessions. Let it end earlier",
    ),
    "no_sessions": ("This rule gives no session on the days of the class",),
    "sessions_overlap_themselves": (
        "The class meets on {at} at that time. Choose another one, or shorter sessions",
        "The class would meet twice at the same time. Choose another one, or shorter sessions",
    ),
    "minutes_out_of_range": ("Enter a length from 1 to 1,440 minutes",),
    "class_session_outside": (
        "Choose a day from {starts_on} to {ends_on}, the days of the class",
        "Choose a day of the class",
    ),
    "sessions_outside_dates": (
        "Sessions lie outside these dates ({sessions}). Move or cancel them first, or keep their days",
        "Sessions lie outside these dates. Move or cancel them first",
    ),
    "room_clash": (
        "The room {room} is taken by “{title}” on {at}. Nothing was changed.",
        "The room is taken by another session at that time. Nothing was changed.",
    ),
    "instructor_clash": (
        "{instructor} teaches “{title}” on {at}. Nothing was changed.",
        "The instructor teaches another session at that time. Nothing was changed.",
    ),
    "class_session_cancelled": ("This session is cancelled already. Nothing was changed.",),
    "class_session_marked": (
        "Roll-call was taken in {sessions} of these sessions, so their times stay. Nothing was changed.",
        "Roll-call was taken, so the time stays. Nothing was changed.",
    ),
    "nothing_changed_here": ("Nothing of the session is different. Change something first",),
    "change_undone": ("This change was taken back already. Nothing was changed.",),
    "changed_since": ("A session was changed again since then. Take that change back first.",),
}  # fmt: skip

_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "not_of_facility": ("Nobody with this address belongs to the facility of this class.",),
    "person_deactivated": ("Deactivated at this facility. Reactivate them first.",),
    "person_clash": ("Another class of theirs meets at the same time.",),
    "class_full": (
        "All {capacity} places are taken, and nobody can wait for one.",
        "All places are taken. Nothing was changed.",
    ),
    "class_not_begun": ("The class has not begun, so a place in it can only be cancelled. Nothing was changed.",),
    "class_running": ("The class runs, so a place in it is ended and not cancelled. Nothing was changed.",),
    "class_seat_stays": ("Only a place on the waitlist can be given up here. Write to the organizer instead.",),
    "people_refused": (
        "{people} cannot be enrolled any more, so nobody was. Look at the file again.",
        "Somebody cannot be enrolled any more, so nobody was. Look at the file again.",
    ),
    "nobody_chosen": ("Choose somebody from the list",),
    "too_many_people": ("Choose {most} people at most", "Choose fewer people"),
    "people_unknown": (
        "Nobody has an account with {addresses}. Enter their names, too.",
        "Nobody has an account with this address. Enter the name, too.",
    ),
    "address_repeated": ("The same address as in line {line}", "The same address as in a line before"),
    "lines_broken": ("Nobody was added, because of these lines: {lines}", "Nobody was added"),
    "file_missing": ("Choose a file",),
    "completion_revoked": ("This certificate was revoked already. Nothing was changed.",),
}

_ACTIVATION: Mapping[str, tuple[str, ...]] = {
    "not_activated": ("There is no activation of this class to take back. Nothing was changed.",),
    "activation_too_old": (
        "It was activated on an earlier day, and can be taken back on the same day only. Nothing was changed.",
    ),
    "activation_has_marks": ("Roll-call was taken since, so the activation stays. Nothing was changed.",),
    "activation_left": ("Somebody left the class since, so the activation stays. Nothing was changed.",),
}

_ROLL_CALL: Mapping[str, tuple[str, ...]] = {
    "roll_call_not_begun": ("This class has not begun yet, so nobody can be marked. Nothing was changed.",),
    "session_in_future": ("This session is on a later date, so nobody can be marked yet. Nothing was changed.",),
    "marks_refused": ("There is a problem with {people} of the lines. Nothing was changed.", "Nothing was changed."),
    "not_enrolled_that_day": ("This person had no place in the class on that date",),
    "out_not_after_in": ("Enter a time out that is after the time in",),
    "partial_needs_times": ("Enter when they came, when they left, or both",),
    "times_outside_session": ("Enter times in the session, or mark them absent",),
    "clock_time_invalid": ("Enter a time like 18:05",),
    "mark_is_measured": ("This comes from the online session. Say something else instead of deleting it.",),
    "date_invalid": ("Enter a date like 2026-06-13",),
    "period_too_long": ("Choose a period of {days} days at most", "Choose a shorter period"),
}

SENTENCES: Mapping[str, tuple[str, ...]] = {**_PROGRAMS, **_PEOPLE, **_ACTIVATION, **_ROLL_CALL}

#: Refusals that say that the state is another one; the rest are about a value (422).
_PROGRAMS_409 = (
    "class_frozen", "illegal_class_move", "class_not_deletable", "class_not_archivable", "class_already_saved",
    "program_archived", "program_already_saved", "program_runs", "room_clash", "instructor_clash",
    "class_session_cancelled", "class_session_marked", "change_undone", "changed_since", "room_in_use",
)  # fmt: skip
_PEOPLE_409: tuple[str, ...] = (
    "not_of_facility", "person_deactivated", "person_clash", "class_full", "class_not_begun", "class_running",
    "class_seat_stays", "people_refused", "completion_revoked",
)  # fmt: skip
_ACTIVATION_409 = ("not_activated", "activation_too_old", "activation_has_marks", "activation_left")
_ROLL_CALL_409 = ("roll_call_not_begun", "mark_is_measured")

STATUS: Mapping[str, int] = dict.fromkeys((*_PROGRAMS_409, *_PEOPLE_409, *_ACTIVATION_409, *_ROLL_CALL_409), 409)
