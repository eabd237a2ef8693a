"""What goes when a person goes: which texts speak of them, and what is left instead."""

from collections.abc import Iterable

from webapp.domain.text import fold

#: The name of somebody who deleted their account.
DELETED_NAME = "Deleted person"
#: What stands in a trail where a text spoke of them. The database accepts no other change of a trail.
REDACTED = "Removed on request"

#: A shorter word of the Latin alphabet is looked for as a word of its own: "Li" is not in "believe".
_PART_OF_A_WORD = 3


def telling_words(name: str, email: str | None, handle: str | None) -> frozenset[str]:
    """What gives somebody away in a text, folded: every word of the name, the address and its parts, the handle."""
    spaced = name.replace("'", " ").replace("\u2019", " ").replace("-", " ")
    words = {*fold(name).split(), *fold(spaced).split(), *fold(handle or "").split()}
    if email:
        local = fold(email.partition("@")[0])
        words |= {fold(email), *local.split()}
        words |= {part for part in local.replace(".", " ").split() if _may_be_part(part)}
    # A lone initial would be found in every sentence.
    return frozenset(word for word in words if len(word) > 1 or not word.isascii())


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether any of those words is in the text, however it is written there."""
    # Without spaces too: a name may stand together there, or be split by marks.
    folded = fold(text)
    own = set(folded.replace(".", " ").split()) | set(folded.split())
    return any(word in own or (_may_be_part(word) and word in folded) for word in words)


def _may_be_part(word: str) -> bool:
    return len(word) > _PART_OF_A_WORD or not word.isascii()


def whole_names(name: str, email: str | None) -> frozenset[str]:
    """What can only mean this person: the whole name, where it has several words, and the address."""
    full = fold(name)
    return frozenset({full} if " " in full else ()) | frozenset({fold(email)} if email else ())
