"""Everything about an event: ranks, times, evidence, trail and outbox, in a fixed number of statements."""

from datetime import datetime

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.world import NOON, World
from webapp.extensions import db
from webapp.models import Event
from webapp.queries.events.export import enrollment_rows, event_export
from webapp.services.places.enrollment import enroll


def event_id(session, name: str) -> int:
    return session.scalar(select(Event.id).where(Event.request_id == f"demo-{name}"))


def exported(number: int) -> dict:
    export = event_export(number)
    return {"event": export.event, "policy": export.policy, **{name: list(rows) for name, rows in export.lists.items()}}


@pytest.fixture
def demo(demo_place):
    with demo_place.app_context():
        yield db.session


def test_nothing_about_an_event_is_left_out(demo) -> None:
    clay, camp, printing = (exported(event_id(demo, name)) for name in ("clay", "camp", "printing"))

    assert clay["policy"]["capacity"] == 12
    waiting = [(row["rank"], row["name"]) for row in clay["enrollments"] if row["status"] == "waitlisted"]
    assert waiting == [
        (1, "山田 雅子"),
        (2, "Ana Silva"),
        (3, "Zoë Åkesson"),
        (4, "Şule Demir"),
        (5, "Αλέξανδρος Παπαδόπουλος"),
    ]
    assert {row["rank"] for row in clay["enrollments"] if row["status"] != "waitlisted"} == {None}
    assert len(camp["check_ins"]) == 47
    reversed_ones = [row for row in camp["check_ins"] if row["reversed_at"]]
    assert [row["reversal_reason"] for row in reversed_ones] == ["The wrong name was tapped"]
    assert [row["kind"] for row in printing["transitions"]].count("override") == 1
    assert len(printing["outbox_events"]) == len(printing["transitions"]) - 1


def test_instants_are_utc_with_a_z_and_days_are_dates(demo) -> None:
    camp = exported(event_id(demo, "camp"))

    for row in camp["check_ins"]:
        assert row["at"].endswith("Z") and datetime.fromisoformat(row["at"]).utcoffset().total_seconds() == 0
        assert len(row["local_on"]) == len("2026-06-10")


def test_a_row_for_each_enrollment_names_the_days_that_stand(demo) -> None:
    rows = {row["email"]: row for row in enrollment_rows(event_id(demo, "camp"))}

    assert len(rows) == 40
    assert rows["ana@demo.test"]["days_present"] == "2026-06-09"
    assert rows["amara.okafor@demo.test"]["days_present"] == "2026-06-09, 2026-06-10"
    assert rows["bruno.teixeira@demo.test"]["days_present"] == ""


@pytest.mark.parametrize("read", [exported, lambda number: list(enrollment_rows(number))], ids=["all", "rows"])
def test_the_number_of_statements_does_not_grow_with_the_people(app, app_context, read) -> None:
    world = World(app)
    few, many = world.event(), world.event()
    for number, people in ((few, world.people(1)), (many, world.people(30))):
        for user_id in people:
            enroll(event_id=number, user_id=user_id, actor=world.actor(user_id), now=NOON)

    with counted_statements(app) as for_few:
        read(few)
    with counted_statements(app) as for_many:
        read(many)

    assert len(for_many) == len(for_few)
