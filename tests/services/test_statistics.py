"""A list that fills empty tables lets PostgreSQL look at them, so that it does not plan for empty ones to the end."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.support.databases.statements import counted_statements
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.domain.places.lists.guest_list import Guest
from webapp.models import Enrollment, EnrollmentTransition, OutboxEvent, User
from webapp.queries.statistics import fewest_known_rows
from webapp.services.places import guest_import
from webapp.services.places.guest_import import import_guests

TABLES = (User.__table__, Enrollment.__table__, EnrollmentTransition.__table__, OutboxEvent.__table__)
LIST = Actor(user_id=None, name="Import of guests.csv")
pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("postgres")]


@pytest.fixture
def event_id(app, session) -> int:
    event_id = World(app).event("Congress", starts_at=NOON + timedelta(days=9), capacity=None)
    session.execute(
        text("UPDATE pg_class SET reltuples = -1 WHERE relname = ANY(:names)"),
        {"names": [table.name for table in TABLES]},
    )
    session.commit()
    return event_id


def import_lines(app, event_id: int, lines: int) -> int:
    """Import so many guests; how often the tables were looked at."""
    guests = [Guest(number, f"Guest {number}", f"guest{number}@post.example") for number in range(1, lines + 1)]
    with counted_statements(app) as statements:
        for _ in import_guests(event_id=event_id, guests=guests, actor=LIST, reason="guests.csv", now=NOON):
            pass
    return len([one for one in statements if "ANALYZE" in str(one)])


def test_tables_that_were_empty_are_looked_at_whenever_what_was_written_doubled(app, event_id, monkeypatch):
    monkeypatch.setattr(guest_import, "CHUNK", 10)
    assert fewest_known_rows(TABLES) == -1
    assert import_lines(app, event_id, 90) == 4  # after 10, 20, 40 and 80 lines
    assert fewest_known_rows(TABLES) >= 80
    assert import_lines(app, event_id, 90) == 0


def test_tables_that_are_known_to_be_large_are_left_alone(app, event_id, session):
    session.execute(
        text("UPDATE pg_class SET reltuples = 100000 WHERE relname = ANY(:names)"),
        {"names": [table.name for table in TABLES]},
    )
    session.commit()
    assert import_lines(app, event_id, 30) == 0
