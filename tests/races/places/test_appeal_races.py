"""Appeals at the same moment: filed twice, answered by two, and answered while an admin corrects the outcome."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Appeal, Enrollment
from webapp.queries.audit import broken_invariants
from webapp.services.events.appeal import Statement, file_appeal
from webapp.services.events.appeal_decision import decide_appeal
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

#: Whoever overrides writes a mail meanwhile: more of them at once than cores only wait.
PROCESSES = 4
START = NOON - timedelta(days=2)
CLOSED = START + timedelta(hours=3)


@pytest.fixture
def missed(app, session, part):
    """Events with one no-show each: their places, who they are, and two admins."""
    world = World(app)
    world.organization()
    admins = [world.actor(world.person(name, role=Role.ADMIN)) for name in ("Iris", "Dana")]
    ids, events = [], []
    for number in range(PROCESSES + 24 // part):
        events.append(world.event(slug=f"clay-{number}", starts_at=START, ends_at=START + timedelta(hours=2)))
        ids += fill(db.engine, events[-1], [Guest()], at=START)
        close_event(event_id=events[-1], now=CLOSED)
    users = dict(session.execute(select(Enrollment.id, Enrollment.user_id)).all())
    session.rollback()
    return events, [(one, world.actor(users[one])) for one in ids], admins


def corrects(place, admin):
    """The other way to the same outcome."""
    named = {"enrollment_id": place, "to_status": S.ATTENDED, "reason": "Found her pass", "actor": admin}
    return partial(override_status, **named, now=NOON, expected_version=2)


def test_an_appeal_is_filed_once_and_answered_once_whoever_else_decides(missed, session, settings):
    events, people, (iris, dana) = missed
    known = {one.invariant for one in broken_invariants(NOON)}
    session.rollback()
    filing = [
        partial(file_appeal, enrollment_id=place, said=Statement("Here"), actor=owner, now=CLOSED)
        for place, owner in people
        for _ in range(2)
    ]
    assert set(codes(contest(settings, dealt(filing, PROCESSES)))) == {"done"}
    appeals = dict(session.execute(select(Appeal.enrollment_id, Appeal.id)).all())
    session.rollback()
    assert len(appeals) == len(people)

    deciding = []
    for place, _ in people[PROCESSES:]:
        answer = {"appeal_id": appeals[place], "by": Trigger.ADMIN, "now": NOON}
        deciding += [
            partial(decide_appeal, grants=True, answer="Seen at the door", actor=iris, **answer),
            partial(decide_appeal, grants=False, answer="Not on any list", actor=dana, **answer),
            corrects(place, dana),
        ]
    # Each begins with one that is nobody else's, so that what a process does the first time holds nobody up.
    lineup = [[corrects(people[number][0], dana), *acts] for number, acts in enumerate(dealt(deciding, PROCESSES))]
    outcomes = contest(settings, lineup)

    assert set(codes(outcomes)) <= {"done", "appeal_over", "stale"}, outcomes
    stands = session.execute(
        select(Appeal.outcome, Enrollment.status).join(Enrollment, Enrollment.id == Appeal.enrollment_id)
    ).all()
    session.rollback()
    # After a no the override of the other admin still counts; whoever came second to a yes changed nothing.
    assert {tuple(one) for one in stands} <= {(one, "attended") for one in ("granted", "overtaken", "declined")}
    assert [broken(session, one) for one in events] == [[]] * len(events)
    assert {one.invariant for one in broken_invariants(NOON)} <= known
