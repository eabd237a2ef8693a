"""What an imported list does to places that people have, gave up or wait for, and where it takes nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.places.guest_lists import guest, results, run
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.refusal import Refused
from webapp.models import User
from webapp.services.places.decision import decide_application
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.places.guest_import import Result

pytestmark = pytest.mark.usefixtures("app_context")


def test_who_waits_in_the_list_joins_the_line_behind_everybody_else(world, session) -> None:
    event_id = world.event(capacity=2)

    early, late = guest(2, answer=Answer.WAITING), guest(6, answer=Answer.WAITING)
    lines = run(event_id, [early, guest(3), guest(4), guest(5), late])

    assert [(line.number, str(line.result)) for line in lines] == [
        (3, "enrolled"),
        (4, "enrolled"),
        (5, "waitlisted"),
        (2, "waitlisted"),
        (6, "waitlisted"),
    ]
    assert [line.facts.get("rank") for line in lines[2:]] == [1, 2, 3]


def test_who_waits_in_the_list_takes_no_seat_that_is_free(world, session) -> None:
    event_id = world.event(capacity=9)

    lines = run(event_id, [guest(2, answer=Answer.WAITING, says="waitlist"), guest(3)])

    assert [(str(line.result), line.facts) for line in lines] == [("enrolled", {}), ("waits", {"says": "waitlist"})]
    assert standing(session, event_id).statuses == {"confirmed": 1}


@pytest.mark.parametrize(("answer", "result"), [(Answer.OUT, "out"), (Answer.OPEN, "open")])
def test_a_later_list_says_where_it_contradicts_a_place_and_takes_none_away(world, session, answer, result) -> None:
    event_id = world.event()
    run(event_id, [guest(2), guest(3)])
    before = digest(session)

    lines = run(event_id, [guest(2, answer=answer, says="Not going"), guest(9, answer=answer, says="Not going")])

    assert results(lines) == [result, result]
    assert [line.facts for line in lines] == [{"says": "Not going", "status": "confirmed"}, {"says": "Not going"}]
    assert digest(session) == before


def test_one_of_a_family_who_does_not_come_contradicts_nobody(world) -> None:
    event_id = world.event()
    family = [guest(2, "Dana Krol", "dana@x.example"), guest(3, "Lev Krol", "dana@x.example", answer=Answer.OUT)]
    run(event_id, family)

    assert [line.facts.get("status") for line in run(event_id, family)] == ["confirmed", None]


def test_who_gave_up_the_place_is_not_put_back(world, session) -> None:
    event_id = world.event()
    mira = world.person("Mira Sand", email="mira@post.example")
    placed = enroll(event_id=event_id, user_id=mira, actor=world.actor(mira), now=NOON)
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(mira), by=Trigger.USER, now=NOON)
    before = digest(session)

    assert results(run(event_id, [guest(2, address="mira@post.example")])) == ["gave_up"]
    assert digest(session) == before


def test_who_gave_up_and_came_back_is_already_enrolled(world) -> None:
    event_id = world.event()
    mira = world.person("Mira Sand", email="mira@post.example")
    placed = enroll(event_id=event_id, user_id=mira, actor=world.actor(mira), now=NOON)
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(mira), by=Trigger.USER, now=NOON)
    enroll(event_id=event_id, user_id=mira, actor=world.actor(mira), now=NOON)

    assert results(run(event_id, [guest(2, address="mira@post.example")])) == ["already"]


def test_whose_application_was_turned_down_the_organizers_list_can_place(world, session) -> None:
    event_id = world.event(method="application")
    mira = world.person("Mira Sand", email="mira@post.example")
    placed = enroll(event_id=event_id, user_id=mira, actor=world.actor(mira), now=NOON)
    decide_application(
        enrollment_id=placed.enrollment_id,
        approve=False,
        actor=world.actor(world.person()),
        by=Trigger.ORGANIZER,
        now=NOON,
        reason="No bench left",
    )

    assert results(run(event_id, [guest(2, address="mira@post.example")])) == ["enrolled"]
    assert standing(session, event_id).statuses == {"rejected": 1, "confirmed": 1}


def test_a_full_event_without_a_waitlist_takes_nobody_and_makes_no_account(world, session) -> None:
    event_id = world.event(capacity=1, has_waitlist=False)

    lines = run(event_id, [guest(2), guest(3)])

    assert results(lines) == ["enrolled", "full"]
    assert session.scalar(select(func.count()).where(User.email == "guest3@post.example")) == 0


def test_an_event_by_application_takes_the_organizers_list_directly(world, session) -> None:
    event_id = world.event(method="application", capacity=1)

    assert results(run(event_id, [guest(2), guest(3)])) == ["enrolled", "waitlisted"]
    assert standing(session, event_id).statuses == {"confirmed": 1, "waitlisted": 1}


def test_the_list_stands_behind_those_who_wait_already(world, session) -> None:
    event_id = world.event(capacity=1)
    first, second = world.people(2)
    for user_id in (first, second):
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)

    lines = run(event_id, [guest(2)])

    assert (lines[0].result, lines[0].facts) == (Result.WAITLISTED, {"rank": 2})
    assert standing(session, event_id).queue[0] == second


@pytest.mark.parametrize("status", ["draft", "completed", "cancelled"])
def test_an_event_that_takes_nobody_refuses_the_whole_list(world, session, status) -> None:
    event_id = world.event(status=status)
    before = digest(session)

    for dry_run in (True, False):
        with pytest.raises(Refused) as refused:
            run(event_id, [guest(2)], dry_run=dry_run)
        assert refused.value.code == "event_not_published"
    assert digest(session) == before


def test_an_event_that_is_over_refuses_the_whole_list(world) -> None:
    with pytest.raises(Refused) as refused:
        run(world.event(), [guest(2)], now=NOON + timedelta(days=3))
    assert refused.value.code == "event_over"


def test_an_unknown_event_is_not_found(world) -> None:
    for dry_run in (True, False):
        with pytest.raises(Refused) as refused:
            run(4711, [guest(2)], dry_run=dry_run)
        assert refused.value.code == "not_found"
