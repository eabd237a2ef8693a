"""A class that meets at the same time is named with the days of the week on which it does."""

from datetime import UTC, datetime

import pytest

from webapp.queries.classes.class_sessions import PersonClash
from webapp.views.admin.class_people.words import clash_words

FIRST = datetime(2026, 6, 15, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sessions", "weekdays", "words"),
    [
        (1, (0,), ""),
        (8, (0,), "Mondays from "),
        (8, (0, 2), "Mondays and Wednesdays from "),
        (9, (0, 2, 4), "Mondays, Wednesdays and Fridays from "),
    ],
)
def test_days_of_the_week_are_named_where_it_meets_more_than_once(app_context, sessions, weekdays, words):
    clash = PersonClash(1, "Weaving", "Europe/Berlin", FIRST, sessions, weekdays)
    assert clash_words(clash) == f"{words}Mon 15 June 2026, 19:00"
