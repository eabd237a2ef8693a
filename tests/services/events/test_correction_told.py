"""A correction is told to the person: with the reason, as they want it, and to no other system."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.notices.notice import Frequency
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Enrollment, Message, Notification, OutboxEvent
from webapp.services.asking.notification_preference import set_frequency
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import enroll

START = NOON + timedelta(days=1)
CLOSED, LATER = START + timedelta(hours=3), START + timedelta(hours=5)
REASON = "Was there; the desk lost its connection"
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def admin(world):
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


def rows(session, table) -> list:
    session.rollback()
    found = list(session.scalars(select(table).order_by(table.id).execution_options(populate_existing=True)))
    session.rollback()
    return found


def missed(world, session) -> tuple[int, int]:
    """Somebody whom closure decided not to have attended, and who was told."""
    event_id = world.event("Clay", starts_at=START, timezone="UTC")
    fill(db.engine, event_id, [Guest()], at=NOON)
    close_event(event_id=event_id, now=CLOSED)
    relay_batch(now=CLOSED)
    return event_id, rows(session, Enrollment)[0].id


def correct(enrollment_id, admin, **changes):
    values = {"to_status": S.ATTENDED, "reason": REASON, "now": LATER, "expected_version": 2, **changes}
    override_status(enrollment_id=enrollment_id, actor=admin, **values)


def test_a_correction_and_its_withdrawal_are_the_last_words_that_are_heard(world, admin, session):
    event_id, enrollment_id = missed(world, session)
    correct(enrollment_id, admin)
    withdraw_override(
        enrollment_id=enrollment_id, reason="It was somebody else", actor=admin, now=LATER, expected_version=3
    )

    lines, mails = rows(session, Notification), rows(session, Message)
    assert [line.type for line in lines] == ["no_show", "corrected", "correction_withdrawn"]
    assert [mail.kind for mail in mails] == [line.type for line in lines]
    assert [line.text for line in lines[1:]] == [REASON, "It was somebody else"]
    said = [
        ("Your attendance was corrected", "corrected your attendance record. You are now marked as attended."),
        ("Correction withdrawn", "withdrew a correction to your attendance record. You are marked as not attended."),
    ]
    for mail, line, (subject, words) in zip(mails[1:], lines[1:], said, strict=True):
        assert mail.subject == f"{subject}: Clay" and f">{subject}</h1>" in mail.html
        for text in (mail.body, mail.html):
            assert words in text and line.text in text
            assert f"/enrollments/{enrollment_id}/why" in text
    assert broken(session, event_id) == []


def test_other_systems_hear_nothing_of_it(world, admin, session):
    _, enrollment_id = missed(world, session)
    before = [(one.kind, one.version) for one in rows(session, OutboxEvent)]
    correct(enrollment_id, admin)
    assert [(one.kind, one.version) for one in rows(session, OutboxEvent)] == before


def test_sent_twice_it_is_told_once_and_refused_it_is_not_told(world, admin, session):
    _, enrollment_id = missed(world, session)
    for _ in range(2):
        correct(enrollment_id, admin)
    with pytest.raises(Exception, match="stale"):
        correct(enrollment_id, admin, reason="Another one")
    assert [line.type for line in rows(session, Notification)] == ["no_show", "corrected"]


def test_a_late_arrival_that_is_set_right_is_told_too(world, admin, session):
    event_id, mira = world.event("Clay", starts_at=START, timezone="UTC"), world.person("Mira")
    placed = enroll(event_id=event_id, user_id=mira, actor=world.actor(mira), now=NOON)
    correct(placed.enrollment_id, admin, to_status=S.CHECKED_IN, expected_version=1, on_day=START.date())
    (mail,) = rows(session, Message)
    assert (mail.kind, mail.subject) == ("corrected", "Your attendance was corrected: Clay")
    assert "You are now checked in." in mail.body


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(("frequency", "mails"), [(Frequency.ALL, 1), (Frequency.IMPORTANT, 1), (Frequency.NONE, 0)])
def test_by_mail_it_is_told_as_the_person_wants(world, admin, session, frequency, mails):
    _, enrollment_id = missed(world, session)
    person = rows(session, Enrollment)[0].user_id
    set_frequency(user_id=person, organization_id=world.organization_id, frequency=frequency, now=CLOSED)
    correct(enrollment_id, admin)
    assert [line.type for line in rows(session, Notification)][1:] == ["corrected"]
    assert len([mail for mail in rows(session, Message) if mail.kind == "corrected"]) == mails


@pytest.mark.only_db("sqlite")
def test_who_sets_their_own_record_right_is_not_told_what_they_did(world, admin, session):
    event_id = world.event("Clay", starts_at=START, timezone="UTC")
    placed = enroll(event_id=event_id, user_id=admin.user_id, actor=admin, now=NOON)
    close_event(event_id=event_id, now=CLOSED)
    correct(placed.enrollment_id, admin)
    assert rows(session, Notification) == []
