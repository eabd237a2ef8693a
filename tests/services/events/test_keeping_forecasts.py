"""What is kept of a closed event to judge forecasts by: only from before it, and only of its own organization."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.world import NOON, World
from webapp.domain.events.forecast import PastForecast
from webapp.domain.permission import Reach
from webapp.models import Enrollment, EventForecast
from webapp.queries.events.forecast import base_rates, past_forecasts, records_ahead, records_at_start
from webapp.services.events.forecast import keep_forecasts
from webapp.services.unit_of_work import write_transaction

CAME, MISSED = "attended", "no_show"


@pytest.fixture
def regulars(app) -> Regulars:
    return Regulars(World(app))


def kept(session) -> dict[int, tuple]:
    session.rollback()
    row = EventForecast
    return {one.event_id: (one.people, one.low, one.high) for one in session.execute(select(*row.__table__.c))}


def test_a_range_is_kept_once_enough_is_known_and_never_twice(regulars, app_context, session):
    events = [regulars.had(NOON - (8 - n) * 10 * DAY, [CAME] * 8 + [MISSED] * 2) for n in range(7)]

    assert keep_forecasts(now=NOON) == 7
    assert keep_forecasts(now=NOON) == 0

    found = kept(session)
    assert [found[one][0] for one in events] == [10] * 7
    assert [found[one][1:] for one in events[:5]] == [(None, None)] * 5, "five events before are needed"
    assert found[events[6]][1] >= 7
    assert found[events[6]][2] <= 9


def test_what_came_later_does_not_count(regulars, app_context, session):
    for n in range(6):
        regulars.had(NOON - (40 - n) * DAY, [CAME] * 10)
    judged = regulars.had(NOON - 20 * DAY, [CAME] * 10)
    for n in range(10):
        regulars.had(NOON - (10 - n) * DAY, [MISSED] * 10)
    keep_forecasts(now=NOON)

    assert kept(session)[judged][1] >= 9, "everybody came until then"
    assert {one.decided for one in records_at_start(session, judged, NOON - 20 * DAY)} == {6}


def test_only_who_had_a_place_before_it_began_is_counted(regulars, app_context, session):
    judged = regulars.had(NOON - 20 * DAY, [CAME] * 6)
    late, walked_in = regulars.people[0], regulars.people[1]
    session.rollback()
    with write_transaction() as writing:
        for user_id, values in ((late, {"confirmed_at": NOON}), (walked_in, {"source": "walk_in"})):
            writing.execute(update(Enrollment).where(Enrollment.user_id == user_id).values(**values))
    keep_forecasts(now=NOON)

    assert kept(session)[judged][0] == 4


def test_records_are_of_the_own_organization_alone(regulars, app_context, session):
    world, own = regulars.world, (regulars.world.organization_id, regulars.world.facility_id)
    regulars.had(NOON - 30 * DAY, [CAME] * 3)
    world.organization("Harbour Crew")
    elsewhere = world.organization_id
    for n in range(3):
        regulars.had(NOON - (20 - n) * DAY, [MISSED] * 10)
    world.organization_id, world.facility_id = own
    coming = regulars.will_have(NOON + DAY, 5)

    groups = {(one.attended, one.decided, one.people) for one in records_ahead(session, [coming])[coming]}
    rates = base_rates(session, sorted([own[0], elsewhere]), NOON)

    assert groups == {(1, 1, 3), (0, 0, 2)}
    assert (rates[own[0]].attended, rates[own[0]].decided, rates[own[0]].events) == (3, 3, 1)
    assert (rates[elsewhere].attended, rates[elsewhere].decided, rates[elsewhere].events) == (0, 30, 3)


def test_deleted_and_open_events_and_unknown_outcomes_are_no_record(regulars, app_context, session):
    regulars.had(NOON - 30 * DAY, [CAME] * 3, deleted_at=NOON)
    regulars.had(NOON - 25 * DAY, ["undecided"] * 3)
    coming = regulars.will_have(NOON + DAY, 3)

    assert [(one.attended, one.decided) for one in records_ahead(session, [coming])[coming]] == [(0, 0)]
    assert base_rates(session, [regulars.world.organization_id], NOON)[regulars.world.organization_id].decided == 0


def test_past_ranges_stand_beside_who_came_as_the_record_is_now(regulars, app_context, session):
    for n in range(6):
        regulars.had(NOON - (40 - n) * DAY, [CAME] * 10)
    judged = regulars.had(NOON - 20 * DAY, [CAME] * 6 + [MISSED] * 4)
    unknown = regulars.had(NOON - 19 * DAY, [CAME] * 9 + ["undecided"])
    keep_forecasts(now=NOON)
    reach = Reach(frozenset({regulars.world.organization_id}))
    low, high = kept(session)[judged][1:]

    assert PastForecast(low, high, 10, 6) in past_forecasts(reach, NOON)
    assert len(past_forecasts(reach, NOON)) == 2, f"the one before it, too; not {unknown}, of which nobody knows"
    session.rollback()
    with write_transaction() as writing:
        writing.execute(update(Enrollment).where(Enrollment.event_id == judged).values(status=CAME))
    assert PastForecast(low, high, 10, 10) in past_forecasts(reach, NOON)
    assert past_forecasts(Reach(frozenset({987654})), NOON) == []
    assert past_forecasts(reach, NOON + timedelta(days=400)) == []
