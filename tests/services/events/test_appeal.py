"""I was there: said once, answered once, told once; a yes is an override in the same transaction."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import World
from webapp.adapters.answer_files import checked_file
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.events.month_figures import Figure, last_months
from webapp.domain.permission import Actor, Reach, Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import (
    Appeal,
    AppealNote,
    AppealPicture,
    Enrollment,
    EnrollmentTransition,
    Event,
    Message,
    Notification,
)
from webapp.queries.audit import broken_invariants
from webapp.queries.events.event_numbers import event_numbers
from webapp.queries.events.export import enrollment_rows
from webapp.queries.events.month_figures import csv_lines, event_months
from webapp.queries.events.reopening import what_reopening_does
from webapp.services.events.appeal import Statement, file_appeal, withdraw_appeal
from webapp.services.events.appeal_decision import decide_appeal, delete_old_pictures, lapse_appeals, note_appeal
from webapp.services.events.closure import close_event
from webapp.services.events.event_deletion import delete_event
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.events.reopening import reopen_event
from webapp.services.notices.outbox import relay_batch

START = datetime(2026, 6, 20, 16, tzinfo=UTC)
END = START + timedelta(hours=2)
CLOSED = END + timedelta(minutes=15)
LATER = CLOSED + timedelta(hours=1)
FILED_UNTIL, DECIDED_UNTIL = END + timedelta(hours=336), END + timedelta(hours=672)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def iris(world):
    world.organization()
    return world.actor(world.person("Iris", role=Role.ADMIN))


@pytest.fixture
def missed(world, iris, session):
    """A full event that was closed: two did not come. The event, the places of both, and the first of them."""
    event_id = world.event("Clay", starts_at=START, ends_at=END, capacity=3)
    ids = fill(db.engine, event_id, [Guest(), Guest(), Guest("checked_in", (START.date(),))], at=START)
    close_event(event_id=event_id, now=CLOSED)
    relay_batch(now=CLOSED)
    user_id = session.scalar(select(Enrollment.user_id).where(Enrollment.id == ids[0]))
    session.rollback()
    return event_id, ids, world.actor(user_id)


def png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    return file.getvalue()


def says(missed, words="I sat at the left", now=LATER, **more) -> int:
    _, ids, ana = missed
    return file_appeal(enrollment_id=ids[0], said=Statement(words, **more), actor=ana, now=now)


def decides(appeal_id, actor, *, grants=True, answer="The left door was offline", now=LATER, by=Trigger.ADMIN):
    decide_appeal(appeal_id=appeal_id, grants=grants, answer=answer, actor=actor, by=by, now=now)


def row(session, appeal_id):
    session.rollback()
    found = session.execute(select(Appeal.__table__).where(Appeal.id == appeal_id)).one()
    session.rollback()
    return found


def told(session, user_id) -> list[str]:
    session.rollback()
    lines = session.scalars(select(Notification.type).where(Notification.user_id == user_id).order_by(Notification.id))
    mails = session.scalars(select(Message.kind).where(Message.user_id == user_id).order_by(Message.id))
    found = [list(lines), list(mails)]
    session.rollback()
    assert found[0] == found[1]
    return found[0]


def status_of(session, enrollment_id) -> str:
    session.rollback()
    found = session.scalar(select(Enrollment.status).where(Enrollment.id == enrollment_id))
    session.rollback()
    return found


def wrong(now) -> set[str]:
    return {one.invariant for one in broken_invariants(now)}


def test_a_yes_is_an_override_with_its_reason_and_told_once(session, iris, missed):
    event_id, ids, ana = missed
    known = wrong(LATER)
    appeal_id = says(missed, picture=checked_file("me.png", png()), came_at=START + timedelta(minutes=9))
    # Sent twice it is one.
    assert says(missed, "Again") == appeal_id
    assert wrong(LATER) <= known

    decides(appeal_id, iris)
    before = digest(session)
    decides(appeal_id, iris)
    assert digest(session) == before
    found = row(session, appeal_id)
    assert (found.outcome, found.decided_by_id, found.settled_version) == ("granted", iris.user_id, 3)
    trail = EnrollmentTransition
    of_last = select(trail.kind, trail.to_status, trail.reason).where(trail.enrollment_id == ids[0], trail.version == 3)
    assert tuple(session.execute(of_last).one()) == ("override", "attended", "The left door was offline")
    session.rollback()
    assert relay_batch(now=LATER) == 1
    assert told(session, ana.user_id)[-1] == "appeal_granted"
    assert told(session, ana.user_id).count("corrected") == 0
    mail = session.scalars(select(Message.body).where(Message.kind == "appeal_granted")).one()
    session.rollback()
    assert "The left door was offline" in mail
    assert "Your history now says that you attended 1 of 1 events" in mail
    assert broken(session, event_id) == []
    assert wrong(LATER) <= known

    # Withdrawn later, there is no second appeal: this one was answered.
    withdraw_override(
        enrollment_id=ids[0], reason="A namesake", actor=iris, now=LATER, expected_version=found.settled_version
    )
    assert wrong(LATER) <= known
    with pytest.raises(Refused, match="appeal_answered"):
        says(missed)


def test_a_no_says_why_and_changes_nothing(session, iris, missed):
    _, ids, ana = missed
    appeal_id = says(missed)
    with pytest.raises(Refused, match="text_missing"):
        decides(appeal_id, iris, grants=False, answer=" ")
    decides(appeal_id, iris, grants=False, answer="We checked both doors")
    assert status_of(session, ids[0]) == S.NO_SHOW
    relay_batch(now=LATER)
    assert told(session, ana.user_id)[-1] == "appeal_declined"
    # Whoever decides second is told that it is over, whatever they say.
    for grants in (True, False):
        with pytest.raises(Refused, match="appeal_over"):
            decides(appeal_id, iris, grants=grants, answer="Another one")
    with pytest.raises(Refused, match="appeal_over"):
        withdraw_appeal(enrollment_id=ids[0], actor=ana, now=LATER)


def test_without_an_answer_it_lapses_at_its_time_and_the_outcome_stands(session, iris, missed):
    _, ids, ana = missed
    known = wrong(LATER)
    with pytest.raises(Refused, match="appeal_too_late"):
        says(missed, now=FILED_UNTIL)
    appeal_id = says(missed, now=FILED_UNTIL - timedelta(seconds=1))
    assert lapse_appeals(now=DECIDED_UNTIL - timedelta(seconds=1), most=9) == 0
    # It is over by the clock, before a job ran.
    with pytest.raises(Refused, match="appeal_over"):
        decides(appeal_id, iris, now=DECIDED_UNTIL)
    assert wrong(DECIDED_UNTIL) <= known
    assert [lapse_appeals(now=DECIDED_UNTIL, most=9) for _ in range(2)] == [1, 0]
    relay_batch(now=DECIDED_UNTIL)
    assert told(session, ana.user_id)[-1] == "appeal_lapsed"
    assert (row(session, appeal_id).outcome, status_of(session, ids[0])) == ("lapsed", S.NO_SHOW)
    assert wrong(DECIDED_UNTIL) <= known


def test_what_was_withdrawn_is_deleted_and_can_be_said_again(session, missed):
    _, ids, ana = missed
    first = says(missed, picture=checked_file("me.png", png()))
    for _ in range(2):
        withdraw_appeal(enrollment_id=ids[0], actor=ana, now=LATER)
    assert (row(session, first).outcome, row(session, first).words) == ("withdrawn", "")
    assert session.scalar(select(func.count()).select_from(AppealPicture)) == 0
    session.rollback()
    assert says(missed) != first


def test_a_change_in_another_way_answers_it(world, session, iris, missed):
    event_id, ids, ana = missed
    appeal_id = says(missed)
    override_status(
        enrollment_id=ids[0], to_status=S.ATTENDED, reason="Seen", actor=iris, now=LATER, expected_version=2
    )
    assert row(session, appeal_id).outcome == "overtaken"
    told_of = session.scalars(select(Message.body).where(Message.kind == "corrected")).one()
    session.rollback()
    assert "This also answers what you sent about it." in told_of
    withdraw_override(enrollment_id=ids[0], reason="A namesake", actor=iris, now=LATER, expected_version=3)
    again = says(missed)

    # An event that is opened again takes the outcome back, and the appeal with it.
    other = world.event("Ink", starts_at=START, ends_at=END, capacity=3)
    (place,) = fill(db.engine, other, [Guest()], at=START)
    close_event(event_id=other, now=CLOSED)
    owner = world.actor(session.scalar(select(Enrollment.user_id).where(Enrollment.id == place)))
    session.rollback()
    third = file_appeal(enrollment_id=place, said=Statement(), actor=owner, now=LATER)
    version = session.scalar(select(Event.version).where(Event.id == other))
    seen = what_reopening_does(session, other).key
    session.rollback()
    reopen_event(
        event_id=other, ends_at=LATER + timedelta(hours=1), reason="It runs on", actor=iris, now=LATER,
        expected_version=version, seen=seen,
    )  # fmt: skip
    assert row(session, third).outcome == "overtaken"
    with pytest.raises(Refused, match="appeal_not_no_show"):
        file_appeal(enrollment_id=place, said=Statement(), actor=owner, now=LATER)

    delete_event(event_id=event_id, typed_title="Clay", actor=iris, now=LATER)
    assert row(session, again).outcome == "overtaken"
    assert lapse_appeals(now=DECIDED_UNTIL, most=9) == 0


def test_only_the_person_says_it_and_pictures_go_ninety_days_after_the_answer(session, world, iris, missed):
    _, ids, _ = missed
    with pytest.raises(Refused, match="not_found"):
        file_appeal(enrollment_id=ids[0], said=Statement(), actor=iris, now=LATER)
    with pytest.raises(Refused, match="not_found"):
        decides(99, iris)
    appeal_id = says(missed, picture=checked_file("me.png", png()))
    assert delete_old_pictures(now=DECIDED_UNTIL) == {"pictures": 0}
    orla = world.actor(world.person("Orla", role=Role.ORGANIZER))
    for _ in range(2):
        note_appeal(appeal_id=appeal_id, text="I saw her", actor=orla, now=LATER)
    assert session.scalar(select(func.count()).select_from(AppealNote)) == 1
    session.rollback()
    decides(appeal_id, iris)
    with pytest.raises(Refused, match="appeal_over"):
        note_appeal(appeal_id=appeal_id, text="Late", actor=orla, now=LATER)
    assert delete_old_pictures(now=LATER + timedelta(days=90) - timedelta(seconds=1)) == {"pictures": 0}
    assert delete_old_pictures(now=LATER + timedelta(days=90)) == {"pictures": 1}


def test_appeals_are_counted_where_outcomes_are(session, iris, missed):
    event_id, ids, ana = missed
    decides(says(missed), iris)
    other = world_actor(session, ids[1])
    file_appeal(enrollment_id=ids[1], said=Statement(), actor=other, now=LATER)
    withdraw_appeal(enrollment_id=ids[1], actor=other, now=LATER)
    file_appeal(enrollment_id=ids[1], said=Statement(), actor=other, now=LATER)
    numbers = event_numbers(event_id, START.date())
    assert (numbers.filed, numbers.appeals[AppealOutcome.GRANTED], numbers.appeals[AppealOutcome.OPEN]) == (2, 1, 1)

    own = session.scalar(select(Event.organization_id).where(Event.id == event_id))
    session.rollback()
    months = last_months(LATER, "Europe/Berlin")
    figures = event_months(Reach(organizations=frozenset({own})), months, now=LATER)
    assert (figures[-1].appeals, figures[-1].granted, figures[-1].no_show, figures[0].appeals) == (2, 1, 1, 0)
    lines = list(csv_lines(Figure.NO_SHOWS, months, figures))
    cells = [line.strip("\ufeff\r\n").replace('"', "") for line in (lines[0], lines[-1])]
    assert cells == ["month,number,of,percent,appeals,granted,declined,lapsed", "2026-06,1,3,33.3,2,1,0,0"]
    assert "appeals" not in next(csv_lines(Figure.SHOW, months, figures))
    rows = {one["id"]: one["appeal"] for one in enrollment_rows(event_id)}
    assert [rows[one] for one in ids] == ["granted", "open", None]


def world_actor(session, enrollment_id) -> Actor:
    user_id = session.scalar(select(Enrollment.user_id).where(Enrollment.id == enrollment_id))
    session.rollback()
    return Actor(user_id=user_id, name="Ben")
