"""The demonstration: laid out once, at any hour, with everything to be seen at once, and nothing untrue."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.adapters.pictures import clean_logo
from webapp.domain.asking.contradiction import contradicts
from webapp.domain.event_days import local_date
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventPolicy,
    Facility,
    MeetingSession,
    Membership,
    Organization,
    OrganizationLogo,
    ScheduledAttendancePrompt,
    SessionReport,
    Stay,
    User,
)
from webapp.queries.audit import broken_invariants
from webapp.queries.people.account import credentials_by_email
from webapp.services.accounts.account import authenticate
from webapp.services.demo.demo_people import add_demo_people
from webapp.services.demo.demo_world import seed_demo_world

NOW = NOON
_LONG = (pytest.mark.long, pytest.mark.slow)


def event_id(session, name: str) -> int:
    return session.scalar(select(Event.id).where(Event.request_id == f"demo-{name}"))


def test_it_is_laid_out_once_and_everybody_signs_in_with_the_printed_password(app_context, session) -> None:
    assert seed_demo_world(now=NOW) is True
    before = digest(session)

    assert seed_demo_world(now=NOW + timedelta(days=3)) is False
    assert digest(session) == before
    for who in ("admin", "organizer", "ana", "ben", "masako", "sofia", "rafael", "bia"):
        user_id = authenticate(email=f"{who}@demo.test", password="turnout-demo")
        assert session.get_one(User, user_id).is_operator is (who == "admin")


def test_each_of_two_organizations_has_a_team_that_the_other_does_not_share(app_context, session) -> None:
    seed_demo_world(now=NOW)
    members = session.execute(select(Organization.name, Membership.user_id).join_from(Membership, Organization)).all()
    teams = {name: {user_id for of, user_id in members if of == name} for name, _ in members}

    assert {name: len(team) for name, team in teams.items()} == {"Northside Makers": 5, "Ateliê Sul": 3}
    assert teams["Northside Makers"].isdisjoint(teams["Ateliê Sul"])


@pytest.mark.long_db("postgres")
def test_an_interrupted_start_is_told_to_its_end(app_context, session) -> None:
    seed_demo_world(now=NOW)
    last = event_id(session, "market")
    session.execute(delete(EventPolicy).where(EventPolicy.event_id == last))
    session.execute(delete(Event).where(Event.id == last))
    session.commit()
    standings = {name: standing(session, event_id(session, name)) for name in ("camp", "mending", "printing", "repair")}

    assert seed_demo_world(now=NOW + timedelta(hours=5)) is True
    assert {name: standing(session, event_id(session, name)) for name in standings} == standings
    assert list(broken_invariants(NOW)) == []


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("hour", [4, 22, *(pytest.param(hour, marks=_LONG) for hour in (0, 9, 15))])
def test_it_can_be_begun_at_any_hour_of_the_day(app_context, session, hour) -> None:
    now = datetime(2026, 3, 28, hour, 17, 31, tzinfo=UTC)  # the night in which Berlin's clocks skip an hour

    assert seed_demo_world(now=now) is True

    assert list(broken_invariants(now)) == []
    camp = session.get_one(Event, event_id(session, "camp"))
    today = local_date(now, camp.timezone)
    there = select(func.count()).where(CheckIn.event_id == camp.id, CheckIn.local_on == today, CheckIn.at <= now)
    assert session.scalar(there) == 21  # twenty came, one tap was taken back


def test_every_kind_of_event_can_be_seen(demo) -> None:
    expected = {
        "clay": {"confirmed": 12, "waitlisted": 5, "cancelled": 1},
        "repair": {"confirmed": 8},
        "studio": {"confirmed": 13},
        "residency": {"confirmed": 2, "rejected": 1, "pending": 4},
        "camp": {"checked_in": 30, "confirmed": 10},
        "mending": {"checked_in": 9, "confirmed": 3},
        "printing": {"attended": 5, "no_show": 5, "cancelled": 1},
        "binding": {"attended": 12, "no_show": 4},
        "river": {"cancelled": 4},
        "lamps": {},
        "market": {},
    }
    assert {name: standing(demo, event_id(demo, name)).statuses for name in expected} == expected
    statuses = dict(demo.execute(select(Event.request_id, Event.status)).all())
    assert (statuses["demo-printing"], statuses["demo-river"], statuses["demo-market"]) == (
        "completed",
        "cancelled",
        "draft",
    )


def test_ana_waits_second_for_the_clay_and_was_at_the_printing(demo) -> None:
    ana = demo.scalar(select(User.id).where(User.email == "ana@demo.test"))

    assert standing(demo, event_id(demo, "clay")).queue.index(ana) == 1
    own = dict(
        demo.execute(
            select(Event.request_id, Enrollment.status).join(Enrollment.event).where(Enrollment.user_id == ana)
        ).all()
    )
    assert own["demo-printing"] == "attended"


def test_the_mending_circle_ended_twenty_minutes_ago(demo) -> None:
    assert demo.get_one(Event, event_id(demo, "mending")).effective_end_at == NOW - timedelta(minutes=20)


def test_closure_itself_decided_the_printing_and_an_admin_corrected_one(demo) -> None:
    moves = demo.execute(
        select(EnrollmentTransition.to_status, EnrollmentTransition.triggered_by, func.count())
        .where(
            EnrollmentTransition.event_id == event_id(demo, "printing"),
            EnrollmentTransition.to_status.in_(["attended", "no_show"]),
        )
        .group_by(EnrollmentTransition.to_status, EnrollmentTransition.triggered_by)
    ).all()
    assert sorted(tuple(move) for move in moves) == [
        ("attended", "admin", 1),
        ("attended", "system", 4),
        ("no_show", "system", 6),
    ]


def test_people_were_asked_about_last_week_and_two_of_them_contradict_the_record(demo) -> None:
    binding = event_id(demo, "binding")
    answers = demo.execute(
        select(
            AttendanceResponse.answer,
            func.count(),
            func.count(AttendanceResponse.rating),
            func.count(AttendanceResponse.comment),
        )
        .where(AttendanceResponse.event_id == binding)
        .group_by(AttendanceResponse.answer)
        .order_by(AttendanceResponse.answer)
    ).all()
    assert [tuple(row) for row in answers] == [("attended", 10, 9, 5), ("not_attended", 2, 0, 0), ("partial", 1, 1, 1)]
    asked = select(func.count()).where(ScheduledAttendancePrompt.sent_at.is_not(None))
    assert demo.scalar(asked) == demo.scalar(asked.where(ScheduledAttendancePrompt.event_id == binding)) == 16
    both = demo.execute(
        select(User.email, AttendanceResponse.answer, Enrollment.status)
        .join(AttendanceResponse, AttendanceResponse.user_id == User.id)
        .join(Enrollment, (Enrollment.user_id == User.id) & (Enrollment.event_id == binding))
        .where(AttendanceResponse.event_id == binding)
    )
    assert sorted(email for email, answer, status in both if contradicts(answer, status)) == [
        "kwame.mensah@demo.test",
        "siobhan@demo.test",
    ]


def test_every_organization_has_a_logo_of_its_own_that_an_admin_could_have_uploaded(demo) -> None:
    logos = demo.scalars(select(OrganizationLogo.png)).all()

    assert [bool(clean_logo(logo)) for logo in logos] == [True, True]
    assert len(set(logos)) == 2


def test_nothing_is_told_to_happen_after_now(demo) -> None:
    assert demo.scalar(select(func.max(EnrollmentTransition.at))) <= NOW
    assert demo.scalar(select(func.max(CheckIn.at))) <= NOW


def test_one_online_session_is_reported_and_one_runs_with_people_in_its_room(demo) -> None:
    one, line = MeetingSession, SessionReport
    of_event = one.event_id.is_not(None)
    ended, running, planned = demo.execute(select(one.__table__).where(of_event).order_by(one.starts_at)).all()
    statuses = select(line.status, func.count()).where(line.session_id == ended.id).group_by(line.status)
    in_room = select(func.count()).where(Stay.room_name == running.room_name, Stay.left_at.is_(None))

    assert dict(demo.execute(statuses).all()) == {"present": 10, "late": 2, "partial": 1, "absent": 3}
    assert demo.scalar(select(line.marked_status).where(line.marked_status.is_not(None))) == "absent_excused"
    assert (ended.reconciled_at is None, running.starts_at < NOW < running.ends_at, planned.starts_at > NOW) == (
        False,
        True,
        True,
    )
    assert demo.scalar(in_room) == 10
    assert standing(demo, event_id(demo, "online")).statuses == {"checked_in": 12, "confirmed": 4}


def test_two_organizations_and_two_zones_can_be_told_apart(demo) -> None:
    names = demo.scalars(select(Organization.name).order_by(Organization.id)).all()
    zones = demo.scalars(select(Facility.timezone).distinct()).all()

    assert names == ["Northside Makers", "Ateliê Sul"]
    assert set(zones) == {"Europe/Berlin", "America/Sao_Paulo"}


def test_more_people_are_added_once(app_context, session) -> None:
    assert add_demo_people(count=30, now=NOW) == 30
    before = digest(session)

    assert add_demo_people(count=30, now=NOW) == 0
    assert digest(session) == before
    assert add_demo_people(count=32, now=NOW) == 2
    hashes = [credentials_by_email(f"p00{number}@demo.test").password_hash for number in (31, 32)]
    assert hashes[0] == hashes[1] != credentials_by_email("p0030@demo.test").password_hash
