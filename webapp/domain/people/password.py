"""Which password can be chosen."""

from collections.abc import Callable

from webapp.domain.refusal import Refused

#: No rules about kinds of characters. All of a password counts: a longer one than any that somebody keeps by hand or
#: by a program is refused, never cut.
PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 4096


def require_usable_password(text: str, *, is_easy_to_guess: Callable[[str], bool]) -> str:
    """A password that can be used, or `password_too_short`, `password_too_long`, `text_broken`, `password_common`.

    `is_easy_to_guess` is asked last, and never about a text that is too long to be looked through.
    """
    if len(text) < PASSWORD_SHORTEST:
        raise Refused("password_too_short", shortest=PASSWORD_SHORTEST)
    if len(text) > PASSWORD_LONGEST:
        raise Refused("password_too_long", longest=PASSWORD_LONGEST)
    if "\x00" in text:
        raise Refused("text_broken", field="password")
    if is_easy_to_guess(text):
        raise Refused("password_common")
    return text
