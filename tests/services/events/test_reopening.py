"""Closed too early: what closing wrote goes back, what people decided since stays, and it closes anew."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.editing import edit
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import World
from webapp.domain.events.reopening import LONGEST_EXTENSION, REOPEN_WINDOW, Reopened
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event, EventPolicy, Message, Notification
from webapp.queries.audit import broken_invariants
from webapp.queries.events.closure import due_event_ids
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status
from webapp.services.events.reopening import reopen_event
from webapp.services.notices.outbox import relay_batch

START = datetime(2026, 6, 20, 16, tzinfo=UTC)
END = START + timedelta(hours=2)
CLOSED = END + timedelta(minutes=15)
NEW_END = CLOSED + timedelta(hours=2)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def iris(world):
    world.organization()
    return world.actor(world.person("Iris", role=Role.ADMIN))


@pytest.fixture
def closed(world, iris):
    """Two came and two did not, one of whom an admin corrected since. The event, and their enrollments."""
    event_id = world.event("Clay", starts_at=START, ends_at=END, capacity=4)
    here = Guest("checked_in", (START.date(),))
    ids = fill(db.engine, event_id, [here, here, Guest(), Guest()], at=START - timedelta(days=3))
    close_event(event_id=event_id, now=CLOSED)
    override_status(
        enrollment_id=ids[3], to_status=S.ATTENDED, reason="She was there", actor=iris, now=CLOSED, expected_version=2
    )
    return event_id, ids


def reopen(session, event_id, actor, *, now=CLOSED, ends_at=NEW_END, reason="It runs on", seen=None) -> Reopened:
    session.rollback()
    version = session.scalar(select(Event.version).where(Event.id == event_id))
    key = what_reopening_does(session, event_id).key if seen is None else seen
    session.rollback()
    return reopen_event(
        event_id=event_id, ends_at=ends_at, reason=reason, actor=actor, now=now, expected_version=version, seen=key
    )


def people(session, ids) -> list[tuple]:
    session.rollback()
    columns = (Enrollment.status, Enrollment.attended_at, Enrollment.no_show_at)
    rows = {row.id: tuple(row[1:]) for row in session.execute(select(Enrollment.id, *columns))}
    session.rollback()
    return [rows[one] for one in ids]


def wrong(now) -> set[str]:
    """What the audit finds; a crowd that was filled in has no beginning in the trail."""
    return {one.invariant for one in broken_invariants(now)}


def test_outcomes_of_the_closing_go_back_and_it_closes_anew(session, iris, closed):
    event_id, ids = closed
    known = wrong(CLOSED)
    assert reopen(session, event_id, iris) == Reopened(attended=2, no_show=1, kept=1)
    assert [row[0] for row in people(session, ids)] == [
        "checked_in",
        "checked_in",
        "confirmed",
        "attended",
    ]
    assert people(session, ids)[:3] == [("checked_in", None, None)] * 2 + [("confirmed", None, None)]
    assert standing(session, event_id).taken == 4
    event = session.get_one(Event, event_id, populate_existing=True)
    assert (event.status, event.completed_at, event.ends_at, event.effective_end_at) == (
        "published", None, NEW_END, NEW_END,
    )  # fmt: skip
    assert broken(session, event_id) == []
    assert wrong(NEW_END) <= known

    # Not due before the new end; then decided once more, and what an admin said stays.
    close_event(event_id=event_id, now=NEW_END)
    assert people(session, ids)[2][0] == "confirmed"
    close_event(event_id=event_id, now=NEW_END + timedelta(minutes=15))
    assert [row[0] for row in people(session, ids)] == ["attended", "attended", "no_show", "attended"]
    session.rollback()
    trail = select(EnrollmentTransition.kind, EnrollmentTransition.to_status, EnrollmentTransition.reason)
    of_one = session.execute(
        trail.where(EnrollmentTransition.enrollment_id == ids[2]).order_by(EnrollmentTransition.id)
    )
    assert [tuple(row) for row in of_one][1:] == [
        ("move", "no_show", "Never checked in"),
        ("reopening", "confirmed", "It runs on"),
        ("move", "no_show", "Never checked in"),
    ]
    assert broken(session, event_id) == []
    assert wrong(NEW_END + timedelta(hours=1)) <= known


def test_only_who_was_told_hears_that_it_counts_no_longer(session, iris, closed):
    event_id, ids = closed
    missed = session.scalar(select(Enrollment.user_id).where(Enrollment.id == ids[2]))
    session.rollback()
    relay_batch(now=CLOSED)
    reopen(session, event_id, iris)
    relay_batch(now=CLOSED)
    session.rollback()
    taken_back = select(Notification.user_id, Notification.text).where(Notification.type == "outcome_taken_back")
    assert session.execute(taken_back).all() == [(missed, "It runs on")]
    (mail,) = session.scalars(select(Message).where(Message.kind == "outcome_taken_back"))
    assert "It runs on" in mail.body
    session.rollback()


def test_who_was_not_told_yet_is_told_nothing(session, iris, closed):
    event_id, _ = closed
    reopen(session, event_id, iris)
    while relay_batch(now=CLOSED):
        pass
    session.rollback()
    told = select(Notification.type).where(Notification.type.in_(("no_show", "outcome_taken_back")))
    assert session.scalars(told).all() == []
    session.rollback()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " "}, "reason_required"),
        ({"now": CLOSED + REOPEN_WINDOW, "ends_at": CLOSED + REOPEN_WINDOW + timedelta(hours=1)}, "reopening_over"),
        ({"ends_at": CLOSED}, "new_end_out_of_range"),
        ({"ends_at": CLOSED + LONGEST_EXTENSION + timedelta(seconds=1)}, "new_end_out_of_range"),
        ({"seen": "2.2.0.0"}, "consequences_unseen"),
    ],
)
def test_what_is_refused_changes_nothing(session, iris, closed, changes, code):
    before = digest(session)
    with pytest.raises(Refused, match=code):
        reopen(session, closed[0], iris, **changes)
    assert digest(session) == before


def test_twice_is_once_and_an_open_event_is_not_reopened(session, iris, closed):
    event_id, _ = closed
    reopen(session, event_id, iris)
    before = digest(session)
    with pytest.raises(Refused, match="event_not_closed"):
        reopen(session, event_id, iris)
    assert digest(session) == before


def test_seats_given_beyond_the_capacity_are_theirs_again(world, iris, session):
    event_id = world.event("Clay", starts_at=START, ends_at=END, capacity=3)
    ids = fill(db.engine, event_id, [Guest(), Guest(), Guest()], at=START - timedelta(days=3))
    session.execute(update(Enrollment).where(Enrollment.id == ids[2]).values(over_capacity=True))
    session.execute(update(EventPolicy).where(EventPolicy.event_id == event_id).values(capacity=2, seats_over=1))
    session.commit()
    close_event(event_id=event_id, now=CLOSED)
    reopen(session, event_id, iris)
    assert standing(session, event_id).taken == 3
    assert broken(session, event_id) == []


def test_closing_waits_for_the_minutes_that_the_form_adds(world, session, iris):
    event_id = world.event("Clay", starts_at=START, ends_at=END, capacity=4)
    fill(db.engine, event_id, [Guest()], at=START - timedelta(days=3))
    edit(session, event_id, now=START, closing_delay_minutes=30)
    assert due_event_ids(END + timedelta(minutes=30)) == []
    close_event(event_id=event_id, now=END + timedelta(minutes=30))
    assert standing(session, event_id).statuses == {"confirmed": 1}
    late = END + timedelta(minutes=30, seconds=1)
    assert due_event_ids(late) == [event_id]
    close_event(event_id=event_id, now=late)
    assert standing(session, event_id).statuses == {"no_show": 1}

    # Opened again it waits as long after the new end.
    reopen(session, event_id, iris, now=late, ends_at=NEW_END)
    assert due_event_ids(NEW_END + timedelta(minutes=30)) == []
    assert due_event_ids(NEW_END + timedelta(minutes=31)) == [event_id]


@pytest.mark.parametrize(("requirement", "code"), [("any_day", None), ("all_days", "new_end_adds_day")])
def test_an_end_after_midnight_asks_no_more_of_anybody(world, session, iris, requirement, code):
    event_id = world.event("Clay", starts_at=START, ends_at=END, attendance_requirement=requirement)
    ids = fill(db.engine, event_id, [Guest("checked_in", (START.date(),))], at=START - timedelta(days=3))
    close_event(event_id=event_id, now=CLOSED)
    after_midnight = START + timedelta(hours=7)
    if code:
        with pytest.raises(Refused, match=code):
            reopen(session, event_id, iris, ends_at=after_midnight)
    else:
        reopen(session, event_id, iris, ends_at=after_midnight)
        close_event(event_id=event_id, now=after_midnight + timedelta(minutes=15))
    assert people(session, ids)[0][0] == "attended"
