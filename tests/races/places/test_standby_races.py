"""The standby line at the same moment: places are released while who is late is scanned, twice, by the clock too."""

from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.open_desk import tap
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.standby import RELEASE, START, StandbyDesk
from tests.support.worlds.world import World
from webapp.domain.desk.check_in import Verdict
from webapp.domain.permission import Actor
from webapp.models import CheckIn, EnrollmentTransition
from webapp.queries.audit import broken_invariants
from webapp.services.desk.check_in import check_in
from webapp.services.desk.walk_in import Newcomer, walk_in
from webapp.services.places.standby.release import release_due_places, release_places

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 4


@pytest.fixture
def world(app) -> World:
    return World(app)


def scan(event_id: int, enrollment_id: int, crew: list[Actor], request_id: str) -> str:
    outcome = check_in(
        event_id=event_id, target=enrollment_id, crew=crew, tap=tap(RELEASE, "Door", request_id=request_id)
    )
    return str(outcome.verdict)


def add(event_id: int, name: str, crew: list[Actor], request_id: str) -> None:
    newcomer = Newcomer(name, is_another=True)
    walk_in(event_id=event_id, newcomer=newcomer, crew=crew, tap=tap(RELEASE, "Door", request_id=request_id))


def release(event_id: int, chosen: list[int], seen: str, actor: Actor) -> None:
    release_places(event_id=event_id, chosen=chosen, seen=seen, actor=actor, now=RELEASE)


def test_a_place_is_released_or_its_person_is_in_and_never_both(world, session, settings, part):
    doors = [StandbyDesk(world, {"standby_automatic": True}) for _ in range(12 // part)]
    for door in doors:
        door.comes(door.cy, at=START)
    acts = []
    for door in doors:
        seen, who = door.picture().key, door.organizer
        pressed = partial(release, door.event_id, [door.ben], seen, who)
        acts += [
            pressed,
            partial(scan, door.event_id, door.ben, [who], f"late-{door.event_id:06d}"),
            pressed,
            partial(release_due_places, now=RELEASE, most=len(doors)),
            partial(add, door.event_id, "Wim Walker", [who], f"walk-{door.event_id:06d}"),
            partial(scan, door.event_id, door.dee, [who], f"waits-{door.event_id:05d}"),
        ]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert set(codes(outcomes)) <= {"done", "standby_changed", *map(str, Verdict)}
    for door in doors:
        _is_sound(session, door)
    assert [one.as_dict() for one in broken_invariants(RELEASE)] == []


def _is_sound(session, door: StandbyDesk) -> None:
    """Two seats, each with one owner; each release gave a seat; who was first in line got in before others."""
    assert broken(session, door.event_id) == []
    now = standing(session, door.event_id)
    assert now.taken == 2
    released, given = _moves(session, door.event_id)
    assert released == given
    checked_in = session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.event_id == door.event_id))
    session.rollback()
    assert checked_in == now.statuses["checked_in"]
    # Cy stood there before all of them: nobody got a seat while he did not.
    if released:
        assert str(door.desk.status(door.cy)) == "checked_in"


def _moves(session, event_id: int) -> tuple[int, int]:
    trail = EnrollmentTransition
    of_event = select(func.count()).select_from(trail).where(trail.event_id == event_id)
    released = session.scalar(of_event.where(trail.to_status == "released"))
    given = session.scalar(
        of_event.where(trail.to_status == "confirmed", trail.from_status.in_(("waitlisted", "released")))
    )
    session.rollback()
    return released, given
