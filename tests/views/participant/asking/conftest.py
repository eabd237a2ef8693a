"""Somebody who is asked about an event that is over, and every way to the question."""

import pytest

from tests.support.worlds.asking import answer_link, is_asked
from tests.support.worlds.use_cases import days
from tests.views.participant.asking.question_pages import END, START
from webapp.models import Notification


@pytest.fixture
def clay(world) -> int:
    return world.event(slug="clay", starts_at=START, ends_at=END)


@pytest.fixture
def mira(app, world, use_cases, clay) -> int:
    """Enrolled, and asked an hour after the end."""
    person = world.person("Mira Sand")
    use_cases.enrolls(clay, person, now=START - days(1))
    with app.app_context():
        is_asked(clay, person)
    return person


@pytest.fixture
def notification(mira, session) -> int:
    return session.query(Notification.id).scalar()


@pytest.fixture
def doors(app, clay, mira, notification, reader, reader_of):
    """(browser, address of the question, address of the feedback) of every way to it."""
    link, signed = answer_link(app, clay, mira), reader_of(mira)
    return {
        "link": (reader, link, f"{link}/feedback"),
        "notification": (signed, f"/notifications/{notification}/prompt", "/attendance/clay/feedback"),
        "event": (signed, "/attendance/clay", "/attendance/clay/feedback"),
    }
