"""One kind of failure for everything a person can put right: it is shown as one line, never as a traceback."""

import sys


class Complaint(Exception):
    """Something is wrong outside the program; the text says what, and what to do about it."""


def say(text: str) -> None:
    """One line of progress. It goes to stderr, so stdout stays free for results and logs."""
    print(f"turnout: {text}", file=sys.stderr, flush=True)
