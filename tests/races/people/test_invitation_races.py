"""Somebody answers an invitation to an event in the instant in which staff withdraws it: one of the two counts."""

from functools import partial

import pytest
from sqlalchemy import insert, select

from tests.races.contest import codes, contest
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.models import Enrollment, EventInvitation
from webapp.queries.audit import broken_invariants
from webapp.services.places.event_invitation import answer_invitation, withdraw_invitation
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
ROUNDS = 20


@pytest.fixture
def invited(app) -> tuple[int, list[tuple[int, int]]]:
    """An event of so many places, and (person, invitation) of everybody who was invited."""
    world = World(app)
    event_id = world.event(capacity=ROUNDS, asks_added=True)
    staff, people = world.person("Dana Kim", role=Role.ORGANIZER), world.people(ROUNDS)
    with write_transaction() as session:
        said = {"event_id": event_id, "invited_by_id": staff, "created_at": NOON}
        session.execute(insert(EventInvitation), [{**said, "user_id": one} for one in people])
        found = session.execute(select(EventInvitation.user_id, EventInvitation.id).order_by(EventInvitation.id)).all()
    return event_id, [(row.user_id, row.id) for row in found]


@pytest.mark.parametrize("accepts", [True, False])
def test_an_answer_or_the_withdrawal_counts_and_the_other_is_told(invited, session, settings, accepts):
    event_id, people = invited
    answers = [partial(answer_invitation, invitation_id=one, accepts=accepts, now=NOON) for _, one in people]
    withdrawals = [partial(withdraw_invitation, invitation_id=one, now=NOON) for _, one in people]

    answered, withdrawn = contest(settings, [answers, withdrawals], in_step=True)

    assert codes([answered, withdrawn]) == {"done": ROUNDS, "invitation_answered": ROUNDS}
    said = "accepted" if accepts else "declined"
    statuses = dict(session.execute(select(EventInvitation.user_id, EventInvitation.status)).all())
    inside = set(session.scalars(select(Enrollment.user_id)).all())
    for (user_id, _), one, other in zip(people, answered, withdrawn, strict=True):
        assert {one.code, other.code} == {"done", "invitation_answered"}
        assert statuses[user_id] == (said if one.code == "done" else "withdrawn")
        assert (user_id in inside) == (accepts and one.code == "done")
    assert broken(session, event_id) == []
    session.rollback()
    assert list(broken_invariants(NOON)) == []
