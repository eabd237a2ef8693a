"""Where somebody stands: every state of the block, from the facts that lead to it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.support.worlds.terms import terms_of
from webapp.domain.places.access import WhoMay
from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentStatus
from webapp.domain.places.standing import Seats, StandbyLine, Standing, StandingState, decide_standing

START = datetime(2026, 6, 13, 8, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
BEFORE, DURING, AFTER = START - timedelta(days=1), START + timedelta(minutes=5), END + timedelta(minutes=5)

FREE, FULL, UNLIMITED = Seats(12, 8, 0), Seats(12, 12, 5), Seats(None, 300, 0)
#: A seat came free and nobody has taken the next in line up yet: it is not for a newcomer.
RESERVED = Seats(12, 11, 5)

terms = partial(terms_of, START)

NO_WAITLIST = terms(has_waitlist=False)
APPLICATION = terms(method=EnrollmentMethod.APPLICATION)
LATE = terms(closes_at=END)
STATE = StandingState

OFFERS = [
    ("places left", terms(), FREE, BEFORE, STATE.OPEN),
    ("no limit", terms(), UNLIMITED, BEFORE, STATE.OPEN),
    ("full", terms(), FULL, BEFORE, STATE.FULL_WITH_WAITLIST),
    ("a free seat belongs to whoever waits", terms(), RESERVED, BEFORE, STATE.FULL_WITH_WAITLIST),
    ("full without a waitlist", NO_WAITLIST, FULL, BEFORE, STATE.FULL),
    ("application", APPLICATION, FULL, BEFORE, STATE.OPEN_FOR_APPLICATIONS),
    ("before it opens", terms(opens_at=START - timedelta(hours=1)), FREE, BEFORE, STATE.NOT_OPEN),
    ("at the instant it opens", terms(opens_at=BEFORE), FREE, BEFORE, STATE.OPEN),
    ("at the instant it closes", terms(closes_at=BEFORE), FREE, BEFORE, STATE.CLOSED),
    ("after the start", terms(), FREE, DURING, STATE.CLOSED),
    ("after the start, open until the end", LATE, FREE, DURING, STATE.OPEN),
    ("full after the start: the waitlist has ended", LATE, FULL, DURING, STATE.FULL),
    ("after the end", LATE, FREE, AFTER, STATE.CLOSED),
    ("completed", terms(event_status="completed"), FREE, AFTER, STATE.CLOSED),
    ("for people with the link", terms(who_may=WhoMay.LINK), FREE, BEFORE, STATE.NEEDS_LINK),
    ("for people on a list", terms(who_may=WhoMay.LIST), FULL, BEFORE, STATE.NOT_ON_LIST),
    ("for people on a list, closed", terms(who_may=WhoMay.LIST), FREE, DURING, STATE.CLOSED),
    ("draft", terms(event_status="draft"), FREE, BEFORE, STATE.UNPUBLISHED),
    ("called off", terms(event_status="cancelled"), FREE, BEFORE, STATE.EVENT_CANCELLED),
]


@pytest.mark.parametrize(
    ("terms", "seats", "now", "state"), [row[1:] for row in OFFERS], ids=[row[0] for row in OFFERS]
)
def test_a_newcomer_is_told_what_the_event_offers(terms, seats, now, state):
    assert decide_standing(terms, seats, None, now=now) == Standing(state, state)


S = EnrollmentStatus
COMPLETED, CALLED_OFF = terms(event_status="completed"), terms(event_status="cancelled")
OWN = [
    ("pending", terms(), S.PENDING, False, BEFORE, STATE.PENDING),
    ("pending while it runs", terms(), S.PENDING, False, DURING, STATE.PENDING),
    ("pending after the end", terms(), S.PENDING, False, AFTER, STATE.LAPSED),
    ("waitlisted", terms(), S.WAITLISTED, False, BEFORE, STATE.WAITLISTED),
    ("waitlisted at the start", terms(), S.WAITLISTED, False, START, STATE.LAPSED),
    ("waitlisted after the start while enrollment is open", LATE, S.WAITLISTED, False, DURING, STATE.STILL_WAITING),
    ("waitlisted at the start while enrollment is open", LATE, S.WAITLISTED, False, START, STATE.STILL_WAITING),
    ("waitlisted after the end", LATE, S.WAITLISTED, False, AFTER, STATE.LAPSED),
    ("waitlisted and closed", COMPLETED, S.WAITLISTED, False, AFTER, STATE.LAPSED),
    ("confirmed", terms(), S.CONFIRMED, False, BEFORE, STATE.CONFIRMED),
    ("confirmed while it runs", terms(), S.CONFIRMED, False, DURING, STATE.CONFIRMED),
    ("promoted", terms(), S.CONFIRMED, True, BEFORE, STATE.PROMOTED),
    ("promoted and over", terms(), S.CONFIRMED, True, AFTER, STATE.SETTLING),
    ("confirmed and over", terms(), S.CONFIRMED, False, AFTER, STATE.SETTLING),
    ("checked in", terms(), S.CHECKED_IN, False, DURING, STATE.CHECKED_IN),
    ("checked in after a promotion", terms(), S.CHECKED_IN, True, DURING, STATE.CHECKED_IN),
    ("at the very end", terms(), S.CONFIRMED, False, END, STATE.SETTLING),
    ("pending at the very end", terms(), S.PENDING, False, END, STATE.LAPSED),
    ("pending and closed", COMPLETED, S.PENDING, False, BEFORE, STATE.LAPSED),
    ("confirmed and being closed early", COMPLETED, S.CONFIRMED, False, BEFORE, STATE.SETTLING),
    ("undecided", COMPLETED, S.UNDECIDED, False, AFTER, STATE.UNDECIDED),
    ("attended, and called off all the same", CALLED_OFF, S.ATTENDED, False, AFTER, STATE.ATTENDED),
    ("checked in and over", terms(), S.CHECKED_IN, False, AFTER, STATE.SETTLING),
    ("attended", COMPLETED, S.ATTENDED, False, AFTER, STATE.ATTENDED),
    ("no-show", COMPLETED, S.NO_SHOW, True, AFTER, STATE.NO_SHOW),
    ("cancelled", terms(), S.CANCELLED, False, BEFORE, STATE.CANCELLED),
    ("rejected", terms(), S.REJECTED, False, BEFORE, STATE.REJECTED),
    ("cancelled with the event", CALLED_OFF, S.CANCELLED, False, BEFORE, STATE.EVENT_CANCELLED),
    ("confirmed in an event called off", CALLED_OFF, S.CONFIRMED, False, BEFORE, STATE.EVENT_CANCELLED),
]


@pytest.mark.parametrize(
    ("terms", "own", "was_promoted", "now", "state"), [row[1:] for row in OWN], ids=[row[0] for row in OWN]
)
def test_a_participant_is_told_where_they_stand(terms, own, was_promoted, now, state):
    assert decide_standing(terms, FULL, own, was_promoted=was_promoted, now=now).state == state


IN_LINE = [
    ("a free seat before the start is the next person's", terms(), FREE, BEFORE, STATE.WAITLISTED),
    ("a free seat after the start", LATE, FREE, DURING, STATE.PLACE_OPENED),
    ("the last seat after the start", LATE, Seats(12, 11, 5), DURING, STATE.PLACE_OPENED),
    ("no free seat after the start", LATE, FULL, DURING, STATE.STILL_WAITING),
    ("a free seat after enrollment closed", terms(), FREE, DURING, STATE.LAPSED),
    ("a free seat after the end", LATE, FREE, AFTER, STATE.LAPSED),
    ("enrollment closed long before the start", terms(closes_at=BEFORE), FULL, BEFORE, STATE.WAITLISTED),
    ("called off", CALLED_OFF, FREE, DURING, STATE.EVENT_CANCELLED),
]


@pytest.mark.parametrize(
    ("terms", "seats", "now", "state"), [row[1:] for row in IN_LINE], ids=[row[0] for row in IN_LINE]
)
def test_who_waits_moves_up_until_the_start_and_takes_a_free_seat_after_it(terms, seats, now, state):
    assert decide_standing(terms, seats, S.WAITLISTED, now=now).state == state


LINE, IN_THE_LINE = StandbyLine(START), StandbyLine(START, has_arrived=True)
EARLIER = StandbyLine(START - timedelta(hours=2))
AT_THE_DOOR = [
    ("just before that", LINE, terms(), FULL, S.WAITLISTED, START - timedelta(microseconds=1), STATE.WAITLISTED),
    ("before nobody moves up any more", LINE, terms(), FULL, S.WAITLISTED, BEFORE, STATE.WAITLISTED),
    ("from the start on", LINE, terms(), FULL, S.WAITLISTED, START, STATE.STANDBY_OPEN),
    ("from the last call on", EARLIER, terms(), FULL, S.WAITLISTED, START - timedelta(hours=1), STATE.STANDBY_OPEN),
    ("a free seat that may be taken", LINE, LATE, FREE, S.WAITLISTED, DURING, STATE.PLACE_OPENED),
    ("after the end", LINE, terms(), FULL, S.WAITLISTED, AFTER, STATE.LAPSED),
    ("in the line", IN_THE_LINE, terms(), FULL, S.WAITLISTED, DURING, STATE.IN_STANDBY),
    ("in the line after the end", IN_THE_LINE, terms(), FULL, S.WAITLISTED, AFTER, STATE.LAPSED),
    ("at the end", LINE, LATE, FULL, S.WAITLISTED, END, STATE.LAPSED),
    ("in the line at the end", IN_THE_LINE, terms(), FULL, S.WAITLISTED, END, STATE.LAPSED),
    ("in the line of a draft", IN_THE_LINE, terms(event_status="draft"), FULL, S.WAITLISTED, START, STATE.LAPSED),
    ("released", LINE, terms(), FULL, S.RELEASED, DURING, STATE.RELEASED),
    ("released and there", IN_THE_LINE, terms(), FULL, S.RELEASED, DURING, STATE.IN_STANDBY),
    ("released and closed", IN_THE_LINE, COMPLETED, FULL, S.RELEASED, AFTER, STATE.RELEASED),
    ("checked in", IN_THE_LINE, terms(), FULL, S.CHECKED_IN, DURING, STATE.CHECKED_IN),
]


@pytest.mark.parametrize(
    ("line", "terms", "seats", "own", "now", "state"),
    [row[1:] for row in AT_THE_DOOR],
    ids=[row[0] for row in AT_THE_DOOR],
)
def test_who_has_no_seat_is_told_of_the_standby_line(line, terms, seats, own, now, state):
    assert decide_standing(terms, seats, own, standby=line, now=now).state == state


OFFER_ENDS = BEFORE + timedelta(hours=1)
OFFERED = [
    ("a seat is held", terms(), BEFORE, STATE.OFFERED),
    ("until just before its end", terms(), OFFER_ENDS - timedelta(microseconds=1), STATE.OFFERED),
    ("nobody has ended it yet", terms(), OFFER_ENDS, STATE.WAITLISTED),
    ("called off", CALLED_OFF, BEFORE, STATE.EVENT_CANCELLED),
]


@pytest.mark.parametrize(("terms", "now", "state"), [row[1:] for row in OFFERED], ids=[row[0] for row in OFFERED])
def test_a_seat_is_offered_while_it_is_held(terms, now, state):
    assert decide_standing(terms, FULL, S.WAITLISTED, held_until=OFFER_ENDS, now=now).state == state


def test_whatever_somebody_is_told_what_a_newcomer_would_be_offered_is_said_beside_it():
    offered = decide_standing(terms(), FULL, S.WAITLISTED, held_until=OFFER_ENDS, now=BEFORE)
    at_the_door = decide_standing(terms(), FULL, S.WAITLISTED, standby=IN_THE_LINE, now=DURING)
    assert offered == Standing(STATE.OFFERED, STATE.FULL_WITH_WAITLIST)
    assert at_the_door == Standing(STATE.IN_STANDBY, STATE.CLOSED)


def test_an_offer_is_of_somebody_who_waits():
    assert decide_standing(terms(), FULL, S.CONFIRMED, held_until=OFFER_ENDS, now=BEFORE).state == STATE.CONFIRMED


@pytest.mark.parametrize(
    ("seats", "needs", "state"),
    [
        (Seats(12, 9, 5), 3, STATE.PLACE_OPENED),
        (Seats(12, 10, 5), 3, STATE.STILL_WAITING),
        (Seats(12, 11, 5), 1, STATE.PLACE_OPENED),
        (Seats(12, 12, 5), 1, STATE.STILL_WAITING),
        (Seats(None, 12, 5), 40, STATE.PLACE_OPENED),
    ],
)
def test_people_who_wait_together_take_seats_together(seats, needs, state):
    assert decide_standing(LATE, seats, S.WAITLISTED, needs=needs, now=DURING).state == state


@pytest.mark.parametrize(
    ("seats", "needs", "state"),
    [
        (Seats(12, 9, 5), 3, STATE.PLACE_OPENED),
        (Seats(12, 10, 5), 3, STATE.STANDBY_OPEN),
        (Seats(12, 12, 5), 1, STATE.STANDBY_OPEN),
    ],
)
def test_with_too_few_seats_for_all_of_them_they_come_to_the_door(seats, needs, state):
    assert decide_standing(LATE, seats, S.WAITLISTED, needs=needs, standby=LINE, now=DURING).state == state


CAN = [
    ("somebody who waits beside a free seat after the start", LATE, FREE, S.WAITLISTED, DURING, True),
    ("somebody who waits for a seat after the start", LATE, FULL, S.WAITLISTED, DURING, False),
    ("a newcomer with places left", terms(), FREE, None, BEFORE, True),
    ("a newcomer with a waitlist", terms(), FULL, None, BEFORE, True),
    ("a newcomer who may apply", APPLICATION, FULL, None, BEFORE, True),
    ("a newcomer in front of a full event", NO_WAITLIST, FULL, None, BEFORE, False),
    ("a newcomer after the close", terms(), FREE, None, DURING, False),
    ("somebody who gave up a place", terms(), FREE, S.CANCELLED, BEFORE, True),
    ("somebody who gave up a place that was the last", NO_WAITLIST, FULL, S.CANCELLED, BEFORE, False),
    ("somebody who is in", terms(), FREE, S.CONFIRMED, BEFORE, False),
    ("somebody who waits", terms(), FULL, S.WAITLISTED, BEFORE, False),
    ("somebody who was turned down", APPLICATION, FREE, S.REJECTED, BEFORE, False),
]


@pytest.mark.parametrize(
    ("terms", "seats", "own", "now", "expected"), [row[1:] for row in CAN], ids=[row[0] for row in CAN]
)
def test_the_button_is_there_for_whom_it_would_do_something(terms, seats, own, now, expected):
    assert decide_standing(terms, seats, own, now=now).can_enroll is expected


@pytest.mark.parametrize(
    ("seats", "ahead"),
    [
        (Seats(12, 12, 5), 5),
        (Seats(12, 12, 5, offered=2), 3),
        # Whoever does not fit is passed: nobody is ahead, however many wait.
        (Seats(12, 12, 5, offered=2, ahead=0), 0),
        (Seats(12, 12, 5, ahead=4), 4),
    ],
)
def test_a_newcomer_stands_behind_all_to_whom_nothing_is_offered_unless_it_is_said(seats, ahead):
    assert seats.ahead_of_newcomer == ahead


@pytest.mark.parametrize(
    ("seats", "state"),
    [
        (Seats(12, 11, 2, offered=2), STATE.OPEN),
        (Seats(12, 11, 3, offered=2), STATE.FULL_WITH_WAITLIST),
        (Seats(12, 11, 3, ahead=0), STATE.OPEN),
    ],
)
def test_a_newcomer_gets_a_seat_that_nobody_in_line_is_ahead_of(seats, state):
    assert decide_standing(terms(), seats, None, now=BEFORE).offer == state


@pytest.mark.parametrize(
    ("standing", "not_yet", "can_enroll"),
    [
        (Standing(STATE.OPEN, STATE.OPEN), Standing(STATE.NOT_OPEN, STATE.NOT_OPEN), False),
        (Standing(STATE.CANCELLED, STATE.OPEN), Standing(STATE.CANCELLED, STATE.NOT_OPEN), False),
        (Standing(STATE.CONFIRMED, STATE.OPEN), Standing(STATE.CONFIRMED, STATE.OPEN), False),
        (Standing(STATE.FULL, STATE.FULL), Standing(STATE.FULL, STATE.FULL), False),
        # Who waits is in already: a seat that came free after the start is theirs to take.
        (Standing(STATE.PLACE_OPENED, STATE.OPEN), Standing(STATE.PLACE_OPENED, STATE.NOT_OPEN), True),
    ],
)
def test_where_others_enroll_first_only_newcomers_are_told_so(standing, not_yet, can_enroll):
    assert standing.not_yet() == not_yet
    assert not_yet.can_enroll is can_enroll


def test_free_seats_are_never_negative_and_none_without_a_limit():
    assert [seats.free for seats in (FREE, FULL, UNLIMITED, Seats(1, 2, 0))] == [4, 0, None, 0]


def test_every_state_has_its_block():
    folder = Path(__file__).parents[3] / "templates" / "participant" / "places" / "standing"
    for kind in (True, False):
        blocks = {path.stem for path in folder.joinpath("event" if kind else "own").glob("*.html")}
        assert blocks == {state.value for state in StandingState if state.is_of_event is kind}
