"""People whom staff adds are asked first: no seat is held, and a yes takes a free one or joins the line."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.adding import Fate, Terms, key_of
from webapp.domain.places.lists.pasted_people import read_pasted
from webapp.domain.refusal import Refused
from webapp.models import EventInvitation, Message
from webapp.queries.audit import broken_invariants
from webapp.services.places.adding import add_people, rehearse_adding
from webapp.services.places.event_invitation import answer_invitation, withdraw_invitation

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def add(world):
    world.organization()
    staff = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)

    def added(event_id, text):
        people = read_pasted(text)
        seen = key_of(rehearse_adding(event_id=event_id, people=people, terms=Terms(), now=NOON), Terms())
        lines = add_people(
            event_id=event_id, people=people, terms=Terms(), seen=seen, actor=staff, by=Trigger.ORGANIZER, now=NOON
        )
        return [line.fate for line in lines]

    return added


@pytest.fixture
def invited(world, session, add):
    """An event of one place, and two people who were invited to it: its id and the invitations'."""
    event_id = world.event(capacity=1, asks_added=True)
    add(event_id, "Ada One, ada@post.example\nBo Two, bo@post.example")
    ids = session.scalars(select(EventInvitation.id).order_by(EventInvitation.id)).all()
    session.rollback()
    return event_id, ids


def test_no_seat_is_held_and_a_yes_takes_a_free_one_or_joins_the_line(world, session, add, invited) -> None:
    event_id, (ada, bo) = invited
    assert (standing(session, event_id).taken, standing(session, event_id).waiting) == (0, 0)
    mails = session.scalars(select(Message).where(Message.kind == "invitation")).all()
    assert [mail.recipient for mail in mails] == ["ada@post.example", "bo@post.example"]
    assert "/invitations/" in mails[0].body
    session.rollback()
    assert add(event_id, "Ada One, ada@post.example\nEmil without address") == [Fate.ASKED, Fate.PLACE]

    assert answer_invitation(invitation_id=ada, accepts=True, now=NOON) == "waitlisted"
    assert answer_invitation(invitation_id=ada, accepts=True, now=NOON) == "waitlisted"
    assert answer_invitation(invitation_id=bo, accepts=False, now=NOON) == "declined"

    assert standing(session, event_id).statuses == {"confirmed": 1, "waitlisted": 1}
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []
    assert add(event_id, "Ada One, ada@post.example\nBo Two, bo@post.example") == [Fate.ALREADY, Fate.INVITED]


@pytest.mark.parametrize("late", [False, True])
def test_what_is_withdrawn_or_too_late_gives_nothing(session, invited, late) -> None:
    event_id, (ada, _) = invited
    if not late:
        withdraw_invitation(invitation_id=ada, now=NOON)
    before = digest(session)
    with pytest.raises(Refused, match="invitation_over" if late else "invitation_answered"):
        answer_invitation(invitation_id=ada, accepts=True, now=NOON + timedelta(days=1 if late else 0))
    assert digest(session) == before
    with pytest.raises(Refused, match="not_found"):
        answer_invitation(invitation_id=999, accepts=True, now=NOON)
