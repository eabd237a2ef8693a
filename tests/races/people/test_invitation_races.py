"""Somebody answers an invitation to an event in the instant in which staff withdraws it: one of the two counts."""

from functools import partial

import pytest
from sqlalchemy import insert, select

from tests.races.contest import Act, codes, contest
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.domain.places.event_invitation import InvitationAnswer as Answer
from webapp.models import Enrollment, EventInvitation
from webapp.queries.audit import broken_invariants
from webapp.services.places.invitations.answering import answer_invitation
from webapp.services.places.invitations.inviting import withdraw_invitation
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


def answering(answer: Answer, invitation_id: int) -> Act:
    return partial(answer_invitation, invitation_id=invitation_id, answer=answer, now=NOON)


@pytest.mark.parametrize("answer", Answer)
def test_an_answer_or_the_withdrawal_counts_and_the_other_is_told(invited, session, settings, answer):
    event_id, people = invited
    answers = [answering(answer, one) for _, one in people]
    withdrawals = [partial(withdraw_invitation, invitation_id=one, now=NOON) for _, one in people]

    answered, withdrawn = contest(settings, [answers, withdrawals], in_step=True)

    is_yes = answer is Answer.YES
    statuses = dict(session.execute(select(EventInvitation.user_id, EventInvitation.status)).all())
    inside = set(session.scalars(select(Enrollment.user_id)).all())
    for (user_id, _), one, other in zip(people, answered, withdrawn, strict=True):
        # What is not a yes can still be withdrawn.
        assert (one.code, other.code) in {
            ("done", "invitation_answered" if is_yes else "done"), ("invitation_answered", "done"),
        }  # fmt: skip
        assert statuses[user_id] == ("accepted" if other.code != "done" else "withdrawn")
        assert (user_id in inside) == (is_yes and one.code == "done")
    assert broken(session, event_id) == []
    session.rollback()
    assert list(broken_invariants(NOON)) == []


def test_yes_maybe_and_no_at_once_come_to_one_answer(invited, session, settings):
    event_id, people = invited
    lineup = [
        [answering(answer, one) for _, one in people] for answer in (Answer.YES, Answer.YES, Answer.MAYBE, Answer.NO)
    ]

    outcomes = contest(settings, lineup, in_step=True)

    # A yes always counts, once, and nothing takes it away.
    assert codes(outcomes[:2]) == {"done": 2 * ROUNDS}
    assert {one.value for hand in outcomes[:2] for one in hand} == {"confirmed"}
    assert set(codes(outcomes[2:])) <= {"done", "invitation_answered"}
    assert set(session.scalars(select(EventInvitation.status))) == {"accepted"}
    assert len(session.scalars(select(Enrollment.user_id)).all()) == ROUNDS
    assert broken(session, event_id) == []
    session.rollback()
    assert list(broken_invariants(NOON)) == []
