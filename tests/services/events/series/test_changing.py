"""Dates of a series changed, called off and put back together: each whole, with its trail, and people told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.events.event_drafts import edited, refused_code, version_of
from tests.support.worlds.rows import broken, digest, stored_draft
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.domain.recurrence import parse_rule
from webapp.models import Enrollment, Event, EventPolicy, EventSeries, EventSeriesChange, OutboxEvent
from webapp.services.events.event_lifecycle import publish_event
from webapp.services.events.series.changing import Wanted, call_off_dates, change_dates, undo_dates
from webapp.services.events.series.making import repeat_event
from webapp.services.places.enrollment import enroll

pytestmark = pytest.mark.usefixtures("app_context")
START = NOON + timedelta(days=1)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def iris(world):
    return world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def dates(world, iris) -> list[int]:
    """Four published dates of one series, two people on the second."""
    first = world.event("Clay", starts_at=START, ends_at=START + timedelta(hours=3), capacity=7)
    starts = [START + timedelta(weeks=week) for week in (1, 2, 3)]
    rule = parse_rule("FREQ=WEEKLY;COUNT=3")
    done = repeat_event(event_id=first, starts=starts, rule=rule, actor=iris, request_id="r" * 32, now=NOON)
    for one in done.made:
        publish_event(event_id=one, now=NOON)
    for user_id in world.people(2):
        enroll(event_id=done.made[0], user_id=user_id, actor=world.actor(user_id), now=NOON)
    return [first, *done.made]


@pytest.fixture
def series_id(dates, session) -> int:
    found = session.scalar(select(EventSeries.id))
    session.rollback()
    return found


def wanted(session, ids, **changes) -> dict[int, Wanted]:
    found = {}
    for one in ids:
        found[one] = Wanted(version_of(session, one), replace(stored_draft(session, one), **changes))
        session.rollback()
    return found


def changed(series_id, wanted, iris, **more):
    return change_dates(series_id=series_id, wanted=wanted, reason="Concert", actor=iris, now=NOON, **more)


def capacities(session, ids):
    session.rollback()
    found = dict(session.execute(select(EventPolicy.event_id, EventPolicy.capacity)).all())
    session.rollback()
    return [found[one] for one in ids]


def test_each_date_is_edited_with_a_line_of_the_trail_and_people_are_told(dates, series_id, iris, session):
    done = changed(series_id, wanted(session, dates[1:], place="Studio 5"), iris)
    assert (done.dates, done.refused) == (dates[1:], {})
    lines = session.scalars(select(EventSeriesChange).order_by(EventSeriesChange.id)).all()
    assert len({one.batch for one in lines}) == 1
    assert [(one.event_id, one.version) for one in lines] == [
        (one, session.get_one(Event, one).version) for one in dates[1:]
    ]
    assert {(one.before["place"], one.after["place"], one.reason, one.actor_id, one.is_undo) for one in lines} == {
        ("Studio 2", "Studio 5", "Concert", iris.user_id, False)
    }
    told = select(func.count()).where(OutboxEvent.kind == "EventChanged", OutboxEvent.event_id == dates[1])
    assert session.scalar(told) == 2
    session.rollback()
    for one in dates:
        assert broken(session, one) == []


def test_what_one_date_refuses_holds_no_other_up(dates, series_id, iris, session):
    looked_at = wanted(session, dates, capacity=1)
    edited(session, dates[3], description="Bring an apron.")
    done = changed(series_id, looked_at, iris)
    assert done.dates == [dates[0], dates[2]]
    assert {one: refused.code for one, refused in done.refused.items()} == {
        dates[1]: "capacity_below_seats",
        dates[3]: "stale",
    }
    assert capacities(session, dates) == [1, 7, 1, 7]
    assert session.scalar(select(func.count()).select_from(EventSeriesChange)) == 2


def test_sent_twice_the_second_changes_nothing(dates, series_id, iris, session):
    looked_at = wanted(session, dates, capacity=9)
    changed(series_id, looked_at, iris)
    before = digest(session)
    again = changed(series_id, looked_at, iris)
    assert (again.dates, again.refused) == ([], {})
    assert digest(session) == before


def test_a_change_is_put_back_and_people_are_told_again(dates, series_id, iris, session):
    was = [stored_draft(session, one) for one in dates]
    session.rollback()
    changed(series_id, wanted(session, dates, capacity=9, title="Clay night"), iris, title="Clay night")
    assert session.scalar(select(EventSeries.title)) == "Clay night"
    batch = session.scalars(select(EventSeriesChange.batch)).first()
    session.rollback()
    undone = undo_dates(series_id=series_id, batch=batch, reason="Wrong room", actor=iris, now=NOON)
    assert (undone.dates, undone.refused) == (dates, {})
    assert [stored_draft(session, one) for one in dates] == was
    assert session.scalar(select(EventSeries.title)) == "Clay"
    assert session.scalar(select(func.count()).where(EventSeriesChange.is_undo)) == 4
    session.rollback()
    again = undo_dates(series_id=series_id, batch=batch, reason="Again", actor=iris, now=NOON)
    assert {refused.code for refused in again.refused.values()} == {"date_changed_since"}


def test_what_was_changed_since_stays_when_the_rest_is_put_back(dates, series_id, iris, session):
    changed(series_id, wanted(session, dates, capacity=9), iris)
    batch = session.scalars(select(EventSeriesChange.batch)).first()
    session.rollback()
    edited(session, dates[2], capacity=11)
    undone = undo_dates(series_id=series_id, batch=batch, reason="Wrong", actor=iris, now=NOON)
    assert {one: refused.code for one, refused in undone.refused.items()} == {dates[2]: "date_changed_since"}
    assert capacities(session, dates) == [7, 7, 11, 7]


def test_dates_are_called_off_with_their_people(dates, iris, session):
    done = call_off_dates(event_ids=dates[1:], reason="Burst pipe", actor=iris, now=NOON)
    assert (done.dates, done.people, done.refused) == (dates[1:], 2, {})
    assert session.scalars(select(Event.status).order_by(Event.starts_at)).all() == ["published", *["cancelled"] * 3]
    assert set(session.scalars(select(Enrollment.status))) == {"cancelled"}
    session.rollback()
    before = digest(session)
    call_off_dates(event_ids=dates[1:], reason="Burst pipe", actor=iris, now=NOON)
    assert digest(session) == before


def test_without_a_reason_and_of_another_series_nothing_is_changed(world, dates, series_id, iris, session):
    alone = world.event("Alone")
    looked_at = wanted(session, [alone], capacity=3)
    before = digest(session)
    assert refused_code(lambda: change_dates(series_id=series_id, wanted={}, reason=" ", actor=iris, now=NOON)) == (
        "reason_required"
    )
    assert refused_code(lambda: call_off_dates(event_ids=dates, reason=" ", actor=iris, now=NOON)) == "reason_required"
    assert (
        refused_code(lambda: undo_dates(series_id=series_id, batch="none", reason="Wrong", actor=iris, now=NOON))
        == "not_found"
    )
    assert changed(series_id, looked_at, iris).refused[alone].code == "not_found"
    assert digest(session) == before
