"""What a role is called, and where it counts, in words: the same on pages and in mails."""

from collections.abc import Iterable, Mapping

from webapp.languages.formats import listed
from webapp.languages.words import N_, gettext

NAMES: Mapping[str, str] = {
    "owner": N_("Owner"),
    "admin": N_("Admin"),
    "organizer": N_("Organizer"),
    "teacher": N_("Teacher"),
    "desk": N_("Desk"),
    "viewer": N_("Viewer"),
}


def role_name(role: str) -> str:
    """Of one role."""
    return gettext(NAMES[role])


def roles_in_words(kept: Iterable[Mapping[str, str | None]]) -> str:
    """Organizer at Hafen Studio, and Viewer: of roles as the team's trail keeps them."""
    return listed([_one(one["role"] or "", one["facility"]) for one in kept])


def _one(role: str, facility: str | None) -> str:
    name = role_name(role)
    return gettext("{role} at {facility}", role=name, facility=facility) if facility else name
