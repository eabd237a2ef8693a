"""Deleting an event: gone for everybody, and nothing of what happened in it is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.opinions import keep_opinions, keep_prompts
from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role, Trigger
from webapp.domain.refusal import Refused
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    EnrollmentTransition,
    Event,
    HelperLink,
    Message,
    Notification,
    ScheduledAttendancePrompt,
)
from webapp.queries.audit import broken_invariants
from webapp.queries.events.event import event_by_id, event_by_slug
from webapp.queries.people.actor import helper_by_token
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.events.closure import close_event
from webapp.services.events.event_deletion import delete_event
from webapp.services.events.event_lifecycle import cancel_event, publish_event
from webapp.services.notices.notification import notify
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
TITLE = "Hand-building with clay"
#: What stays as it is, whatever is deleted.
KEPT = (AttendanceResponse, CheckIn, EnrollmentTransition)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def dana(world):
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def over(app, world):
    """An event that is over and closed, with an answer, a prompt that is planned and one that was sent."""
    event_id = world.event(TITLE, slug="clay", starts_at=NOON - timedelta(days=2))
    people = world.people(3)
    for user_id in people:
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON - timedelta(days=9))
    keep_opinions(app, event_id, [(people[0], "attended", 5, "Again!")], at=NOON)
    keep_prompts(app, event_id, people[:2], at=NOON)
    keep_prompts(app, event_id, people[2:], at=NOON, is_sent=False)
    with write_transaction() as session:
        lines = [
            {
                "dedupe_key": f"p{user_id}",
                "user_id": user_id,
                "type": "attendance_prompt",
                "event_id": event_id,
                "prompt_number": 1,
                "title": "Were you there?",
                "created_at": NOON,
            }
            for user_id in people[:2]
        ]
        notify(session, lines)
    close_event(event_id=event_id, now=NOON - timedelta(days=1))
    return event_id


def delete(event_id: int, dana, title: str = TITLE) -> None:
    delete_event(event_id=event_id, typed_title=title, actor=dana, now=NOON)


def code_of(work) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def kept(session) -> list:
    session.rollback()
    return [session.execute(select(table.__table__).order_by(table.id)).all() for table in KEPT]


def test_it_is_gone_and_its_trail_evidence_and_answers_stay(over, dana, session):
    before = kept(session)

    delete(over, dana, "hand-building WITH clay")

    assert (event_by_id(over), event_by_slug("clay")) == (None, None)
    session.rollback()
    row = session.get_one(Event, over)
    assert (row.deleted_at, row.deleted_by_id, row.status) == (NOON, dana.user_id, "completed")
    assert kept(session) == before
    assert list(broken_invariants(NOON + timedelta(days=1))) == []


def test_nobody_is_asked_any_more_and_the_desks_links_end(over, dana, session, world):
    world.event("Another", slug="other")
    delete(over, dana)

    prompts = session.execute(
        select(ScheduledAttendancePrompt.ended_because, func.count()).group_by(ScheduledAttendancePrompt.ended_because)
    ).all()
    assert sorted(map(tuple, prompts), key=str) == [("event_gone", 1), (None, 2)]
    assert session.scalars(select(Notification.read_at).distinct()).all() == [NOON]


def test_deleted_twice_it_is_not_found_the_second_time(over, dana, session):
    delete(over, dana)
    before = digest(session)

    assert code_of(lambda: delete(over, dana)) == "not_found"
    assert digest(session) == before


def test_a_published_event_and_a_wrong_title_change_nothing(world, dana, over, session):
    planned = world.event(TITLE)
    before = digest(session)

    assert code_of(lambda: delete(planned, dana)) == "event_still_published"
    assert code_of(lambda: delete(over, dana, "Hand-building")) == "title_differs"
    assert code_of(lambda: delete(over, dana, "")) == "title_missing"
    assert code_of(lambda: delete(987654, dana)) == "not_found"
    assert digest(session) == before


def test_a_draft_can_be_deleted_and_then_not_be_published(world, dana, session):
    draft = world.event(TITLE, status="draft")
    delete(draft, dana)
    before = digest(session)

    assert code_of(lambda: publish_event(event_id=draft, now=NOON)) == "not_found"
    assert code_of(lambda: cancel_event(event_id=draft, reason="x", actor=dana, now=NOON)) == "not_found"
    assert digest(session) == before


def test_no_use_case_finds_a_deleted_event(world, dana, over, session):
    delete(over, dana)
    mira, before = world.person(), digest(session, leaving_out=PASSING | {"users"})
    with_place = session.scalar(select(EnrollmentTransition.enrollment_id).limit(1))

    assert code_of(lambda: enroll(event_id=over, user_id=mira, actor=world.actor(mira), now=NOON)) == "not_found"
    assert code_of(lambda: cancel(enrollment_id=with_place, actor=dana, by=Trigger.ADMIN, now=NOON)) == "not_found"
    assert digest(session, leaving_out=PASSING | {"users"}) == before


def test_a_helper_of_a_deleted_event_is_nobody(world, dana, session):
    event_id = world.event(TITLE)
    link = create_helper_link(event_id=event_id, name="Mia", desk="Left", actor=dana, now=NOON)
    with write_transaction() as own:
        own.execute(update(Event).where(Event.id == event_id).values(status="completed", completed_at=NOON))
    assert helper_by_token(link.token, NOON) is not None

    delete(event_id, dana)

    assert helper_by_token(link.token, NOON) is None
    assert session.scalar(select(HelperLink.revoked_at)) == NOON


def test_who_was_called_off_is_still_told_when_the_event_is_deleted_at_once(world, dana, session):
    event_id = world.event(TITLE)
    for user_id in world.people(2):
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    cancel_event(event_id=event_id, reason="The river is too high", actor=dana, now=NOON)
    delete(event_id, dana)

    while relay_batch(now=NOON):
        pass

    assert session.execute(select(Message.kind, func.count()).group_by(Message.kind)).all() == [("called_off", 2)]


def test_it_takes_the_same_statements_for_any_number_of_people(app, world, dana):
    costs = []
    for number in (3, 60):
        event_id = world.event(TITLE, status="cancelled")
        keep_prompts(app, event_id, world.people(number), at=NOON, is_sent=False)
        with counted_statements(app) as statements:
            delete(event_id, dana)
        costs.append(len(statements))

    assert costs == [9, 9]
