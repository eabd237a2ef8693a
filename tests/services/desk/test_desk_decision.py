"""What the desk decides for somebody without a place: evidence, status and trail on both databases."""

import pytest
from sqlalchemy import select

from tests.support.worlds.open_desk import OpenDesk, tap
from tests.support.worlds.rows import broken, digest, trail
from tests.support.worlds.world import NOON, World
from webapp.domain.desk.check_in import Verdict
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn
from webapp.queries.people.actor import helper_by_token
from webapp.services.desk.desk_decision import enroll_again_and_check_in, give_place_and_check_in
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.places.enrollment import cancel

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_waiting_guest_gets_a_free_seat_and_is_in(app, session) -> None:
    desk = OpenDesk(World(app), capacity=2)
    seated, waiting, behind = desk.guest("Ada"), *[desk.guest(name) for name in ("Bo", "Cy")]
    third = desk.guest("Di")
    cancel(enrollment_id=seated, actor=desk.organizer, by="organizer", now=NOON)
    give = {"event_id": desk.event_id, "crew": [desk.organizer]}
    with pytest.raises(Refused, match="reason_required"):
        give_place_and_check_in(enrollment_id=third, tap=tap(), **give)
    outcome = give_place_and_check_in(enrollment_id=third, tap=tap(), reason="Cy had not arrived", **give)
    assert (outcome.verdict, desk.status(third), desk.status(behind)) == (Verdict.IN, S.CHECKED_IN, S.WAITLISTED)
    with pytest.raises(Refused, match="event_full"):
        give_place_and_check_in(enrollment_id=behind, tap=tap(), **give)
    assert [move[1:3] for move in trail(session, desk.event_id)][-2:] == [
        ("waitlisted", "confirmed"),
        ("confirmed", "checked_in"),
    ]
    assert waiting != behind


def test_a_helper_asks_an_admin(app, session) -> None:
    desk = OpenDesk(World(app), capacity=1)
    seated, waiting = desk.guest("Ada"), desk.guest("Bo")
    cancel(enrollment_id=seated, actor=desk.organizer, by="organizer", now=NOON)
    before = digest(session)
    with pytest.raises(Refused, match="forbidden"):
        give_place_and_check_in(event_id=desk.event_id, enrollment_id=waiting, crew=[desk.helper()], tap=tap())
    assert digest(session) == before


def test_a_decision_on_an_old_page_is_stale_and_twice_is_once(app, session) -> None:
    desk = OpenDesk(World(app), capacity=1)
    seated, waiting = desk.guest("Ada"), desk.guest("Bo")
    cancel(enrollment_id=seated, actor=desk.organizer, by="organizer", now=NOON)
    give = {"event_id": desk.event_id, "enrollment_id": waiting, "crew": [desk.organizer]}
    with pytest.raises(Refused, match="stale"):
        give_place_and_check_in(tap=tap(), expected_version=7, **give)
    for _ in range(2):
        assert give_place_and_check_in(tap=tap(request_id="one-decision"), **give).verdict is Verdict.IN
    assert len(session.scalars(select(CheckIn.id)).all()) == 1


def test_somebody_who_gave_the_place_up_is_enrolled_again(app, session) -> None:
    desk = OpenDesk(World(app), capacity=1)
    ada = desk.guest("Ada")
    cancel(enrollment_id=ada, actor=desk.organizer, by="organizer", now=NOON)
    again = {"event_id": desk.event_id, "enrollment_id": ada, "crew": [desk.organizer]}
    first = enroll_again_and_check_in(tap=tap(request_id="one-decision"), **again)
    second = enroll_again_and_check_in(tap=tap(request_id="one-decision"), **again)
    assert (first.guest.enrollment_id, desk.status(ada)) == (second.guest.enrollment_id, S.CANCELLED)
    assert desk.status(first.guest.enrollment_id) is S.CHECKED_IN
    with pytest.raises(Refused) as refused:
        enroll_again_and_check_in(tap=tap(), **again)
    assert refused.value.code in {"already_enrolled", "event_full"}
    assert broken(session, desk.event_id) == []


# ---- who may take somebody back


def helper_of(desk: OpenDesk) -> Actor:
    link = create_helper_link(event_id=desk.event_id, name="Mia", desk="Left", actor=desk.organizer, now=NOON)
    return helper_by_token(link.token, NOON)


def removed(desk: OpenDesk, by: str) -> int:
    """Somebody whose place that trigger took away."""
    ada = desk.world.person("Ada")
    enrollment_id = desk.enroll([ada])[0]
    actor = desk.world.actor(ada) if by == "user" else desk.organizer
    cancel(enrollment_id=enrollment_id, actor=actor, by=by, now=desk.starts_at.replace(hour=1))
    return enrollment_id


@pytest.mark.parametrize("by", ["organizer", "admin", "system"])
def test_a_helper_does_not_take_back_whom_somebody_else_removed(app, session, by) -> None:
    desk = OpenDesk(World(app))
    again = {"event_id": desk.event_id, "enrollment_id": removed(desk, by), "tap": tap()}
    crew = [helper_of(desk)]
    before = digest(session)
    with pytest.raises(Refused, match="needs_organizer"):
        enroll_again_and_check_in(crew=crew, **again)
    assert digest(session) == before
    assert enroll_again_and_check_in(crew=[desk.organizer], **again).verdict is Verdict.IN


def test_a_helper_takes_back_whoever_gave_the_place_up(app, session) -> None:
    desk = OpenDesk(World(app))
    ada = removed(desk, "user")
    outcome = enroll_again_and_check_in(event_id=desk.event_id, enrollment_id=ada, crew=[helper_of(desk)], tap=tap())
    assert outcome.verdict is Verdict.IN
    assert broken(session, desk.event_id) == []
