"""The question after an event as its pages say it, and the ways to it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.worlds.world import NOON
from webapp.models import AttendanceResponse
from webapp.services.unit_of_work import write_transaction

START, END = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
ANSWERS = ["Yes, I was there", "For part of it", "No, I didn’t go"]
SNOOZE = "Ask me tomorrow at 9:00, UTC"
each_door = pytest.mark.parametrize("door", ["link", "notification", "event"])
#: Without signing in and signed in; the event's own door is the second one without a prompt.
both_doors = pytest.mark.parametrize("door", ["link", "notification"])


def change(app, table, **values) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(table).values(**values))


def answer_of(session) -> str | None:
    session.rollback()
    return session.query(AttendanceResponse.answer).scalar()
