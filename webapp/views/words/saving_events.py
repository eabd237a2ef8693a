"""What saving an event does to people, before and after."""

from webapp.domain.events.event_consequences import Consequences
from webapp.languages import formats
from webapp.languages.words import gettext, ngettext
from webapp.services.events.event_editing import Edited


def saved_words(edited: Edited, version: int) -> str:
    """What saving did to people, where it did anything to them."""
    found = edited.consequences
    if found.seated or found.queued:
        return gettext("Saved. {placed}. They’ll be notified.", placed=_placed(found.seated, found.queued))
    if edited.promoted:
        return ngettext(
            "Saved. {n} person moves up from the waitlist and will be notified.",
            "Saved. {n} people move up from the waitlist and will be notified.",
            len(edited.promoted),
        )
    return gettext("Saved.") if edited.version != version else gettext("Nothing was changed.")


def _placed(seated: int, queued: int) -> str:
    """2 people get a place and 1 joins the waitlist"""
    parts = []
    if seated or not queued:
        parts.append(ngettext("{n} person gets a place", "{n} people get a place", seated))
    if queued:
        parts.append(ngettext("{n} person joins the waitlist", "{n} people join the waitlist", queued))
    return formats.listed(parts)


def foretold_words(found: Consequences) -> list[str]:
    """What becomes of people, in sentences, before it is saved."""
    said = []
    if found.seated or found.queued:
        applied = ngettext(
            "{n} person has applied and not been decided yet.",
            "{n} people have applied and not been decided yet.",
            found.seated + found.queued,
        )
        placed = gettext(
            "With first come, first served, {placed}, in the order they applied. They’ll be notified.",
            placed=_placed(found.seated, found.queued),
        )
        said.append(f"{applied} {placed}")
    if found.kept_in_line:
        people = ngettext("{n} person is on the waitlist.", "{n} people are on the waitlist.", found.kept_in_line)
        kept = gettext("They keep their position and still move up when a place opens, but no one else can join.")
        said.append(f"{people} {kept}")
    return said
