"""The life of a class: the whole table of moves, and what may be done with it where it stands."""

from datetime import date, timedelta
from itertools import product

import pytest

from webapp.domain.classes.program_class import (
    FROZEN,
    MAX_DAYS,
    ClassStatus,
    Traces,
    require_archivable,
    require_dates,
    require_deletable,
    require_legal_move,
    require_not_frozen,
    require_program_offers,
)
from webapp.domain.refusal import Refused

C = ClassStatus
LEGAL = {
    ("scheduled", "active"),
    ("scheduled", "cancelled"),
    ("active", "paused"),
    ("active", "completed"),
    ("active", "cancelled"),
    ("paused", "active"),
    ("paused", "completed"),
    ("paused", "cancelled"),
}
FIRST = date(2026, 6, 15)


def code_of(rule, *args, **kwargs) -> str | None:
    try:
        rule(*args, **kwargs)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(("from_status", "to_status"), list(product(C, C)))
def test_a_class_moves_as_the_table_says_and_no_other_way(from_status, to_status):
    expected = None if (from_status.value, to_status.value) in LEGAL else "illegal_class_move"
    if from_status in FROZEN:
        expected = "class_frozen"

    assert code_of(require_legal_move, from_status, to_status) == expected


@pytest.mark.parametrize("status", C)
def test_frozen_classes_can_be_archived_and_not_changed_and_the_others_the_other_way_round(status):
    frozen = status in {C.COMPLETED, C.CANCELLED}

    assert code_of(require_not_frozen, status) == ("class_frozen" if frozen else None)
    assert code_of(require_archivable, status) == (None if frozen else "class_not_archivable")


@pytest.mark.parametrize(
    ("status", "traces", "facts"),
    [
        (C.SCHEDULED, Traces(0, 0, 0), None),
        (C.SCHEDULED, Traces(1, 0, 0), {"enrollments": 1}),
        (C.SCHEDULED, Traces(0, 1, 0), {"marks": 1}),
        (C.SCHEDULED, Traces(2, 0, 1), {"enrollments": 2, "completions": 1}),
        *((status, Traces(0, 0, 0), {"status": status}) for status in C if status is not C.SCHEDULED),
    ],
)
def test_only_a_scheduled_class_that_left_nothing_is_deleted(status, traces, facts):
    try:
        require_deletable(status, traces)
    except Refused as refused:
        assert (refused.code, refused.facts) == ("class_not_deletable", facts)
    else:
        assert facts is None


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, "start_after_end"), (0, None), (MAX_DAYS - 1, None), (MAX_DAYS, "class_too_long")],
)
def test_a_class_starts_before_it_ends_and_lasts_two_years_at_most(days, code):
    assert code_of(require_dates, FIRST, FIRST + timedelta(days=days)) == code


@pytest.mark.parametrize(
    ("active", "archived", "here", "code"),
    [
        (True, False, True, None),
        (False, False, True, "program_inactive"),
        (True, True, True, "program_inactive"),
        (True, False, False, "program_not_offered_here"),
    ],
)
def test_a_class_is_of_an_active_program_that_is_offered_there(active, archived, here, code):
    assert code_of(require_program_offers, is_active=active, is_archived=archived, is_offered_here=here) == code
