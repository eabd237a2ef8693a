"""Text as people type it: cleaned on the way in, folded for search."""

import unicodedata

from webapp.domain.refusal import Refused

#: As wide as the column that keeps it.
LONGEST_SEARCH_TEXT = 1200

_INVISIBLE = {"Cf", "Zl", "Zp"}
_FOLD = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "ß": "ss",
     "æ": "ae", "œ": "oe", "ŋ": "n", "'": "", "’": "", "‘": "", "`": ""}
)  # fmt: skip


def clean_line(text: str, *, limit: int, field: str) -> str:
    """One line of text: trimmed, inner spaces single, NFC.

    Refuses emptiness (`text_missing`), more than `limit` code points (`text_too_long`) and
    control characters, line breaks or broken characters (`text_broken`).
    """
    line = " ".join(_checked(text, limit=limit, field=field, breaks=False).split())
    if not any(unicodedata.category(c) not in _INVISIBLE for c in line):
        raise Refused("text_missing", field=field)
    return line


def clean_prose(text: str, *, limit: int, field: str, required: bool = False) -> str:
    """Text of several lines: trimmed, NFC, line ends as LF; may be empty unless `required`."""
    prose = _checked(text.replace("\r\n", "\n").replace("\r", "\n"), limit=limit, field=field, breaks=True)
    if required and not any(unicodedata.category(c) not in _INVISIBLE and not c.isspace() for c in prose):
        raise Refused("text_missing", field=field)
    return prose


def _checked(text: str, *, limit: int, field: str, breaks: bool) -> str:
    normal = unicodedata.normalize("NFC", text).strip()
    if len(normal) > limit:
        raise Refused("text_too_long", field=field, limit=limit)
    for character in normal:
        is_break = breaks and character in "\n\t"
        if unicodedata.category(character) in {"Cc", "Cs"} and not is_break:
            raise Refused("text_broken", field=field)
    return normal


def fold(text: str) -> str:
    """Lower case without accents, for search: `Wiśniewski` becomes `wisniewski`."""
    # Twice: case folding finds nothing in a letter of another shape, and may compose anew.
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_FOLD)
    decomposed = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c in "@." else " " for c in bare).split())


def search_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, each of which has to begin some word of a name or address."""
    return tuple(fold(query).split())[:8]


def search_text(name: str, email: str | None) -> str:
    """What is searched: every folded word of name and address with a space before it.

    "O'Brien" is found as `obrien` and as `brien`; an address by any of its parts.
    """
    address = email or ""
    spaced = name.replace("'", " ").replace("\u2019", " ")
    words = f"{fold(name)} {fold(spaced)} {fold(address)} {fold(address.replace('@', ' '))}".split()
    # Folding can make a text longer than it was: one letter may stand for a whole phrase.
    return (" " + " ".join(dict.fromkeys(words)))[:LONGEST_SEARCH_TEXT]
