"""A person picked from suggestions stands in one field, as mail programs write it: Ana Silva <ana@post.example>."""

import re

from webapp.queries.people.known_people import KnownPerson

_PICKED = re.compile(r"\s*(?P<name>[^<>]*[^<>\s])\s*<(?P<address>[^<>@\s]+@[^<>@\s]+)>\s*")


def as_picked(person: KnownPerson) -> str:
    """What the field holds once that person is picked."""
    return f"{person.name} <{person.email}>"


def picked(text: str) -> tuple[str, str]:
    """Name and address of what was picked or typed like that; the address is "" where there is none."""
    found = _PICKED.fullmatch(text)
    return (found["name"], found["address"]) if found else (text, "")
