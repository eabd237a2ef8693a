"""A person with a rare name who did everything the product offers, and who asks to go."""

from datetime import timedelta

from sqlalchemy import String, case, cast, func, insert, select, update

from tests.support.story import Story
from tests.support.world import NOON, World
from webapp.adapters.passwords import hash_password
from webapp.domain.attendance_response import Answer, Feedback
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.notice import NotificationType
from webapp.domain.permission import Actor, Role
from webapp.domain.privacy import Sharing
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
from webapp.services.asking.attendance_response import answer, give_feedback
from webapp.services.desk.check_in import Tap, check_in
from webapp.services.events.override import override_status
from webapp.services.notices.outbox import relay_batch
from webapp.services.people.account import request_reset
from webapp.services.people.account_deletion import delete_account
from webapp.services.people.privacy import choose_handle
from webapp.services.people.sign_in import begin_sign_in
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
