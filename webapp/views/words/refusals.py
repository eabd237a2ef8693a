"""What is said when something is refused: one table, a sentence or more for each code."""

from collections.abc import Collection
from datetime import date, datetime
from string import Formatter

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.program_class import ClassStatus
from webapp.languages import formats
from webapp.languages.words import N_, n_
from webapp.views.words import (
    class_refusals,
    people_refusals,
    session_refusals,
    sharing_refusals,
    sign_in_refusals,
)
from webapp.views.words.access import refusals as access_refusals
from webapp.views.words.class_words import class_enrollment_words, class_words
from webapp.views.words.counted import Counted
from webapp.views.words.desk import refusals as desk_refusals
from webapp.views.words.instants import when
from webapp.views.words.messages import refusals as message_refusals
from webapp.views.words.questions import refusals as question_refusals
from webapp.views.words.series import refusals as series_refusals
from webapp.views.words.statuses import ENROLLMENT, EVENT

# Several sentences for one code: the first whose facts are all known is said.
REFUSALS: dict[str, tuple[str | Counted, ...]] = {
    "already_enrolled": (N_("You are already enrolled. Nothing was changed."),),
    "deadline_passed": (
        N_("You could cancel until {deadline}. If you can’t come, write to the organizer."),
        N_("It’s too late to cancel. If you can’t come, write to the organizer."),
    ),
    "not_enrolled": (
        N_("{name} is not enrolled. Nothing was changed."),
        N_("You are not enrolled. Nothing was changed."),
    ),
    "stale": (N_("This changed a moment ago. Check it and decide again."),),
    "illegal_move": (
        N_("That isn’t possible because the status is {from_status}. Nothing was changed."),
        N_("That’s no longer possible. Nothing was changed."),
    ),
    "reason_required": (N_("Enter a reason"),),
    "capacity_below_seats": (
        Counted(
            "taken",
            *n_(
                "{n} person is already confirmed. Enter {taken} or more, or cancel places first.",
                "{n} people are already confirmed. Enter {taken} or more, or cancel places first.",
            ),
        ),
        N_("More people are confirmed than that. Enter a higher number, or cancel places first."),
    ),
    # enrolling and the waitlist
    "not_published": (N_("This event is not published."),),
    "end_at_midnight": (
        N_("An end at 00:00 counts as another event day. Enter 23:59 the evening before, or a later time."),
    ),
    "event_over": (N_("This event is over. Nothing was changed."),),
    "event_closed": (N_("This event is closed. Changes go through Enrollments."),),
    "closure_begun": (N_("This event is being closed. Nothing was changed."),),
    # answers and feedback after an event
    "link_invalid": (N_("This link doesn’t work. Open it again from the email."),),
    "link_expired": (
        N_("You can no longer change this here. {organization} can still correct it."),
        N_("This link no longer works. Nothing was changed."),
    ),
    "place_gone": (N_("You no longer have a place in this event. Nothing was changed."),),
    "already_said_coming": (N_("You already said you’re coming. Nothing was changed."),),
    "link_of_somebody_else": (N_("This link is for someone else. Nothing was changed."),),
    "answers_not_open": (
        N_("This event hasn’t started yet. You can answer from {opens_at}."),
        N_("This event hasn’t started yet, so there’s nothing to answer."),
    ),
    "answers_closed": (N_("You can no longer change this here. The organizer can still correct it."),),
    "event_called_off": (N_("This event didn’t take place, so there’s nothing to answer."),),
    "event_deleted": (N_("This event no longer exists, so there’s nothing to answer."),),
    "prompt_answered": (N_("You’ve already answered. Nothing was changed."),),
    "prompt_asked_twice": (N_("We’ve asked twice, so we won’t ask again. You can still answer."),),
    "prompt_already_read": (
        N_("We’ll ask again on {asks_again_at}. You can also answer now."),
        N_("You’ve already seen this question, so we won’t ask again. You can still answer."),
    ),
    "no_time_to_ask_again": (
        N_("You can only answer until {closes_at}, so we can’t ask again. Answer now."),
        N_("You can’t answer after that, so we can’t ask again. Answer now."),
    ),
    "answer_unknown": (N_("Choose one of the answers"),),
    "feedback_without_answer": (N_("Tell us first whether you were there. Nothing was changed."),),
    "feedback_not_there": (N_("You said you didn’t go, so there’s nothing to rate. Nothing was changed."),),
    "feedback_missing": (N_("Choose a rating or press Skip"),),
    # organizing
    "instant_to_come": (N_("Choose a time that has passed"),),
    "copy_in_past": (N_("Choose a start that is still to come"),),
    "already_saved": (N_("This event was already saved."),),
    "event_frozen": (N_("This event is finished or called off, so you can no longer change it."),),
    "event_not_draft": (N_("Only a draft can be published. Nothing was changed."),),
    "event_not_cancellable": (
        N_("This event is finished or called off, so it can’t be called off. Nothing was changed."),
    ),
    "people_checked_in": (
        Counted(
            "checked_in",
            *n_(
                "{n} person is checked in, so this event can’t be called off. Nothing was changed.",
                "{n} people are checked in, so this event can’t be called off. Nothing was changed.",
            ),
        ),
        N_("People are checked in, so this event can’t be called off. Nothing was changed."),
    ),
    "applicants_left_over": (
        Counted(
            "pending",
            *n_(
                "{n} person applied, and wouldn’t get a place. Add places, turn on the waitlist, or decide on the "
                "application first",
                "{n} people applied, but only {seats} of them would get a place. Add places, turn on the waitlist, "
                "or decide on the applications first",
            ),
        ),
        N_("Not everyone who applied would get a place. Decide on the applications first"),
    ),
    "event_not_closed": (N_("This event isn’t closed."),),
    "nothing_to_reopen": (N_("Nothing that closing this event decided still stands, so there’s nothing to undo."),),
    "reopening_over": (N_("Events can be reopened within 24 hours of closing. You can still correct single people."),),
    "new_end_adds_day": (N_("Enter a time before midnight: one more day would ask more of everyone."),),
    "new_end_out_of_range": (N_("Enter a time within the next 24 hours."),),
    "consequences_unseen": (N_("This affects people. Read what will happen, then save again."),),
    "check_ins_outside": (N_("There are check-ins on days outside these dates. Keep those days"),),
    "sessions_outside_event": (N_("Online sessions would be outside these times. Nothing was changed."),),
    "nothing_to_withdraw": (N_("There’s no override to withdraw."),),
    "event_still_published": (
        N_("Call this event off before you delete it, so that people know. Nothing was changed."),
    ),
    "title_missing": (N_("Type the title of the event"),),
    "title_differs": (N_("This isn’t the title of the event. Type it exactly as it appears above"),),
    "end_not_after_start": (N_("Enter an end that is after the start"),),
    "event_too_long": (N_("An event can last at most {days} days"), N_("Enter an earlier end")),
    "window_upside_down": (N_("Enrollment has to open before it closes"),),
    "window_after_end": (N_("Enrollment has to close before the event ends"),),
    "minimum_days_out_of_range": (N_("Enter a number of days from 1 to {total}"), N_("Enter fewer days")),
    "address_missing": (N_("Enter at least one address."),),
    "address_unfinished": (N_("Finish the address “{address}”."), N_("Finish the address.")),
    "too_many_addresses": (N_("At most {most} addresses at once."), N_("These are too many addresses at once.")),
    "member_already": (N_("{address} is on the team already."), N_("This person is on the team already.")),
    "invitation_of_another": (N_("This invitation is for {address}."), N_("This invitation is for another address.")),
    "team_invitation_over": (N_("This invitation was answered or withdrawn, or it has expired."),),
    "role_missing": (N_("Choose at least one role."),),
    "role_above_own": (N_("Only an owner can do this."),),
    "owner_everywhere": (N_("An owner owns the whole organization, not one facility."),),
    "successor_missing": (N_("Choose who takes over the classes."),),
    "unknown_facility": (N_("Choose a place from the list"),),
    "organization_exists": (N_("An organization with this name already exists."),),
    # guest lists
    "file_empty": (N_("This file is empty. Choose another one."),),
    "file_broken": (N_("We can’t read line {line} of this file."), N_("We can’t read this file.")),
    "no_address_column": (
        N_("We couldn’t find a column of email addresses. The headings are: {headings}. Name one “Email”."),
        N_("We couldn’t find a column of email addresses. Name one “Email”."),
    ),
    "no_addresses": (N_("This file has no email addresses. Add a column named “Email”."),),
    "column_missing": (N_("This file has no column {columns}."), N_("This file has no such column.")),
    "column_twice": (
        N_("You chose “{column}” both as {one} and as {other}. Choose each column once"),
        N_("Choose each column once"),
    ),
    "column_needed": (N_("Choose the column that holds the email addresses"),),
    "column_without_addresses": (
        N_("“{column}” holds no email addresses. Choose another column"),
        N_("This column holds no email addresses. Choose another one"),
    ),
    "kept_file_broken": (N_("Choose the file again"),),
    "column_unknown": (N_("Use one of these column names: {known}."), N_("Use a column name that we know.")),
    "file_is_workbook": (
        N_("This is an Excel or OpenDocument workbook. Save it as “CSV UTF-8” and choose that file."),
    ),
    "too_many_rows": (
        N_("This file has more than {most} rows. Split it."),
        N_("This file has too many rows. Split it."),
    ),
    "encoding_unknown": (N_("Choose the encoding of this file"),),
    "encoding_wrong": (N_("This file isn’t encoded as {encoding}. Save it as UTF-8."), N_("Save this file as UTF-8.")),
    # what was typed
    "not_found": (N_("This doesn’t exist, or no longer exists."),),
    "hook_unverified": (N_("The signature doesn’t match."),),
    "hook_unreadable": (N_("The body isn’t a webhook."),),
    "forbidden": (N_("You are not allowed to do that. Nothing was changed."),),
    "text_missing": (N_("Fill this in"),),
    "text_broken": (N_("Remove the characters that can’t be displayed"),),
    "text_too_long": (N_("Use at most {limit} characters"), N_("Use fewer characters")),
    "number_invalid": (N_("Enter a whole number from {low} to {high}"), N_("Enter a whole number")),
    "instant_invalid": (N_("Enter a date and time like 2026-06-13 10:00"),),
    "wall_time_invalid": (N_("Enter a date and time like 2026-06-13 10:00"),),
    "time_skipped": (N_("This time doesn’t exist, because the clocks go forward that night. Enter a later time"),),
    "instant_out_of_range": (N_("Enter a date in a year closer to now"),),
    "date_out_of_range": (N_("Enter a date in a year closer to now"),),
    "unknown_choice": (N_("Choose one of the answers"),),
    "unknown_timezone": (N_("Choose a time zone from the list"),),
    "field_repeated": (N_("Part of this form got lost on the way. Reload the page and try again."),),
    "request_id_invalid": (N_("Part of this form got lost on the way. Reload the page and try again."),),
    "request_id_reused": (N_("This form was already used. Reload the page and try again."),),
    # accounts
    "email_invalid": (N_("Enter an email address like name@example.org"),),
    # privacy
    "handle_invalid": (
        N_("Use {shortest} to {longest} characters: letters from a to z, digits, and single hyphens in between"),
        N_("Use letters from a to z, digits, and single hyphens in between"),
    ),
    "handle_reserved": (N_("This link is reserved. Choose another one"),),
    "handle_taken": (N_("Someone else uses this link. Choose another one"),),
    "last_owner": (
        N_("You’re the only owner of {organizations}. Make someone else an owner first, then come back."),
        N_("An organization would have no owner left. Make someone else an owner first."),
    ),
    "contact_of": (
        N_(
            "Your address is the public contact of {organizations}. Ask an admin to enter another one in the "
            "organization’s settings first."
        ),
        N_("Your address is the public contact of an organization. Ask an admin to enter another one first."),
    ),
    **session_refusals.SENTENCES,
    **sign_in_refusals.SENTENCES,
    **class_refusals.SENTENCES,
    **people_refusals.SENTENCES,
    **access_refusals.SENTENCES,
    **sharing_refusals.SENTENCES,
    **question_refusals.SENTENCES,
    **message_refusals.SENTENCES,
    **series_refusals.SENTENCES,
    **desk_refusals.SENTENCES,
}
UNKNOWN_REFUSAL = N_("That isn’t possible right now. Nothing was changed.")


def refusal_sentence(code: object, *, tz: str | None = None, now: datetime | None = None, **facts: object) -> str:
    """One sentence for a refusal, from the code and the facts the domain gave.

    Instants are written in `tz` (and left out without one), statuses in words.
    """
    said = {name: _fact_in_words(name, fact, tz, now) for name, fact in facts.items()}
    known = {name: words for name, words in said.items() if words is not None}
    for sentence in REFUSALS.get(str(code), ()):
        if isinstance(sentence, Counted):
            n = facts.get(sentence.by)
            if isinstance(n, int) and _is_known(sentence.many, {"n", *known}):
                return sentence.say(n, known)
        elif _is_known(sentence, known):
            return sentence.format(**known)
    return str(UNKNOWN_REFUSAL)


def _is_known(sentence: str, known: Collection[str]) -> bool:
    return all(name in known for _, name, _, _ in Formatter().parse(sentence) if name)


def _fact_in_words(name: str, fact: object, tz: str | None, now: datetime | None) -> str | None:
    if fact is None or isinstance(fact, bool):  # whether something is so chooses a sentence, and stands in none
        return None
    if isinstance(fact, datetime):
        return when(fact, tz, now) if tz else None
    if isinstance(fact, date):
        return formats.long_date(fact)
    if isinstance(fact, ClassStatus):
        return class_words(fact).crew.lower()
    if isinstance(fact, ClassEnrollmentStatus):
        return class_enrollment_words(fact).crew.lower()
    if name.endswith("_status"):
        words = (EVENT if name == "event_status" else ENROLLMENT).get(str(fact))
        return words.crew if words else None
    return formats.number(fact) if isinstance(fact, int) else str(fact)
