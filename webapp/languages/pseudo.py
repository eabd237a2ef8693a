"""English with accents and a third longer: what stays plain is not translated, what breaks has no room."""

import re
from functools import cache
from gettext import NullTranslations

_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ",
)
#: What must reach the page as it is: placeholders, tags and their attributes, entities.
_KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w*\}|<[^>]*>|&\w+;)")
_VOWELS = re.compile("([aeiouAEIOU])")


@cache
def pseudo(message: str) -> str:
    """[Ýööûû ååŕéé îîñ]"""
    parts = _KEPT.split(message)
    said = "".join(part if at % 2 else _VOWELS.sub(r"\1\1", part).translate(_ACCENTED) for at, part in enumerate(parts))
    return said


class PseudoTranslations(NullTranslations):
    """Every message of every language's catalog, written down by nobody."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)
