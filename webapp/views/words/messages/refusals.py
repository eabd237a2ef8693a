"""What is said when a message of an organizer is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    "placeholder_unknown": (
        N_("“{written}” isn’t a placeholder. Did you mean {meant}?"),
        N_("“{written}” isn’t a placeholder. Use one of those listed"),
        N_("A word in braces isn’t a placeholder. Use one of those listed"),
    ),
    "no_recipients": (N_("No one matches these filters. Remove a filter to reach more people."),),
    "beyond_the_day": (
        Counted(
            "people",
            *n_(
                "{n} person has {most} or more messages from you within a day already. Tick the box to send one more.",
                "{n} people have {most} or more messages from you within a day already. Tick the box to send one more.",
            ),
        ),
        N_("Some people have many messages from you within a day already. Tick the box to send one more."),
    ),
    "mailing_in_past": (N_("Enter a time that is still to come"),),
    "reminder_in_past": (N_("That time has passed already. Choose a later one"),),
    "mailing_too_far": (N_("Enter a date within the next {days} days"), N_("Enter an earlier date")),
    "relative_time_invalid": (N_("Enter at most {hours} hours or {days} days"), N_("Enter fewer hours or days")),
    "too_many_answers": (N_("Filter by at most {most} questions"), N_("Filter by fewer questions")),
    "mailing_under_way": (N_("This message is being sent already. Nothing was changed."),),
    "mailing_over": (N_("This message can no longer be changed. Nothing was changed."),),
    "address_missing": (N_("Your account has no email address to send the test to."),),
}
STATUS: Mapping[str, int] = {
    "mailing_under_way": 409,
    "mailing_over": 409,
}
