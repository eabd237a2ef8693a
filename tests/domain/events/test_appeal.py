"""Until when "I was there" is said and answered, and by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.appeal import (
    ANSWERED,
    AppealOutcome,
    AppealTerms,
    is_fileable,
    may_decide,
    outcome_at,
    pictures_over,
    require_came_at,
    require_fileable,
    require_open,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S

END = datetime(2026, 6, 20, 18, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FILED_UNTIL, DECIDED_UNTIL = datetime(2026, 7, 4, 18, tzinfo=UTC), datetime(2026, 7, 18, 18, tzinfo=UTC)
A = AppealOutcome


def test_two_weeks_to_say_it_and_two_more_to_answer():
    terms = AppealTerms(S.NO_SHOW, END)
    assert (terms.filed_until, terms.decided_until) == (FILED_UNTIL, DECIDED_UNTIL)


@pytest.mark.parametrize(
    ("status", "earlier", "now", "refusal"),
    [
        (S.NO_SHOW, None, END, None),
        (S.NO_SHOW, None, FILED_UNTIL - TICK, None),
        (S.NO_SHOW, None, FILED_UNTIL, no("appeal_too_late", until=FILED_UNTIL)),
        # What was withdrawn, or answered in another way, stands in nobody's way.
        (S.NO_SHOW, A.WITHDRAWN, END, None),
        (S.NO_SHOW, A.OVERTAKEN, END, None),
        (S.NO_SHOW, A.OPEN, END, no("appeal_open")),
        *((S.NO_SHOW, one, END, no("appeal_answered", outcome=one)) for one in sorted(ANSWERED)),
        # An answer is said rather than that it is too late, or that the record says something else.
        (S.ATTENDED, A.GRANTED, FILED_UNTIL, no("appeal_answered", outcome=A.GRANTED)),
        *((one, None, END, no("appeal_not_no_show")) for one in S if one is not S.NO_SHOW),
    ],
)
def test_who_can_say_it(status, earlier, now, refusal):
    terms = AppealTerms(status, END, earlier)
    assert is_fileable(terms, now) is (refusal is None)
    assert refusal_of(require_fileable, terms, now) == refusal


@pytest.mark.parametrize("outcome", A)
def test_it_lapses_by_the_clock_and_only_what_is_open_is_answered(outcome):
    before, after = DECIDED_UNTIL - TICK, DECIDED_UNTIL
    assert outcome_at(outcome, DECIDED_UNTIL, before) is outcome
    assert outcome_at(outcome, DECIDED_UNTIL, after) is (A.LAPSED if outcome is A.OPEN else outcome)
    is_open = outcome is A.OPEN
    over = no("appeal_over", outcome=A.LAPSED if is_open else outcome)
    assert refusal_of(require_open, outcome, DECIDED_UNTIL, before) == (None if is_open else over)
    assert refusal_of(require_open, outcome, DECIDED_UNTIL, after) == over


@pytest.mark.parametrize(
    ("overrides", "settles", "organizers_decide", "decides"),
    [
        (True, True, False, True),
        (True, False, False, True),
        (False, True, False, False),
        (False, True, True, True),
        (False, False, True, False),
    ],
)
def test_who_decides(overrides, settles, organizers_decide, decides):
    found = may_decide(overrides=overrides, settles=settles, organizers_decide=organizers_decide)
    assert found is decides


@pytest.mark.parametrize(
    ("came_at", "refusal"),
    [
        (None, None),
        # Days are those of the event's zone: in Berlin the 20th begins at 22:00 UTC.
        (datetime(2026, 6, 19, 22, tzinfo=UTC), None),
        (datetime(2026, 6, 19, 21, 59, tzinfo=UTC), no("appeal_time_outside")),
        (END, None),
        (END + TICK, no("appeal_time_outside")),
    ],
)
def test_when_somebody_can_have_come(came_at, refusal):
    given = {"days": (date(2026, 6, 20),), "timezone": "Europe/Berlin", "until": END}
    assert refusal_of(require_came_at, came_at, **given) == refusal


def test_a_picture_is_kept_for_ninety_days():
    assert pictures_over(END) == datetime(2026, 3, 22, 18, tzinfo=UTC)
