"""A certificate is issued while the outcome it is of is taken back: it is never valid for who did not attend."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventCertificate
from webapp.queries.audit import broken_invariants
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.closure import close_event
from webapp.services.events.reopening import reopen_event
from webapp.services.notices.outbox import relay_batch

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 6
CLOSED = NOON + timedelta(hours=4)


@pytest.fixture
def world(app) -> World:
    return World(app)


def test_a_certificate_is_never_issued_beside_a_correction(world, session, settings, part):
    rounds = 12 // part
    world.organization()
    iris = world.actor(world.person("Iris", role=Role.ADMIN))
    made = []
    for number in range(rounds):
        times = {"starts_at": NOON + timedelta(hours=1), "ends_at": NOON + timedelta(hours=3)}
        event_id = world.event(slug=f"clay-{number}", issues_certificates=True, **times)
        fill(db.engine, event_id, [Guest("checked_in", (NOON.date(),))] * 20, at=NOON)
        close_event(event_id=event_id, now=CLOSED)
        made.append(event_id)
    versions = dict(session.execute(select(Event.id, Event.version)).all())
    acts = []
    for event_id in made:
        reopening = partial(
            reopen_event, event_id=event_id, ends_at=CLOSED + timedelta(hours=1), reason="It runs on", actor=iris,
            now=CLOSED, expected_version=versions[event_id], seen=what_reopening_does(session, event_id).key,
        )  # fmt: skip
        acts += [partial(relay_batch, now=CLOSED), reopening, partial(relay_batch, now=CLOSED)]
    session.rollback()

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert set(codes(outcomes)) == {"done"}
    while relay_batch(now=CLOSED):
        pass
    session.rollback()
    valid = select(Enrollment.event_id).join(EventCertificate).where(EventCertificate.revoked_at.is_(None))
    assert session.scalars(valid).all() == []
    assert [one.invariant for one in broken_invariants(CLOSED) if "certificate" in one.invariant] == []
    session.rollback()
