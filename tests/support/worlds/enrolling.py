"""What people and organizers do about a place, at noon unless said otherwise, and what it came to."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Trigger
from webapp.domain.refusal import Refused
from webapp.models import Enrollment
from webapp.services.places.decision import decide_application, promote_out_of_turn
from webapp.services.places.enrollment import Placed, cancel, enroll
from webapp.services.places.parties.joining import Company, enroll_company


def join(world: World, event_id: int, user_id: int, **changes) -> Placed:
    """That person enrolls at noon."""
    return enroll(**{"event_id": event_id, "user_id": user_id, "actor": world.actor(user_id), "now": NOON, **changes})


def join_together(world: World, slug: str, user_id: int, size: int, **changes) -> Placed:
    """That person enrolls with others at noon, of whom nobody has a name yet; `may_split`, `names` else."""
    names = changes.pop("names", ("",) * (size - 1))
    company = Company(tuple(names), changes.pop("may_split", False))
    return enroll_company(**{"slug": slug, "company": company, "actor": world.actor(user_id), "now": NOON, **changes})


def leave(world: World, placed: Placed, user_id: int, **changes) -> Placed:
    """That person cancels at noon."""
    usual = {"enrollment_id": placed.enrollment_id, "actor": world.actor(user_id), "by": Trigger.USER, "now": NOON}
    return cancel(**{**usual, **changes})


def decide(orla: Actor, placed: Placed, *, approve: bool, **changes) -> Placed:
    """An organizer decides about an application."""
    usual = {"enrollment_id": placed.enrollment_id, "approve": approve, "actor": orla, "by": Trigger.ORGANIZER}
    return decide_application(**{**usual, "now": NOON, **changes})


def let_in(orla: Actor, placed: Placed, **changes) -> Placed:
    """An organizer gives a waiting person a place before others."""
    usual = {"enrollment_id": placed.enrollment_id, "actor": orla, "by": Trigger.ORGANIZER, "now": NOON}
    return promote_out_of_turn(**{**usual, "reason": "Brings the clay", **changes})


def refusal_of(act, *args, session, **facts) -> str:
    """The code of the refusal, having seen, twice, that no table changed."""
    before = digest(session)
    codes = []
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            act(*args, **facts)
        codes.append(caught.value.code)
    assert digest(session) == before
    assert codes[0] == codes[1]
    return codes[0]


def row_of(session, placed: Placed):
    session.rollback()
    return session.execute(select(Enrollment.__table__).where(Enrollment.id == placed.enrollment_id)).one()
