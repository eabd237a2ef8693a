"""Who sees what of a record, and what others are told of it."""

import pytest

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.people.privacy import (
    USUAL_SHARING,
    Audience,
    Sharing,
    Shown,
    is_worth_a_choice,
    may_see,
    sharing_of,
    shown_to_strangers,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S

#: Record, then what is shown for each answer: none, attended, partial, not attended, silent.
TOLD = {
    None: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.PENDING: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.WAITLISTED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.CONFIRMED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.CHECKED_IN: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.ATTENDED: (Shown.ATTENDED, Shown.ATTENDED, Shown.PARTIAL, None, Shown.ATTENDED),
    S.NO_SHOW: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.RELEASED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.UNDECIDED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.CANCELLED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
    S.REJECTED: (None, Shown.OWN_ATTENDED, Shown.OWN_PARTIAL, None, None),
}
ANSWERS = (None, Answer.ATTENDED, Answer.PARTIAL, Answer.NOT_ATTENDED, Answer.UNKNOWN)


@pytest.mark.parametrize("status", [None, *S])
def test_strangers_are_told_of_presence_and_of_nothing_else(status):
    assert tuple(shown_to_strangers(status, answer) for answer in ANSWERS) == TOLD[status]


def test_the_persons_own_word_reads_the_same_whatever_was_recorded():
    said = {shown_to_strangers(status, Answer.ATTENDED) for status in [None, *S] if status is not S.ATTENDED}

    assert said == {Shown.OWN_ATTENDED}


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience.PERSON, [True, True, True, True]),
        (Audience.HOST, [True, True, True, True]),
        (Audience.PUBLIC, [False, False, True, True]),
        (Audience.ORGANIZATIONS, [False, True, False, True]),
    ],
)
def test_each_audience_looks_at_its_own_switch(audience, seen):
    sharings = [Sharing(profile, others) for profile in (False, True) for others in (False, True)]

    assert [may_see(audience, sharing) for sharing in sharings] == seen


def test_a_choice_for_one_event_stands_before_the_usual_one():
    chosen = Sharing(on_profile=False, to_organizations=True)

    assert [sharing_of(one, USUAL_SHARING) for one in (chosen, None)] == [chosen, USUAL_SHARING]


def test_a_new_account_shows_itself_on_its_profile_and_not_to_other_organizations():
    assert Sharing(on_profile=True, to_organizations=False) == USUAL_SHARING


@pytest.mark.parametrize(
    ("status", "answer", "worth"),
    [
        (S.CONFIRMED, None, True),
        (S.CHECKED_IN, Answer.UNKNOWN, True),
        (S.CHECKED_IN, Answer.NOT_ATTENDED, False),
        (S.ATTENDED, None, True),
        (S.NO_SHOW, None, False),
        (S.NO_SHOW, Answer.PARTIAL, True),
        (S.UNDECIDED, None, True),
        (None, Answer.UNKNOWN, False),
        (None, Answer.ATTENDED, True),
    ],
)
def test_a_choice_is_offered_where_there_is_or_may_be_something_to_see(status, answer, worth):
    assert is_worth_a_choice(status, answer) is worth
