"""Somebody at the door without a place: where the rule puts them, and never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.open_desk import OpenDesk, tap
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, Enrollment, Event, User
from webapp.services.desk.walk_in import Newcomer, WalkedIn, walk_in
from webapp.services.places.enrollment import cancel
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


def open_desk(app, **changes) -> OpenDesk:
    return OpenDesk(World(app), **changes)


def walk(
    desk: OpenDesk,
    name: str = "Zed Walker",
    email: str | None = None,
    *,
    another: bool = False,
    by=None,
    at=NOON,
    **changes,
) -> WalkedIn:
    newcomer = Newcomer(name, email, is_another=another)
    return walk_in(event_id=desk.event_id, newcomer=newcomer, crew=[by or desk.organizer], tap=tap(at, **changes))


def test_a_name_is_enough(app, session) -> None:
    desk = open_desk(app, capacity=1)
    walked = walk(desk)
    assert (walked.guest.name, desk.status(walked.guest.enrollment_id)) == ("Zed Walker", S.CHECKED_IN)
    row = session.execute(select(User.email, User.password_hash).where(User.name == "Zed Walker")).one()
    assert tuple(row) == (None, None)
    assert session.scalar(select(Enrollment.source)) == "walk_in"
    assert session.scalar(select(CheckIn.method)) == "walk_in"
    assert broken(session, desk.event_id) == []


def test_the_same_tap_twice_is_one_person(app, session) -> None:
    desk = open_desk(app)
    first = walk(desk, request_id="one-walk-in")
    before = digest(session)
    again = walk(desk, request_id="one-walk-in", at=NOON + timedelta(minutes=5))
    assert (again.guest.enrollment_id, again.entry.id) == (first.guest.enrollment_id, first.entry.id)
    assert digest(session) == before


def test_the_same_tap_after_an_undo_tells_its_own_entry(app, session) -> None:
    desk = open_desk(app)
    first = walk(desk, request_id="one-walk-in")
    desk.undo(first.entry.id)
    before = digest(session)
    again = walk(desk, request_id="one-walk-in", at=NOON + timedelta(minutes=5))
    assert (again.entry.id, again.entry.reversed_at, again.guest.status) == (first.entry.id, NOON, S.CONFIRMED)
    assert digest(session) == before


def test_the_same_tap_of_somebody_who_waits_tells_where_they_stand_now(app) -> None:
    desk = open_desk(app, capacity=1, starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=5))
    seated, before_them = desk.guests(2)
    ranks = [walk(desk, request_id="one-walk-in").rank]
    walk(desk, "Somebody Else")
    ranks.append(walk(desk, request_id="one-walk-in").rank)
    cancel(enrollment_id=before_them, actor=desk.organizer, by="organizer", now=NOON)
    ranks.append(walk(desk, request_id="one-walk-in").rank)
    cancel(enrollment_id=seated, actor=desk.organizer, by="organizer", now=NOON)
    moved_up = walk(desk, request_id="one-walk-in")
    assert (ranks, moved_up.rank, moved_up.entry, moved_up.guest.status) == ([2, 2, 1], None, None, S.CONFIRMED)


def test_a_used_id_for_another_name_is_refused(app, session) -> None:
    desk = open_desk(app)
    walk(desk, request_id="one-walk-in")
    desk.press(desk.guest(), request_id="one-check-in")
    before = digest(session)
    for used in ("one-walk-in", "one-check-in"):
        with pytest.raises(Refused, match="request_id_reused"):
            walk(desk, "Somebody Else", request_id=used)
    assert digest(session) == before


def test_a_full_event_takes_nobody_after_the_start(app, session) -> None:
    desk = open_desk(app, capacity=1)
    desk.guest()
    before = digest(session)
    with pytest.raises(Refused, match="event_full"):
        walk(desk)
    assert digest(session) == before


def test_a_free_seat_after_the_start_is_for_whoever_is_there(app) -> None:
    desk = open_desk(app, capacity=2)
    people = [desk.guest(name) for name in ("Ada", "Bo", "Cy")]
    with write_transaction() as writing:
        writing.execute(update(Event).values(starts_at=NOON - timedelta(hours=2)))
    cancel(enrollment_id=people[0], actor=desk.organizer, by="organizer", now=NOON)
    assert (walk(desk).entry is not None, desk.status(people[2])) == (True, S.WAITLISTED)


def test_before_the_start_a_walk_in_waits_behind_the_others(app, session) -> None:
    desk = open_desk(app, capacity=1, starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=5))
    desk.guests(3)
    walked = walk(desk)
    assert (walked.rank, walked.entry, walked.guest.status) == (3, None, S.WAITLISTED)
    assert standing(session, desk.event_id).waiting == 3
    assert broken(session, desk.event_id) == []


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("AMARA  okafor", None),
        ("Amara Okafor", "new@post.example"),
        ("Somebody Else", "amara@post.example"),
    ],
)
def test_who_is_enrolled_already_is_offered_and_not_doubled(app, session, name, email) -> None:
    desk = open_desk(app)
    amara = desk.guest(email="amara@post.example")
    before = digest(session)
    walked = walk(desk, " ".join(name.split()), email)
    assert (walked.is_known, walked.guest.enrollment_id) == (True, amara)
    assert digest(session) == before


def test_a_namesake_can_be_told_apart_and_an_address_cannot(app) -> None:
    desk = open_desk(app)
    amara = desk.guest(email="amara@post.example")
    assert walk(desk, "Amara Okafor", another=True).is_known is False
    assert walk(desk, "Amara Okafor", "amara@post.example", another=True).guest.enrollment_id == amara


def test_an_account_with_that_address_is_enrolled_and_keeps_its_name(app, session) -> None:
    desk = open_desk(app)
    mira = desk.world.person("Mira Sand", email="mira@post.example")
    assert walk(desk, "M. Sand", "mira@post.example").guest.user_id == mira
    assert session.scalar(select(func.count()).where(User.email == "mira@post.example")) == 1


def test_the_system_is_nobodys_guest(app) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        walk(open_desk(app), "System", "system_batch@turnout.invalid")


def test_a_helper_does_not_decide_where_an_organizer_does(app, session) -> None:
    desk = open_desk(app, policy={"method": "application"})
    before = digest(session)
    with pytest.raises(Refused, match="needs_organizer"):
        walk(desk, by=desk.helper())
    assert digest(session) == before
    assert walk(desk).entry is not None


@pytest.mark.parametrize(
    ("status", "at", "code"),
    [
        ("completed", NOON, "event_closed"),
        ("cancelled", NOON, "not_published"),
        ("published", NOON - timedelta(days=1), "not_today"),
    ],
)
def test_a_door_that_is_shut_takes_nobody(app, session, status, at, code) -> None:
    desk = open_desk(app)
    with write_transaction() as writing:
        writing.execute(update(Event).values(status=status))
    before = digest(session)
    with pytest.raises(Refused, match=code):
        walk(desk, at=at)
    assert digest(session) == before
