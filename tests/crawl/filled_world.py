"""The demonstration's world with more of everything: lists of several pages, and rows in every state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select, update

from tests.support.databases.standing_apps import made
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import World
from webapp.config import Environment, Settings
from webapp.domain.event_days import local_date
from webapp.extensions import db
from webapp.jobs.tick import tick_in_process
from webapp.models import Event, EventPolicy, Facility, JobRun, Message, Notification, Organization, User
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

_EVENTS, _GUESTS, _LINES = 45, 70, 60
_RUNS = ("succeeded", "failed", "retrying", "running", "pending")


@contextmanager
def app_on(database_url: str, home: Path) -> Iterator[Flask]:
    """An app of the demo environment on that database."""
    app = made(
        Settings.for_tests(
            database_url=database_url, redis_url="unix:///nowhere", home=home, environment=Environment.DEMO
        )
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def live_on(database_url: str, home: Path) -> None:
    """What worker and scheduler would have done by now: mails, notifications, questions, closed events."""
    with app_on(database_url, home):
        for _ in range(2):
            tick_in_process()


def fill_world(database_url: str, home: Path, now: datetime) -> None:
    """More events, guests, runs, mails and notifications than a page holds."""
    now = now.replace(microsecond=0)
    with app_on(database_url, home) as app:
        organization = db.session.scalar(select(Organization.id).where(Organization.name == "Northside Makers"))
        facility = db.session.scalar(select(Facility.id).where(Facility.organization_id == organization).limit(1))
        ana = db.session.scalar(select(User.id).where(User.email == "ana@demo.test"))
        camp = db.session.scalars(select(Event).where(Event.title == "Harbour Code Camp")).one()
        world = World(app, now, organization, facility)
        day = local_date(now, camp.timezone)
        with write_transaction() as session:
            session.execute(update(EventPolicy).where(EventPolicy.event_id == camp.id).values(capacity=10 * _GUESTS))
        crowd = [Guest("checked_in", (day,)), Guest(), Guest("waitlisted"), Guest("cancelled"), Guest("pending")]
        fill(db.engine, camp.id, [crowd[number % len(crowd)] for number in range(_GUESTS)], at=now)
        _events(world, ana, now)
        with write_transaction() as session:
            session.execute(insert(JobRun), list(_runs(camp.id, now)))
            session.execute(insert(Message), list(_mails(ana, camp.id, now)))
            session.execute(insert(Notification), list(_notifications(ana, camp.id, now)))


def _events(world: World, user_id: int, now: datetime) -> None:
    """In every status; most of them with the person in it, or waiting."""
    for number in range(_EVENTS):
        status = ("draft", "cancelled", "completed")[number % 3] if number % 9 == 0 else "published"
        event_id = world.event(
            f"Open workshop number {number + 1}",
            slug=f"workshop-{number}",
            status=status,
            starts_at=now + timedelta(days=number + 1, hours=number % 5),
            capacity=1 + number % 4,
        )
        if status == "published":
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=now)


def _runs(event_id: int, now: datetime) -> Iterator[dict]:
    for number in range(_LINES):
        status = _RUNS[0] if number >= len(_RUNS) else _RUNS[number]
        at = now - timedelta(minutes=number)
        yield {
            "name": f"close-event{number if number < len(_RUNS) else ''}",
            "event_id": event_id,
            "status": status,
            "as_of_at": at,
            "created_at": at,
            "started_at": at,
            "counts": {"attended": number},
            "finished_at": at if status in {"succeeded", "failed"} else None,
            "by_hand": False,
            "attempt": 1,
            "error": "ValueError: <b>no such zone</b>" if status in {"failed", "retrying"} else None,
        }


def _mails(user_id: int, event_id: int, now: datetime) -> Iterator[dict]:
    for number in range(_LINES):
        yield {
            "dedupe_key": f"filled-{number}",
            "kind": "confirmed",
            "user_id": user_id,
            "event_id": event_id,
            "recipient": "ana@demo.test",
            "subject": f"Mail {number}",
            "body": "Hello",
            "details": {},
            "created_at": now,
            "attempts": number % 3,
            "next_try_at": now + timedelta(hours=1),
            "last_error": "550 no such <mailbox>" if number % 3 else None,
            "dead_at": now if number % 3 == 1 else None,
            "sent_at": now if number % 3 == 0 else None,
        }


def _notifications(user_id: int, event_id: int, now: datetime) -> Iterator[dict]:
    for number in range(_LINES):
        yield {
            "dedupe_key": f"filled-{number}",
            "user_id": user_id,
            "event_id": event_id,
            "type": "confirmed",
            "title": f"Line {number}",
            "text": "",
            "created_at": now,
        }
