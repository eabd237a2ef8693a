"""A world whose jobs run in real processes on a real Redis."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import World
from webapp import clock
from webapp.extensions import db
from webapp.models import ClassOutboxEvent, Enrollment, Event, JobRun, OutboxEvent


@pytest.fixture
def world(app: Flask) -> World:
    return World(app, now=clock.real_now())


@pytest.fixture
def over(app: Flask, world: World) -> Callable[..., int]:
    """A function that makes an event of yesterday with so many guests, every other of whom was there."""

    def make(people: int, title: str = "Over") -> int:
        start = clock.real_now() - timedelta(days=1)
        event_id = world.event(title, starts_at=start, timezone="UTC")
        guests = [Guest("checked_in", (start.date(),)), Guest()] * (people // 2)
        with app.app_context():
            fill(db.engine, event_id, guests, at=start - timedelta(days=7))
        return event_id

    return make


def outcomes(session: Session, event_id: int) -> dict[str, int]:
    """People by status."""
    session.rollback()
    rows = session.execute(
        select(Enrollment.status, func.count()).where(Enrollment.event_id == event_id).group_by(Enrollment.status)
    )
    counts = dict(rows.all())
    session.rollback()
    return counts


def is_closed(session: Session, event_id: int) -> bool:
    session.rollback()
    closed = session.scalar(select(Event.status).where(Event.id == event_id)) == "completed"
    session.rollback()
    return closed


def runs(session: Session, name: str = "close-event") -> list[JobRun]:
    """Runs of that job, oldest first, as they are now."""
    session.rollback()
    found = session.scalars(
        select(JobRun).where(JobRun.name == name).order_by(JobRun.id).execution_options(populate_existing=True)
    ).all()
    session.rollback()
    return list(found)


def undispatched(session: Session) -> int:
    session.rollback()
    waiting = select(func.count()).where(OutboxEvent.dispatched_at.is_(None))
    waiting_of_classes = select(func.count()).where(ClassOutboxEvent.dispatched_at.is_(None))
    count = (session.scalar(waiting) or 0) + (session.scalar(waiting_of_classes) or 0)
    session.rollback()
    return count
