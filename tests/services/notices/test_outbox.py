"""The relay: each domain event once, with the mail it causes, whoever relays and however often."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Trigger
from webapp.extensions import db
from webapp.models import CronJob, Message, Organization, OutboxEvent, User
from webapp.services.events.closure import close_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.relay import BATCH
from webapp.services.places.decision import decide_application
from webapp.services.places.enrollment import cancel, enroll

START = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("app_context")


def join(world: World, event_id: int, name: str = "Mira Sand", **person) -> int:
    user_id = world.person(name, **person)
    return enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON).enrollment_id


def mails(session) -> list[Message]:
    session.rollback()
    found = session.scalars(select(Message).order_by(Message.id).execution_options(populate_existing=True)).all()
    session.rollback()
    return list(found)


def kinds(session) -> list[str]:
    return [mail.kind for mail in mails(session)]


def test_a_confirmed_place_is_told_with_code_time_and_links(world, session):
    event_id = world.event("Clay & fire", slug="clay", starts_at=START)
    join(world, event_id, "Zoë O’Brien", email="zoe@post.example")

    assert relay_batch(now=NOON) == 1

    mail = mails(session)[0]
    assert (mail.kind, mail.recipient) == ("confirmed", "zoe@post.example")
    assert mail.subject == "You are enrolled: Clay & fire"
    assert "Hi Zoë," in mail.body
    assert "Thu 11 June, 14:00" in mail.body
    assert "http://127.0.0.1:8000/events/clay" in mail.body
    assert "&amp;" not in mail.body


@pytest.mark.parametrize(
    ("own", "of_organization", "subject"),
    [
        (None, "en_XA", "Ýööûû ååŕéé ééñŕööļļééð: Clay"),
        ("en", "en_XA", "You are enrolled: Clay"),
        ("en_XA", "en", "Ýööûû ååŕéé ééñŕööļļééð: Clay"),
        ("tlh", "en", "You are enrolled: Clay"),
    ],
)
def test_a_mail_is_in_the_language_of_its_reader_else_of_the_organization(
    world, session, own, of_organization, subject
):
    join(world, world.event("Clay", starts_at=START))
    session.execute(update(User).values(language=own))
    session.execute(update(Organization).values(language=of_organization))
    session.commit()

    relay_batch(now=NOON)

    assert mails(session)[0].subject == subject


def test_waiting_and_moving_up_are_told_with_the_position(world, session):
    event_id = world.event(capacity=1, starts_at=START)
    first = join(world, event_id)
    join(world, event_id)
    join(world, event_id)
    relay_batch(now=NOON)
    assert [mail.subject.split(":")[0] for mail in mails(session)] == [
        "You are enrolled",
        "You are on the waitlist (position 1)",
        "You are on the waitlist (position 2)",
    ]

    cancel(enrollment_id=first, actor=world.actor(1), by=Trigger.USER, now=NOON)
    relay_batch(now=NOON)

    assert [mail.subject.split(":")[0] for mail in mails(session)][3:] == ["You are in"]


def test_who_moved_up_before_the_mail_left_is_not_told_to_wait(world, session):
    event_id = world.event(capacity=1, starts_at=START)
    first = join(world, event_id)
    join(world, event_id)
    cancel(enrollment_id=first, actor=world.actor(1), by=Trigger.USER, now=NOON)

    relay_batch(now=NOON)

    # Nor is the first one told of a place that was given up meanwhile.
    assert kinds(session) == ["promoted"]


def test_only_other_peoples_cancellations_are_told(world, orla, session):
    event_id = world.event(starts_at=START)
    own, by_orla, _ = join(world, event_id), join(world, event_id), join(world, event_id)
    relay_batch(now=NOON)
    cancel(enrollment_id=own, actor=world.actor(1), by=Trigger.USER, now=NOON)
    cancel(enrollment_id=by_orla, actor=orla, by=Trigger.ORGANIZER, now=NOON, reason="Double booking")
    cancel_event(event_id=event_id, reason="The river is too high", actor=orla, now=NOON)

    relay_batch(now=NOON)

    later = mails(session)[3:]
    assert [mail.kind for mail in later] == ["cancelled", "called_off"]
    assert "Double booking" in later[0].body
    assert "The river is too high" in later[1].body


def test_a_rejection_is_told_and_a_request_is_not(world, orla, session):
    event_id = world.event(method="application", starts_at=START)
    enrollment_id = join(world, event_id)
    relay_batch(now=NOON)
    assert kinds(session) == []

    decide_application(enrollment_id=enrollment_id, approve=False, actor=orla, by=Trigger.ORGANIZER, now=NOON)
    relay_batch(now=NOON)

    assert kinds(session) == ["rejected"]


def test_who_attended_is_not_written_to_and_who_did_not_gets_the_reason_and_the_way_to_it(world, session):
    event_id = world.event(starts_at=START, timezone="UTC")
    ids = fill(db.engine, event_id, [Guest("checked_in", (date(2026, 6, 11),)), Guest()], at=NOON)
    close_event(event_id=event_id, now=START + timedelta(hours=3))

    assert relay_batch(now=START + timedelta(hours=3)) == 2

    mail = mails(session)[0]
    assert kinds(session) == ["no_show"]
    assert "You weren’t checked in." in mail.body
    assert f"/me/enrollments/{ids[1]}/why" in mail.body


def test_people_without_an_address_and_closed_accounts_get_none(world, session):
    event_id = world.event(starts_at=START)
    join(world, event_id, "No Address")
    join(world, event_id, "Gone")
    session.execute(update(User).where(User.name == "No Address").values(email=None))
    session.execute(update(User).where(User.name == "Gone").values(disabled_at=NOON))
    session.commit()

    assert relay_batch(now=NOON) == 2
    assert mails(session) == []


def test_relayed_twice_nothing_changes_the_second_time(world, session):
    join(world, world.event(starts_at=START))
    relay_batch(now=NOON)
    before = digest(session)

    assert relay_batch(now=NOON + timedelta(minutes=1)) == 0
    assert digest(session) == before


def test_an_event_that_was_ticked_off_by_nobody_is_not_mailed_twice(world, session):
    """As after a restored backup of one table: the mail is there, the event seems to wait."""
    join(world, world.event(starts_at=START))
    relay_batch(now=NOON)
    session.execute(update(OutboxEvent).values(dispatched_at=None))
    session.commit()

    assert relay_batch(now=NOON) == 1
    assert kinds(session) == ["confirmed"]


def test_a_mail_that_cannot_be_written_leaves_its_event_waiting(app, world, session):
    join(world, world.event(starts_at=START))
    loader, app.jinja_env.loader = app.jinja_env.loader, None
    app.jinja_env.cache.clear()
    with pytest.raises(TypeError):
        relay_batch(now=NOON)
    app.jinja_env.loader = loader

    assert mails(session) == []
    assert relay_batch(now=NOON) == 1


def test_two_relays_at_once_hand_each_event_over_once(app, world, session):
    event_id = world.event(starts_at=START)
    for _ in range(30):
        join(world, event_id)
    handed, start = [], threading.Barrier(2)

    def relay() -> None:
        with app.app_context():
            start.wait(10)
            handed.append(relay_batch(now=NOON))

    threads = [threading.Thread(target=relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sum(handed) == 30
    assert Counter(mail.recipient for mail in mails(session)).most_common(1)[0][1] == 1
    assert len(mails(session)) == 30


def test_a_full_batch_takes_as_many_statements_as_a_small_one(app, world, session):
    event_id = world.event(starts_at=START)
    fill(db.engine, event_id, [Guest()] * (BATCH + 5), at=NOON)
    session.execute(update(OutboxEvent).values(dispatched_at=None))
    session.commit()

    counts = []
    for _ in range(2):
        with counted_statements(app) as statements:
            relay_batch(now=NOON)
        counts.append(len([one for one in statements if not one.startswith("INSERT INTO messages")]))

    assert counts[0] == counts[1]
    assert session.scalar(select(func.count()).select_from(Message)) == BATCH + 5


def test_the_schedule_knows_when_something_was_handed_over(world, session):
    session.add(CronJob(uuid="1", name="relay-outbox", schedule="tick", next_run_at=NOON))
    session.commit()
    join(world, world.event(starts_at=START))

    relay_batch(now=NOON)

    assert session.scalar(select(CronJob.last_run_at)) == NOON
