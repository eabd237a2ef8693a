"""What is said when something about a program or a class is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "class_frozen": (
        N_("This class is {status}, so nothing of it can be changed any more."),
        N_("This class is completed or cancelled, so nothing of it can be changed any more."),
    ),
    "illegal_class_move": (
        N_("This class is {from_status}, so it cannot become {to_status}. Nothing was changed."),
        N_("This class cannot be moved like that. Nothing was changed."),
    ),
    "start_after_end": (N_("Enter an end that is not before the start"),),
    "class_too_long": (N_("A class can last {days} days at most"), N_("Enter an earlier end")),
    "class_not_deletable": (
        N_("Only a scheduled class can be deleted, and this one is {status}. Nothing was changed."),
        N_("This class has {because} ({count}), so it is kept. Cancel it instead. Nothing was changed."),
        N_("Only a scheduled class that nobody was ever in can be deleted. Nothing was changed."),
    ),
    "class_not_archivable": (
        N_("Only a completed or cancelled class can be archived, and this one is {status}. Nothing was changed."),
        N_("Only a completed or cancelled class can be archived. Nothing was changed."),
    ),
    "no_class_chosen": (N_("Choose at least one class"),),
    "too_many_classes": (N_("Choose at most {most} classes at once"), N_("Choose fewer classes")),
    "class_already_saved": (N_("This class was already saved."),),
    "class_capacity_below": (
        N_("{people} enrolled. Enter {taken} or more."),
        N_("More people are enrolled than that. Enter a higher number."),
    ),
    "program_inactive": (N_("This program is not active. Activate it first, or choose another one"),),
    "program_not_offered_here": (N_("The program is not offered at this facility. Choose another one"),),
    "program_archived": (N_("This program is archived, so it cannot be changed any more. Nothing was changed."),),
    "program_name_taken": (N_("There is already a program with this name"),),
    "program_already_saved": (N_("This program was already saved."),),
    "program_runs": (
        N_("Classes of this program still run or are scheduled ({classes}). Complete or cancel them first."),
        N_("Classes of this program still run or are scheduled. Complete or cancel them first."),
    ),
    "facility_has_classes": (
        N_("Classes run or are scheduled at {facility}. Keep it, or complete or cancel them first."),
        N_("Classes run or are scheduled at one of these facilities. Keep it."),
    ),
    "room_name_taken": (N_("There is already a room with this name"),),
    "room_in_use": (N_("Classes are or were held in this room, so it stays. Nothing was changed."),),
    "room_elsewhere": (N_("Choose a room of the facility of this class"),),
    "instructor_unknown": (N_("Choose somebody of the team from the list"),),
    "facility_fixed": (N_("The class has sessions or people already, so its facility stays."),),
    "local_date_invalid": (N_("Enter a date like 2026-06-15"),),
    "clock_time_invalid": (N_("Enter a time like 18:30"),),
    # recurrence and sessions
    "rrule_invalid": (N_("Write the rule like FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12"),),
    "rrule_too_frequent": (N_("Sessions can recur daily, weekly or monthly, not more often than once a day"),),
    "rrule_beyond_class": (
        N_("The rule goes on after {ends_on}, the last day of the class. End it earlier"),
        N_("The rule goes on after the last day of the class. End it earlier"),
    ),
    "rule_before_class": (
        N_("Start on or after the first day of the class"),
        N_("Start within the dates of the class"),
    ),
    "too_many_sessions": (
        N_("This rule gives more than {most} sessions. Let it end earlier, or plan them less often"),
        N_("This rule gives too many sessions. Let it end earlier"),
    ),
    "no_sessions": (N_("This rule gives no session on the days of the class"),),
    "sessions_overlap_themselves": (
        N_("The class meets on {at} at that time. Choose another one, or shorter sessions"),
        N_("The class would meet twice at the same time. Choose another one, or shorter sessions"),
    ),
    "minutes_out_of_range": (N_("Enter a length from 1 to 1,440 minutes"),),
    "class_session_outside": (
        N_("Choose a day from {starts_on} to {ends_on}, the days of the class"),
        N_("Choose a day of the class"),
    ),
    "sessions_outside_dates": (
        N_("Sessions lie outside these dates ({sessions}). Move or cancel them first, or keep their days"),
        N_("Sessions lie outside these dates. Move or cancel them first"),
    ),
    "room_clash": (
        N_("The room {room} is taken by “{title}” on {at}. Nothing was changed."),
        N_("The room is taken by another session at that time. Nothing was changed."),
    ),
    "instructor_clash": (
        N_("{instructor} teaches “{title}” on {at}. Nothing was changed."),
        N_("The instructor teaches another session at that time. Nothing was changed."),
    ),
    "class_session_cancelled": (N_("This session is cancelled already. Nothing was changed."),),
    "class_session_marked": (
        N_("Roll-call was taken in {sessions} of these sessions, so their times stay. Nothing was changed."),
        N_("Roll-call was taken, so the time stays. Nothing was changed."),
    ),
    "nothing_changed_here": (N_("Nothing of the session is different. Change something first"),),
    "change_undone": (N_("This change was taken back already. Nothing was changed."),),
    "changed_since": (N_("A session was changed again since then. Take that change back first."),),
}

_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "not_of_facility": (N_("Nobody with this address belongs to the facility of this class."),),
    "person_deactivated": (N_("Deactivated at this facility. Reactivate them first."),),
    "person_clash": (N_("Another class of theirs meets at the same time."),),
    "same_facility": (N_("They are at this facility already. Choose another one"),),
    "facility_elsewhere": (N_("Choose a facility of this organization"),),
    "not_at_facility": (N_("They are not at this facility any more. Nothing was changed."),),
    "deactivated_at_new_facility": (N_("They are deactivated at this facility. Reactivate them there first"),),
    "class_full": (
        N_("All {capacity} places are taken, and nobody can wait for one."),
        N_("All places are taken. Nothing was changed."),
    ),
    "class_not_begun": (N_("The class has not begun, so a place in it can only be cancelled. Nothing was changed."),),
    "class_running": (N_("The class runs, so a place in it is ended and not cancelled. Nothing was changed."),),
    "class_seat_stays": (N_("Only a place on the waitlist can be given up here. Write to the organizer instead."),),
    "people_refused": (
        N_("{people} cannot be enrolled any more, so nobody was. Look at the file again."),
        N_("Somebody cannot be enrolled any more, so nobody was. Look at the file again."),
    ),
    "nobody_chosen": (N_("Choose somebody from the list"),),
    "too_many_people": (N_("Choose {most} people at most"), N_("Choose fewer people")),
    "people_unknown": (N_("Somebody in this file has no account yet. Add the name, too"),),
    "line_repeated": (N_("Same person as in line {line}"), N_("Same person as in a line before")),
    "line_superseded": (N_("Answered again in line {line}"), N_("Answered again further down")),
    "answered_no": (N_("Not coming: “{says}”"), N_("Not coming")),
    "answered_no_but_enrolled": (
        N_("The file says “{says}”, but this person is in the class. Nothing is changed"),
        N_("The file says they are not coming, but this person is in the class. Nothing is changed"),
    ),
    "answered_nothing": (N_("No answer yet: “{says}”"), N_("No answer yet")),
    "answered_waitlist": (
        N_("Waiting: “{says}”. Places are free, so enroll them by hand"),
        N_("Waiting. Places are free, so enroll them by hand"),
    ),
    "address_shared": (
        N_(
            "Same address as {other} in line {line}. Each person needs their own: "
            "change it in the file, or delete the line"
        ),
        N_("Same address as somebody else in the file. Each person needs their own: change it, or delete the line"),
    ),
    "name_needed": (N_("Has no account yet, so a name is needed"),),
    "file_missing": (N_("Choose a file"),),
    "completion_revoked": (N_("This certificate was revoked already. Nothing was changed."),),
}

_ACTIVATION: Mapping[str, tuple[str, ...]] = {
    "not_activated": (N_("There is no activation of this class to take back. Nothing was changed."),),
    "activation_too_old": (
        N_("It was activated on an earlier day, and can be taken back on the same day only. Nothing was changed."),
    ),
    "activation_has_marks": (N_("Roll-call was taken since, so the activation stays. Nothing was changed."),),
    "activation_left": (N_("Somebody left the class since, so the activation stays. Nothing was changed."),),
}

_ROLL_CALL: Mapping[str, tuple[str, ...]] = {
    "roll_call_not_begun": (N_("This class has not begun yet, so nobody can be marked. Nothing was changed."),),
    "session_in_future": (N_("This session is on a later date, so nobody can be marked yet. Nothing was changed."),),
    "marks_refused": (
        N_("There is a problem with {people} of the lines. Nothing was changed."),
        N_("Nothing was changed."),
    ),
    "not_enrolled_that_day": (N_("This person had no place in the class on that date"),),
    "out_not_after_in": (N_("Enter a time out that is after the time in"),),
    "partial_needs_times": (N_("Enter when they came, when they left, or both"),),
    "times_outside_session": (N_("Enter times in the session, or mark them absent"),),
    "clock_time_invalid": (N_("Enter a time like 18:05"),),
    "mark_is_measured": (N_("This comes from the online session. Say something else instead of deleting it."),),
    "date_invalid": (N_("Enter a date like 2026-06-13"),),
    "period_too_long": (N_("Choose a period of {days} days at most"), N_("Choose a shorter period")),
}

SENTENCES: Mapping[str, tuple[str, ...]] = {**_PROGRAMS, **_PEOPLE, **_ACTIVATION, **_ROLL_CALL}

#: Refusals that say that the state is another one; the rest are about a value (422).
_PROGRAMS_409 = (
    "class_frozen",
    "illegal_class_move",
    "class_not_deletable",
    "class_not_archivable",
    "class_already_saved",
    "program_archived",
    "program_already_saved",
    "program_runs",
    "room_clash",
    "instructor_clash",
    "class_session_cancelled",
    "class_session_marked",
    "change_undone",
    "changed_since",
    "room_in_use",
)
_PEOPLE_409: tuple[str, ...] = (
    "not_of_facility",
    "person_deactivated",
    "person_clash",
    "class_full",
    "class_not_begun",
    "class_running",
    "class_seat_stays",
    "people_refused",
    "completion_revoked",
    "not_at_facility",
    "deactivated_at_new_facility",
)
_ACTIVATION_409 = ("not_activated", "activation_too_old", "activation_has_marks", "activation_left")
_ROLL_CALL_409 = ("roll_call_not_begun", "mark_is_measured")

STATUS: Mapping[str, int] = dict.fromkeys((*_PROGRAMS_409, *_PEOPLE_409, *_ACTIVATION_409, *_ROLL_CALL_409), 409)
