"""Kinds of sessions are data: every one has a rule, and reads what its report asks for."""

import pytest

from webapp.domain.online.session_kind import KINDS, session_kind
from webapp.domain.refusal import Refused


def test_the_four_kinds_ship_with_the_default_rule():
    assert list(KINDS) == ["event", "quran", "academic", "interactive_course"]
    assert {
        (k.thresholds.grace_seconds, k.thresholds.absent_below, k.thresholds.partial_up_to, k.thresholds.late_up_to)
        for k in KINDS.values()
    } == {(900, 10, 50, 75)}


def test_an_unknown_kind_is_refused():
    with pytest.raises(Refused) as refused:
        session_kind("webinar")
    assert refused.value.code == "unknown_choice"


def test_what_was_typed_becomes_the_fields_of_the_kind_and_nothing_else():
    typed = {"memorized": "  Al-Mulk 1-10 ", "recitation": "good", "mistakes": "3", "revised": "", "hack": "x"}

    assert session_kind("quran").read_fields(typed) == {
        "memorized": "Al-Mulk 1-10",
        "recitation": "good",
        "mistakes": 3,
    }
    assert session_kind("event").read_fields(typed) == {}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"mistakes": "-1"}, "number_invalid"),
        ({"mistakes": "1000"}, "number_invalid"),
        ({"mistakes": "٣"}, "number_invalid"),
        ({"recitation": "brilliant"}, "unknown_choice"),
        ({"memorized": "x" * 201}, "text_too_long"),
        ({"memorized": "a\x00b"}, "text_broken"),
    ],
)
def test_what_cannot_be_read_is_refused(typed, code):
    with pytest.raises(Refused) as refused:
        session_kind("quran").read_fields(typed)
    assert refused.value.code == code
