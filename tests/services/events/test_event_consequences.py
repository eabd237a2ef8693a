"""From applying to first come: who applied is placed before any newcomer, and nothing happens that nobody saw."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.editing import edit
from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken, digest, standing, trail
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Message
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.decision import decide_application

pytestmark = pytest.mark.usefixtures("app_context")
START = NOON + timedelta(days=2)


def applied(world, number, **policy):
    event_id = world.event("Clay", starts_at=START, method="application", **{"capacity": 2, **policy})
    people = world.people(number)
    placed = [join(world, event_id, one) for one in people]
    return event_id, people, placed


def test_who_applied_is_placed_in_order_before_any_newcomer_and_told(world, orla, session):
    event_id, people, _ = applied(world, 4)
    relay_batch(now=NOON)

    edited = edit(session, event_id, actor=orla, method="rsvp", seen="2.2.0")
    newcomer = world.person("Ada")
    placed = join(world, event_id, newcomer)

    assert (edited.consequences.seated, edited.consequences.queued) == (2, 2)
    assert (placed.status, placed.rank) == ("waitlisted", 3)
    found = standing(session, event_id)
    assert (found.statuses, found.queue) == ({"confirmed": 2, "waitlisted": 3}, [*people[2:], newcomer])
    assert trail(session, event_id)[4:8] == [
        *((one, "pending", "confirmed", "organizer") for one in people[:2]),
        *((one, "pending", "waitlisted", "organizer") for one in people[2:]),
    ]
    relay_batch(now=NOON)
    session.rollback()
    told = list(session.execute(select(Message.user_id, Message.kind).order_by(Message.id)))
    assert told == [
        (one, kind) for one, kind in zip([*people, newcomer], ["confirmed"] * 2 + ["waitlisted"] * 3, strict=True)
    ]
    assert broken(session, event_id) == []


def test_who_was_approved_onto_the_waitlist_stays_ahead(world, orla, session):
    event_id, people, placed = applied(world, 4, capacity=1)
    for one in placed[1:3]:
        decide_application(enrollment_id=one.enrollment_id, approve=True, actor=orla, by=Trigger.ORGANIZER, now=NOON)
    edit(session, event_id, actor=orla, method="rsvp", seen="0.2.0")
    assert standing(session, event_id).queue == [people[2], people[0], people[3]]
    assert broken(session, event_id) == []


@pytest.mark.parametrize("seen", [None, "", "1.3.0", "2.2.1"])
def test_nothing_happens_that_nobody_saw_before(world, orla, session, seen):
    event_id, _, _ = applied(world, 4)
    before = digest(session)
    with pytest.raises(Refused) as refused:
        edit(session, event_id, actor=orla, method="rsvp", seen=seen)
    assert (refused.value.code, refused.value.facts["consequences"].key) == ("consequences_unseen", "2.2.0")
    assert digest(session) == before


def test_an_applicant_who_would_get_nothing_stops_it(world, orla, session):
    event_id, _, _ = applied(world, 3, has_waitlist=False)
    before = digest(session)
    with pytest.raises(Refused, match="applicants_left_over"):
        edit(session, event_id, actor=orla, method="rsvp", seen="2.0.0")
    assert digest(session) == before
    edit(session, event_id, actor=orla, method="rsvp", capacity=3, seen="3.0.0")
    assert standing(session, event_id).statuses == {"confirmed": 3}


def test_a_waitlist_that_is_switched_off_keeps_those_who_wait_and_their_turn(world, orla, session):
    event_id = world.event("Clay", starts_at=START, capacity=1)
    people = world.people(3)
    for one in people:
        join(world, event_id, one)
    with pytest.raises(Refused, match="consequences_unseen"):
        edit(session, event_id, actor=orla, has_waitlist=False)
    edit(session, event_id, actor=orla, has_waitlist=False, seen="0.0.2")
    newcomer = world.person()
    with pytest.raises(Refused, match="event_full"):
        join(world, event_id, newcomer)
    edit(session, event_id, actor=orla, capacity=2)
    found = standing(session, event_id)
    assert (found.statuses, found.queue) == ({"confirmed": 2, "waitlisted": 1}, [people[2]])
    assert broken(session, event_id) == []


@pytest.mark.only_db("postgres")
def test_many_applicants_cost_no_more_statements_than_few(app, world, orla, session):
    costs = []
    for number in (4, 400):
        event_id = world.event(starts_at=START, method="application", capacity=number // 2)
        fill(db.engine, event_id, [Guest("pending")] * number, at=NOON)
        with counted_statements(app) as statements:
            edit(session, event_id, actor=orla, method="rsvp", seen=f"{number // 2}.{number // 2}.0")
        costs.append(len(statements))
        assert broken(session, event_id) == []
    assert costs[0] == costs[1]
