"""People who came together at the desk: the leader's pass asks who is here, and one, some or all are let in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.worlds.enrolling import join_together
from tests.support.worlds.open_desk import OpenDesk, tap
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import NOON
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, Enrollment, Event
from webapp.queries.audit import broken_invariants
from webapp.services.desk.party import check_in_heads

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world, policy={"party_size": 5})


@pytest.fixture
def party(world, desk, session) -> list[int]:
    """Ana and three others, of whom Jonas has a name."""
    ana = world.person("Ana Silva")
    slug = world_slug(session, desk.event_id)
    early = NOON - timedelta(days=1)
    join_together(world, slug, ana, 4, names=("Jonas Weber", "", ""), now=early)
    session.rollback()
    found = list(session.scalars(select(Enrollment.id).order_by(Enrollment.id)))
    session.rollback()
    return found


def world_slug(session, event_id: int) -> str:
    slug = session.scalars(select(Event.slug).where(Event.id == event_id)).one()
    session.rollback()
    return slug


def let_in(desk, party, chosen, **changes):
    return check_in_heads(
        event_id=desk.event_id, enrollment_id=party[0], chosen=chosen, crew=[desk.organizer], tap=tap(**changes)
    )


def arrived(session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(CheckIn))
    session.rollback()
    return count


def test_the_leaders_pass_asks_who_is_here_and_anybody_elses_lets_one_in(desk, party, session):
    outcome = desk.type(desk.code(party[0]))
    assert [one.enrollment_id for one in outcome.party] == party
    assert arrived(session) == 0
    assert desk.type(desk.code(party[1])).entry is not None
    assert arrived(session) == 1
    # The row of the list means that one person.
    assert desk.press(party[0]).entry is not None
    assert arrived(session) == 2


def test_some_and_then_the_rest_in_one_go_each(desk, party, session):
    assert len(let_in(desk, party, party[1:3]).came) == 2
    assert [desk.status(one) for one in party] == ["confirmed", "checked_in", "checked_in", "confirmed"]
    again = let_in(desk, party, None)
    assert [one.enrollment_id for one in again.came] == [party[0], party[3]]
    # Everybody is in: the pass says so, as any other.
    outcome = desk.type(desk.code(party[0]))
    assert (outcome.party, outcome.guest.enrollment_id) == ((), party[0])
    session.rollback()
    assert broken(session, desk.event_id) + [one.wrong for one in broken_invariants(NOON)] == []


def test_the_same_tap_twice_is_once_and_strangers_are_refused(desk, party, session, world):
    let_in(desk, party, party[:2], request_id="tap-12345678")
    before = digest(session)
    assert len(let_in(desk, party, party[:2], request_id="tap-12345678").came) == 2
    (stranger,) = desk.enroll([world.person("Bea")])
    before = digest(session)
    for chosen, code in (([stranger], "not_found"), ([party[2], stranger], "not_found"), ([], "heads_unchosen")):
        with pytest.raises(Refused, match=code):
            let_in(desk, party, chosen)
    with pytest.raises(Refused, match="not_found"):
        let_in(desk, [stranger], None)
    assert digest(session) == before


def test_who_comes_back_out_of_turn_is_not_let_in_by_the_party(desk, party, session):
    outcome = let_in(desk, party, party[:1])
    entry = outcome.came[0]
    assert entry.enrollment_id == party[0]
    session.rollback()
    check_in_id = session.scalars(select(CheckIn.id)).one()
    session.rollback()
    desk.undo(check_in_id)
    assert desk.status(party[0]) == "confirmed"
    assert len(let_in(desk, party, None).came) == 4
