"""Merging two rows of one person, and taking them apart again: everything goes along, and every invariant holds."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, insert, select, update

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import NOON
from webapp.domain.asking.attendance_response import Answer
from webapp.domain.desk.check_in import read_typed
from webapp.domain.people.merge import UNDO_LIFETIME, MergeWay
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import (
    AttendanceResponse,
    ClassAttendance,
    ClassAttendanceMark,
    ClassEnrollment,
    Enrollment,
    FacilityPerson,
    Message,
    Notification,
    PersonMerge,
    PersonNote,
    User,
)
from webapp.queries.audit import broken_invariants
from webapp.services.accounts.people_by_address import ids_by_address
from webapp.services.asking.attendance_response import answer
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.merging.merge import merge_people, undo_merge
from webapp.services.notices.outbox import relay_batch
from webapp.services.organizations.person_note import add_note
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
SOON, LATER = NOON + timedelta(hours=1), NOON + timedelta(days=2)


@pytest.fixture
def admin(world) -> Actor:
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand")


@pytest.fixture
def twin(world) -> int:
    """Somebody with a name only, as the desk adds people."""
    user_id = world.person("M. Sand", is_proved=False)
    with write_transaction() as writing:
        writing.execute(update(User).where(User.id == user_id).values(given_by_others=True))
    return user_id


def merge(admin, kept, other, *, way=MergeWay.STAFF, now=NOON, organization_id=None) -> int:
    organization_id = organization_id or next(iter(admin.grants), None)
    said = {"reason": "The same phone", "actor": admin, "now": now, "way": way}
    return merge_people(kept_id=kept, merged_id=other, organization_id=organization_id, **said)


def undo(admin, merge_id, now=NOON) -> None:
    undo_merge(merge_id=merge_id, actor=admin, now=now)


def places(session, user_id) -> dict[int, str]:
    session.rollback()
    rows = session.execute(select(Enrollment.event_id, Enrollment.status).where(Enrollment.user_id == user_id)).all()
    session.rollback()
    return {row.event_id: row.status for row in rows}


def assert_all_is_well(session, now=NOON) -> None:
    session.rollback()
    assert list(broken_invariants(now)) == []
    session.rollback()


def broken_after_the_start(session, event_ids) -> set[str]:
    """Nobody moves up by themselves any more, so a seat may be free beside a line."""
    return {words for one in event_ids for words in broken(session, one)} - {"no seat beside a queue"}


def code(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_what_one_row_has_goes_along_and_comes_back(session, world, use_cases, admin, mira, twin):
    event_id, other_id = world.event(), world.event()
    placed = use_cases.enrolls(event_id, twin)
    use_cases.enrolls(other_id, mira)
    add_note(organization_id=world.organization_id, user_id=twin, author_id=admin.user_id, text="Tall", now=NOON)
    left_out = frozenset({"sign_ins", "person_merges", "person_merge_undos", "messages"})
    before = digest(session, leaving_out=left_out)

    merge_id = merge(admin, mira, twin)

    assert places(session, mira) == {event_id: "confirmed", other_id: "confirmed"}
    assert places(session, twin) == {}
    assert session.scalars(select(PersonNote.user_id)).all() == [mira]
    assert session.get_one(Enrollment, placed.enrollment_id).user_id == mira
    session.rollback()
    assert_all_is_well(session)
    undo(admin, merge_id)
    assert places(session, twin) == {event_id: "confirmed"}
    assert session.scalars(select(PersonNote.user_id)).all() == [twin]
    assert_all_is_well(session)
    assert digest(session, leaving_out=left_out) == before


def test_the_row_that_went_cannot_be_used_and_its_address_leads_to_the_other(session, world, admin, mira, twin):
    address = session.scalar(select(User.email).where(User.id == twin))
    session.rollback()
    merge_id = merge(admin, mira, twin)

    row = session.get_one(User, twin)
    assert (row.merged_into_id, row.disabled_at) == (mira, NOON)
    assert ids_by_address(session, [address]) == {address: mira}
    session.rollback()
    undo(admin, merge_id)
    assert ids_by_address(session, [address]) == {address: twin}
    session.rollback()
    assert session.get_one(User, twin, populate_existing=True).disabled_at is None


def test_of_two_places_at_one_event_the_better_stays_and_the_seat_of_the_other_goes_on(
    session, world, use_cases, admin, mira, twin
):
    event_id = world.event(capacity=2, has_waitlist=True)
    use_cases.enrolls(event_id, mira)
    use_cases.enrolls(event_id, twin)
    waiting = world.person("Ben Okafor")
    use_cases.enrolls(event_id, waiting)

    merge_id = merge(admin, mira, twin)

    assert (places(session, mira), places(session, twin)) == ({event_id: "confirmed"}, {event_id: "cancelled"})
    assert places(session, waiting) == {event_id: "confirmed"}
    assert broken(session, event_id) == []
    assert_all_is_well(session)
    undo(admin, merge_id)
    assert (places(session, mira), places(session, twin)) == ({event_id: "confirmed"}, {event_id: "cancelled"})
    assert_all_is_well(session)


def test_the_better_place_of_the_row_that_goes_becomes_the_person_s(session, world, use_cases, admin, mira, twin):
    event_id = world.event(capacity=1, has_waitlist=True, starts_at=SOON)
    first = use_cases.enrolls(event_id, twin)
    use_cases.enrolls(event_id, mira)
    use_cases.is_checked_in(event_id, first, SOON)

    merge_id = merge(admin, mira, twin, now=SOON)

    assert (places(session, mira), places(session, twin)) == ({event_id: "checked_in"}, {event_id: "cancelled"})
    assert broken(session, event_id) == []
    assert_all_is_well(session, SOON)
    use_cases.is_closed(event_id, LATER)
    assert places(session, mira) == {event_id: "attended"}
    undo(admin, merge_id, LATER)
    assert (places(session, mira), places(session, twin)) == ({event_id: "cancelled"}, {event_id: "attended"})
    assert_all_is_well(session, LATER)


def test_attended_is_never_lost_and_two_who_both_attended_are_two_people(session, world, use_cases, admin, mira, twin):
    missed, both = world.event(starts_at=SOON), world.event(starts_at=SOON)
    for event_id in (missed, both):
        placed = use_cases.enrolls(event_id, twin)
        own = use_cases.enrolls(event_id, mira)
        use_cases.is_checked_in(event_id, placed, SOON)
    use_cases.is_closed(missed, LATER)
    assert (places(session, mira)[missed], places(session, twin)[missed]) == ("no_show", "attended")
    use_cases.is_checked_in(both, own, SOON)
    before = digest(session)

    assert code(lambda: merge(admin, mira, twin, now=LATER)) == "merge_both_present"
    assert digest(session) == before


def test_the_answer_and_the_lines_go_with_the_place(session, world, use_cases, admin, mira, twin):
    event_id = world.event(starts_at=SOON)
    use_cases.enrolls(event_id, twin)
    relay_batch(now=NOON)
    with write_transaction() as writing:
        place = writing.scalars(select(Enrollment.id).where(Enrollment.user_id == twin)).one()
        line = {"user_id": twin, "event_id": event_id, "enrollment_id": place, "title": "Clay", "created_at": NOON}
        key = f"reminder:{event_id}:2026-06-10:{twin}"
        writing.execute(insert(Notification).values(dedupe_key=key, type="reminder", **line))
    use_cases.is_closed(event_id, LATER)
    answer(user_id=twin, event_id=event_id, answer=Answer.ATTENDED, now=LATER)

    merge_id = merge(admin, mira, twin, now=LATER)

    assert session.scalars(select(AttendanceResponse.user_id)).all() == [mira]
    assert set(session.scalars(select(Notification.user_id)).all()) == {mira}
    renamed = f"reminder:{event_id}:2026-06-10:{mira}"
    assert session.scalar(select(func.count()).where(Notification.dedupe_key == renamed)) == 1
    assert_all_is_well(session, LATER)
    undo(admin, merge_id, LATER)
    assert set(session.scalars(select(Notification.user_id)).all()) == {twin}
    assert_all_is_well(session, LATER)


def test_places_in_classes_roll_call_and_facilities_go_along(session, app, world, admin, mira, twin):
    room = Classroom(app, world)
    room.belong([mira, twin])
    own, both = room.make(), room.make()
    session_id = room.meets(own, NOON)
    room.enrolls(own, twin)
    for user_id in (mira, twin):
        room.enrolls(both, user_id)
    with write_transaction() as writing:
        said = {"session_id": session_id, "user_id": twin, "status": "absent_excused", "version": 1, "note": ""}
        writing.execute(insert(ClassAttendanceMark).values(**said, facts={"minutes": 0}, at=NOON))
        writing.execute(insert(ClassAttendance).values(**said, minutes=0, marked_at=NOON))

    merge_id = merge(admin, mira, twin)

    standing = select(ClassEnrollment.class_id, ClassEnrollment.user_id, ClassEnrollment.status)
    session.rollback()
    assert set(session.execute(standing).all()) == {
        (own, mira, "enrolled"),
        (both, mira, "enrolled"),
        (both, twin, "cancelled"),
    }
    assert session.scalars(select(ClassAttendanceMark.user_id)).all() == [mira]
    assert session.scalars(select(FacilityPerson.user_id)).all() == [mira]
    later = room.make()
    session.rollback()
    room.enrolls(later, mira)
    undo(admin, merge_id)
    session.rollback()
    assert (own, twin, "enrolled") in set(session.execute(standing).all())
    assert set(session.scalars(select(FacilityPerson.user_id)).all()) == {mira, twin}
    session.rollback()


def test_the_person_is_told_at_both_addresses(session, world, admin, mira, twin):
    merge(admin, mira, twin)

    told = session.execute(select(Message.recipient, Message.body).where(Message.kind == "people_merged")).all()
    assert {row.recipient for row in told} == set(session.scalars(select(User.email).where(User.id.in_((mira, twin)))))
    assert all("M. Sand" in row.body and "Northside Makers" in row.body for row in told)


def test_what_is_refused_changes_nothing(session, world, use_cases, admin, mira, twin):
    first = world.organization_id
    world.organization("Elsewhere")
    elsewhere = world.person("E. Where", is_proved=False)
    use_cases.enrolls(world.event(), elsewhere)
    operator = world.person("Op", is_operator=True, is_proved=False)
    before = digest(session)

    def refused(kept, other, way=MergeWay.STAFF):
        return code(lambda: merge(admin, kept, other, way=way, organization_id=first))

    assert refused(mira, elsewhere) == "merge_elsewhere"
    assert refused(twin, mira) == "merge_signs_in"
    assert refused(mira, operator) == "merge_has_roles"
    assert refused(mira, mira) == "merge_same"
    assert refused(mira, 99_999) == "merge_person_gone"
    assert refused(mira, twin, MergeWay.SELF) == "merge_unproved"
    assert digest(session) == before


def test_a_merge_is_undone_once_within_seven_days_and_in_the_order_of_merges(session, world, admin, mira, twin):
    third = world.person("Sand, Mira", is_proved=False)
    first = merge(admin, twin, third)
    second = merge(admin, mira, twin)
    assert session.get_one(User, third).merged_into_id == mira
    session.rollback()

    assert code(lambda: undo(admin, first)) == "merge_not_last"
    assert code(lambda: undo(admin, second, NOON + UNDO_LIFETIME)) == "merge_undo_over"
    undo(admin, second)
    assert code(lambda: undo(admin, second)) == "merge_undone"
    assert session.get_one(User, third, populate_existing=True).merged_into_id == twin
    session.rollback()
    undo(admin, first)
    assert code(lambda: undo(admin, 99_999)) == "not_found"
    assert session.scalar(select(func.count()).select_from(PersonMerge)) == 2


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_the_audit_is_green_merged_and_apart(session, world, use_cases, admin, mira, twin, seed):
    """Two rows enroll, leave, wait and come, at random; then they are merged and taken apart, once or twice."""
    chance = Random(seed)  # noqa: S311
    events = [world.event(capacity=chance.choice([1, 2, None]), has_waitlist=True, starts_at=SOON) for _ in range(5)]
    others = world.people(3)
    for event_id in events:
        for user_id in chance.sample([mira, twin, *others], k=4):
            placed = use_cases.enrolls(event_id, user_id)
            if chance.random() < 0.3:
                use_cases.leaves(placed, user_id)
            elif chance.random() < 0.4 and placed.status == "confirmed" and user_id != mira:
                use_cases.is_checked_in(event_id, placed, SOON)
        if chance.random() < 0.4:
            use_cases.is_closed(event_id, LATER)
    relay_batch(now=LATER)
    attended = {event for one in (mira, twin) for event, is_at in places(session, one).items() if is_at == "attended"}
    for _ in range(2):
        merge_id = merge(admin, mira, twin, now=LATER)
        assert {event for event, is_at in places(session, mira).items() if is_at == "attended"} == attended
        assert broken_after_the_start(session, events) == set()
        assert_all_is_well(session, LATER)
        undo(admin, merge_id, LATER)
        assert broken_after_the_start(session, events) == set()
        assert_all_is_well(session, LATER)


def test_the_pass_of_a_place_held_twice_still_finds_its_person_at_the_desk(
    session, world, use_cases, admin, mira, twin
):
    event_id = world.event(starts_at=SOON)
    use_cases.enrolls(event_id, mira)
    placed = use_cases.enrolls(event_id, twin)
    code = session.get_one(Enrollment, placed.enrollment_id).pass_code
    session.rollback()
    merge(admin, mira, twin)
    desk = world.actor(world.person("Desk", role=Role.DESK), Role.DESK)
    tap = Tap(request_id="tap-000000000001", desk="Left", now=SOON)

    check_in(event_id=event_id, target=read_typed(code), crew=[desk], tap=tap)

    assert (places(session, mira), places(session, twin)) == ({event_id: "checked_in"}, {event_id: "cancelled"})


def test_who_was_merged_away_goes_with_the_person(session, world, use_cases, admin, mira, twin):
    use_cases.enrolls(world.event(), twin)
    merge(admin, mira, twin)

    delete_account(user_id=mira, password="", signed_in_at=NOON, now=NOON, real_now=NOON)

    gone = session.execute(select(User.name, User.email).where(User.id.in_((mira, twin)))).all()
    assert gone == [("Deleted person", None)] * 2
    assert session.scalars(select(PersonMerge.reason)).all() == ["The same phone"]
    assert_all_is_well(session)
