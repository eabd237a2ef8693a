"""Somebody goes: no table names them any more, whoever waited moves up, and every count is as before."""

from datetime import timedelta

import pytest
from sqlalchemy import String, cast, func, insert, select, update

from tests.support.classroom import Classroom
from tests.support.rows import broken, digest, standing
from tests.support.story import Story
from tests.support.world import NOON, World
from webapp.adapters.passwords import hash_password
from webapp.adapters.tokens import token_hash
from webapp.domain.attendance_response import Answer, Feedback
from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.notice import NotificationType
from webapp.domain.permission import Actor, Role
from webapp.domain.privacy import Sharing
from webapp.domain.redaction import DELETED_NAME, REDACTED
from webapp.domain.refusal import Refused
from webapp.extensions import db
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
    IdentityMatch,
    MeetingSession,
    Membership,
    Message,
    Notification,
    NotificationPreference,
    Organization,
    PasswordReset,
    RoomGuest,
    ScheduledAttendancePrompt,
    SessionMark,
    SessionReport,
    SignIn,
    User,
)
from webapp.queries.account import credentials_by_email
from webapp.queries.actor import signed_in_by_token
from webapp.queries.audit import broken_invariants
from webapp.queries.profile import profile_of_handle
from webapp.queries.roster import RosterFilter, roster_page
from webapp.services.account import request_reset
from webapp.services.account_deletion import delete_account
from webapp.services.attendance_response import answer, give_feedback
from webapp.services.check_in import Tap, check_in
from webapp.services.class_enrollment import end_class_enrollment
from webapp.services.class_outbox import relay_class_batch
from webapp.services.enrollment import cancel, enroll
from webapp.services.messages import send_again
from webapp.services.outbox import relay_batch
from webapp.services.override import override_status
from webapp.services.privacy import choose_handle
from webapp.services.sign_in import begin_sign_in
from webapp.services.tidying import tidy
from webapp.services.unit_of_work import write_transaction

NAME, EMAIL, HANDLE, PASSWORD = "Quendolina Zebrafinch", "qz.finch@rare.example", "quendo-zeb", "long enough"
#: Nothing of her is left when none of these is anywhere.
TRACES = ("quendolina", "zebrafinch", "qz.finch", "rare.example", "quendo")
OVER = NOON + timedelta(hours=5)
LATER = NOON + timedelta(days=3)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def story(app, world) -> Story:
    return Story(app, world)


@pytest.fixture
def her(world) -> int:
    """A person with a rare name and a password."""
    user_id = world.person(NAME, email=EMAIL)
    with write_transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(password_hash=hash_password(PASSWORD)))
    return user_id


def delete(user_id: int, *, password: str = PASSWORD, now=LATER, signed_in_ago: float = 0) -> None:
    """That person deletes their account, so many minutes after signing in."""
    since = timedelta(minutes=signed_in_ago)
    delete_account(user_id=user_id, password=password, signed_in_at=now - since, now=now, real_now=now)


def found_anywhere(session) -> list[str]:
    """`table.column` of every text that contains one of the traces; JSON is looked at as text."""
    session.rollback()
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.c:
            said = func.lower(cast(column, String))
            if column.type.python_type is bytes:
                continue
            for trace in TRACES:
                if session.scalar(select(func.count()).select_from(table).where(said.contains(trace))):
                    found.append(f"{table.name}.{column.name}: {trace}")
    return found


def lives_a_whole_life(world: World, story: Story, her: int) -> dict[str, int]:
    """Everything somebody can do, and everything others may write about them; the events it happened in."""
    admin = world.actor(world.person("Orla", role=Role.ADMIN), Role.ADMIN)
    events = {
        "clay": world.event("Clay", starts_at=NOON + timedelta(hours=1)),
        "choir": world.event("Choir", starts_at=NOON + timedelta(hours=1)),
        "ahead": world.event("Next", starts_at=NOON + timedelta(days=9), capacity=1),
    }
    missed, there = (story.enrolls(events[name], her) for name in ("clay", "choir"))
    story.enrolls(events["ahead"], her)
    story.enrolls(events["ahead"], world.person("Ben Okafor"))
    helper = Actor(user_id=None, name="Quendolina", desk_name="Left", helper_event_id=events["choir"])
    tap = Tap(request_id="tap-of-her-helper", desk="Left", now=NOON + timedelta(hours=1))
    check_in(event_id=events["choir"], target=there.enrollment_id, crew=[helper], tap=tap)
    for name in ("clay", "choir"):
        story.is_closed(events[name], OVER)
    override_status(
        enrollment_id=missed.enrollment_id, to_status=S.ATTENDED, actor=admin, now=OVER, expected_version=2,
        reason="Zebrafinch was there, says Quendolina; see qz.finch@rare.example",
    )  # fmt: skip
    answer(user_id=her, event_id=events["clay"], answer=Answer.ATTENDED, now=OVER)
    said = Feedback(5, "Quendolina Zebrafinch loved it")
    give_feedback(user_id=her, event_id=events["clay"], said=said, sharing=Sharing(False, True), now=OVER)
    choose_handle(user_id=her, text=HANDLE)
    request_reset(email=EMAIL, link_to=lambda token: f"https://turnout.example/reset/{token}", now=OVER)
    begin_sign_in(user_id=her, user_agent="Zebrafinch's phone", real_now=OVER)
    relay_batch(now=OVER)
    with write_transaction() as session:
        _was_told(session, world, events, her)
        _was_online(session, events["clay"], her, admin.user_id)
    return events


def _was_told(session, world: World, events: dict[str, int], her: int) -> None:
    session.execute(insert(EventView).values(event_id=events["clay"], user_id=her, viewed_at=NOON))
    session.execute(
        insert(NotificationPreference).values(
            user_id=her, organization_id=world.organization_id, frequency="all", changed_at=NOON
        )
    )
    session.execute(
        insert(ScheduledAttendancePrompt).values(
            event_id=events["choir"], user_id=her, number=1, due_at=LATER, created_at=NOON
        )
    )
    session.execute(
        insert(Notification).values(
            dedupe_key="life", user_id=her, type=NotificationType.CONFIRMED, title="Hello Quendolina",
            text="Zebrafinch", created_at=NOON,
        )
    )  # fmt: skip
    session.execute(
        insert(Message).values(
            dedupe_key="life", kind="confirmed", user_id=her, recipient=EMAIL, subject="Hello Quendolina",
            body=f"Dear {NAME}", html=f"<p>{NAME}</p>", calendar=f"ATTENDEE:{EMAIL}",
            unsubscribe_url="https://turnout.example/u/quendo", details={"name": NAME}, created_at=NOON,
            next_try_at=NOON, last_error=f"550 {EMAIL}: no such mailbox",
        )
    )  # fmt: skip


def _was_online(session, event_id: int, her: int, admin_id: int) -> None:
    session.execute(
        insert(MeetingSession).values(
            id=1, event_id=event_id, kind="event", title="Talk", room_name="session-1", starts_at=NOON,
            ends_at=NOON + timedelta(hours=1), created_at=NOON,
        )
    )  # fmt: skip
    session.execute(insert(RoomGuest).values(room_name="session-1", identity="g-1", name=NAME, seen_at=NOON))
    session.execute(
        insert(IdentityMatch).values(
            event_id=event_id, identity="g-1", user_id=her, matched_by_id=admin_id, matched_at=NOON
        )
    )
    session.execute(
        insert(SessionMark).values(
            session_id=1, user_id=her, status="present", reason="Quendolina was on the phone",
            actor_id=admin_id, at=NOON,
        )
    )
    session.execute(
        insert(SessionReport).values(
            session_id=1, user_id=her, marked_status="present", marked_reason="Quendolina was on the phone",
            marked_by_id=admin_id, marked_at=NOON, is_automatic=False,
            fields={"notes": "Zebrafinch reads well", "pages": 3},
        )
    )  # fmt: skip


def test_after_a_whole_life_no_table_knows_the_name_the_address_or_the_handle(world, story, her, session):
    lives_a_whole_life(world, story, her)
    assert {one.partition(".")[0] for one in found_anywhere(session)} >= {
        "attendance_responses", "enrollment_transitions", "messages", "notifications", "room_guests", "session_marks",
        "session_reports", "sign_ins", "users",
    }  # fmt: skip

    delete(her)

    assert found_anywhere(session) == []
    assert session.get(User, her).name == DELETED_NAME
    assert session.scalar(select(SessionReport.fields)) == {"notes": REDACTED, "pages": 3}


def test_counts_and_the_trail_stay_and_every_invariant_holds(world, story, her, session):
    life = lives_a_whole_life(world, story, her)
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


def test_who_waits_gets_the_place_in_the_same_moment_deadline_or_not(world, story, her, session):
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=LATER + timedelta(hours=1), capacity=1, cancellation_deadline_hours=48)
    hers, bens = story.enrolls(event_id, her), story.enrolls(event_id, ben)

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


def test_a_place_in_what_has_begun_stays_for_the_closing(world, story, her, session):
    running = world.event(starts_at=LATER - timedelta(minutes=30))
    story.enrolls(running, her)
    applied = world.event(starts_at=LATER + timedelta(days=1), method="application")
    story.enrolls(applied, her)

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


def test_nobody_can_sign_in_as_them_write_to_them_or_find_them(world, story, her, session):
    life = lives_a_whole_life(world, story, her)
    token = begin_sign_in(user_id=her, user_agent="", real_now=LATER)
    letter = session.scalar(select(Message.id).where(Message.dedupe_key == "life"))
    session.rollback()

    delete(her)

    assert (signed_in_by_token(token), credentials_by_email(EMAIL)) == (None, None)
    assert profile_of_handle(HANDLE, page=1, now=LATER) is None
    with pytest.raises(Refused, match="not_found"):
        send_again(message_id=letter, now=LATER)
    request_reset(email=EMAIL, link_to=str, now=LATER)
    relay_batch(now=LATER)
    unsent = select(func.count()).where(Message.user_id == her, Message.sent_at.is_(None), Message.dead_at.is_(None))
    assert session.scalar(unsent) == 0
    assert list(roster_page(life["clay"], RosterFilter(query="zebra")).rows) == []
    ended = session.execute(select(ScheduledAttendancePrompt.ended_because)).scalars().all()
    assert ended == ["account_gone"]
    for model in (SignIn, PasswordReset, Membership, NotificationPreference, EventView):
        assert session.scalar(select(func.count()).select_from(model).where(model.user_id == her)) == 0, model


def test_the_name_goes_from_what_others_typed_in_the_same_events_and_other_words_stay(world, story, her, session):
    admin = world.actor(world.person("Orla", role=Role.ADMIN), Role.ADMIN)
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=NOON + timedelta(days=9))
    elsewhere = world.event(starts_at=NOON + timedelta(days=9))
    story.enrolls(event_id, her)
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


def test_what_they_typed_as_staff_goes_where_it_names_them(world, story, her, session):
    with write_transaction() as writing:
        writing.execute(
            insert(Membership).values(
                organization_id=world.organization_id, user_id=her, role=Role.ORGANIZER, created_at=NOON
            )
        )
    ben = world.person("Ben Okafor")
    event_id = world.event(starts_at=NOON + timedelta(hours=1))
    placed = story.enrolls(event_id, ben)
    story.is_checked_in(event_id, placed, NOON + timedelta(hours=1))
    with write_transaction() as writing:
        check_in_id = writing.scalar(select(func.max(CheckInReversal.check_in_id))) or 1
        writing.execute(
            insert(CheckInReversal).values(
                check_in_id=check_in_id, event_id=event_id, actor_id=her, reason="Quendolina pressed the wrong row",
                at=NOON + timedelta(hours=1, minutes=1),
            )
        )  # fmt: skip

    delete(her)

    assert session.scalar(select(CheckInReversal.reason)) == REDACTED


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + "x" * 1000])
def test_a_wrong_password_changes_nothing(her, session, password):
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her, password=password)

    assert (caught.value.code, digest(session)) == ("current_password_wrong", before)


@pytest.mark.parametrize(("minutes", "gone"), [(0, True), (15, True), (16, False)])
def test_without_a_password_only_a_fresh_session_may(world, session, minutes, gone):
    user_id = world.person("Ana")

    if gone:
        delete(user_id, password="", signed_in_ago=minutes)
    else:
        with pytest.raises(Refused) as caught:
            delete(user_id, password="", signed_in_ago=minutes)
        assert caught.value.code == "sign_in_again"

    assert (session.get(User, user_id).anonymized_at is not None) is gone


def test_twice_is_refused_and_changes_nothing(her, session):
    delete(her)
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her, signed_in_ago=16)

    assert (caught.value.code, digest(session)) == ("sign_in_again", before)


def test_the_last_admin_stays_until_there_is_another_one(world, her, session):
    with write_transaction() as writing:
        values = {"organization_id": world.organization_id, "role": Role.ADMIN, "created_at": NOON}
        writing.execute(insert(Membership).values(user_id=her, **values))
    before = digest(session)
    with pytest.raises(Refused) as caught:
        delete(her)
    assert (caught.value.code, caught.value.facts) == ("last_admin", {"organizations": "Northside Makers"})
    assert digest(session) == before

    world.person("Orla", role=Role.ADMIN)
    delete(her)

    assert session.get(User, her).name == DELETED_NAME


def test_the_published_contact_of_an_organization_is_changed_there_first(world, her, session):
    with write_transaction() as writing:
        writing.execute(update(Organization).values(contact_email=EMAIL))
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her)

    assert (caught.value.code, digest(session)) == ("contact_of", before)


def test_a_mail_written_in_the_very_moment_is_blanked_by_the_next_tidying(her, session):
    delete(her)
    with write_transaction() as writing:
        writing.execute(
            insert(Message).values(
                dedupe_key="late", kind="confirmed", user_id=her, recipient=EMAIL, subject="Hello", body=NAME,
                details={}, created_at=LATER, next_try_at=LATER,
            )
        )  # fmt: skip

    tidy(now=LATER, real_now=LATER)

    assert found_anywhere(session) == []
    assert session.scalar(select(Message.dead_at).where(Message.dedupe_key == "late")) == LATER


def test_a_token_of_before_opens_nothing(her, session):
    token = begin_sign_in(user_id=her, user_agent="", real_now=LATER)
    delete(her)

    assert session.scalar(select(func.count()).where(SignIn.token_hash == token_hash(token))) == 0
