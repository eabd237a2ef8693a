"""What is wrong with the fields of a person's own form: all of them at once, a sentence each."""

from collections.abc import Callable

from flask import g

from webapp.domain.refusal import Refused
from webapp.views.wording import refusal_sentence

#: An empty field, said by what belongs into it.
_MISSING = {
    "name": "Enter your name",
    "email": "Enter your email address",
    "password": "Choose a password",
    "organization_name": "Enter the name of the organization",
}
#: Typed here, chosen from a list elsewhere.
_UNKNOWN_ZONE = "Enter a timezone by its city, such as Europe/Berlin"


def problems_of(**checks: Callable[[], object]) -> dict[str, str]:
    """Field -> sentence, for every check that refuses; empty when all is well."""
    problems = {}
    for field, check in checks.items():
        try:
            check()
        except Refused as refused:
            problems[field] = in_words(refused)
    return problems


def in_words(refused: Refused) -> str:
    """What to do about one refusal; the request's log line names it, too."""
    g.refusal = refused.code
    if refused.code == "text_missing" and refused.facts.get("field") in _MISSING:
        return _MISSING[str(refused.facts["field"])]
    if refused.code == "unknown_timezone":
        return _UNKNOWN_ZONE
    return refusal_sentence(refused.code, **refused.facts)
