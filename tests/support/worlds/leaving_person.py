"""A person with a rare name who did everything the product offers, and who asks to go."""

from datetime import timedelta

from sqlalchemy import String, case, cast, func, insert, select, update

from tests.support.worlds.asked import FORM, PDF_FILE, SIZE, ask, says
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.adapters.signing_in.passwords import hash_password
from webapp.domain.asking.attendance_response import Answer, Feedback
from webapp.domain.notices.notice import NotificationType
from webapp.domain.people.privacy import Sharing
from webapp.domain.permission import Actor, Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import (
    EventView,
    IdentityMatch,
    MeetingSession,
    Message,
    Notification,
    NotificationPreference,
    RoomGuest,
    ScheduledAttendancePrompt,
    SessionMark,
    SessionReport,
    User,
)
from webapp.services.accounts.address_proof import request_reset, write_requested_resets
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.asking.attendance_response import answer, give_feedback
from webapp.services.asking.privacy import choose_handle
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.events.override import override_status
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.notices.outbox import relay_batch
from webapp.services.questions.answers import answer_own
from webapp.services.unit_of_work import write_transaction

NAME, EMAIL, HANDLE, PASSWORD = "Quendolina Zebrafinch", "qz.finch@rare.example", "quendo-zeb", "long enough"
#: Nothing of her is left when none of these is anywhere.
TRACES = ("quendolina", "zebrafinch", "qz.finch", "rare.example", "quendo")
OVER = NOON + timedelta(hours=5)
LATER = NOON + timedelta(days=3)


def delete(user_id: int, *, password: str = PASSWORD, now=LATER, signed_in_ago: float = 0) -> None:
    """That person deletes their account, so many minutes after signing in."""
    since = timedelta(minutes=signed_in_ago)
    delete_account(user_id=user_id, password=password, signed_in_at=now - since, now=now, real_now=now)


def found_anywhere(session) -> list[str]:
    """`table.column` of every text that contains one of the traces; JSON is looked at as text."""
    session.rollback()
    found = []
    for table in db.metadata.sorted_tables:
        texts = [column for column in table.c if column.type.python_type is not bytes]
        asked = [(column, trace) for column in texts for trace in TRACES]
        holds = [func.max(case((func.lower(cast(column, String)).contains(trace), 1))) for column, trace in asked]
        answers = session.execute(select(*holds).select_from(table)).one()
        found += [f"{table.name}.{asked[n][0].name}: {asked[n][1]}" for n, is_there in enumerate(answers) if is_there]
    return found


def signs_up(world: World) -> int:
    """Her account, with a password; its id."""
    user_id = world.person(NAME, email=EMAIL)
    with write_transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(password_hash=hash_password(PASSWORD)))
    return user_id


def does_everything(world: World, use_cases: UseCases, her: int) -> dict[str, int]:
    """Everything somebody can do, and everything others may write about them; the events it happened in."""
    admin = world.actor(world.person("Orla", role=Role.ADMIN), Role.ADMIN)
    events = {
        "clay": world.event("Clay", starts_at=NOON + timedelta(hours=1)),
        "choir": world.event("Choir", starts_at=NOON + timedelta(hours=1)),
        "ahead": world.event("Next", starts_at=NOON + timedelta(days=9), capacity=1),
    }
    missed, there = (use_cases.enrolls(events[name], her) for name in ("clay", "choir"))
    waiting = use_cases.enrolls(events["ahead"], her)
    _answers_questions(world, events["ahead"], waiting.enrollment_id, her)
    use_cases.enrolls(events["ahead"], world.person("Ben Okafor"))
    helper = Actor(user_id=None, name="Quendolina", desk_name="Left", helper_event_id=events["choir"])
    tap = Tap(request_id="tap-of-her-helper", desk="Left", now=NOON + timedelta(hours=1))
    check_in(event_id=events["choir"], target=there.enrollment_id, crew=[helper], tap=tap)
    for name in ("clay", "choir"):
        use_cases.is_closed(events[name], OVER)
    override_status(
        enrollment_id=missed.enrollment_id,
        to_status=S.ATTENDED,
        actor=admin,
        now=OVER,
        expected_version=2,
        reason="Zebrafinch was there, says Quendolina; see qz.finch@rare.example",
    )
    answer(user_id=her, event_id=events["clay"], answer=Answer.ATTENDED, now=OVER)
    said = Feedback(5, "Quendolina Zebrafinch loved it")
    give_feedback(user_id=her, event_id=events["clay"], said=said, sharing=Sharing(False, True), now=OVER)
    choose_handle(user_id=her, text=HANDLE)
    request_reset(email=EMAIL, now=OVER)
    write_requested_resets(now=OVER)
    request_reset(email=EMAIL, now=OVER)
    begin_sign_in(user_id=her, user_agent="Zebrafinch's phone", real_now=OVER)
    relay_batch(now=OVER)
    with write_transaction() as session:
        _was_told(session, world, events, her)
        _was_online(session, events["clay"], her, admin.user_id)
    return events


def _answers_questions(world: World, event_id: int, enrollment_id: int, her: int) -> None:
    size, form = ask(event_id, SIZE, FORM)
    sent = says({size: [f"{NAME}, M"]}, {form: ("zebrafinch.pdf", PDF_FILE)})
    answer_own(enrollment_id=enrollment_id, sent=sent, actor=world.actor(her), now=NOON)


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
            dedupe_key="life",
            user_id=her,
            type=NotificationType.CONFIRMED,
            title="Hello Quendolina",
            text="Zebrafinch",
            created_at=NOON,
        )
    )
    session.execute(
        insert(Message).values(
            dedupe_key="life",
            kind="confirmed",
            user_id=her,
            recipient=EMAIL,
            subject="Hello Quendolina",
            body=f"Dear {NAME}",
            html=f"<p>{NAME}</p>",
            calendar=f"ATTENDEE:{EMAIL}",
            unsubscribe_url="https://turnout.example/u/quendo",
            details={"name": NAME},
            created_at=NOON,
            next_try_at=NOON,
            last_error=f"550 {EMAIL}: no such mailbox",
        )
    )


def _was_online(session, event_id: int, her: int, admin_id: int) -> None:
    session.execute(
        insert(MeetingSession).values(
            event_id=event_id,
            kind="event",
            title="Talk",
            room_name="session-1",
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=1),
            created_at=NOON,
        )
    )
    session.execute(insert(RoomGuest).values(room_name="session-1", identity="g-1", name=NAME, seen_at=NOON))
    session.execute(
        insert(IdentityMatch).values(
            event_id=event_id, identity="g-1", user_id=her, matched_by_id=admin_id, matched_at=NOON
        )
    )
    session.execute(
        insert(SessionMark).values(
            session_id=1,
            user_id=her,
            status="present",
            reason="Quendolina was on the phone",
            actor_id=admin_id,
            at=NOON,
        )
    )
    session.execute(
        insert(SessionReport).values(
            session_id=1,
            user_id=her,
            marked_status="present",
            marked_reason="Quendolina was on the phone",
            marked_by_id=admin_id,
            marked_at=NOON,
            is_automatic=False,
            fields={"notes": "Zebrafinch reads well", "pages": 3},
        )
    )
