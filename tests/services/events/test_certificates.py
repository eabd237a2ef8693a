"""Certificates of attendance: issued once to who attended, revoked by corrections, the same again if it returns."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken
from tests.support.worlds.world import World
from webapp.domain.events.reopening import Reopened
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import (
    CertificateNameChange,
    Enrollment,
    Event,
    EventCertificate,
    Message,
    Notification,
    User,
)
from webapp.queries.audit import broken_invariants
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.events.reopening import reopen_event
from webapp.services.leaving.erasure import erase_person
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.certificates.naming import correct_certificate_name
from webapp.services.unit_of_work import write_transaction

START = datetime(2026, 6, 20, 16, tzinfo=UTC)
END = START + timedelta(hours=2)
CLOSED = END + timedelta(minutes=15)
LATER = CLOSED + timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def iris(world):
    world.organization()
    return world.actor(world.person("Iris", role=Role.ADMIN))


def closed_event(world, *, certificates: bool = True) -> tuple[int, list[int]]:
    """Two came and one did not, and it was closed: the event, and their enrollments."""
    event_id = world.event("Clay", starts_at=START, ends_at=END, issues_certificates=certificates)
    here = Guest("checked_in", (START.date(),))
    ids = fill(db.engine, event_id, [here, here, Guest()], at=START - timedelta(days=3))
    close_event(event_id=event_id, now=CLOSED)
    return event_id, ids


@pytest.fixture
def told(world, iris):
    """The same, and everybody heard of it."""
    event_id, ids = closed_event(world)
    relay()
    return event_id, ids


def relay(now=CLOSED) -> None:
    while relay_batch(now=now):
        pass


def certificates(session) -> dict[int, tuple]:
    session.rollback()
    rows = session.execute(select(*EventCertificate.__table__.c)).all()
    session.rollback()
    return {row.enrollment_id: (row.code, row.name, row.revoked_at) for row in rows}


def wrong(session) -> set[str]:
    session.rollback()
    found = {one.invariant for one in broken_invariants(LATER) if "certificate" in one.invariant}
    session.rollback()
    return found


def correct(act, enrollment_id, actor, session, **changes):
    session.rollback()
    version = session.scalar(select(Enrollment.version).where(Enrollment.id == enrollment_id))
    session.rollback()
    return act(
        enrollment_id=enrollment_id, reason="Looked again", actor=actor, now=LATER, expected_version=version, **changes
    )


def kinds_of_mail(session) -> list[str]:
    session.rollback()
    kinds = sorted(session.scalars(select(Message.kind)))
    session.rollback()
    return kinds


def test_who_attended_gets_one_with_the_news_of_it_and_once(world, iris, session):
    event_id, ids = closed_event(world)
    assert certificates(session) == {}
    assert wrong(session) == set()

    relay()
    issued = certificates(session)
    relay()

    assert set(issued) == set(ids[:2])
    assert certificates(session) == issued
    assert kinds_of_mail(session) == ["certificate", "certificate", "no_show"]
    lines = session.scalars(select(Notification.type).order_by(Notification.type)).all()
    assert lines == ["certificate", "certificate", "no_show"]
    mail = session.scalars(select(Message).where(Message.kind == "certificate").order_by(Message.id)).first()
    assert f"/certificates/{issued[ids[0]][0]}" in mail.body and f"/certificates/{issued[ids[0]][0]}" in mail.html
    # As of the decision, whenever it is told.
    assert set(session.scalars(select(EventCertificate.issued_at))) == {CLOSED}
    assert wrong(session) == set()
    assert broken(session, event_id) == []


def test_an_event_without_certificates_issues_none_and_tells_who_came_nothing(world, iris, session):
    _, ids = closed_event(world, certificates=False)
    relay()
    correct(override_status, ids[2], iris, session, to_status=S.ATTENDED)

    assert certificates(session) == {}
    assert kinds_of_mail(session) == ["corrected", "no_show"]
    assert wrong(session) == set()


def test_a_correction_issues_a_withdrawal_revokes_and_it_comes_back_the_same(session, iris, told):
    _, ids = told
    missed = ids[2]
    correct(override_status, missed, iris, session, to_status=S.ATTENDED)
    first = certificates(session)[missed]
    whose = select(Enrollment.user_id).where(Enrollment.id == missed).scalar_subquery()
    session.execute(update(User).where(User.id == whose).values(name="Married Name"))
    session.commit()
    correct(withdraw_override, missed, iris, session)
    revoked = certificates(session)[missed]
    assert wrong(session) == set()
    correct(override_status, missed, iris, session, to_status=S.ATTENDED)

    assert (first[2], revoked[2]) == (None, LATER)
    assert certificates(session)[missed] == first
    assert wrong(session) == set()
    bodies = session.scalars(select(Message.body).where(Message.kind.like("correct%")).order_by(Message.id)).all()
    assert [f"/certificates/{first[0]}" in body for body in bodies] == [True, False, True]
    assert "Your certificate of attendance was revoked." in bodies[1]
    session.rollback()


def test_reopening_revokes_and_closing_anew_gives_the_same_back(session, iris, told):
    event_id, ids = told
    issued = certificates(session)
    ends_at = LATER + timedelta(hours=1)
    version = session.scalar(select(Event.version).where(Event.id == event_id))
    seen = what_reopening_does(session, event_id).key
    session.rollback()
    done = reopen_event(
        event_id=event_id, ends_at=ends_at, reason="It runs on", actor=iris, now=LATER, expected_version=version,
        seen=seen,
    )  # fmt: skip
    assert done == Reopened(attended=2, no_show=1, kept=0)
    assert {row[2] for row in certificates(session).values()} == {LATER}
    relay(LATER)
    assert kinds_of_mail(session).count("outcome_taken_back") == 3
    close_event(event_id=event_id, now=ends_at + timedelta(minutes=1))
    relay(ends_at + timedelta(minutes=1))

    assert certificates(session) == issued
    assert wrong(session) == set()


def test_an_outcome_that_is_corrected_before_it_is_told_leaves_no_valid_certificate(world, session, iris):
    event_id, ids = closed_event(world)
    version = session.scalar(select(Event.version).where(Event.id == event_id))
    seen = what_reopening_does(session, event_id).key
    session.rollback()
    reopen_event(
        event_id=event_id, ends_at=LATER + timedelta(hours=1), reason="It runs on", actor=iris, now=LATER,
        expected_version=version, seen=seen,
    )  # fmt: skip
    relay(LATER)

    assert certificates(session) == {}
    assert wrong(session) == set()


def test_a_name_is_put_right_with_a_reason_and_on_what_was_seen(session, iris, told):
    _, ids = told
    code, printed, _ = certificates(session)[ids[0]]
    act = {"enrollment_id": ids[0], "printed": printed, "actor": iris, "now": LATER}

    def refusal(**changes) -> str:
        with pytest.raises(Refused) as refused:
            correct_certificate_name(**{**act, "name": "Ana Silva", "reason": "Spelling", **changes})
        return refused.value.code

    assert refusal(reason=" ") == "reason_required"
    assert refusal(name=" ") == "text_missing"
    assert refusal(name="x" * 121) == "text_too_long"
    assert refusal(name=printed) == "name_unchanged"
    assert refusal(enrollment_id=ids[2]) == "not_found"
    assert refusal(printed="Somebody") == "certificate_renamed"
    correct_certificate_name(**act, name=" Ana  Silva ", reason="Spelling")

    assert certificates(session)[ids[0]] == (code, "Ana Silva", None)
    changes = session.execute(select(CertificateNameChange.name_before, CertificateNameChange.name)).all()
    assert changes == [(printed, "Ana Silva")]
    assert wrong(session) == set()


def test_what_is_left_of_somebody_who_went_is_valid_and_names_nobody(session, iris, told):
    _, ids = told
    user_id = session.scalar(select(Enrollment.user_id).where(Enrollment.id == ids[0]))
    code, printed, _ = certificates(session)[ids[0]]
    correct_certificate_name(
        enrollment_id=ids[0], name="Ana Silva", printed=printed, reason="Spelling", actor=iris, now=LATER
    )
    with write_transaction() as writing:
        erase_person(writing, user_id, now=LATER)

    assert certificates(session)[ids[0]] == (code, "Deleted person", None)
    assert session.scalars(select(CertificateNameChange.id)).all() == []
    assert wrong(session) == set()
