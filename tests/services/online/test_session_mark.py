"""Staff's marks: they win with a reason, survive, and leave a trail of their own."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.support.worlds.online.online_event import (
    END,
    LATER,
    MINUTE,
    SOON,
    START,
    OnlineEvent,
    calculate,
    report,
    statuses,
)
from tests.support.worlds.rows import broken, digest
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, SessionMark
from webapp.services.events.closure import close_event
from webapp.services.online.session_mark import mark_presence, save_report_fields, withdraw_mark

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


@pytest.fixture
def orla(online_event) -> Actor:
    return online_event.world.actor(online_event.world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)


def mark(online_event, orla, at=0, status=StaffMark.PRESENT, reason="Was on the phone", now=SOON, **more):
    facts = {"request_id": f"mark-{at}-{status}-{now:%H%M%S}", **more}
    return mark_presence(
        session_id=online_event.session_id,
        user_id=online_event.people[at],
        status=status,
        reason=reason,
        actor=orla,
        now=now,
        **facts,
    )


def withdraw(online_event, orla, at=0, reason="Somebody else", now=SOON, **more):
    facts = {"request_id": f"back-{at}-{now:%H%M%S}", **more}
    return withdraw_mark(
        session_id=online_event.session_id, user_id=online_event.people[at], reason=reason, actor=orla, now=now, **facts
    )


def trail(session) -> list[tuple]:
    session.rollback()
    rows = session.execute(select(SessionMark.user_id, SessionMark.status, SessionMark.reason).order_by(SessionMark.id))
    return [tuple(row) for row in rows]


def code_of(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_a_mark_wins_and_survives_every_calculation(online_event, orla, session):
    ana = online_event.people[0]
    calculate()
    mark(online_event, orla, status=StaffMark.ABSENT_EXCUSED, reason="Was ill")
    online_event.stays(0, 0, 60)
    calculate(SOON + 5 * MINUTE)

    line = report(session, online_event.session_id, ana)
    assert (line.status, line.minutes) == ("present", 60)
    assert (line.marked_status, line.marked_reason, line.marked_by_id) == ("absent_excused", "Was ill", orla.user_id)
    assert (line.is_automatic, line.marked_at) == (False, SOON)
    assert trail(session) == [(ana, "absent_excused", "Was ill")]


def test_a_mark_can_be_set_before_anything_was_measured(online_event, orla, session):
    mark(online_event, orla, now=START + MINUTE)
    assert report(session, online_event.session_id, online_event.people[0]).status is None

    calculate()

    line = report(session, online_event.session_id, online_event.people[0])
    assert (line.status, line.marked_status) == ("absent", "present")


def test_taking_a_mark_back_lets_what_was_measured_count_again(online_event, orla, session):
    calculate()
    first = mark(online_event, orla)
    assert statuses(session, online_event.places[:1]) == ["checked_in"]

    withdraw(online_event, orla, seen_mark_id=first.mark_id)

    line = report(session, online_event.session_id, online_event.people[0])
    assert (line.is_automatic, line.marked_status, line.marked_reason, line.marked_at) == (True, None, None, None)
    assert [row[1] for row in trail(session)] == ["present", None]
    assert statuses(session, online_event.places[:1]) == ["confirmed"]
    reversal = session.scalars(select(CheckInReversal)).one()
    assert reversal.actor_id == 1
    assert broken(session, online_event.event_id) == []


def test_a_mark_of_absence_takes_an_online_check_in_back(online_event, orla, session):
    online_event.stays(0, 0, 60)
    calculate()
    assert statuses(session, online_event.places[:1]) == ["checked_in"]
    mark(online_event, orla, status=StaffMark.ABSENT_UNEXCUSED, reason="Only the camera was there")
    assert statuses(session, online_event.places[:1]) == ["confirmed"]


def test_after_closure_a_mark_changes_the_report_and_no_outcome(online_event, orla, session):
    calculate()
    close_event(event_id=online_event.event_id, now=LATER)
    mark(online_event, orla, now=LATER)

    assert report(session, online_event.session_id, online_event.people[0]).marked_status == "present"
    assert statuses(session, online_event.places) == ["no_show"] * 3
    assert session.scalars(select(CheckIn)).all() == []


def test_sent_twice_it_happens_once(online_event, orla, session):
    calculate()
    first = mark(online_event, orla, request_id="one-form-1")
    before = digest(session)

    assert mark(online_event, orla, request_id="one-form-1") == first
    assert (
        code_of(lambda: mark(online_event, orla, status=StaffMark.LATE, request_id="one-form-1")) == "request_id_reused"
    )
    assert digest(session) == before


def test_what_is_refused_leaves_no_trace(online_event, orla, session, app):
    calculate()
    seen = mark(online_event, orla, at=1)
    guest = online_event.world.person("Gast")
    stranger = online_event.world.actor(guest)
    before = digest(session)
    session_id = online_event.session_id

    def facts(**changes):
        usual = {
            "session_id": session_id,
            "user_id": online_event.people[0],
            "status": StaffMark.LATE,
            "reason": "x",
            "actor": orla,
            "now": SOON,
            "request_id": "refused-1",
        }
        return lambda: mark_presence(**{**usual, **changes})

    assert code_of(facts(reason="  ")) == "text_missing"
    assert code_of(facts(reason="x" * 501)) == "text_too_long"
    assert code_of(facts(reason="a\0b")) == "text_broken"
    assert code_of(facts(session_id=9999)) == "not_found"
    assert code_of(facts(actor=stranger)) == "not_found"
    assert code_of(facts(user_id=guest)) == "not_on_roster"
    assert code_of(facts(now=START - MINUTE)) == "session_not_begun"
    assert code_of(facts(seen_mark_id=seen.mark_id)) == "stale"
    assert code_of(facts(user_id=online_event.people[1])) == "stale"
    assert code_of(lambda: withdraw(online_event, orla)) == "not_marked"
    assert digest(session) == before


def test_the_trail_of_marks_cannot_be_changed(online_event, orla, session):
    mark(online_event, orla, now=END)
    for change in (SessionMark.__table__.update().values(reason="y"), SessionMark.__table__.delete()):
        with pytest.raises(DBAPIError):
            session.execute(change)
        session.rollback()


def test_report_fields_are_those_of_the_sessions_kind_and_survive(online_event, orla, session):
    lesson = online_event.session(kind="quran")
    calculate()
    typed = {"memorized": "Al-Mulk 1-10", "mistakes": "2", "topic": "not of this kind"}
    saved = save_report_fields(session_id=lesson, user_id=online_event.people[0], typed=typed, actor=orla, now=SOON)
    online_event.room.name = f"session-{lesson}"
    online_event.stays(0, 0, 60)
    calculate()

    line = report(session, lesson, online_event.people[0])
    assert line.fields == saved == {"memorized": "Al-Mulk 1-10", "mistakes": 2}
    assert line.status == "present"
