"""What the browser's own pickers show, and what is found in long lists."""

import pytest
from flask import Flask

from webapp.domain.refusal import Refused
from webapp.views.forms.pickers import choice_of, native_value, told_apart, zone_options

PEOPLE = [(3, "Ana Silva"), (9, "Zoë"), (12, "Ana Silva")]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("2026-06-13 10:00", "datetime-local", "2026-06-13T10:00"),
        ("2026-06-13T10:00", "datetime-local", "2026-06-13T10:00"),
        ("", "date", ""),
        (None, "number", ""),
        ("18:30", "time", "18:30"),
        ("12", "number", "12"),
    ],
)
def test_a_picker_takes_what_it_can_show(text, kind, shown):
    assert native_value(text, kind) == shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-02-30 10:00", "datetime-local"),
        ("2026-06-13 10:00+02:00", "datetime-local"),
        ("13 June", "date"),
        ("20260613", "date"),
        ("9:05", "time"),
        ("many", "number"),
        ("007", "number"),
    ],
)
def test_what_a_picker_would_throw_away_stays_text(text, kind):
    assert native_value(text, kind) is None


def test_zones_are_named_by_city_with_what_their_clocks_show():
    with Flask("pickers").test_request_context():
        options = dict(zone_options())

    assert options["Asia/Kolkata"] == "Kolkata, UTC+5:30"
    assert options["America/Sao_Paulo"] == "Sao Paulo, UTC-3"
    assert "Etc/GMT+3" not in options


def test_options_with_the_same_words_are_told_apart():
    assert told_apart(PEOPLE) == [(3, "Ana Silva"), (9, "Zoë"), (12, "Ana Silva (2)")]


def test_people_of_one_name_are_told_apart_by_the_addresses_that_may_be_seen():
    people, addresses = [*PEOPLE, (15, "Ana Silva")], {3: "ana@a.test", 9: "zoe@a.test", 12: "ana@b.test", 15: None}

    assert told_apart(people, addresses) == [
        (3, "Ana Silva, ana@a.test"),
        (9, "Zoë"),
        (12, "Ana Silva, ana@b.test"),
        (15, "Ana Silva"),
    ]


def test_without_an_address_people_of_one_name_are_numbered():
    assert told_apart(PEOPLE, {3: None, 9: None, 12: None}) == told_apart(PEOPLE)


@pytest.mark.parametrize(("text", "chosen"), [("9", 9), ("zoë ", 9), ("Ana  Silva", 3), ("ana silva (2)", 12)])
def test_an_option_is_found_by_its_id_or_its_words(text, chosen):
    assert choice_of(told_apart(PEOPLE), "instructor_unknown")(text) == chosen


@pytest.mark.parametrize("text", ["", "4", "Ana", "99999999999999999999", "\0"])
def test_anything_else_is_refused(text):
    with pytest.raises(Refused, match="instructor_unknown"):
        choice_of(told_apart(PEOPLE), "instructor_unknown")(text)
