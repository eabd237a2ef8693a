"""Translations as translators write them: `catalogs/<language>/LC_MESSAGES/messages.po`, read without a build step."""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGS = Path(__file__).parent / "catalogs"


@cache
def shipped_tags() -> tuple[str, ...]:
    """The languages that have a catalog, in the order of their tags."""
    return tuple(sorted(found.parent.parent.name for found in CATALOGS.glob("*/LC_MESSAGES/messages.po")))


def translations(tag: str) -> GNUTranslations:
    """The words of a shipped language. Reading them takes a moment, once in each process."""
    compiled = BytesIO()
    with (CATALOGS / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=tag))
    compiled.seek(0)
    return GNUTranslations(compiled)
