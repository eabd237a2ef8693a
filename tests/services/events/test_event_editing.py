"""Changing events: what an edit moves, what it refuses, and that sending it twice is harmless."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.services.events.event_drafts import START, draft, edited, full_event, refused_code
from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import broken, digest, standing, stored_draft, told
from tests.support.worlds.world import NOON, World
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, EventPolicy
from webapp.services.events.event_editing import edit_event
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


def test_raising_the_capacity_moves_people_up_in_order_as_one_set(world, session, app):
    event_id, people = full_event(world, capacity=2, waiting=3)

    with counted_statements(app) as few:
        result = edited(session, event_id, capacity=4)

    now = standing(session, event_id)
    assert (len(result.promoted), now.queue, now.taken, now.waiting) == (2, people[4:], 4, 1)
    assert told(session, event_id)[-2:] == [(people[2], "EnrollmentPromoted"), (people[3], "EnrollmentPromoted")]
    assert broken(session, event_id) == []

    other, _ = full_event(world, capacity=2, waiting=40)
    with counted_statements(app) as many:
        edited(session, other, capacity=40)
    assert len(many) == len(few)


def test_unlimited_lets_everybody_in(world, session):
    event_id, people = full_event(world, capacity=2, waiting=3)

    result = edited(session, event_id, capacity=None)

    assert (len(result.promoted), standing(session, event_id).queue) == (3, [])
    assert broken(session, event_id) == []


def test_the_same_edit_sent_twice_promotes_once(world, session):
    event_id, people = full_event(world, capacity=2, waiting=3)
    edited(session, event_id, capacity=4)
    once = digest(session)

    again = edited(session, event_id, capacity=4, version=1)

    assert again.promoted == ()
    assert digest(session) == once


def test_moving_the_start_into_the_future_lets_free_seats_go_to_whoever_waits(world, session):
    event_id, people = full_event(world, capacity=2, waiting=1)
    started = NOON + timedelta(days=2)
    assert edited(session, event_id, capacity=3, now=started).promoted == ()

    result = edited(session, event_id, starts_at=started + timedelta(days=1), now=started)

    assert len(result.promoted) == 1
    assert broken(session, event_id) == []


def test_closing_the_waitlist_keeps_those_who_wait(world, session):
    event_id, people = full_event(world, capacity=2, waiting=2)

    edited(session, event_id, has_waitlist=False, seen="0.0.2")

    assert standing(session, event_id).queue == people[2:]
    newcomer = world.person("Late Comer")
    assert (
        refused_code(lambda: enroll(event_id=event_id, user_id=newcomer, actor=world.actor(newcomer), now=NOON))
        == "event_full"
    )


def test_capacity_below_the_seats_taken_is_refused_with_the_number(world, session):
    event_id, _ = full_event(world, capacity=3, waiting=1)
    before = digest(session)

    with pytest.raises(Refused) as refused:
        edited(session, event_id, capacity=2)

    assert (refused.value.code, refused.value.facts["taken"]) == ("capacity_below_seats", 3)
    assert digest(session) == before


def test_lowering_to_exactly_the_seats_taken_is_fine(world, session):
    event_id, _ = full_event(world, capacity=3, waiting=0)
    edited(session, event_id, capacity=5)
    edited(session, event_id, capacity=3)
    assert standing(session, event_id).taken == 3


def test_a_form_opened_before_another_edit_is_stale_and_names_what_differs(world, session):
    event_id = world.event(capacity=2)
    edited(session, event_id, capacity=3)
    before = digest(session)

    with pytest.raises(Refused) as refused:
        edited(session, event_id, version=1, title="Something else")

    assert (refused.value.code, refused.value.facts) == ("stale", {"fields": ("title",)})
    assert digest(session) == before


def test_the_address_follows_the_title_until_it_is_published(world, session):
    event_id = world.event(status="draft", slug="hand-building-with-clay")
    edited(session, event_id, title="Raku firing")
    assert session.scalar(select(Event.slug).where(Event.id == event_id)) == "raku-firing"

    edited(session, event_id, title="Hand-building with clay")
    session.rollback()
    assert session.scalar(select(Event.slug).where(Event.id == event_id)) == "hand-building-with-clay"
    other = world.event("Something else", status="draft", slug="other")
    edited(session, other, title="Raku firing")
    session.rollback()
    assert session.scalar(select(Event.slug).where(Event.id == other)) == "raku-firing-2", "the first still leads on"

    published = world.event(slug="clay")
    edited(session, published, title="Raku firing")
    session.rollback()
    assert session.scalar(select(Event.slug).where(Event.id == published)) == "clay"


@pytest.mark.parametrize("status", ["completed", "cancelled"])
@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": START + timedelta(hours=5)},
        {"timezone": "Europe/Paris"},
        {"capacity": 99},
        {"online_counts": True},
        {"attendance_requirement": AttendanceRequirement.ALL_DAYS},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decided_about_people_is_frozen_after_the_end(world, session, status, change):
    event_id = world.event(status=status, ends_at=START + timedelta(hours=2))
    before = digest(session)
    assert refused_code(lambda: edited(session, event_id, **change)) == "event_frozen"
    assert digest(session) == before


def test_the_words_of_a_finished_event_can_still_be_put_right(world, session):
    event_id = world.event(status="completed")
    edited(session, event_id, title="Hand building", description="With a kiln.", place="Hall", cover="petal sun")
    assert stored_draft(session, event_id).title == "Hand building"


def test_while_closure_is_at_work_nothing_that_decides_can_change(world, session):
    event_id, people = full_event(world, capacity=2, waiting=0)
    with write_transaction() as own:
        policy = own.get_one(EventPolicy, event_id)
        row = own.scalars(select(Enrollment).where(Enrollment.user_id == people[0])).one()
        row.status, row.no_show_at, policy.seats_taken = S.NO_SHOW, NOON, 1
    assert refused_code(lambda: edited(session, event_id, capacity=1)) == "closure_begun"
    assert edited(session, event_id, title="Clay, evening").promoted == ()


def check_in(event_id, people, day, *, reverse=False):
    with write_transaction() as own:
        enrollment_id = own.scalar(select(Enrollment.id).where(Enrollment.user_id == people[0]))
        row = CheckIn(enrollment_id=enrollment_id, event_id=event_id, local_on=day, method="code", at=NOON)
        own.add(row)
        own.flush()
        if reverse:
            own.add(CheckInReversal(check_in_id=row.id, event_id=event_id, at=NOON))


def test_times_that_would_lose_a_check_in_are_refused_with_the_count(world, session):
    event_id, people = full_event(world, capacity=1, waiting=0)
    edited(session, event_id, ends_at=START + timedelta(days=2))
    check_in(event_id, people, date(2026, 6, 13))
    before = digest(session)

    with pytest.raises(Refused) as refused:
        edited(session, event_id, ends_at=START + timedelta(days=1))

    assert (refused.value.code, refused.value.facts) == ("check_ins_outside", {"check_ins": 1})
    assert digest(session) == before
    # A zone can move a day, too: noon in Berlin is already the next day in Kiritimati.
    assert (
        refused_code(
            lambda: edited(
                session,
                event_id,
                starts_at=START + timedelta(days=2),
                ends_at=START + timedelta(days=3),
                timezone="Pacific/Kiritimati",
            )
        )
        == "check_ins_outside"
    )


def test_a_reversed_check_in_holds_no_day(world, session):
    event_id, people = full_event(world, capacity=1, waiting=0)
    edited(session, event_id, ends_at=START + timedelta(days=2))
    check_in(event_id, people, date(2026, 6, 13), reverse=True)

    assert edited(session, event_id, ends_at=START + timedelta(days=1)).promoted == ()


def test_an_unknown_event_is_not_found(world):
    assert (
        refused_code(lambda: edit_event(event_id=4711, draft=draft(world), expected_version=1, now=NOON)) == "not_found"
    )
