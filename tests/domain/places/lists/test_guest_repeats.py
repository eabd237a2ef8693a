"""One address on several lines: a repeat, a changed mind, or a family."""

import pytest

from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_repeats import MOST_OF_FAMILY, Said, families, holder_of, settle_repeats

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
        ([("Guest 1", IN), ("Guest 10", IN)], {}),
        ([("Guest 1", IN), ("guest 1", IN)], {2: ("duplicate", 1)}),
        ([("Dana Krol", IN), ("Lev Krol", IN), ("Mia Krol", IN)], {}),
        ([("Dana Krol", IN), ("Lev Krol", IN), ("lev krol", IN)], {3: ("duplicate", 2)}),
        ([("Dana Krol", IN), ("Lev Krol", OUT)], {}),
        ([("Dana Krol", OUT), ("Lev Krol", IN)], {}),
        ([("Dana Krol", WAIT), ("Lev Krol", IN)], {}),
        (
            [("Dana Krol", WAIT), *((f"{letter} Krol", IN) for letter in "ABCEFGHIJK"[:MOST_OF_FAMILY])],
            {1: ("shared", 2)},
        ),
        ([("Dana Krol", IN), ("Lev Krol", IN), ("Dana Krol", OUT)], {1: ("superseded", 3)}),
        ([("Dana Krol", OPEN), ("Lev Krol", OPEN)], {}),
    ],
)
def test_of_one_person_the_later_answer_counts_and_of_a_family_everybody_does(lines, settled) -> None:
    said = [Said(number, name, "a@x.example", answer) for number, (name, answer) in enumerate(lines, start=1)]

    found = settle_repeats(said)

    assert {number: (str(other.why), other.line.number) for number, other in found.items()} == settled


def test_people_with_different_addresses_have_nothing_to_do_with_each_other() -> None:
    assert settle_repeats([Said(1, "Ana", "a@x.example", IN), Said(2, "Ana", "b@x.example", OUT)]) == {}


def test_a_family_is_everybody_who_wants_a_place_with_one_address_who_waits_last() -> None:
    names = [("Ada", WAIT), ("Ben", IN), ("Cleo", OUT), ("Dora", IN)]
    said = [Said(number, name, "a@x.example", answer) for number, (name, answer) in enumerate(names, start=1)]

    assert families([*said, Said(5, "Eva", "e@x.example", IN)]) == dict.fromkeys((1, 2, 4), ("Ben", "Dora", "Ada"))


@pytest.mark.parametrize(
    ("names", "account", "holder"),
    [
        (["Dana Krol", "Lev Krol"], None, "Dana Krol"),
        (["Dana Krol", "Lev Krol"], "LEV KROL", "Lev Krol"),
        (["Lev Krol", "Dana Krol"], "Dana K.", "Dana Krol"),
        (["Lev Maria Krol", "Lev Krol"], "Lev Krol", "Lev Krol"),
        (["Dana Krol", "Lev Krol"], "Mia Krol", None),
        (["Dana Krol"], None, "Dana Krol"),
        ([""], "Dana Krol", None),
    ],
)
def test_the_account_of_a_shared_address_is_of_the_one_with_its_name(names, account, holder) -> None:
    assert holder_of(names, account) == holder
