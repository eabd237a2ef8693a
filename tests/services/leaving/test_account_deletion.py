"""Somebody goes: no table names them any more, whoever waited moves up, and every count is as before."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.leaving_person import (
    EMAIL,
    HANDLE,
    LATER,
    NAME,
    delete,
    does_everything,
    found_anywhere,
    signs_up,
)
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import NOON, World
from webapp.adapters.tokens import token_hash
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.people.redaction import DELETED_NAME, REDACTED
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import (
    AttendanceResponse,
    CheckInReversal,
    ClassAttendance,
    ClassAttendanceMark,
    ClassEnrollment,
    Enrollment,
    EnrollmentTransition,
    EventView,
    FacilityPerson,
    MemberRole,
    Membership,
    Message,
    NotificationPreference,
    PasswordReset,
    ScheduledAttendancePrompt,
    SessionReport,
    SignIn,
    User,
)
from webapp.queries.audit import broken_invariants
from webapp.queries.people.account import credentials_by_email
from webapp.queries.people.actor import signed_in_by_token
from webapp.queries.people.profile import profile_of_handle
from webapp.queries.places.roster import RosterFilter, roster_page
from webapp.services.accounts.address_proof import request_reset, write_requested_resets
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.classes.people.class_enrollment import end_class_enrollment
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.notices.messages import send_again
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.tidying import tidy
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def her(world) -> int:
    return signs_up(world)


def test_after_a_whole_life_no_table_knows_the_name_the_address_or_the_handle(world, use_cases, her, session):
    does_everything(world, use_cases, her)
    assert {one.partition(".")[0] for one in found_anywhere(session)} >= {
        "attendance_responses",
        "enrollment_transitions",
        "messages",
        "notifications",
        "room_guests",
        "session_marks",
        "session_reports",
        "sign_ins",
        "users",
    }

    delete(her)

    assert found_anywhere(session) == []
    assert session.get(User, her).name == DELETED_NAME
    assert session.scalar(select(SessionReport.fields)) == {"notes": REDACTED, "pages": 3}


def test_counts_and_the_trail_stay_and_every_invariant_holds(world, use_cases, her, session):
    life = does_everything(world, use_cases, her)
    assert list(broken_invariants(LATER)) == []
    moves = session.scalar(select(func.count()).select_from(EnrollmentTransition))
    session.rollback()

    delete(her)

    said = select(AttendanceResponse.answer, AttendanceResponse.rating, AttendanceResponse.comment)
    assert tuple(session.execute(said).one()) == ("attended", 5, None)
    assert [standing(session, life[name]).statuses for name in ("clay", "choir")] == [{S.ATTENDED: 1}] * 2
    # Two more: she gave her place up, and Ben moved up.
    assert session.scalar(select(func.count()).select_from(EnrollmentTransition)) == moves + 2
    assert list(broken_invariants(LATER)) == []


def test_who_waits_gets_the_place_in_the_same_moment_deadline_or_not(world, use_cases, her, session):
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=LATER + timedelta(hours=1), capacity=1, cancellation_deadline_hours=48)
    hers, bens = use_cases.enrolls(event_id, her), use_cases.enrolls(event_id, ben)

    delete(her)

    rows = dict(session.execute(select(Enrollment.id, Enrollment.status)).all())
    assert rows == {hers.enrollment_id: S.CANCELLED, bens.enrollment_id: S.CONFIRMED}
    last = session.execute(
        select(EnrollmentTransition.triggered_by, EnrollmentTransition.reason).where(
            EnrollmentTransition.enrollment_id == hers.enrollment_id, EnrollmentTransition.version == 2
        )
    ).one()
    assert tuple(last) == (Trigger.USER, "The account was deleted")
    assert broken(session, event_id) == []
    assert list(broken_invariants(LATER)) == []


def test_a_place_in_what_has_begun_stays_for_the_closing(world, use_cases, her, session):
    running = world.event(starts_at=LATER - timedelta(minutes=30))
    use_cases.enrolls(running, her)
    applied = world.event(starts_at=LATER + timedelta(days=1), method="application")
    use_cases.enrolls(applied, her)

    delete(her)

    assert standing(session, running).statuses == {S.CONFIRMED: 1}
    assert standing(session, applied).statuses == {S.CANCELLED: 1}


def test_classes_are_left_their_seats_go_on_and_no_text_about_them_stays(app, world, her, session):
    classroom, staff = Classroom(app, world), {"actor": Actor(1, "Orla"), "by": Trigger.ORGANIZER, "now": NOON}
    (ben,) = classroom.belong([world.person("Ben Okafor")])
    classroom.belong([her])
    ahead, queue = classroom.make(capacity=1), classroom.make(capacity=1)
    running = classroom.make(capacity=1, status="active")
    over = classroom.make(status="active")
    classroom.enrolls(queue, ben)
    ids = {class_id: classroom.enrolls(class_id, her).enrollment_id for class_id in (ahead, running, queue, over)}
    for class_id in (ahead, running):
        classroom.enrolls(class_id, ben)
    end_class_enrollment(enrollment_id=ids[over], to_status=E.FAILED, reason="Quendolina never came", **staff)
    met = classroom.meets(running, NOON - timedelta(hours=2))
    note = {"session_id": met, "user_id": her, "status": "absent_excused", "note": "a cold", "version": 1}
    with write_transaction() as writing:
        writing.execute(insert(ClassAttendance).values(**note, marked_at=NOON))
        writing.execute(insert(ClassAttendanceMark).values(**note, at=NOON))
    relay_class_batch(now=NOON)
    assert {one.partition(".")[0] for one in found_anywhere(session)} >= {"class_enrollment_transitions", "messages"}
    # The classroom makes its classes past their own trail.
    known = {finding.invariant for finding in broken_invariants(LATER)}

    delete(her)

    assert found_anywhere(session) == []
    hers = dict(session.execute(select(ClassEnrollment.class_id, ClassEnrollment.status).filter_by(user_id=her)).all())
    assert hers == {ahead: "cancelled", running: "withdrawn", queue: "cancelled", over: "failed"}
    bens = dict(session.execute(select(ClassEnrollment.class_id, ClassEnrollment.status).filter_by(user_id=ben)).all())
    assert bens == dict.fromkeys((ahead, running, queue), "enrolled")
    assert session.scalars(select(FacilityPerson.user_id)).all() == [ben]
    notes = [session.scalar(select(model.note)) for model in (ClassAttendance, ClassAttendanceMark)]
    assert notes == [REDACTED, REDACTED]
    session.rollback()
    assert {finding.invariant for finding in broken_invariants(LATER)} == known


def test_nobody_can_sign_in_as_them_write_to_them_or_find_them(world, use_cases, her, session):
    life = does_everything(world, use_cases, her)
    token = begin_sign_in(user_id=her, user_agent="", real_now=LATER)
    letter = session.scalar(select(Message.id).where(Message.dedupe_key == "life"))
    session.rollback()

    delete(her)

    assert (signed_in_by_token(token), credentials_by_email(EMAIL)) == (None, None)
    assert profile_of_handle(HANDLE, page=1, now=LATER) is None
    with pytest.raises(Refused, match="not_found"):
        send_again(message_id=letter, now=LATER)
    request_reset(email=EMAIL, now=LATER)
    write_requested_resets(now=LATER)
    relay_batch(now=LATER)
    unsent = select(func.count()).where(Message.user_id == her, Message.sent_at.is_(None), Message.dead_at.is_(None))
    assert session.scalar(unsent) == 0
    assert list(roster_page(life["clay"], RosterFilter(query="zebra")).rows) == []
    ended = session.execute(select(ScheduledAttendancePrompt.ended_because)).scalars().all()
    assert ended == ["account_gone"]
    for model in (SignIn, PasswordReset, MemberRole, Membership, NotificationPreference, EventView):
        assert session.scalar(select(func.count()).select_from(model).where(model.user_id == her)) == 0, model


def test_the_name_goes_from_what_others_typed_in_the_same_events_and_other_words_stay(world, use_cases, her, session):
    admin = world.actor(world.person("Orla", role=Role.ADMIN), Role.ADMIN)
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=NOON + timedelta(days=9))
    elsewhere = world.event(starts_at=NOON + timedelta(days=9))
    use_cases.enrolls(event_id, her)
    typed = [(event_id, f"{NAME} gave it back"), (event_id, "He asked for it"), (elsewhere, "Zebrafinch Street")]
    for where, reason in typed:
        placed = enroll(event_id=where, user_id=ben, actor=world.actor(ben), now=NOON)
        cancel(enrollment_id=placed.enrollment_id, actor=admin, by=Trigger.ADMIN, now=NOON, reason=reason)
    relay_batch(now=NOON)

    delete(her)

    reasons = session.scalars(
        select(EnrollmentTransition.reason)
        .where(EnrollmentTransition.actor_id == admin.user_id)
        .order_by(EnrollmentTransition.id)
    ).all()
    assert reasons == [REDACTED, "He asked for it", "Zebrafinch Street"]
    assert session.scalar(select(func.count()).where(Message.body.contains("Quendolina"))) == 0


def test_what_they_typed_as_staff_goes_where_it_names_them(world, use_cases, her, session):
    with write_transaction() as writing:
        world.join_team(writing, her, Role.ORGANIZER)
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=NOON + timedelta(hours=1))
    placed = use_cases.enrolls(event_id, ben)
    use_cases.is_checked_in(event_id, placed, NOON + timedelta(hours=1))
    with write_transaction() as writing:
        check_in_id = writing.scalar(select(func.max(CheckInReversal.check_in_id))) or 1
        writing.execute(
            insert(CheckInReversal).values(
                check_in_id=check_in_id,
                event_id=event_id,
                actor_id=her,
                reason="Quendolina pressed the wrong row",
                at=NOON + timedelta(hours=1, minutes=1),
            )
        )

    delete(her)

    assert session.scalar(select(CheckInReversal.reason)) == REDACTED


def test_a_mail_written_in_the_very_moment_is_blanked_by_the_next_tidying(her, session):
    delete(her)
    with write_transaction() as writing:
        writing.execute(
            insert(Message).values(
                dedupe_key="late",
                kind="confirmed",
                user_id=her,
                recipient=EMAIL,
                subject="Hello",
                body=NAME,
                details={},
                created_at=LATER,
                next_try_at=LATER,
            )
        )

    tidy(now=LATER, real_now=LATER)

    assert found_anywhere(session) == []
    assert session.scalar(select(Message.dead_at).where(Message.dedupe_key == "late")) == LATER


def test_a_token_of_before_opens_nothing(her, session):
    token = begin_sign_in(user_id=her, user_agent="", real_now=LATER)
    delete(her)

    assert session.scalar(select(func.count()).where(SignIn.token_hash == token_hash(token))) == 0
