"""One address on several lines of a list: the same person again, a changed mind, or a family."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.places.guest_answer import Answer
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


_WANTS_PLACE = frozenset([Answer.COMING, Answer.WAITING])


def settle_repeats(lines: Iterable[Said]) -> dict[int, Elsewhere]:
    """The lines that do not count, by their number.

    Of one person the later answer counts, from the line that first says it without a change
    after it. Of several people with one address the first who comes has it.
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
    wanting = sorted((line for line in counting if line.answer in _WANTS_PLACE), key=lambda line: line.answer)
    for line in wanting[1:]:
        settled[line.number] = Elsewhere(Repeat.SHARED, wanting[0])
    return settled


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
    return all(any(long.startswith(short) or short.startswith(long) for long in more) for short in fewer)
