"""The reminder the day before: once per person and day, for who has a place, and what they may answer."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.notices.notice import Frequency
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, Event, Message, Notification, User
from webapp.services.asking.notification_preference import set_frequency
from webapp.services.notices.reminder import CHUNK, say_coming, send_reminders
from webapp.services.places.enrollment import cancel, enroll

START = NOON + timedelta(days=3)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


def join(world: World, event_id: int, now: datetime = NOON, **person) -> tuple[int, int]:
    user_id = world.person(**person)
    placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=now)
    return user_id, placed.enrollment_id


def lines(session, **which) -> list[Notification]:
    session.rollback()
    found = session.scalars(select(Notification).filter_by(type="reminder", **which).order_by(Notification.id)).all()
    session.rollback()
    return list(found)


def mails(session) -> list[Message]:
    session.rollback()
    found = session.scalars(select(Message).where(Message.kind == "reminder").order_by(Message.id)).all()
    session.rollback()
    return list(found)


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    ("before", "reminded"),
    [(DAY + MINUTE, 0), (DAY, 1), (2 * HOUR, 1), (HOUR + MINUTE, 1), (HOUR, 0), (-HOUR, 0)],
)
def test_a_reminder_is_due_from_a_day_until_an_hour_before_the_start(world, before, reminded):
    join(world, world.event(starts_at=START))

    assert send_reminders(now=START - before) == {"reminders": reminded}


@pytest.mark.only_db("sqlite")
def test_it_says_when_and_where_with_the_code_and_both_links(world, session):
    event_id = world.event("Clay & fire", slug="clay", starts_at=START, timezone="Europe/Berlin")
    join(world, event_id, name="Zoë", email="zoe@post.example")
    send_reminders(now=START - DAY)

    mail = mails(session)[0]
    assert mail.subject == "See you tomorrow at 14:00: Clay & fire"
    assert mail.body.count("/reminders/") == 2
    assert "?wish=give-up" in mail.body
    assert "Clay &amp; fire" in mail.html
    assert lines(session)[0].enrollment_id == session.scalar(select(Enrollment.id))


def test_run_twice_or_hours_late_everybody_has_one(world, session):
    event_id = world.event(starts_at=START)
    for _ in range(3):
        join(world, event_id)
    assert send_reminders(now=START - 5 * HOUR) == {"reminders": 3}
    before = digest(session)

    assert send_reminders(now=START - 4 * HOUR) == {"reminders": 0}
    assert digest(session) == before


def test_two_at_once_remind_everybody_once(app, world, session):
    event_id = world.event(starts_at=START, capacity=200)
    fill(db.engine, event_id, [Guest()] * 60, at=NOON)
    start, done = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            start.wait(10)
            done.append(send_reminders(now=START - DAY)["reminders"])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(done) == 60
    assert Counter(mail.recipient for mail in mails(session)).most_common(1)[0][1] == 1
    assert len(mails(session)) == len(lines(session)) == 60


@pytest.mark.only_db("sqlite")
def test_only_who_has_a_place_and_was_not_told_within_the_day_is_reminded(world, session):
    event_id = world.event(starts_at=START, capacity=1)
    first, enrollment_id = join(world, event_id)
    join(world, event_id)
    late = START - DAY + MINUTE
    cancel(enrollment_id=enrollment_id, actor=world.actor(first), by=Trigger.USER, now=late)

    # The one gave up; the other moved up a moment ago and was told so.
    assert send_reminders(now=late + HOUR) == {"reminders": 0}


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("gone", [{"disabled_at": NOON}, {"anonymized_at": NOON}, {"email": None}])
def test_who_cannot_be_written_to_is_not_reminded(world, session, gone):
    user_id, _ = join(world, world.event(starts_at=START))
    session.execute(update(User).where(User.id == user_id).values(gone))
    session.commit()

    assert send_reminders(now=START - DAY) == {"reminders": 0}


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    "gone", [{"status": "cancelled"}, {"status": "draft"}, {"status": "draft", "deleted_at": NOON}]
)
def test_an_event_that_does_not_take_place_reminds_nobody(world, session, gone):
    event_id = world.event(starts_at=START)
    join(world, event_id)
    session.execute(update(Event).where(Event.id == event_id).values(gone))
    session.commit()

    assert send_reminders(now=START - DAY) == {"reminders": 0}


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    ("frequency", "on_the_page", "by_mail"),
    [(Frequency.ALL, 1, 1), (Frequency.IMPORTANT, 1, 0), (Frequency.NONE, 0, 0)],
)
def test_how_much_somebody_wants_to_hear_decides_where(world, session, frequency, on_the_page, by_mail):
    user_id, _ = join(world, world.event(starts_at=START))
    set_frequency(user_id=user_id, organization_id=world.organization_id, frequency=frequency, now=NOON)

    send_reminders(now=START - DAY)

    assert (len(lines(session)), len(mails(session))) == (on_the_page, by_mail)


@pytest.mark.parametrize(("later", "reminders"), [(2 * HOUR, 1), (DAY, 2)])
def test_a_new_reminder_comes_only_where_the_event_was_moved_to_another_day(world, session, later, reminders):
    event_id = world.event(starts_at=START, timezone="UTC")
    join(world, event_id)
    send_reminders(now=START - DAY)
    moved = START + later
    session.execute(update(Event).where(Event.id == event_id).values(starts_at=moved, effective_end_at=moved + HOUR))
    session.commit()

    send_reminders(now=moved - 20 * HOUR)

    assert len(lines(session)) == len(mails(session)) == reminders


@pytest.mark.only_db("sqlite")
def test_the_day_is_the_events_own(world, session):
    """In Auckland the start moves from one date to the next, in UTC it does not."""
    start = datetime(2026, 6, 13, 11, 30, tzinfo=UTC)
    event_id = world.event(starts_at=start, timezone="Pacific/Auckland")
    join(world, event_id)
    send_reminders(now=start - DAY)
    moved = start + HOUR
    session.execute(update(Event).where(Event.id == event_id).values(starts_at=moved, effective_end_at=moved + HOUR))
    session.commit()

    assert send_reminders(now=moved - 20 * HOUR) == {"reminders": 1}


@pytest.mark.only_db("sqlite")
def test_a_place_that_cannot_be_given_up_any_more_says_whom_to_write_to(world, session):
    join(world, world.event(starts_at=START, cancellation_deadline_hours=48))
    send_reminders(now=START - DAY)

    assert "wish=give-up" not in mails(session)[0].body
    assert "write to Northside Makers" in mails(session)[0].body


def test_coming_is_kept_once_and_changes_nothing_else(world, session):
    user_id, enrollment_id = join(world, world.event(starts_at=START))
    send_reminders(now=START - DAY)
    line = lines(session)[0]
    before = session.execute(select(Enrollment.__table__)).all()

    say_coming(notification_id=line.id, user_id=user_id, now=START - 20 * HOUR)

    with pytest.raises(Refused) as refused:
        say_coming(notification_id=line.id, user_id=user_id, now=START - 19 * HOUR)
    assert refused.value.code == "already_said_coming"
    session.rollback()
    session.refresh(line)
    assert (line.responded_at, line.read_at) == (START - 20 * HOUR, START - 20 * HOUR)
    assert session.execute(select(Enrollment.__table__)).all() == before


def test_who_gave_up_or_is_somebody_else_cannot_say_that_they_come(world, session):
    user_id, enrollment_id = join(world, world.event(starts_at=START))
    send_reminders(now=START - DAY)
    line = lines(session)[0]
    cancel(enrollment_id=enrollment_id, actor=world.actor(user_id), by=Trigger.USER, now=START - 20 * HOUR)
    stranger = world.person()
    before = digest(session)

    codes = []
    for who in (user_id, stranger):
        with pytest.raises(Refused) as refused:
            say_coming(notification_id=line.id, user_id=who, now=START - 19 * HOUR)
        codes.append(refused.value.code)
    assert codes == ["place_gone", "not_found"]
    assert digest(session) == before


def test_a_chunk_costs_as_many_statements_as_one_person(app, world, session):
    counts = []
    for people in (1, CHUNK):
        event_id = world.event(starts_at=START, capacity=None)
        fill(db.engine, event_id, [Guest()] * people, at=NOON)
        with counted_statements(app) as statements:
            send_reminders(now=START - DAY)
        counts.append(len([one for one in statements if not one.startswith("INSERT INTO")]))
        session.execute(update(Event).where(Event.id == event_id).values(status="draft"))
        session.commit()
    assert counts[0] == counts[1]
