"""What is said when people who come together are refused something, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    "party_size_wrong": (N_("Enter how many people are coming, you included, as a whole number from 1 to {most}."),),
    "party_too_large": (
        Counted(
            "most", *n_("You can enroll {n} person at a time here.", "You can enroll up to {n} people at once here.")
        ),
    ),
    "party_over_capacity": (
        Counted("capacity", *n_("There is only {n} place in all.", "There are only {n} places in all.")),
    ),
    "party_does_not_fit": (
        Counted(
            "free",
            *n_(
                "{n} place is left, which isn’t enough for {size} people.",
                "{n} places are left, which isn’t enough for {size} people.",
            ),
        ),
    ),
    "party_fits_in_part": (
        Counted("free", *n_("{n} place is left, and you are {size}.", "{n} places are left, and you are {size}.")),
    ),
    "party_for_another": (N_("Only you yourself can enroll with others. Go back to your own account first."),),
    "head_enrolled": (N_("{name} is already enrolled."),),
    "head_is_named": (N_("This place already has a name. You can’t give it to someone else here."),),
    "heads_unchosen": (N_("Choose who is here."),),
    "heads_missing": (N_("Choose whose places to cancel."),),
}

STATUS = {
    "party_does_not_fit": 409,
    "party_fits_in_part": 409,
    "head_enrolled": 409,
    "head_is_named": 409,
}
