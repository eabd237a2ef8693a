"""Staff adds people: what needs a reason, what changes something, and when what was seen is no longer what happens."""

from dataclasses import replace

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.adding import ADDED, AddedLine, Fate, Terms, Wish, key_of

REASON = "Brings the clay"


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (Terms(), None),
        (Terms(Wish.RULE, reason=REASON), None),
        (Terms(Wish.OVER, reason=REASON), None),
        (Terms(Wish.OVER), no("reason_required")),
        (Terms(Wish.LINE, 1, REASON), None),
        (Terms(Wish.LINE, 1), no("reason_required")),
        (Terms(Wish.LINE, reason=REASON), no("position_missing")),
        (Terms(Wish.LINE), no("position_missing")),
    ],
)
def test_what_goes_beyond_the_rule_has_a_reason_and_a_place_in_line_its_number(terms, refusal):
    assert refusal_of(terms.require_reason) == refusal


@pytest.mark.parametrize("fate", Fate)
def test_who_is_added(fate):
    assert AddedLine(1, "Ana Silva", fate=fate).is_added is (fate in ADDED)


ANA = AddedLine(1, "Ana Silva", "ana@example.org", "+49 30 5550142", Fate.PLACE, None)
BO = AddedLine(2, "Bo Reis", "bo@example.org", None, Fate.WAITLIST, 3)
IN_LINE = Terms(Wish.LINE, 3, REASON)


def test_the_key_is_short_and_the_same_for_the_same_lines():
    key = key_of([ANA, BO], IN_LINE)
    assert key == key_of(iter([replace(ANA), replace(BO)]), replace(IN_LINE))
    assert len(key) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"number": 3},
        {"name": "Ana Silvia"},
        {"address": "ana@example.com"},
        {"phone": None},
        {"fate": Fate.OVER},
        {"rank": 1},
        {"is_looked_after": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_line_that_comes_out_otherwise_is_another_key(change):
    assert key_of([replace(ANA, **change), BO], IN_LINE) != key_of([ANA, BO], IN_LINE)


@pytest.mark.parametrize(
    ("terms", "is_another"),
    [
        (Terms(Wish.LINE, 4, REASON), True),
        (Terms(Wish.OVER, 3, REASON), True),
        # Why it is done changes nothing of what is done.
        (Terms(Wish.LINE, 3, "Works here"), False),
    ],
)
def test_another_wish_is_another_key_and_another_reason_is_not(terms, is_another):
    assert (key_of([ANA, BO], terms) != key_of([ANA, BO], IN_LINE)) is is_another


def test_the_order_of_the_lines_is_part_of_what_was_seen():
    assert key_of([BO, ANA], IN_LINE) != key_of([ANA, BO], IN_LINE)
