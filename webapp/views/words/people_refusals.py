"""What is said when something about people whom staff adds is refused, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

SENTENCES: Mapping[str, tuple[str, ...]] = {
    # people added by name
    "nobody_pasted": (N_("Enter someone’s name"),),
    "too_many_lines": (
        N_("Paste at most {most} lines. These are {lines}; use a file for more"),
        N_("Paste fewer lines, or use a file"),
    ),
    "phone_invalid": (N_("Enter a phone number like +49 30 5550142"),),
    "position_missing": (N_("Enter a position on the waitlist"),),
    "preview_outdated": (N_("Check what will happen now, then press the button again."),),
}

#: Refusals that are not "this value is not possible" (422).
STATUS: Mapping[str, int] = {"preview_outdated": 409}
