"""What a correction makes of a status, and for which days somebody can be checked in by one."""

from datetime import date

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.override import days_to_check_in, override_target, require_day
from webapp.domain.places.enrollment import EnrollmentStatus as S

DAYS = FRIDAY, SATURDAY, SUNDAY = date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21)


@pytest.mark.parametrize(
    ("status", "target"),
    [
        (S.NO_SHOW, S.ATTENDED),
        (S.CONFIRMED, S.CHECKED_IN),
        *((one, None) for one in S if one not in {S.NO_SHOW, S.CONFIRMED}),
    ],
)
def test_what_an_override_makes_of_a_status(status, target):
    assert override_target(status) is target


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 6, 18), ()),
        (FRIDAY, (FRIDAY,)),
        (SATURDAY, (FRIDAY, SATURDAY)),
        (SUNDAY, DAYS),
        (date(2027, 1, 1), DAYS),
    ],
)
def test_nobody_was_there_on_a_day_to_come(today, days):
    assert days_to_check_in(DAYS, today) == days


@pytest.mark.parametrize(
    ("chosen", "possible", "refusal"),
    [
        (FRIDAY, (FRIDAY, SATURDAY), None),
        (SUNDAY, (FRIDAY, SATURDAY), no("day_not_possible")),
        (None, (FRIDAY, SATURDAY), no("day_not_possible")),
        (FRIDAY, (), no("event_not_begun")),
        (None, (), no("event_not_begun")),
    ],
)
def test_a_day_is_one_on_which_somebody_can_have_been_there(chosen, possible, refusal):
    assert refusal_of(require_day, chosen, possible) == refusal


def test_the_chosen_day_is_the_day():
    assert require_day(SATURDAY, DAYS) == SATURDAY
