"""People whom staff adds are asked first: no seat is held, and a yes takes a free one or joins the line."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.adding import Fate, Terms, key_of
from webapp.domain.places.event_invitation import InvitationAnswer as Answer
from webapp.domain.places.lists.pasted_people import read_pasted
from webapp.domain.refusal import Refused
from webapp.models import EventInvitation, Message, User
from webapp.queries.audit import broken_invariants
from webapp.services.events.copying import copy_event
from webapp.services.places.adding import add_people, rehearse_adding
from webapp.services.places.invitations.answering import answer_invitation
from webapp.services.places.invitations.inviting import (
    invite_people,
    mail_again,
    mail_again_to_silent,
    withdraw_invitation,
)

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
    assert [f"/{one.value}\n" in mails[0].body for one in Answer] == [True] * 3
    session.rollback()
    assert add(event_id, "Ada One, ada@post.example\nEmil without address") == [Fate.ASKED, Fate.PLACE]

    assert answer_invitation(invitation_id=ada, answer=Answer.YES, now=NOON) == "waitlisted"
    assert answer_invitation(invitation_id=ada, answer=Answer.YES, now=NOON) == "waitlisted"
    assert answer_invitation(invitation_id=bo, answer=Answer.NO, now=NOON) == "declined"

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
        answer_invitation(invitation_id=ada, answer=Answer.YES, now=NOON + timedelta(days=1 if late else 0))
    assert digest(session) == before
    with pytest.raises(Refused, match="not_found"):
        answer_invitation(invitation_id=999, answer=Answer.YES, now=NOON)


@pytest.fixture
def inviting(world):
    """Invite a pasted list to an event; what became of each line."""
    world.organization()
    staff = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)

    def invite(event_id, text, *, now=NOON, expires_at=None):
        lines = invite_people(event_id=event_id, people=read_pasted(text), expires_at=expires_at, actor=staff, now=now)
        return [line.fate for line in lines]

    return invite


def invitations(session) -> list[tuple[str, int]]:
    """Status and number of mails of each."""
    session.rollback()
    found = session.execute(select(EventInvitation.status, EventInvitation.mails).order_by(EventInvitation.id))
    return [tuple(one) for one in found]


def letters(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Message.recipient).where(Message.kind == "invitation").order_by(Message.id)))


def test_a_list_is_invited_and_every_answer_but_a_yes_can_be_another_one(world, session, inviting) -> None:
    event_id = world.event(capacity=1, who_may="list")
    assert inviting(event_id, "Ada One, ada@post.example\nbo@post.example") == [Fate.INVITED] * 2
    ada, bo = session.scalars(select(EventInvitation.id).order_by(EventInvitation.id)).all()
    assert session.scalar(select(User.name).where(User.email == "bo@post.example")) == "bo"
    session.rollback()
    assert inviting(event_id, "ADA@post.example") == [Fate.ASKED]

    def says(one, answer, now=NOON):
        return answer_invitation(invitation_id=one, answer=answer, now=now)

    # An invitation is stronger than the list of the event; no seat is held, and a no becomes a yes.
    assert [says(ada, one) for one in (Answer.MAYBE, Answer.NO, Answer.NO, Answer.YES)] == [
        "maybe",
        "declined",
        "declined",
        "confirmed",
    ]
    assert (says(bo, Answer.MAYBE), says(bo, Answer.YES)) == ("maybe", "waitlisted")
    for answer in (Answer.MAYBE, Answer.NO):
        with pytest.raises(Refused, match="invitation_answered"):
            says(ada, answer)
    assert inviting(event_id, "ada@post.example") == [Fate.ALREADY]
    assert (broken(session, event_id), list(broken_invariants(NOON))) == ([], [])


def test_with_a_line_that_is_nobody_no_one_is_invited(world, session, inviting) -> None:
    event_id = world.event()
    before = digest(session)
    with pytest.raises(Refused, match="lines_wrong") as caught:
        inviting(event_id, "ada@post.example\nBo without address\nCy, cy@nowhere")
    assert [line.number for line in caught.value.facts["lines"]] == [2, 3]
    for expires_at, code in ((NOON, "expiry_passed"), (NOON + timedelta(days=2), "expiry_too_late")):
        with pytest.raises(Refused, match=code):
            inviting(event_id, "ada@post.example", expires_at=expires_at)
    session.rollback()
    assert digest(session) == before


def test_it_ends_at_its_time_and_is_sent_again_to_who_may_still_say_yes(world, session, inviting) -> None:
    event_id, later = world.event(), NOON + timedelta(hours=2)
    inviting(event_id, "ada@post.example\nbo@post.example\ncy@post.example", expires_at=later + timedelta(hours=1))
    ada, bo, cy = session.scalars(select(EventInvitation.id).order_by(EventInvitation.id)).all()
    session.rollback()
    answer_invitation(invitation_id=bo, answer=Answer.MAYBE, now=NOON)
    answer_invitation(invitation_id=cy, answer=Answer.NO, now=NOON)
    again = {"invitation_sent_lately": (ada, NOON), "invitation_answered": (cy, later), "not_found": (999, NOON)}
    for code, (one, now) in again.items():
        with pytest.raises(Refused, match=code):
            mail_again(invitation_id=one, now=now)
    assert mail_again_to_silent(event_id=event_id, now=NOON) == 0
    assert mail_again_to_silent(event_id=event_id, now=later) == 1
    mail_again(invitation_id=bo, now=later)
    assert invitations(session) == [("open", 2), ("maybe", 2), ("declined", 1)]
    # Whoever said no is asked anew by another invitation, and nobody has two.
    assert inviting(event_id, "cy@post.example", now=later) == [Fate.INVITED]
    assert invitations(session) == [("open", 2), ("maybe", 2), ("open", 2)]
    assert [one[:2] for one in letters(session)] == ["ad", "bo", "cy", "ad", "bo", "cy"]
    over = later + timedelta(hours=1)
    with pytest.raises(Refused, match="invitation_over"):
        answer_invitation(invitation_id=ada, answer=Answer.YES, now=over)
    assert mail_again_to_silent(event_id=event_id, now=over + timedelta(hours=2)) == 1
    withdraw_invitation(invitation_id=bo, now=over)
    assert list(broken_invariants(NOON)) == []


def test_a_copy_invites_nobody(world, session, inviting) -> None:
    event_id = world.event()
    inviting(event_id, "ada@post.example")
    staff = world.actor(world.person())
    copy_event(event_id=event_id, starts_at=NOON + timedelta(days=9), actor=staff, request_id="1", now=NOON)
    assert len(invitations(session)) == 1
