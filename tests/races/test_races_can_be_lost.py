"""A race that cannot be lost proves nothing: without the event's lock the races for seats must fail.

`make test` asks the two that say the most, at their short size; the long run asks all of them.
"""

from inspect import signature

import pytest

from tests.races import test_answer_races as answer_races
from tests.races import test_mailing_races as mailing_races
from tests.races.contest import WITHOUT_LOCK
from tests.races.places import test_access_races as access_races
from tests.races.places import test_appeal_races as appeal_races
from tests.races.places import test_certificate_races as certificate_races
from tests.races.places import test_enrollment_races as races
from tests.races.places import test_guest_races as guest_races
from tests.races.places import test_lane_races as lane_races
from tests.races.places import test_offer_races as offer_races
from tests.races.places import test_party_races as party_races
from tests.races.places import test_series_races as series_races
from tests.races.places import test_standby_races as standby_races

SHORT = (
    races.test_a_crowd_in_eight_processes_gets_the_seats_and_a_line_without_gaps,
    races.test_as_many_leave_as_come_and_no_seat_is_lost_or_sold_twice,
)
#: Holds by the unique index of live enrollments alone: the insert itself finds somebody in the way.
HELD_WITHOUT_LOCK = races.test_one_person_in_many_tabs_is_enrolled_once_in_every_round
OTHERS = [
    guest_races.test_guests_and_people_who_come_at_once_share_the_last_places,
    access_races.test_a_link_is_replaced_once_however_often_it_is_pressed,
    guest_races.test_one_address_holds_three_places_whatever_the_events,
    certificate_races.test_a_certificate_is_never_issued_beside_a_correction,
    offer_races.test_a_place_is_taken_or_passed_on_and_never_both,
    appeal_races.test_an_appeal_is_filed_once_and_answered_once_whoever_else_decides,
    lane_races.test_nobody_passes_from_behind_whoever_presses_first,
    party_races.test_a_party_of_three_and_two_singles_on_the_last_three_seats,
    standby_races.test_a_place_is_released_or_its_person_is_in_and_never_both,
    series_races.test_a_crowd_takes_all_dates_at_once_and_none_is_oversold,
    series_races.test_dates_that_two_add_at_once_are_made_once,
    mailing_races.test_two_presses_of_send_are_one_message,
    mailing_races.test_two_workers_tell_everybody_once,
    answer_races.test_a_question_that_is_sent_twice_at_once_is_asked_once,
    *(
        race
        for name, race in vars(races).items()
        if name.startswith("test_") and race not in {*SHORT, HELD_WITHOUT_LOCK}
    ),
]

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.usefixtures("app_context")]


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the processes that compete, not for this one."""
    monkeypatch.setenv(WITHOUT_LOCK, "1")


@pytest.mark.usefixtures("without_lock")
@pytest.mark.parametrize("race", [*SHORT, *(pytest.param(race, marks=pytest.mark.long) for race in OTHERS)])
def test_a_race_is_lost_without_the_lock(app, world, session, settings, part, race):
    given = {"app": app, "world": world, "session": session, "settings": settings, "part": part}
    with pytest.raises(AssertionError):
        race(**{name: value for name, value in given.items() if name in signature(race).parameters})
