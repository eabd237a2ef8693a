"""A rule's "no" in a shell: one clear line on standard error, exit code 2."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import click

from webapp.domain.refusal import Refused

#: Refusals that only a shell can cause, or that it says in its own words.
_SENTENCES = {
    "instant_invalid": "{text!r} is no instant: use 2026-06-12T22:00Z, +1h, -30m, +2d or real",
    "instant_out_of_range": "the clock can stand between the years {first} and {last}",
    "number_invalid": "{field} must be a whole number from {low} to {high}",
    "unknown_timezone": "unknown time zone {timezone!r}: use an IANA name such as Europe/Berlin",
    "event_not_published": "the event is not published",
    "event_over": "the event ended at {ended_at:%Y-%m-%dT%H:%M:%SZ}",
    "file_empty": "the file is empty",
    "file_broken": "line {line} cannot be read: {why}",
    "no_address_column": "no column of email addresses was recognised; the headings are: {headings}; "
    'name the column yourself, for example --column email="Contact"',
    "no_addresses": "there is no email address in this file, so no one can be enrolled from it; the headings are: "
    "{headings}",
    "column_missing": "the file has no row with the headings {columns}; its headings are: {headings}",
    "column_twice": "the column {column!r} is named as {one} and as {other}; one column is one thing",
    "column_needed": "the column of email addresses cannot be left out",
    "column_without_addresses": "the column {column!r} holds no email addresses",
    "column_unknown": 'a column is named like email="Contact"; what can be named is {known}',
    "file_is_workbook": "this is a workbook (.xlsx, .xls, .ods) and not a CSV file; open it, choose Save as, "
    "CSV UTF-8, and import that file",
    "too_many_rows": "the file has more than {most:,} rows",
    "encoding_unknown": "unknown encoding {encoding!r}",
    "encoding_wrong": "line {line} is not {encoding} text; say how it is written, for example --encoding cp1252",
    "organization_exists": "an organization with this name exists already; its address is {slug!r}",
    "password_too_short": "the password needs at least {shortest} characters",
    "password_too_long": "the password has more than {longest} characters",
    "email_invalid": "{email!r} is not an email address: {why}",
    "text_missing": "{field} is empty",
    "text_too_long": "{field} is longer than {limit} characters",
    "text_broken": "{field} contains control characters",
}


class Complaint(click.ClickException):
    """One clear line; the shell sees exit code 2."""

    exit_code = 2


def refusal_line(refused: Refused) -> str:
    """The refusal as one line for a person at a shell."""
    sentence = _SENTENCES.get(refused.code)
    if sentence is not None:
        return sentence.format(**refused.facts)
    facts = ", ".join(f"{name}: {fact}" for name, fact in refused.facts.items())
    return refused.code.replace("_", " ") + (f" ({facts})" if facts else "")


def complaining(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command answer a `Refused` with its line instead of a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Refused as refused:
            _complain(refused)

    return run


def _complain(refused: Refused) -> NoReturn:
    raise Complaint(refusal_line(refused)) from None
