"""People who came together and have no place: put into the standby line with one tap, and let in together."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.enrolling import join_together
from tests.support.worlds.open_desk import tap, tap_id
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.standby import RELEASE, START, StandbyDesk
from webapp.domain.desk.check_in import Verdict
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Event
from webapp.queries.audit import broken_invariants
from webapp.services.desk.party import PartyOutcome, check_in_heads
from webapp.services.places.enrollment import cancel
from webapp.services.places.standby.release import release_due_places

pytestmark = pytest.mark.usefixtures("app_context")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def door(world) -> StandbyDesk:
    return StandbyDesk(world, policy={"party_size": 2, "standby_automatic": True})


@pytest.fixture
def party(door, world, session) -> list[int]:
    """Fay and Gil came together and wait behind Cy, Dee and Eli."""
    slug = session.scalars(select(Event.slug).where(Event.id == door.event_id)).one()
    session.rollback()
    fay = world.person("Fay Sand")
    join_together(world, slug, fay, 2, names=("Gil Sand",), now=START - timedelta(hours=1))
    session.rollback()
    own = select(Enrollment.party_id).where(Enrollment.user_id == fay)
    found = list(session.scalars(select(Enrollment.id).where(Enrollment.party_id.in_(own)).order_by(Enrollment.id)))
    session.rollback()
    return found


@pytest.fixture
def sound(session, door):
    yield
    assert broken(session, door.event_id) == []
    assert [one.as_dict() for one in broken_invariants(RELEASE + 5 * MINUTE)] == []


def come(door, party, chosen=None, at=START, request_id=None) -> PartyOutcome:
    return check_in_heads(
        event_id=door.event_id,
        enrollment_id=party[0],
        chosen=chosen,
        crew=[door.organizer],
        tap=tap(at, request_id=request_id),
    )


def statuses(door, ids) -> list[str]:
    return [door.desk.status(one).value for one in ids]


def test_the_leaders_pass_asks_who_is_here_and_puts_all_of_them_into_the_line(door, party, session, sound):
    assert [one.enrollment_id for one in door.desk.type(door.desk.code(party[0])).party] == party
    outcome = come(door, party, request_id=(once := tap_id()))
    assert (outcome.came, outcome.verdict) == ((), Verdict.STANDBY)
    assert door.line() == party
    before = digest(session)
    assert come(door, party, request_id=once).verdict is Verdict.STANDBY
    assert digest(session) == before


def test_one_of_them_who_comes_alone_is_not_waited_for(door, party, sound):
    come(door, party, party[:1])
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=START + MINUTE, reason="Called")
    assert statuses(door, party) == ["checked_in", "waitlisted"]


def test_who_is_next_together_waits_for_places_for_all_of_them(door, party, sound):
    come(door, party)
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=START + MINUTE, reason="Called")
    # Nobody is let in alone, and nobody at home gets the place that is free.
    assert statuses(door, [*party, door.cy]) == ["waitlisted"] * 3
    cancel(enrollment_id=door.ben, actor=door.organizer, by=Trigger.ORGANIZER, now=START + MINUTE, reason="Called")
    assert statuses(door, [*party, door.cy]) == ["checked_in", "checked_in", "waitlisted"]


def test_who_waited_longer_gets_the_place_that_is_too_few_for_them(door, party, sound):
    come(door, party)
    cancel(enrollment_id=door.ana, actor=door.organizer, by=Trigger.ORGANIZER, now=START + MINUTE, reason="Called")
    door.comes(door.dee, at=START + 2 * MINUTE)
    assert statuses(door, [door.dee, *party]) == ["checked_in", "waitlisted", "waitlisted"]


def test_as_many_are_released_as_the_next_can_use(door, party, session, sound):
    come(door, party)
    before = digest(session)
    with pytest.raises(Refused, match="standby_unused"):
        door.releases(door.ben)
    assert digest(session) == before
    done = door.releases(door.ben, door.ana)
    assert (done.released, done.placed) == ((door.ben, door.ana), tuple(party))


def test_by_itself_nobody_loses_a_place_that_cannot_be_used(door, party, sound):
    door.comes(door.ana)
    come(door, party)
    assert release_due_places(now=RELEASE, most=10) == 1
    assert statuses(door, [door.ben, *party]) == ["confirmed", "waitlisted", "waitlisted"]
