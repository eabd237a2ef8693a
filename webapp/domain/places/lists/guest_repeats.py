"""One address on several lines of a list: the same person again, a changed mind, or a family."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.text import fold


class Repeat(StrEnum):
    """Why a line is not the one that counts."""

    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Said:
    """What one line says, its address in the stored spelling."""

    number: int
    name: str
    address: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The line that counts in place of another one."""

    why: Repeat
    line: Said


#: As many people as come with one address; who comes after them needs one of their own.
MOST_OF_FAMILY = 10
_WANTS_PLACE = frozenset([Answer.COMING, Answer.WAITING])


def settle_repeats(lines: Iterable[Said]) -> dict[int, Elsewhere]:
    """The lines that do not count, by their number.

    Of one person the later answer counts, from the line that first says it without a change
    after it. Several people with one address all count, up to `MOST_OF_FAMILY`.
    """
    by_address: dict[str, list[list[Said]]] = {}
    for line in lines:
        people = by_address.setdefault(line.address, [])
        person = next((said for said in people if _is_same_person(said[-1].name, line.name)), None)
        if person is None:
            people.append([line])
        else:
            person.append(line)
    settled: dict[int, Elsewhere] = {}
    for people in by_address.values():
        settled |= _settle_address(people)
    return settled


def families(lines: Iterable[Said]) -> dict[int, tuple[str, ...]]:
    """The names of all who want a place with one address, where several do, by the number of each one's line.

    `lines` are those that count. Who comes is before who waits, then it is the order of the list.
    """
    by_address: dict[str, list[Said]] = {}
    for line in _in_order(lines):
        by_address.setdefault(line.address, []).append(line)
    found: dict[int, tuple[str, ...]] = {}
    for people in by_address.values():
        if len(people) > 1:
            found |= dict.fromkeys((line.number for line in people), tuple(line.name for line in people))
    return found


def holder_of(names: Sequence[str], account: str | None) -> str | None:
    """Which of the people with one address has its account, by the account's name (None: there is none yet).

    A new account is the first one's. None: the account is of somebody who is not among them.
    """
    if account is None:
        return names[0]
    same = (name for name in names if fold(name) == fold(account))
    alike = (name for name in names if name and _is_same_person(name, account))
    return next(same, None) or next(alike, None)


def _settle_address(people: Sequence[list[Said]]) -> dict[int, Elsewhere]:
    settled: dict[int, Elsewhere] = {}
    counting = []
    for said in people:
        counts = _line_that_counts(said)
        counting.append(counts)
        for line in said:
            if line is not counts:
                why = Repeat.DUPLICATE if line.number > counts.number else Repeat.SUPERSEDED
                settled[line.number] = Elsewhere(why, counts)
    wanting = _in_order(counting)
    for line in wanting[MOST_OF_FAMILY:]:
        settled[line.number] = Elsewhere(Repeat.SHARED, wanting[0])
    return settled


def _in_order(lines: Iterable[Said]) -> list[Said]:
    """Who wants a place: who comes before who waits."""
    return sorted((line for line in lines if line.answer in _WANTS_PLACE), key=lambda line: line.answer)


def _line_that_counts(said: Sequence[Said]) -> Said:
    counts = said[-1]
    for line in reversed(said):
        if line.answer is not counts.answer:
            break
        counts = line
    return counts


def _is_same_person(one: str, other: str) -> bool:
    """Whether every word of one name begins a word of the other: "Lia B." and "Lia Brandt"; no name is anybody's."""
    fewer, more = sorted((fold(one).replace(".", " ").split(), fold(other).replace(".", " ").split()), key=len)
    return all(any(_begins(short, long) for long in more) for short in fewer)


def _begins(one: str, other: str) -> bool:
    """Whether one word is the beginning of the other; "Guest 1" is another one than "Guest 10"."""
    if one.isdigit() or other.isdigit():
        return one == other
    return one.startswith(other) or other.startswith(one)
