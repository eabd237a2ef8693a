"""What is said when something about a program or a class is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

_PROGRAMS: Mapping[str, tuple[str | Counted, ...]] = {
    "class_frozen": (
        N_("This class is {status}, so you can no longer change it."),
        N_("This class is completed or called off, so you can no longer change it."),
    ),
    "illegal_class_move": (
        N_("This class is {from_status}, so it can’t become {to_status}. Nothing was changed."),
        N_("This class can’t change to that status. Nothing was changed."),
    ),
    "start_after_end": (N_("Enter a last day that isn’t before the first day"),),
    "class_too_long": (N_("A class can last at most {days} days"), N_("Enter an earlier end")),
    "class_not_deletable": (
        N_("You can only delete a scheduled class, and this one is {status}. Nothing was changed."),
        Counted(
            "enrollments",
            *n_(
                "{n} person has enrolled, so this class can’t be deleted. Call it off instead. Nothing was changed.",
                "{n} people have enrolled, so this class can’t be deleted. Call it off instead. Nothing was changed.",
            ),
        ),
        N_("This class has records, so it can’t be deleted. Call it off instead. Nothing was changed."),
        N_("You can only delete a scheduled class that no one was ever in. Nothing was changed."),
    ),
    "class_not_archivable": (
        N_(
            "You can only archive a class that is completed or called off, and this one is {status}. Nothing "
            "was changed."
        ),
        N_("You can only archive a class that is completed or called off. Nothing was changed."),
    ),
    "no_class_chosen": (N_("Choose at least one class"),),
    "too_many_classes": (N_("Choose at most {most} classes at once"), N_("Choose fewer classes")),
    "class_already_saved": (N_("This class was already saved."),),
    "class_capacity_below": (
        N_("{people} enrolled. Enter {taken} or more."),
        N_("More people are enrolled than that. Enter a higher number."),
    ),
    "program_inactive": (N_("This program isn’t active. Activate it first, or choose another one"),),
    "program_not_offered_here": (N_("This program isn’t offered at this facility. Choose another one"),),
    "program_archived": (N_("This program is archived, so you can no longer change it. Nothing was changed."),),
    "program_name_taken": (N_("A program with this name already exists"),),
    "program_already_saved": (N_("This program was already saved."),),
    "program_runs": (
        N_("This program still has active or scheduled classes ({classes}). Complete them or call them off first."),
        N_("This program still has active or scheduled classes. Complete them or call them off first."),
    ),
    "facility_has_classes": (
        N_(
            "There are active or scheduled classes at {facility}. Keep it, or complete the classes or call them "
            "off first."
        ),
        N_("There are active or scheduled classes at one of these facilities. Keep it."),
    ),
    "room_name_taken": (N_("A room with this name already exists"),),
    "room_in_use": (N_("Classes use or used this room, so it can’t be removed. Nothing was changed."),),
    "room_elsewhere": (N_("Choose a room at this class’s facility"),),
    "instructor_unknown": (N_("Choose a team member"),),
    "facility_fixed": (N_("The class already has sessions or people, so you can’t change its facility."),),
    "local_date_invalid": (N_("Enter a date like 2026-06-15"),),
    "clock_time_invalid": (N_("Enter a time like 18:30"),),
    # recurrence and sessions
    "rrule_invalid": (N_("Enter a rule like FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12"),),
    "rrule_too_frequent": (N_("Sessions can repeat daily, weekly or monthly, at most once a day"),),
    "rrule_beyond_class": (
        N_("The sessions would go on after {ends_on}, the last day of the class. End them earlier"),
        N_("The sessions would go on after the last day of the class. End them earlier"),
    ),
    "rule_before_class": (
        N_("Start on or after the first day of the class"),
        N_("Start within the dates of the class"),
    ),
    "too_many_sessions": (
        N_("This would be more than {most} sessions. End them earlier, or plan them less often"),
        N_("These would be too many sessions. End them earlier"),
    ),
    "no_sessions": (N_("There would be no session during the class. Change the days"),),
    "sessions_overlap_themselves": (
        N_("The class already meets on {at} at that time. Choose another time, or shorter sessions"),
        N_("The class would meet twice at the same time. Choose another time, or shorter sessions"),
    ),
    "minutes_out_of_range": (N_("Enter a length from 1 to 1,440 minutes"),),
    "class_session_outside": (
        N_("Choose a day during the class, from {starts_on} to {ends_on}"),
        N_("Choose a day during the class"),
    ),
    "sessions_outside_dates": (
        N_("There are sessions outside these dates ({sessions}). Move them or call them off first, or keep their days"),
        N_("There are sessions outside these dates. Move them or call them off first"),
    ),
    "facility_name_taken": (N_("Another facility has this name. Choose a different one"),),
    "facility_in_use": (
        N_("Events or classes are still planned here. Move, finish or call them off first, then archive the facility."),
    ),
    "facility_zone_settled": (
        Counted(
            "sessions",
            *n_(
                "{n} session was held here already, so the time zone can’t change. Add a facility with another one.",
                "{n} sessions were held here already, so the time zone can’t change. Add a facility with another one.",
            ),
        ),
        N_("Sessions were held here already, so the time zone can’t change. Add a facility with another one."),
    ),
    "room_clash": (
        N_("The room {room} is taken by “{title}” on {at}. Nothing was changed."),
        N_("The room is taken by another session at that time. Nothing was changed."),
    ),
    "instructor_clash": (
        N_("{instructor} already teaches “{title}” on {at}. Nothing was changed."),
        N_("The instructor already teaches another session at that time. Nothing was changed."),
    ),
    "class_session_cancelled": (N_("This session is already called off. Nothing was changed."),),
    "class_session_marked": (
        N_("Roll call was taken in {sessions} of these sessions, so their times can’t change. Nothing was changed."),
        N_("Roll call was taken, so the time can’t change. Nothing was changed."),
    ),
    "nothing_changed_here": (N_("No changes to save"),),
    "change_undone": (N_("This change was already undone. Nothing was changed."),),
    "changed_since": (N_("A session was changed again since. Undo that change first."),),
}

_PEOPLE: Mapping[str, tuple[str | Counted, ...]] = {
    "not_of_facility": (N_("No one with this address belongs to the class’s facility."),),
    "person_deactivated": (N_("Deactivated at this facility. Reactivate them first."),),
    "person_clash": (N_("They have another class at the same time."),),
    "same_facility": (N_("They’re already at this facility. Choose another one"),),
    "facility_elsewhere": (N_("Choose a facility of this organization"),),
    "not_at_facility": (N_("They’re no longer at this facility. Nothing was changed."),),
    "deactivated_at_new_facility": (N_("They’re deactivated at this facility. Reactivate them there first"),),
    "class_full": (
        Counted(
            "capacity",
            *n_(
                "The only place is taken, and there’s no waitlist.",
                "All {n} places are taken, and there’s no waitlist.",
            ),
        ),
        N_("All places are taken. Nothing was changed."),
    ),
    "class_not_begun": (N_("The class hasn’t started. Cancel the place instead of ending the enrollment."),),
    "class_running": (N_("This class has started. End the enrollment instead of cancelling the place."),),
    "class_seat_stays": (N_("You can only leave a waitlist here. Write to the organizer to cancel a place."),),
    "people_refused": (
        Counted(
            "people",
            *n_(
                "{n} person can no longer be enrolled, so no one was. Check the file again.",
                "{n} people can no longer be enrolled, so no one was. Check the file again.",
            ),
        ),
        N_("Someone can no longer be enrolled, so no one was. Check the file again."),
    ),
    "nobody_chosen": (N_("Choose someone from the list"),),
    "too_many_people": (N_("Choose at most {most} people"), N_("Choose fewer people")),
    "people_unknown": (N_("Someone in this file has no account yet. Add their name, too"),),
    "line_repeated": (N_("Same person as in line {line}"), N_("Same person as in an earlier line")),
    "line_superseded": (N_("Answered again in line {line}"), N_("Answered again further down")),
    "answered_no": (N_("Not coming: “{says}”"), N_("Not coming")),
    "answered_no_but_enrolled": (
        N_("The file says “{says}”, but this person is in the class. They stay enrolled"),
        N_("The file says they aren’t coming, but this person is in the class. They stay enrolled"),
    ),
    "answered_nothing": (N_("No answer yet: “{says}”"), N_("No answer yet")),
    "answered_waitlist": (
        N_("Waiting: “{says}”. Places are free, so enroll them by hand"),
        N_("Waiting. Places are free, so enroll them by hand"),
    ),
    "address_shared": (
        N_("At most {most} people come with one address. Give this one an address of their own, or delete the line"),
        N_("Too many people come with this address. Give this one an address of their own, or delete the line"),
    ),
    "name_needed": (N_("Has no account yet, so a name is needed"),),
    "file_missing": (N_("Choose a file"),),
    "completion_revoked": (N_("This certificate was already revoked. Nothing was changed."),),
}

_ACTIVATION: Mapping[str, tuple[str | Counted, ...]] = {
    "not_activated": (N_("This class has no start to undo. Nothing was changed."),),
    "activation_too_old": (
        N_("It started on an earlier day, and a start can only be undone on the same day. Nothing was changed."),
    ),
    "activation_has_marks": (N_("Roll call has been taken since, so the start can’t be undone. Nothing was changed."),),
    "activation_left": (N_("Someone has left the class since, so the start can’t be undone. Nothing was changed."),),
}

_ROLL_CALL: Mapping[str, tuple[str | Counted, ...]] = {
    "roll_call_not_begun": (N_("This class hasn’t started yet, so no one can be marked. Nothing was changed."),),
    "session_in_future": (N_("This session is on a later date, so no one can be marked yet. Nothing was changed."),),
    "marks_refused": (
        Counted(
            "people",
            *n_(
                "There’s a problem with {n} line. Nothing was changed.",
                "There are problems with {n} lines. Nothing was changed.",
            ),
        ),
        N_("Nothing was changed."),
    ),
    "not_enrolled_that_day": (N_("This person had no place in the class on that date"),),
    "out_not_after_in": (N_("Enter a time out that’s after the time in"),),
    "partial_needs_times": (N_("Enter when they came, when they left, or both"),),
    "times_outside_session": (N_("Enter times within the session, or mark them absent"),),
    "clock_time_invalid": (N_("Enter a time like 18:05"),),
    "mark_is_measured": (N_("This comes from the online session, so it can’t be deleted. Change it instead."),),
    "date_invalid": (N_("Enter a date like 2026-06-13"),),
    "period_too_long": (N_("Choose a period of at most {days} days"), N_("Choose a shorter period")),
}

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {**_PROGRAMS, **_PEOPLE, **_ACTIVATION, **_ROLL_CALL}

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
    "facility_in_use",
    "facility_zone_settled",
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
