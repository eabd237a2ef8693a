"""What an edit does to applicants and to people in line: in their order, before any newcomer, never half."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.event_consequences import Consequences, Queues, consequences_of
from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentTerms

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
BEFORE, DURING = START - timedelta(days=1), START + timedelta(hours=1)
APPLY = EnrollmentTerms(
    event_status="published",
    method=EnrollmentMethod.APPLICATION,
    has_waitlist=True,
    opens_at=None,
    closes_at=None,
    starts_at=START,
    effective_end_at=START + timedelta(hours=2),
)
FIRST_COME = replace(APPLY, method=EnrollmentMethod.RSVP)
NO_LINE, NO_LINE_APPLY = replace(FIRST_COME, has_waitlist=False), replace(APPLY, has_waitlist=False)

CASES = [
    ("nobody applied", APPLY, FIRST_COME, (0, 0, 0), 5, BEFORE, (0, 0, 0)),
    ("room for everybody", APPLY, FIRST_COME, (1, 0, 3), 5, BEFORE, (3, 0, 0)),
    ("no limit", APPLY, FIRST_COME, (9, 0, 3), None, BEFORE, (3, 0, 0)),
    ("the first get the seats, the others the line", APPLY, FIRST_COME, (3, 0, 5), 5, BEFORE, (2, 3, 0)),
    ("full", APPLY, FIRST_COME, (5, 0, 2), 5, BEFORE, (0, 2, 0)),
    ("who waits goes first", APPLY, FIRST_COME, (4, 3, 2), 5, BEFORE, (0, 2, 0)),
    ("who waits moves up into more room, then who applied", APPLY, FIRST_COME, (4, 1, 2), 7, BEFORE, (2, 0, 0)),
    ("without a line, but room", NO_LINE_APPLY, NO_LINE, (0, 0, 2), 2, BEFORE, (2, 0, 0)),
    ("after the start a seat is a seat", APPLY, FIRST_COME, (1, 4, 2), 3, DURING, (2, 0, 0)),
    ("still by application", APPLY, replace(APPLY, closes_at=BEFORE), (0, 0, 2), 5, BEFORE, (0, 0, 0)),
    ("now by application", FIRST_COME, APPLY, (5, 3, 0), 5, BEFORE, (0, 0, 0)),
    ("the line is closed", FIRST_COME, NO_LINE, (5, 3, 0), 5, BEFORE, (0, 0, 3)),
    ("the line is closed and some move up", FIRST_COME, NO_LINE, (5, 3, 0), 6, BEFORE, (0, 0, 2)),
    ("the line is closed and nobody waits", FIRST_COME, NO_LINE, (5, 0, 0), 5, BEFORE, (0, 0, 0)),
    ("the line is opened", NO_LINE, FIRST_COME, (5, 3, 0), 5, BEFORE, (0, 0, 0)),
    (
        "a draft",
        replace(APPLY, event_status="draft"),
        replace(FIRST_COME, event_status="draft"),
        (0, 0, 2),
        5,
        BEFORE,
        (0, 0, 0),
    ),
    ("over", APPLY, FIRST_COME, (0, 0, 2), 5, START + timedelta(hours=2), (0, 0, 0)),
]


@pytest.mark.parametrize(
    ("before", "after", "queues", "capacity", "now", "expected"),
    [row[1:] for row in CASES],
    ids=[row[0] for row in CASES],
)
def test_what_becomes_of_people_is_known_before(before, after, queues, capacity, now, expected):
    found = consequences_of(before, after, Queues(*queues), capacity=capacity, now=now)
    assert found == Consequences(*expected)
    assert bool(found) is any(expected)


@pytest.mark.parametrize(
    ("after", "queues", "capacity", "now", "seats"),
    [
        (NO_LINE, (0, 0, 3), 2, BEFORE, 2),
        (NO_LINE, (2, 0, 1), 2, BEFORE, 0),
        (NO_LINE, (1, 1, 1), 2, BEFORE, 0),
        (FIRST_COME, (1, 0, 3), 2, DURING, 1),
    ],
)
def test_an_edit_that_leaves_an_applicant_with_nothing_is_refused(after, queues, capacity, now, seats):
    refusal = no("applicants_left_over", pending=queues[2], seats=seats)
    assert refusal_of(consequences_of, APPLY, after, Queues(*queues), capacity=capacity, now=now) == refusal


@pytest.mark.parametrize(
    ("until", "kept_in_line"),
    [(None, 2), (START, 2), (BEFORE + timedelta(microseconds=1), 2), (BEFORE, 3), (BEFORE - timedelta(days=1), 3)],
    ids=["the start", "the start, said", "a last call to come", "a last call now", "a last call before"],
)
def test_after_the_last_call_nobody_moves_up_into_more_room(until, kept_in_line):
    found = consequences_of(FIRST_COME, NO_LINE, Queues(5, 3, 0), capacity=6, until=until, now=BEFORE)
    assert found == Consequences(kept_in_line=kept_in_line)


def test_after_the_last_call_applicants_join_behind_those_who_stay_in_line_beside_a_free_seat():
    found = consequences_of(APPLY, FIRST_COME, Queues(4, 1, 3), capacity=5, until=BEFORE, now=BEFORE)
    assert found == Consequences(queued=3)


def test_after_the_start_there_is_no_line_that_could_be_closed():
    given = {"capacity": 5, "now": START}
    assert consequences_of(FIRST_COME, NO_LINE, Queues(5, 3, 0), **given) == Consequences()


def test_the_key_names_every_number_so_that_other_numbers_are_another_key():
    assert Consequences(seated=3, queued=2, kept_in_line=1).key == "3.2.1"
