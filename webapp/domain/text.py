"""Text as people type it: cleaned on the way in, folded for search."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import product

from webapp.domain.refusal import Refused

#: As wide as the column that keeps it.
LONGEST_SEARCH_TEXT = 1200
LONGEST_SORT_NAME = 400
_LONGEST_TITLE_SEARCH_TEXT = 400

_INVISIBLE = {"Cf", "Zl", "Zp"}
_FOLD = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "ß": "ss",
     "æ": "ae", "œ": "oe", "ŋ": "n", "'": "", "’": "", "‘": "", "`": ""}
)  # fmt: skip
#: How one sound is written, the plain letter first. ß is ss wherever text is folded.
_SPELLINGS = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ø": ("o", "oe"),
    "å": ("a", "aa"),
    "æ": ("a", "ae"),
    "ae": ("a", "ae"),
    "oe": ("o", "oe"),
    "ue": ("u", "ue"),
    "aa": ("a", "aa"),
}
_SOUND = re.compile(r"(?:ae|oe|ue|aa)(?=\w)|[äöüøåæ]")  # "Joe" ends in no ö
#: Beyond so many in one word only "all plain" and "all long" are kept.
_MOST_MIXED = 4


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


def title_search_text(title: str) -> str:
    """What a search by title looks through: words begin after a space, the first one, too.

    Folding can make a text longer than it was: one letter may stand for a whole phrase.
    """
    return (" " + fold(title))[:_LONGEST_TITLE_SEARCH_TEXT]


def search_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, each of which has to begin some word of a name or address."""
    return tuple(fold(query).split())[:8]


def search_text(name: str, email: str | None) -> str:
    """What is searched: every folded word with a space before it, the name's other spellings last.

    "O'Brien" is found as `obrien` and as `brien`; an address by any of its parts; "Müller" as
    `muller` and as `mueller`.
    """
    # Folding can make a text longer than it was: one letter may stand for a whole phrase.
    return _spaced([*_own_words(name, email), *spellings_of(name)])


def sort_name(name: str) -> str:
    """What people are listed by: the last word of the name, then all of it."""
    folded = fold(name)
    return f"{folded.rsplit(' ', 1)[-1]} {folded}"[:LONGEST_SORT_NAME]


def first_name(name: str) -> str:
    """How a mail greets that person: Łukasz for Łukasz Wiśniewski.

    A name in Chinese, Japanese or Korean letters stays whole, because the family's name comes first there, and so does
    one that begins with a title or an initial (Dr. Mira Sand).
    """
    first, _, rest = name.partition(" ")
    is_family_first = any("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in first)
    return name if not rest or is_family_first or first.endswith(".") else first


def fits_as_written(words: Iterable[str], name: str, email: str | None) -> bool:
    """Whether every word begins a word of name or address as they are written, accents aside."""
    own = _spaced(_own_words(name, email))
    return all(f" {word}" in own for word in words)


def spellings_of(name: str) -> tuple[str, ...]:
    """Every folded word that the name can also be written with, beyond its own words."""
    own = set(fold(name).split())
    others: dict[str, None] = {}
    for word in _lower(name).split():
        sounds = [_SPELLINGS[sound] for sound in _SOUND.findall(word)]
        if not sounds:
            continue
        choices = product(*sounds) if len(sounds) <= _MOST_MIXED else zip(*sounds, strict=True)
        for choice in choices:
            others |= dict.fromkeys(fold(_spelt(word, choice)).split())
    return tuple(word for word in others if word not in own)


def _spelt(word: str, letters: Iterable[str]) -> str:
    """The word with these letters in place of its sounds, in order."""
    between = _SOUND.split(word)
    return "".join(part for pair in zip(between, [*letters, ""], strict=True) for part in pair)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same, however their sounds are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return fold(_SOUND.sub(lambda found: _SPELLINGS[found.group()][0], _lower(name)))


def _lower(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _own_words(name: str, email: str | None) -> list[str]:
    address = email or ""
    spaced = name.replace("'", " ").replace("\u2019", " ")
    return f"{fold(name)} {fold(spaced)} {fold(address)} {fold(address.replace('@', ' '))}".split()


def _spaced(words: Iterable[str]) -> str:
    return (" " + " ".join(dict.fromkeys(words)))[:LONGEST_SEARCH_TEXT]
