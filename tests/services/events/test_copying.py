"""Copying an event: what comes along, what stays, that it is made whole, and once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from tests.services.events.event_drafts import edited, refused_code
from tests.support.worlds.asked import EATS, ask, food
from tests.support.worlds.rows import broken, digest, stored_draft
from tests.support.worlds.world import NOON, World
from webapp.domain.events.copying import copied_draft
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import Role
from webapp.models import (
    Enrollment,
    Event,
    EventPicture,
    EventPictureFile,
    EventPolicy,
    EventTemplate,
    HelperLink,
    MeetingSession,
)
from webapp.queries.events.copying import template_name
from webapp.queries.questions.questions import asked_questions
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.events.copying import copy_event
from webapp.services.events.event_deletion import delete_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.events.template import keep_as_template, remove_template
from webapp.services.online.meeting_session import cancel_session, create_sessions
from webapp.services.places.enrollment import enroll
from webapp.services.questions.editing import set_answers_due
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
START = NOON + timedelta(days=1)
LATER = START + timedelta(days=7)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def iris(world):
    return world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def event_id(world, iris, session):
    """Published, with a person, a helper, a picture, questions, two sessions at a time and one called off."""
    event_id = world.event(
        "Clay",
        starts_at=START,
        ends_at=START + timedelta(hours=3),
        capacity=7,
        offer_hours=6,
        last_call_hours=2,
        last_call_at=START - timedelta(hours=2),
    )
    (guest,) = world.people(1)
    enroll(event_id=event_id, user_id=guest, actor=world.actor(guest), now=NOON)
    create_helper_link(event_id=event_id, name="Ken", desk="Door", actor=iris, now=NOON)
    with write_transaction() as writing:
        picture = {"digest": "d" * 64, "alt": "A kiln", "width": 9, "height": 6, "changed_at": NOON}
        writing.execute(insert(EventPicture).values(event_id=event_id, **picture))
        writing.execute(insert(EventPictureFile).values(event_id=event_id, side=9, mimetype="image/webp", body=b"kiln"))
    for title, hours, room in (("Talk", 1, ""), ("Clinic", 1, "clinic"), ("Gone", 2, "")):
        begins = START + timedelta(hours=hours)
        draft = SessionDraft(title, "event", begins, begins + timedelta(hours=1), room)
        made = create_sessions(event_id=event_id, drafts=[draft], actor=iris, request_id="s" * 8 + title, now=NOON)
    cancel_session(session_id=made[0], actor=iris, expected_version=1, now=NOON)
    (eats,) = ask(event_id, EATS)
    ask(event_id, food(eats))
    set_answers_due(event_id=event_id, due_at=START - timedelta(hours=2))
    return event_id


def copied(event_id, iris, *, starts_at=LATER, request_id="r" * 20) -> int:
    return copy_event(event_id=event_id, starts_at=starts_at, actor=iris, request_id=request_id, now=NOON)


def sessions_of(session, event_id):
    query = select(MeetingSession).where(MeetingSession.event_id == event_id, MeetingSession.cancelled_at.is_(None))
    return session.scalars(query.order_by(MeetingSession.id)).all()


def test_a_copy_is_a_draft_with_all_that_belongs_to_the_event(world, event_id, iris, session):
    source = stored_draft(session, event_id)
    session.rollback()
    copy_id = copied(event_id, iris)

    assert stored_draft(session, copy_id) == copied_draft(source, LATER)
    event, policy = session.get_one(Event, copy_id), session.get_one(EventPolicy, copy_id)
    assert (event.status, event.published_at, event.organization_id) == ("draft", None, world.organization_id)
    assert (policy.seats_taken, policy.last_waitlist_position) == (0, 0)
    assert policy.last_call_at == LATER - timedelta(hours=2)
    assert session.get_one(EventPicture, copy_id).alt == "A kiln"
    assert session.get_one(EventPictureFile, (copy_id, 9)).body == b"kiln"
    talk, clinic = sessions_of(session, copy_id)
    assert (talk.title, talk.starts_at, talk.room_name) == (
        "Talk",
        LATER + timedelta(hours=1),
        f"session-{talk.id}",
    )
    assert (clinic.room_name, clinic.ends_at, clinic.created_by_id) == (
        "clinic",
        LATER + timedelta(hours=2),
        iris.user_id,
    )
    eats, what = asked_questions(session, copy_id)
    assert (eats.draft.wording, what.draft.shown_if_id) == (EATS.wording, eats.id)
    assert (policy.has_questions, policy.answers_due_at) == (True, LATER - timedelta(hours=2))
    for model in (Enrollment, HelperLink):
        assert session.scalar(select(func.count()).where(model.event_id == copy_id)) == 0
    session.rollback()
    assert broken(session, copy_id) == []


def test_the_same_form_sent_twice_makes_one_and_with_another_start_none(event_id, iris, session):
    copy_id = copied(event_id, iris)
    before = digest(session)

    assert copied(event_id, iris) == copy_id
    assert refused_code(lambda: copied(event_id, iris, starts_at=LATER + timedelta(hours=1))) == "already_saved"
    assert digest(session) == before
    assert copied(event_id, iris, request_id="q" * 20, starts_at=LATER + timedelta(days=7)) != copy_id


def test_what_cannot_be_copied_leaves_nothing_behind(event_id, iris, session):
    before = digest(session)

    assert refused_code(lambda: copied(event_id, iris, starts_at=NOON)) == "copy_in_past"
    # The room of its own is taken at that time: by the session that is copied.
    assert refused_code(lambda: copied(event_id, iris, starts_at=START)) == "room_taken"
    assert refused_code(lambda: copied(10**6, iris)) == "not_found"
    assert digest(session) == before


def test_what_was_called_off_can_be_copied_and_what_was_deleted_cannot(event_id, iris, session):
    keep_as_template(event_id=event_id, name="Clay night", now=NOON)
    cancel_event(event_id=event_id, reason="Burst pipe", actor=iris, now=NOON)
    copied(event_id, iris)
    delete_event(event_id=event_id, typed_title="Clay", actor=iris, now=NOON)

    assert refused_code(lambda: copied(event_id, iris, request_id="q" * 20)) == "not_found"
    assert refused_code(lambda: keep_as_template(event_id=event_id, name="Clay", now=NOON)) == "not_found"
    assert session.scalar(select(func.count()).select_from(EventTemplate)) == 0


def test_a_template_is_kept_named_anew_and_removed_and_follows_its_event(event_id, iris, session):
    assert keep_as_template(event_id=event_id, name="Clay night", now=NOON)
    assert not keep_as_template(event_id=event_id, name="Studio night", now=NOON)
    assert template_name(event_id) == "Studio night"

    edited(session, event_id, capacity=9)
    copy_id = copied(event_id, iris)
    assert session.get_one(EventPolicy, copy_id).capacity == 9
    assert template_name(copy_id) is None
    session.rollback()
    remove_template(event_id=event_id)
    remove_template(event_id=event_id)
    assert template_name(event_id) is None
