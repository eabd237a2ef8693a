"""One address on several lines: a repeat, a changed mind, or a family."""

import pytest

from webapp.domain.places.guest_answer import Answer
from webapp.domain.places.guest_repeats import Said, settle_repeats

IN, WAIT, OPEN, OUT = Answer.COMING, Answer.WAITING, Answer.OPEN, Answer.OUT


@pytest.mark.parametrize(
    ("lines", "settled"),
    [
        ([("Ana", IN)], {}),
        ([("Ana", IN), ("Ana", IN)], {2: ("duplicate", 1)}),
        ([("Ana", IN), ("Ana", OUT)], {1: ("superseded", 2)}),
        ([("Ana", OUT), ("Ana", IN)], {1: ("superseded", 2)}),
        ([("Ana", IN), ("Ana", OUT), ("Ana", IN)], {1: ("superseded", 3), 2: ("superseded", 3)}),
        ([("Ana", OUT), ("Ana", IN), ("Ana", IN)], {1: ("superseded", 2), 3: ("duplicate", 2)}),
        ([("Ana", IN), ("Ana", WAIT)], {1: ("superseded", 2)}),
        ([("Lia Brandt", IN), ("lia b.", OUT)], {1: ("superseded", 2)}),
        ([("Lia Brandt", IN), ("", OUT)], {1: ("superseded", 2)}),
        ([("Dana Krol", IN), ("Lev Krol", IN), ("Mia Krol", IN)], {2: ("shared", 1), 3: ("shared", 1)}),
        ([("Dana Krol", IN), ("Lev Krol", OUT)], {}),
        ([("Dana Krol", OUT), ("Lev Krol", IN)], {}),
        ([("Dana Krol", WAIT), ("Lev Krol", IN)], {1: ("shared", 2)}),
        ([("Dana Krol", IN), ("Lev Krol", IN), ("Dana Krol", OUT)], {1: ("superseded", 3)}),
        ([("Dana Krol", OPEN), ("Lev Krol", OPEN)], {}),
    ],
)
def test_of_one_person_the_later_answer_counts_and_of_a_family_one_has_the_address(lines, settled) -> None:
    said = [Said(number, name, "a@x.example", answer) for number, (name, answer) in enumerate(lines, start=1)]

    found = settle_repeats(said)

    assert {number: (str(other.why), other.line.number) for number, other in found.items()} == settled


def test_people_with_different_addresses_have_nothing_to_do_with_each_other() -> None:
    assert settle_repeats([Said(1, "Ana", "a@x.example", IN), Said(2, "Ana", "b@x.example", OUT)]) == {}
