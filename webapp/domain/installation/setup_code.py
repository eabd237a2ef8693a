"""The set-up code: it proves that somebody runs this machine, while nobody operates the installation."""

from webapp.domain.people.written_code import clean_written_code
from webapp.domain.refusal import Refused

#: Wrong codes that the printed one outlives: among 5 x 10^17 nobody guesses it, and few can make it useless.
MOST_TRIES = 100


def clean_setup_code(text: str) -> str:
    """The code as it was printed. Raises `setup_code_missing`, `setup_code_wrong`."""
    if not text.strip():
        raise Refused("setup_code_missing")
    code = clean_written_code(text)
    if code is None:
        raise Refused("setup_code_wrong")
    return code
