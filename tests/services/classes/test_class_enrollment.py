"""Into a class, out of it and in again; what the end of a class does to its people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom, broken_class, queue, row_of, statuses
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_enrollment import ENDED
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.certificate_code import is_well_formed
from webapp.domain.refusal import Refused
from webapp.models import ClassCompletion, FacilityPerson
from webapp.services.accounts.households import Whom
from webapp.services.classes.class_ending import cancel_people, complete_people
from webapp.services.classes.completion import revoke_completion
from webapp.services.classes.people.class_enrollment import (
    end_class_enrollment,
    enroll_in_class,
    enroll_many,
    give_up_waiting,
    rehearse_enrolling,
    reopen_class_enrollment,
)
from webapp.services.classes.people.class_seats import lock_class
from webapp.services.classes.people.facility_people import add_to_facility, deactivate_person, reactivate_person
from webapp.services.classes.program_class import move_class
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
SQLITE = pytest.mark.only_db("sqlite")

LATER = NOON + timedelta(hours=3)
ORLA = Actor(user_id=1, name="Orla")
STAFF = {"actor": ORLA, "by": Trigger.ORGANIZER}


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def classroom(app, world) -> Classroom:
    return Classroom(app, world)


def enroll(class_id: int, user_id: int, **more):
    return enroll_in_class(class_id=class_id, user_id=user_id, now=NOON, **STAFF, **more)


def end(enrollment_id: int, to_status: E = E.WITHDRAWN, *, reason: str | None = "moved away", **more):
    return end_class_enrollment(
        enrollment_id=enrollment_id, to_status=to_status, reason=reason, now=LATER, **STAFF, **more
    )


def reopen(enrollment_id: int, **more):
    return reopen_class_enrollment(enrollment_id=enrollment_id, now=LATER + timedelta(hours=1), **STAFF, **more)


def move(class_id: int, to_status: ClassStatus, *, now=NOON):
    return move_class(class_id=class_id, to_status=to_status, now=now, **STAFF)


def refusal(act, *args, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value


def ended_class(class_id: int, finish) -> None:
    with write_transaction() as session:
        finish(session, lock_class(session, class_id), Cause(by=Trigger.ORGANIZER, actor=ORLA, at=LATER))


def test_people_get_the_seats_in_their_order_and_then_the_waitlist(classroom, session):
    class_id, people = classroom.make(capacity=2), classroom.people(4)

    placed = [enroll(class_id, user_id) for user_id in people]

    assert [(one.status, one.rank) for one in placed] == [
        ("enrolled", None),
        ("enrolled", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]
    assert queue(session, class_id) == [(people[2], 1), (people[3], 2)]
    assert broken_class(session, class_id) == []


def test_enrolled_at_is_empty_while_scheduled_and_stamped_while_the_class_is_active(classroom, session):
    people = classroom.people(2)
    before, running = classroom.make(), classroom.make(status="active")

    assert row_of(session, enroll(before, people[0]).enrollment_id).enrolled_at is None
    assert row_of(session, enroll(running, people[0]).enrollment_id).enrolled_at == NOON


def test_who_is_enrolled_while_the_class_is_paused_begins_when_it_is_resumed(classroom, session):
    first, newcomer, waiting = classroom.people(3)
    class_id = classroom.make(status="active", capacity=2, activated_at=NOON)
    early = enroll(class_id, first).enrollment_id
    move(class_id, ClassStatus.PAUSED)
    late, queued = (enroll(class_id, one).enrollment_id for one in (newcomer, waiting))
    end(early)
    rows = [row_of(session, one) for one in (late, queued)]
    assert [(row.status, row.enrolled_at) for row in rows] == [("enrolled", None)] * 2

    assert move(class_id, ClassStatus.ACTIVE, now=LATER).people == 2

    assert [row_of(session, one).enrolled_at for one in (early, late, queued)] == [NOON, LATER, LATER]
    assert broken_class(session, class_id) == []


def test_a_class_that_ends_while_paused_completes_whoever_had_not_begun(classroom, session):
    class_id = classroom.make(status="active", activated_at=NOON)
    move(class_id, ClassStatus.PAUSED)
    late = enroll(class_id, classroom.people(1)[0]).enrollment_id

    move(class_id, ClassStatus.COMPLETED, now=LATER)

    assert (row_of(session, late).status, row_of(session, late).enrolled_at) == ("completed", LATER)
    assert broken_class(session, class_id) == []


def test_the_same_form_twice_is_one_enrollment(classroom, session):
    class_id, (one, other) = classroom.make(), classroom.people(2)

    first = enroll(class_id, one, request_id="form-0001")
    again = enroll(class_id, one, request_id="form-0001")

    assert again == first
    assert refusal(enroll, class_id, other, request_id="form-0001").code == "request_id_reused"
    assert statuses(session, class_id) == {"enrolled": 1}


def test_who_may_not_come_in_is_told_why_and_nothing_changes(classroom, world, session):
    class_id, (inside, gone) = classroom.make(), classroom.people(2)
    stranger = world.person("Stranger")
    full, frozen = classroom.make(capacity=1, has_waitlist=False), classroom.make(status="completed")
    enroll(class_id, inside)
    enroll(full, inside)
    deactivate_person(facility_id=world.facility_id, user_id=gone, now=NOON)
    before = digest(session)

    refused = [
        refusal(enroll, class_id, inside),
        refusal(enroll, class_id, gone),
        refusal(enroll, class_id, stranger),
        refusal(enroll, frozen, inside),
        refusal(enroll, 999, inside),
    ]
    reactivate_person(facility_id=world.facility_id, user_id=gone)

    assert [one.code for one in refused] == [
        "already_enrolled",
        "person_deactivated",
        "not_of_facility",
        "class_frozen",
        "not_found",
    ]
    assert refusal(enroll, full, gone).code == "class_full"
    deactivate_person(facility_id=world.facility_id, user_id=gone, now=NOON)
    assert digest(session) == before


def test_a_clash_with_another_class_is_named_and_can_be_overridden(classroom):
    (user_id,) = classroom.people(1)
    other, class_id = classroom.make("Weaving"), classroom.make()
    classroom.meets(other, NOON + timedelta(days=2))
    classroom.meets(class_id, NOON + timedelta(days=2, minutes=30))
    enroll(other, user_id)

    refused = refusal(enroll, class_id, user_id)

    assert (refused.code, [one.title for one in refused.facts["clashes"]]) == ("person_clash", ["Weaving"])
    assert enroll(class_id, user_id, despite_clash=True).status is E.ENROLLED


def test_bulk_enrolls_whom_it_can_and_counts_the_rest_by_reason(classroom, world, session):
    class_id, people = classroom.make(capacity=2), classroom.people(4)
    enroll(class_id, people[0])
    stranger = world.person("Stranger")

    rehearsed = rehearse_enrolling(class_id=class_id, user_ids=[*people, stranger])
    bulk = enroll_many(class_id=class_id, user_ids=[*people, stranger, people[1]], now=NOON, **STAFF)

    assert (bulk.count(E.ENROLLED), bulk.count(E.WAITLISTED)) == (1, 2)
    assert bulk.reasons == {"already_enrolled": 1, "not_of_facility": 1}
    assert [getattr(one, "status", None) or one.code for one in rehearsed.values()] == [
        "already_enrolled",
        "enrolled",
        "waitlisted",
        "waitlisted",
        "not_of_facility",
    ]
    assert broken_class(session, class_id) == []


def test_all_or_nothing_leaves_everybody_out_for_one_and_minds_nobody_who_is_in(classroom, world, session):
    class_id, people = classroom.make(), classroom.people(2)
    enroll(class_id, people[0])
    before = digest(session)
    stranger = world.person("Stranger")
    with_stranger = {"class_id": class_id, "user_ids": [*people, stranger], "now": NOON, "all_or_nothing": True}

    assert refusal(enroll_many, **with_stranger, **STAFF).code == "people_refused"
    assert statuses(session, class_id) == {"enrolled": 1}
    bulk = enroll_many(class_id=class_id, user_ids=people, now=NOON, all_or_nothing=True, **STAFF)
    assert (bulk.count(E.ENROLLED), bulk.reasons, before != digest(session)) == (1, {"already_enrolled": 1}, True)


def test_bulk_is_a_fixed_number_of_statements(app, classroom):
    class_id, people = classroom.make(capacity=10), classroom.people(45)
    with counted_statements(app) as few:
        enroll_many(class_id=class_id, user_ids=people[:15], now=NOON, **STAFF)
    with counted_statements(app) as many:
        enroll_many(class_id=class_id, user_ids=people[15:], now=NOON, **STAFF)

    assert len(many) <= len(few) <= 15


@pytest.mark.parametrize("to_status", sorted(ENDED))
@SQLITE
def test_an_end_needs_a_reason_frees_the_seat_and_is_taken_back_with_the_first_time(classroom, session, to_status):
    class_id, people = classroom.make(capacity=1, status="active"), classroom.people(2)
    first, second = (enroll(class_id, user_id).enrollment_id for user_id in people)

    assert refusal(end, first, to_status, reason=None).code == "reason_required"
    assert end(first, to_status).promoted == (second,)
    assert (row_of(session, first).ended_at, row_of(session, second).enrolled_at) == (LATER, LATER)
    assert refusal(reopen, first).code == "class_full"
    end(second)
    reopen(first)
    again = row_of(session, first)
    assert (again.status, again.enrolled_at, again.ended_at) == ("enrolled", NOON, None)
    assert broken_class(session, class_id) == []


@SQLITE
def test_what_the_class_does_not_allow_now_is_refused_and_changes_nothing(classroom, session):
    class_id, people = classroom.make(capacity=1), classroom.people(2)
    seated, waiting = (enroll(class_id, user_id).enrollment_id for user_id in people)
    before = digest(session)
    codes = [refusal(end, seated).code, refusal(reopen, seated).code, refusal(end, seated, expected_version=9).code]
    classroom.stands(class_id, "active")
    running = digest(session)
    codes += [
        refusal(end, seated, E.CANCELLED).code,
        refusal(end, seated, E.COMPLETED).code,
        refusal(end, waiting).code,
        refusal(reopen, seated).code,
    ]
    assert digest(session) == running
    classroom.stands(class_id, "cancelled")
    codes += [refusal(end, seated).code, refusal(reopen, seated).code]
    classroom.stands(class_id, "scheduled")

    assert codes == [
        "class_not_begun",
        "class_not_begun",
        "stale",
        "class_running",
        "illegal_move",
        "illegal_move",
        "illegal_move",
        "class_frozen",
        "class_frozen",
    ]
    assert digest(session) == before


@SQLITE
def test_somebody_who_was_enrolled_anew_is_not_opened_a_second_time(classroom):
    class_id, (user_id,) = classroom.make(status="active"), classroom.people(1)
    first = enroll(class_id, user_id).enrollment_id
    end(first)
    enroll(class_id, user_id)

    assert refusal(reopen, first).code == "already_enrolled"


@SQLITE
def test_a_person_gives_up_their_own_place_in_line_and_nothing_else(classroom, world, session):
    class_id, people = classroom.make(capacity=1), classroom.people(3)
    seated, waiting, last = (enroll(class_id, user_id).enrollment_id for user_id in people)

    own, other = world.actor(people[1]), world.actor(people[2])
    assert refusal(give_up_waiting, enrollment_id=waiting, actor=other, now=NOON).code == "not_found"
    assert refusal(give_up_waiting, enrollment_id=seated, actor=world.actor(people[0]), now=NOON).code == (
        "class_seat_stays"
    )
    give_up_waiting(enrollment_id=waiting, actor=own, now=NOON)
    assert refusal(give_up_waiting, enrollment_id=waiting, actor=own, now=NOON).code == "class_seat_stays"
    assert statuses(session, class_id) == {"enrolled": 1, "cancelled": 1, "waitlisted": 1}
    assert [user for user, _ in queue(session, class_id)] == [people[2]]
    assert broken_class(session, class_id) == [] and last


def test_completing_a_class_completes_its_people_with_a_record_each_and_lets_the_line_go(classroom, session):
    class_id, people = classroom.make(capacity=3, status="active"), classroom.people(4)
    ids = [enroll(class_id, user_id).enrollment_id for user_id in people]
    end(ids[0], E.FAILED)

    ended_class(class_id, complete_people)

    assert statuses(session, class_id) == {"completed": 3, "failed": 1}
    records = session.execute(select(ClassCompletion.__table__).order_by(ClassCompletion.id)).all()
    assert [(row.enrollment_id, row.issued_at, row.revoked_at) for row in records] == [
        (one, LATER, None) for one in ids[1:]
    ]
    assert all(is_well_formed(row.code) for row in records)
    assert broken_class(session, class_id) == []
    ended_class(class_id, complete_people)
    assert len(session.scalars(select(ClassCompletion.id)).all()) == 3


def test_calling_a_class_off_cancels_places_and_places_in_line(classroom, session):
    class_id, people = classroom.make(capacity=2), classroom.people(3)
    for user_id in people:
        enroll(class_id, user_id)

    ended_class(class_id, cancel_people)

    assert statuses(session, class_id) == {"cancelled": 3}
    assert broken_class(session, class_id) == []


@SQLITE
def test_a_record_is_revoked_once_and_with_a_reason(classroom, session):
    class_id, (user_id,) = classroom.make(status="active"), classroom.people(1)
    enroll(class_id, user_id)
    ended_class(class_id, complete_people)
    record = session.scalars(select(ClassCompletion.id)).one()
    act = {"completion_id": record, "actor": ORLA, "now": LATER}

    assert refusal(revoke_completion, **act, reason="").code == "reason_required"
    revoke_completion(**act, reason="Confused with somebody else")
    assert refusal(revoke_completion, **act, reason="Again").code == "completion_revoked"
    assert statuses(session, class_id) == {"completed": 1}


def test_people_are_added_to_a_facility_all_or_none_and_twice_without_harm(world, session):
    world.organization()
    known = world.person("Mira Sand", email="mira@post.example")
    names = {Whom("mira@post.example"): "", Whom("ben@post.example"): "Ben Okafor"}

    added = [add_to_facility(facility_id=world.facility_id, names=names, now=NOON) for _ in range(2)]

    assert [(one.new, one.already) for one in added] == [(2, 0), (0, 2)]
    assert known in session.scalars(select(FacilityPerson.user_id)).all()
    before = digest(session)
    unknown = {Whom("x@post.example"): "X", Whom("nobody@post.example"): ""}
    refused = refusal(add_to_facility, facility_id=world.facility_id, names=unknown, now=NOON)
    assert (refused.code, refused.facts["addresses"]) == ("people_unknown", ("nobody@post.example",))
    assert digest(session) == before


@SQLITE
def test_deactivating_and_reactivating_twice_changes_something_once(classroom, world):
    (user_id,) = classroom.people(1)
    own = {"facility_id": world.facility_id, "user_id": user_id}

    assert [deactivate_person(**own, now=NOON), deactivate_person(**own, now=LATER)] == [True, False]
    assert [reactivate_person(**own), reactivate_person(**own)] == [True, False]
    assert refusal(deactivate_person, facility_id=99, user_id=user_id, now=NOON).code == "not_found"
