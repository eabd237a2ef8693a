"""People who came together in the standby line: they get in together, and nobody loses a place for nothing."""

import pytest

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import Seats, Standing, most_released, who_gets_in

FULL, TWO_FREE, ONE_FREE = Seats(12, 12), Seats(12, 10), Seats(12, 11)


def line_of(*parties: int | None) -> list[Standing]:
    """People from 1 on who wait in this order, each with the party they came with."""
    return [
        Standing(number, 1, S.WAITLISTED, "web", number, number, party) for number, party in enumerate(parties, start=1)
    ]


@pytest.mark.parametrize(
    ("line", "seats", "more", "ids"),
    [
        (line_of(None, None, None), TWO_FREE, 0, [1, 2]),
        (line_of(None, None, None), FULL, 1, [1]),
        (line_of(None, None, None), Seats(12, 14), 2, [1, 2]),
        (line_of(None, None, None), Seats(None, 14), 0, [1, 2, 3]),
        ([], TWO_FREE, 0, []),
        # A party gets in whole, from where its first one stands, or holds up the line, or is passed.
        (line_of(7, None, 7), TWO_FREE, 0, [1, 3]),
        (line_of(7, None, 7), ONE_FREE, 0, []),
        (line_of(7, None, 7), Seats(12, 11, lets_pass=True), 0, [2]),
        (line_of(None, 7, 7, None), TWO_FREE, 0, [1]),
        (line_of(None, 7, 7, None), Seats(12, 10, lets_pass=True), 0, [1, 4]),
        (line_of(7, 7, 8, 8), Seats(12, 9), 0, [1, 2]),
        # One that is larger than the event holds nobody up.
        (line_of(7, 7, None), Seats(1, 0), 0, [3]),
    ],
)
def test_who_of_the_line_gets_in(line, seats, more, ids):
    assert [one.enrollment_id for one in who_gets_in(line, seats, more=more)] == ids


def test_who_lost_a_place_does_not_wait_for_others_of_the_party_who_never_had_one():
    lost = Standing(1, 1, S.RELEASED, "web", 9, None, 7)
    assert who_gets_in([Standing(2, 1, S.WAITLISTED, "web", 1, 1, 7), lost], ONE_FREE) == [lost]


@pytest.mark.parametrize(
    ("line", "seats", "absent", "most"),
    [
        (line_of(None, None, None), FULL, 4, 3),
        (line_of(None, None, None, None), FULL, 3, 3),
        ([], FULL, 3, 0),
        (line_of(None, None, None), FULL, 0, 0),
        # Two who came together need two; with a place that is free already, one is enough.
        (line_of(7, 7, None), FULL, 1, 0),
        (line_of(7, 7, None), FULL, 2, 2),
        (line_of(7, 7), ONE_FREE, 1, 1),
        (line_of(7, 7), ONE_FREE, 2, 1),
        (line_of(None, 7, 7), FULL, 2, 1),
        (line_of(None, 7, 7, None), Seats(12, 12, lets_pass=True), 2, 2),
    ],
)
def test_no_more_lose_a_place_than_get_one(line, seats, absent, most):
    assert most_released(line, seats, absent) == most
