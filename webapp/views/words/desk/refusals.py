"""What is said when something at the desk or in the standby line is refused."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    # the desk
    "not_today": (N_("You can only check people in on the days of the event."),),
    "day_not_possible": (N_("This isn’t a day of the event."),),
    "event_not_begun": (N_("This event hasn’t started yet."),),
    "already_taken_back": (
        N_("{by} already undid this on {at}. Nothing was changed."),
        N_("This check-in was already undone. Nothing was changed."),
    ),
    "helper_link_ended": (N_("This link no longer works. Ask the organizer for a new one."),),
    "checked_in_since": (N_("This person has been checked in again since. Check the list and decide again."),),
    "not_from_desk": (N_("This check-in wasn’t made at a desk, so it can’t be undone here."),),
    "decision_unknown": (N_("Choose what to do with this person"),),
    "needs_organizer": (N_("Only an organizer can decide this. Ask one."),),
    # the standby line
    "standby_off": (N_("This event has no standby line."),),
    "standby_too_early": (N_("You can release places from {standby_at}."), N_("It’s too early to release places.")),
    "standby_changed": (N_("Someone arrived or left a moment ago, so nothing was released. Confirm again."),),
    "standby_nobody_chosen": (N_("Choose at least one person who isn’t here."),),
    "standby_too_many": (
        Counted("line", *n_("Only {n} person waits. Choose no more.", "Only {n} people wait. Choose no more.")),
        N_("You chose more people than wait at the door."),
    ),
    "standby_unused": (
        N_("The next people in line came together and need more places. Choose as many as they need, or none."),
    ),
    "seat_given_on": (N_("Someone else has this place by now. If one becomes free, the standby line gets it."),),
    "standby_needs_one_day": (N_("A standby line is for events of one day. Turn it off, or change the end"),),
    "standby_needs_waitlist": (N_("A standby line needs the waitlist. Turn the waitlist on"),),
    "standby_needs_limit": (N_("A standby line needs a number of places. Enter one, or turn the standby line off"),),
}
