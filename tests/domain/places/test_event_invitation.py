"""An invitation: until when it is answered, what can still be said, and when somebody is written to again."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.places.event_invitation import (
    AGAIN_AFTER,
    BECOMES,
    InvitationAnswer,
    InvitationStatus,
    answers_until,
    require_answerable,
    require_expiry,
    require_mailed_again,
)
from webapp.domain.refusal import Refused

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
CLOSES, ASKED = START - timedelta(days=1), START - timedelta(days=9)
NOW, EARLY = START - timedelta(days=2), START - timedelta(days=3)
INSTANT = timedelta(microseconds=1)
S = InvitationStatus


@pytest.mark.parametrize(
    ("expires_at", "asked_at", "until"),
    [
        (None, ASKED, CLOSES),
        (EARLY, ASKED, EARLY),
        # Enrollment was made to close earlier since.
        (START, ASKED, CLOSES),
        # Asked when enrollment was closed.
        (None, CLOSES, START),
        (START - INSTANT, CLOSES, START - INSTANT),
    ],
)
def test_it_is_answered_until_its_end_and_never_longer_than_people_enroll(expires_at, asked_at, until):
    assert answers_until(expires_at, asked_at=asked_at, closes_at=CLOSES, starts_at=START) == until


def code_of(rule, *args, **facts) -> str | None:
    try:
        rule(*args, **facts)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("status", "now", "code"),
    [
        (S.OPEN, NOW, None),
        (S.MAYBE, NOW, None),
        (S.DECLINED, NOW, None),
        (S.ACCEPTED, NOW, "invitation_answered"),
        (S.WITHDRAWN, NOW, "invitation_answered"),
        (S.OPEN, CLOSES - INSTANT, None),
        (S.OPEN, CLOSES, "invitation_over"),
        (S.WITHDRAWN, CLOSES, "invitation_answered"),
    ],
)
def test_all_but_a_yes_and_what_was_withdrawn_can_be_answered(status, now, code):
    assert code_of(require_answerable, status, until=CLOSES, now=now) == code


@pytest.mark.parametrize(
    ("status", "mailed_at", "now", "code"),
    [
        (S.OPEN, NOW - AGAIN_AFTER, NOW, None),
        (S.MAYBE, NOW - AGAIN_AFTER, NOW, None),
        (S.OPEN, NOW - AGAIN_AFTER + INSTANT, NOW, "invitation_sent_lately"),
        (S.DECLINED, ASKED, NOW, "invitation_answered"),
        (S.ACCEPTED, ASKED, NOW, "invitation_answered"),
        (S.OPEN, ASKED, CLOSES, "invitation_over"),
    ],
)
def test_who_may_still_say_yes_is_written_to_again_but_not_at_once(status, mailed_at, now, code):
    assert code_of(require_mailed_again, status, mailed_at=mailed_at, until=CLOSES, now=now) == code


@pytest.mark.parametrize(
    ("expires_at", "code"),
    [
        (None, None),
        (NOW + INSTANT, None),
        (CLOSES, None),
        (NOW, "expiry_passed"),
        (CLOSES + INSTANT, "expiry_too_late"),
    ],
)
def test_its_end_is_to_come_and_while_people_enroll(expires_at, code):
    assert code_of(require_expiry, expires_at, until=CLOSES, now=NOW) == code


def test_every_answer_comes_to_something_else():
    assert set(BECOMES) == set(InvitationAnswer)
    assert set(BECOMES.values()) == {S.ACCEPTED, S.MAYBE, S.DECLINED}
