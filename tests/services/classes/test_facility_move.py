"""A person goes to another facility: what ends with it, what stays, who moves up, and what is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.classes.classroom import Classroom, broken_class, queue, row_of
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.facility_move import PlaceEnd
from webapp.domain.people.redaction import REDACTED
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.refusal import Refused
from webapp.models import (
    ClassEnrollment,
    ClassEnrollmentTransition,
    Enrollment,
    FacilityMove,
    FacilityPerson,
    Message,
    Notification,
    ProgramClass,
)
from webapp.queries.audit import broken_invariants
from webapp.services.classes.people.class_enrollment import enroll_in_class, reopen_class_enrollment
from webapp.services.classes.people.facility_move import move_to_facility
from webapp.services.classes.people.facility_people import deactivate_person
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
SQLITE = pytest.mark.only_db("sqlite")
LATER = NOON + timedelta(hours=3)


class Town:
    """An organization with two facilities, an admin, and people of the first one."""

    def __init__(self, app) -> None:
        self.world = World(app)
        self.world.organization()
        self.room = Classroom(app, self.world)
        self.old, self.new = self.world.facility_id, self.world.facility("Westside")
        self.admin = self.world.actor(self.world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)

    def moves(self, user_id: int, **changes) -> list[PlaceEnd]:
        usual = {
            "user_id": user_id,
            "from_facility_id": self.old,
            "to_facility_id": self.new,
            "actor": self.admin,
            "reason": "Lives nearer now",
            "now": LATER,
        }
        return move_to_facility(**{**usual, **changes})

    def refuses(self, user_id: int, **changes) -> str:
        with pytest.raises(Refused) as caught:
            self.moves(user_id, **changes)
        return caught.value.code


@pytest.fixture
def town(app) -> Town:
    return Town(app)


def belongings(session, user_id: int) -> list[int]:
    session.rollback()
    own = select(FacilityPerson.facility_id).where(FacilityPerson.user_id == user_id)
    return list(session.scalars(own.order_by(FacilityPerson.facility_id)))


def last_move(session, enrollment_id: int):
    session.rollback()
    moves = select(ClassEnrollmentTransition).where(ClassEnrollmentTransition.enrollment_id == enrollment_id)
    return session.scalars(moves.order_by(ClassEnrollmentTransition.version.desc())).first()


def test_places_are_cancelled_transferred_or_left_by_the_state_of_their_class(town, session):
    (ben,) = town.room.people(1)
    (seated,) = town.room.people(1)
    made = {
        "scheduled": town.room.make(),
        "active": town.room.make(status="active", activated_at=NOON),
        "paused": town.room.make(status="active", activated_at=NOON),
        "line": town.room.make(capacity=1),
        "line_paused": town.room.make(capacity=1, status="active", activated_at=NOON),
    }
    for full in ("line", "line_paused"):
        town.room.enrolls(made[full], seated)
    own = {name: town.room.enrolls(class_id, ben).enrollment_id for name, class_id in made.items()}
    for paused in ("paused", "line_paused"):
        town.room.stands(made[paused], "paused")

    ended = town.moves(ben)

    assert ended == [
        PlaceEnd(own["scheduled"], E.ENROLLED, E.CANCELLED),
        PlaceEnd(own["active"], E.ENROLLED, E.TRANSFERRED),
        PlaceEnd(own["paused"], E.ENROLLED, E.TRANSFERRED),
        PlaceEnd(own["line"], E.WAITLISTED, E.CANCELLED),
        PlaceEnd(own["line_paused"], E.WAITLISTED, E.CANCELLED),
    ]
    assert belongings(session, ben) == [town.new]
    for enrollment_id in own.values():
        move = last_move(session, enrollment_id)
        assert (move.triggered_by, move.actor_id, move.at) == ("admin", town.admin.user_id, LATER)
        assert move.reason == "Moved to Westside: Lives nearer now"
        assert row_of(session, enrollment_id).ended_at == LATER
    assert row_of(session, own["active"]).enrolled_at == NOON
    (trail,) = session.scalars(select(FacilityMove)).all()
    assert (trail.user_id, trail.from_facility_id, trail.to_facility_id) == (ben, town.old, town.new)
    assert (trail.actor_id, trail.reason, trail.at) == (town.admin.user_id, "Lives nearer now", LATER)
    assert [broken_class(session, class_id) for class_id in made.values()] == [[]] * 5


def test_the_freed_place_goes_to_whoever_waits_longest(town, session):
    scheduled, running = town.room.make(capacity=1), town.room.make(capacity=1, status="active", activated_at=NOON)
    ben, mei, zoe = town.room.people(3)
    for class_id in (scheduled, running):
        for user_id in (ben, mei, zoe):
            town.room.enrolls(class_id, user_id)

    town.moves(ben)

    session.rollback()
    for class_id in (scheduled, running):
        seated = select(ClassEnrollment.user_id).where(
            ClassEnrollment.class_id == class_id, ClassEnrollment.status == "enrolled"
        )
        assert session.scalars(seated).all() == [mei]
        assert [user_id for user_id, _ in queue(session, class_id)] == [zoe]
        assert broken_class(session, class_id) == []


def test_what_is_over_what_is_elsewhere_and_places_at_events_stay(town, session):
    (ben,) = town.room.people(1)
    over, called_off = (town.room.make(status="active") for _ in range(2))
    old = [town.room.enrolls(class_id, ben).enrollment_id for class_id in (over, called_off)]
    with write_transaction() as writing:
        for enrollment_id, status in zip(old, ("completed", "cancelled"), strict=True):
            own = update(ClassEnrollment).where(ClassEnrollment.id == enrollment_id)
            writing.execute(own.values(status=status, ended_at=NOON))
    town.room.stands(over, "completed")
    town.room.stands(called_off, "cancelled")
    third = town.world.facility("Eastside")
    event_id = town.world.event()
    placed = enroll(event_id=event_id, user_id=ben, actor=town.world.actor(ben), now=NOON)
    with write_transaction() as writing:
        writing.add(FacilityPerson(facility_id=third, user_id=ben, added_at=NOON))
    elsewhere = town.room.make()
    with write_transaction() as writing:
        writing.execute(update(ProgramClass).where(ProgramClass.id == elsewhere).values(facility_id=third))
    kept = town.room.enrolls(elsewhere, ben).enrollment_id
    before = [row_of(session, one) for one in (*old, kept)]

    assert town.moves(ben) == []

    assert [row_of(session, one) for one in (*old, kept)] == before
    assert session.scalars(select(Enrollment.status).where(Enrollment.id == placed.enrollment_id)).one() == "confirmed"
    assert belongings(session, ben) == [town.new, third]


def test_a_move_back_is_possible_and_gives_no_place_back(town, session):
    class_id, (ben,) = town.room.make(status="active", activated_at=NOON), town.room.people(1)
    own = town.room.enrolls(class_id, ben).enrollment_id
    town.moves(ben)
    staff = {"actor": town.admin, "by": "admin", "now": LATER}
    with pytest.raises(Refused) as caught:
        reopen_class_enrollment(enrollment_id=own, **staff)
    assert caught.value.code == "not_of_facility"

    town.moves(ben, from_facility_id=town.new, to_facility_id=town.old)

    assert belongings(session, ben) == [town.old]
    assert row_of(session, own).status == "transferred"
    assert reopen_class_enrollment(enrollment_id=own, **staff).status is E.ENROLLED
    session.rollback()
    assert len(session.scalars(select(FacilityMove.id)).all()) == 2


def test_who_belongs_to_both_leaves_the_old_one_and_keeps_since_when_they_are_at_the_new_one(town, session):
    (ben,) = town.room.people(1)
    with write_transaction() as writing:
        writing.add(FacilityPerson(facility_id=town.new, user_id=ben, added_at=NOON))

    town.moves(ben)

    session.rollback()
    rows = session.scalars(select(FacilityPerson).where(FacilityPerson.user_id == ben)).all()
    assert [(row.facility_id, row.added_at) for row in rows] == [(town.new, NOON)]


def test_refusals_change_nothing(town, session):
    ben, mei = town.room.people(2)
    class_id = town.room.make(status="active", activated_at=NOON)
    own = town.room.enrolls(class_id, ben).enrollment_id
    stranger = town.world.person("Ana")
    organizer = town.world.actor(town.world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)
    organization, old = town.world.organization_id, town.old
    foreign = World(town.world.app)
    foreign.organization("Harbour Crew")
    theirs = foreign.actor(1, Role.ADMIN)
    both = Actor(user_id=1, name="Ada", grants={**theirs.grants, organization: [Grant(Role.ADMIN)]})
    with write_transaction() as writing:
        writing.add(FacilityPerson(facility_id=town.new, user_id=mei, added_at=NOON))
    deactivate_person(facility_id=town.new, user_id=mei, now=NOON)
    before = digest(session)

    assert {
        "same": town.refuses(ben, to_facility_id=old),
        "foreign": town.refuses(ben, to_facility_id=foreign.facility_id),
        "foreign, of an admin there too": town.refuses(ben, to_facility_id=foreign.facility_id, actor=both),
        "unknown": town.refuses(ben, to_facility_id=987654),
        "not there": town.refuses(stranger),
        "nobody": town.refuses(987654),
        "deactivated": town.refuses(mei),
        "no reason": town.refuses(ben, reason=" \n"),
        "long": town.refuses(ben, reason="x" * 301),
        "organizer": town.refuses(ben, actor=organizer),
        "elsewhere": town.refuses(ben, actor=theirs),
        "from nowhere": town.refuses(ben, from_facility_id=987654),
        "said nothing ends": town.refuses(ben, expected=[]),
        "said another end": town.refuses(ben, expected=[PlaceEnd(own, E.ENROLLED, E.CANCELLED)]),
    } == {
        "same": "same_facility",
        "foreign": "facility_elsewhere",
        "foreign, of an admin there too": "facility_elsewhere",
        "unknown": "facility_elsewhere",
        "not there": "not_at_facility",
        "nobody": "not_at_facility",
        "deactivated": "deactivated_at_new_facility",
        "no reason": "text_missing",
        "long": "text_too_long",
        "organizer": "not_found",
        "elsewhere": "not_found",
        "from nowhere": "not_found",
        "said nothing ends": "stale",
        "said another end": "stale",
    }
    assert digest(session) == before
    assert len(town.moves(ben, expected=[PlaceEnd(own, E.ENROLLED, E.TRANSFERRED)])) == 1
    assert town.refuses(ben) == "not_at_facility"


def test_after_a_move_they_are_enrolled_at_the_new_facility_only(town, session):
    (ben,) = town.room.people(1)
    old_class, new_class = town.room.make(), town.room.make()
    with write_transaction() as writing:
        writing.execute(update(ProgramClass).where(ProgramClass.id == new_class).values(facility_id=town.new))
    town.moves(ben)

    enrolling = {"user_id": ben, "actor": town.admin, "by": "admin", "now": LATER}
    with pytest.raises(Refused) as caught:
        enroll_in_class(class_id=old_class, **enrolling)
    assert caught.value.code == "not_of_facility"
    assert enroll_in_class(class_id=new_class, **enrolling).status is E.ENROLLED


def test_who_deletes_their_account_takes_their_name_out_of_the_reason(town, session):
    class_id, ben = town.room.make(), town.world.person("Quendolina Zebrafinch")
    mei, other = town.room.people(2)
    town.room.belong([ben])
    town.room.enrolls(class_id, ben)
    town.moves(ben, reason="Zebrafinch lives nearer now")
    town.moves(mei, reason="Goes with Quendolina Zebrafinch")
    town.moves(other, reason="Likes finches")

    delete_account(user_id=ben, password="", signed_in_at=LATER, now=LATER, real_now=LATER)

    session.rollback()
    reasons = session.scalars(select(FacilityMove.reason).order_by(FacilityMove.id)).all()
    assert reasons == [REDACTED, REDACTED, "Likes finches"]
    told = session.scalars(select(ClassEnrollmentTransition.reason).order_by(ClassEnrollmentTransition.id)).all()
    assert told == [None, REDACTED]


@SQLITE
def test_the_person_is_told_of_each_place_with_the_reason_and_who_moves_up_of_theirs(town, session):
    ben, mei = town.room.people(2)
    running, full = town.room.make(status="active", capacity=1, activated_at=NOON), town.room.make(capacity=1)
    town.room.enrolls(running, ben)
    town.room.enrolls(running, mei)
    town.room.enrolls(full, mei)
    town.room.enrolls(full, ben)
    relay_class_batch(now=NOON)

    town.moves(ben)
    relay_class_batch(now=LATER)

    session.rollback()
    lines = select(Notification.user_id, Notification.type, Notification.text).where(Notification.created_at == LATER)
    why = "Moved to Westside: Lives nearer now"
    assert sorted(tuple(line) for line in session.execute(lines)) == sorted(
        [(ben, "class_ended", why), (ben, "class_cancelled", why), (mei, "class_promoted", "")]
    )
    mails = select(Message).where(Message.user_id == ben, Message.created_at == LATER).order_by(Message.id)
    ended, off = session.scalars(mails).all()
    assert ended.subject == "You were transferred: Pottery, beginners"
    assert off.subject == "You’re no longer on the waitlist: Pottery, beginners"
    assert "took you off the waitlist for this class. The reason: “Moved to Westside" in off.body


def test_the_audit_finds_a_place_at_a_facility_that_somebody_left_otherwise(town, session):
    (ben,) = town.room.people(1)
    own = town.room.enrolls(town.room.make(), ben).enrollment_id
    deactivate_person(facility_id=town.old, user_id=ben, now=NOON)
    found = [one for one in broken_invariants(LATER) if one.invariant == "class_place_at_own_facility"]
    assert found == []

    with write_transaction() as writing:
        writing.execute(FacilityPerson.__table__.delete().where(FacilityPerson.user_id == ben))

    found = [one for one in broken_invariants(LATER) if one.invariant == "class_place_at_own_facility"]
    assert [one.ids["enrollment_id"] for one in found] == [own]
