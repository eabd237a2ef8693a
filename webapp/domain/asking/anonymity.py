"""How much of what people said without their names can be shown, so that nobody can be recognised."""

from collections.abc import Iterable
from hashlib import sha256

#: Fewer than that are never shown, and as long as answers come in, no fewer are ever added at once.
GROUP = 5


def number_to_show(given: int, *, is_final: bool) -> int:
    """How many of `given` ratings or comments are shown, of people in the order in which they answered.

    Who answered is known by name. A rating that appeared alone, right after a name did, would
    have a name, too: so they appear in whole groups. When no answer can change any more
    (`is_final`) the rest is added.
    """
    if given < GROUP:
        return 0
    return given if is_final else given - given % GROUP


def in_hash_order(comments: Iterable[str]) -> list[str]:
    """Comments by a hash of their own words: always the same, and it tells nothing of who or when."""
    return sorted(comments, key=lambda comment: sha256(comment.encode()).digest())
