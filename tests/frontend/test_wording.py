"""Every status and every refusal has words, and they are words."""

import re
from datetime import UTC, datetime

import pytest

from tests.frontend.sources import ROOT, TEMPLATES
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.languages import formats
from webapp.views.words import refusals, statuses

TONES = {"brand", "ok", "solid", "wait", "no", "mute"}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_every_enrollment_status_has_words() -> None:
    assert set(statuses.ENROLLMENT) == set(statuses.RECORD) == set(EnrollmentStatus)
    for status in EnrollmentStatus:
        assert statuses.enrollment_words(status) == statuses.ENROLLMENT[status]


def test_every_event_status_and_every_trigger_has_words() -> None:
    assert set(statuses.EVENT) == set(EventStatus)
    assert set(statuses.TRIGGER) == set(Trigger)


@pytest.mark.parametrize("words", [*statuses.ENROLLMENT.values(), *statuses.EVENT.values()])
def test_status_words_can_be_shown(words: statuses.StatusWords) -> None:
    sprite = (TEMPLATES / "components" / "icon.html").read_text()
    assert f'id="i-{words.icon}"' in sprite
    assert {words.tone, words.crew_tone or words.tone} <= TONES
    assert "_" not in words.participant + words.crew


@pytest.mark.parametrize("code", refusals.REFUSALS)
def test_a_refusal_needs_no_facts(code: str) -> None:
    sentence = refusals.refusal_sentence(code)
    assert sentence != refusals.UNKNOWN_REFUSAL
    assert "{" not in sentence and "!" not in sentence


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        ("event_full", {"capacity": 12}, "Event is full"),
        (
            "capacity_below_seats",
            {"taken": 112},
            "112 people are already confirmed. Enter 112 or more, or cancel places first.",
        ),
        (
            "capacity_below_seats",
            {"taken": 1},
            "1 person is already confirmed. Enter 1 or more, or cancel places first.",
        ),
        ("not_open_yet", {"opens_at": NOW, "tz": "Europe/Berlin", "now": NOW}, "Enrollment opens Mon 1 June, 02:00."),
        ("not_open_yet", {"opens_at": NOW}, "Enrollment is not open yet."),
        (
            "illegal_move",
            {"from_status": EnrollmentStatus.NO_SHOW},
            "That isn’t possible because the status is No-show. Nothing was changed.",
        ),
        ("a_code_from_tomorrow", {}, refusals.UNKNOWN_REFUSAL),
    ],
)
def test_a_refusal_says_what_it_knows(code: str, facts: dict[str, object], sentence: str) -> None:
    assert refusals.refusal_sentence(code, **facts) == sentence


def test_every_refusal_the_product_can_give_has_a_sentence() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "webapp").rglob("*.py"))
    codes = set(re.findall(r'Refused\(\s*"(\w+)"', sources))
    assert codes, "refusals are raised in another way now"
    assert codes - set(refusals.REFUSALS) == set()


def test_a_fact_that_is_so_or_not_is_never_written_as_a_number() -> None:
    """True is 1 to Python, and a number that was never written before has no words for it."""
    formats._number.cache_clear()
    assert refusals.refusal_sentence("event_full", is_coming=False) == refusals.refusal_sentence("event_full")
