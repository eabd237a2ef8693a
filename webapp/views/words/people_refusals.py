"""What is said when something about people is refused who are added, or come together, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    # people who come together
    "party_size_wrong": (
        N_("Enter how many people are coming, you included, as a whole number from 1 to {most}."),
        N_("Enter how many people are coming, you included, as a whole number."),
    ),
    "party_too_large": (
        Counted(
            "most", *n_("You can enroll {n} person at a time here.", "You can enroll up to {n} people at once here.")
        ),
        N_("You can’t enroll that many people at once here."),
    ),
    "party_over_capacity": (
        Counted("capacity", *n_("There is only {n} place in all.", "There are only {n} places in all.")),
        N_("There are fewer places than that in all."),
    ),
    "party_does_not_fit": (
        Counted(
            "free",
            *n_(
                "{n} place is left, which isn’t enough for {size} people.",
                "{n} places are left, which isn’t enough for {size} people.",
            ),
        ),
        N_("There aren’t enough places left for all of you."),
    ),
    "party_fits_in_part": (
        Counted("free", *n_("{n} place is left, and you are {size}.", "{n} places are left, and you are {size}.")),
        N_("There aren’t enough places left for all of you. Choose what should happen."),
    ),
    "party_for_another": (N_("Only you yourself can enroll with others. Go back to your own account first."),),
    "party_is_asked": (N_("Say first whether you take the places that are held for you."),),
    "head_enrolled": (N_("{name} is already enrolled."), N_("One of them is already enrolled.")),
    "head_is_named": (N_("This place already has a name. You can’t give it to someone else here."),),
    "heads_unchosen": (N_("Choose who is here."),),
    "heads_missing": (N_("Choose whose places to cancel."),),
    # people added by name
    "nobody_pasted": (N_("Enter someone’s name"),),
    "too_many_lines": (
        N_("Paste at most {most} lines. These are {lines}; use a file for more"),
        N_("Paste fewer lines, or use a file"),
    ),
    "phone_invalid": (N_("Enter a phone number like +49 30 5550142"),),
    "position_missing": (N_("Enter a position on the waitlist"),),
    "preview_outdated": (N_("Check what will happen now, then press the button again."),),
    # invitations
    "return_over": (N_("You left the waitlist more than 10 minutes ago, or the event has started."),),
    "offer_over": (N_("This place is no longer held for you."),),
    # no-shows
    "enrolls_later": (
        N_("Some of your no-shows still count here, so others go first. You can enroll from {until}."),
        N_("Some of your no-shows still count here, so others go first. Try again later."),
    ),
    "nothing_to_excuse": (N_("There’s nothing to excuse here. Nothing was changed."),),
    "excused_already": (N_("This was excused a moment ago. Look at it first."),),
    "strikes_outside": (N_("Enter a number of no-shows from 1 to {most}"), N_("Enter another number of no-shows")),
    "fade_days_outside": (N_("Enter a number of days from {fewest} to {most}"), N_("Enter another number of days")),
    "hours_outside": (N_("Enter a number of hours from 1 to {most}"), N_("Enter another number of hours")),
    # appeals
    "appeal_not_no_show": (N_("Your attendance isn’t recorded as missed, so there’s nothing to correct."),),
    "appeal_open": (N_("You said this already. The organizer will answer."),),
    "appeal_answered": (N_("You said this before, and it was answered."),),
    "appeal_too_late": (N_("You could say so until {until}."), N_("It’s too late to say so.")),
    "appeal_time_outside": (N_("Enter a time on a day of the event and before its end."),),
    "appeal_over": (N_("This was already answered or withdrawn, or its time is over. Nothing was changed."),),
    "invitation_answered": (N_("This invitation was already answered or withdrawn."),),
    "invitation_over": (N_("It’s too late to answer this invitation."),),
    "invitation_sent_lately": (N_("This person got an email less than an hour ago. Try again later."),),
    "lines_wrong": (N_("Check the lines below. No one was invited"),),
    "expiry_passed": (N_("Choose a time that is still to come"),),
    "expiry_too_late": (N_("Choose a time before enrollment closes, or leave it blank"),),
    # certificates
    "certificate_revoked": (N_("This certificate was revoked. Nothing was changed."),),
    "certificate_renamed": (
        N_("Someone else changed this name to {name} a moment ago. Check it, then try again."),
        N_("Someone else changed this name a moment ago. Check it, then try again."),
    ),
    "name_unchanged": (N_("Enter the name as it should be printed. This one is printed now"),),
    # guests
    "too_many_holds": (
        N_("We already hold {most} places for this address. Confirm one of them first: the links are in your emails"),
        N_("We already hold several places for this address. Confirm one of them first"),
    ),
    # merging
    "confirmation_missing": (N_("Confirm that you checked it"),),
    "merge_same": (N_("Choose someone else: this is the same record."),),
    "merge_person_gone": (N_("One of the two was deleted, or merged already. Nothing was changed."),),
    "merge_has_roles": (N_("The record that would go has a role in a team. Remove it from the team first."),),
    "merge_signs_in": (N_("Both can sign in, so an organization can’t merge them. Ask the operator."),),
    "merge_elsewhere": (N_("Another organization knows this record, too. Ask the operator to merge them."),),
    "merge_managed": (N_("Someone looks after one of the two. Ask them to give that person their own account."),),
    "cared_for_full": (N_("You look after {most} people already."), N_("You look after a lot of people already.")),
    "care_has_account": (
        N_("They have an email address or an account of their own, so no one else looks after them."),
    ),
    "care_elsewhere": (
        N_("Another organization knows them, too, so only the person who looks after them can add them."),
    ),
    "care_managed": (N_("Someone looks after one of the two already."),),
    "care_unknown": (N_("No one here has this address. Enter the address of someone your organization knows"),),
    "care_asked": (N_("Someone was asked already. Withdraw that first."),),
    "care_request_over": (N_("This was already answered or withdrawn, or 7 days have passed."),),
    "claim_over": (N_("This link was already used or has expired. Ask for a new one."),),
    "claim_own": (N_("This link is for the person you look after. Send it to them."),),
    "merge_proof_over": (N_("Enter the address of your other account again: its code was only good for 15 minutes."),),
    "merge_second_step": (
        N_("Your other account asks for a code of an app. Sign in to that one and add this address there instead."),
    ),
    "merge_unproved": (N_("Confirm both email addresses first."),),
    "merge_both_present": (
        N_("Both were at {title}, so they are two people. Nothing was changed."),
        N_("Both were at the same event, so they are two people. Nothing was changed."),
    ),
    "merge_undone": (N_("This merge was undone already."),),
    "merge_undo_over": (N_("A merge can be undone for 7 days. That time is over."),),
    "merge_not_last": (N_("One of the two was merged again since. Undo that first."),),
    "merge_nobody": (N_("No other account has this address."),),
    # holidays
    "unknown_country": (N_("Choose a country from the list"),),
    "unknown_region": (N_("Choose a region from the list"),),
    "closed_end_before_start": (N_("Enter a last day that isn’t before the first"),),
    "closed_too_long": (N_("Close it for a year at most"),),
    "closed_too_many": (N_("These are {most} entries already. Remove some first."), N_("Remove some entries first.")),
    # a file of people
    "file_too_large": (N_("Choose a file of at most {most} MB"), N_("Choose a smaller file")),
    "workbook_broken": (N_("We can’t read this workbook. Save it as XLSX or CSV and choose it again."),),
    "workbook_too_large": (N_("This workbook is too large. Save the sheet as CSV and choose that."),),
    "import_running": (N_("Another file is being imported into this event. Wait until it’s done."),),
    "import_not_startable": (N_("This import is running or done. Nothing was changed."),),
    "import_file_gone": (N_("We kept this file for a day. Upload it again; everyone already in is recognized."),),
}

#: Refusals that are not "this value is not possible" (422).
STATUS: Mapping[str, int] = {
    "party_does_not_fit": 409,
    "party_fits_in_part": 409,
    "party_is_asked": 409,
    "head_enrolled": 409,
    "head_is_named": 409,
    "preview_outdated": 409,
    "certificate_revoked": 409,
    "certificate_renamed": 409,
    "merge_person_gone": 409,
    "merge_both_present": 409,
    "merge_undone": 409,
    "merge_proof_over": 409,
    "claim_over": 410,
    "care_asked": 409,
    "care_request_over": 409,
    "claim_own": 409,
    "merge_undo_over": 409,
    "merge_not_last": 409,
    "file_too_large": 413,
    "import_running": 409,
    "return_over": 409,
    "offer_over": 409,
    "enrolls_later": 409,
    "nothing_to_excuse": 409,
    "excused_already": 409,
    "appeal_not_no_show": 409,
    "appeal_open": 409,
    "appeal_answered": 409,
    "appeal_too_late": 409,
    "appeal_over": 409,
    "invitation_answered": 409,
    "invitation_over": 409,
    "invitation_sent_lately": 409,
    "import_not_startable": 409,
    "import_file_gone": 410,
}
