"""Five o'clock in the rows: both columns, once, at the right local date, and nothing where nothing is due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.domain.classes.test_activation import ZONES
from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.starting_classes import StartingClasses
from tests.support.worlds.rows import digest
from webapp.domain.classes.activation import next_morning
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import SYSTEM_USER_ID, Actor, Grant, Role, Trigger
from webapp.domain.refusal import Refused
from webapp.models import ClassChange, ClassEnrollment, Facility, FacilityActivation, JobRun, ProgramClass
from webapp.queries.audit import broken_invariants
from webapp.services.classes.activation.activation_undo import undo_activation
from webapp.services.classes.activation.class_activation import SystemAccountMissing, activate_classes
from webapp.services.classes.program_class import move_class

pytestmark = pytest.mark.usefixtures("app_context")

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BERLIN_FIVE = datetime(2026, 6, 11, 3, tzinfo=UTC)
TODAY = date(2026, 6, 11)
NOTHING = {"classes": 0, "people": 0}
_LONG = (pytest.mark.long, pytest.mark.slow)


@pytest.fixture
def starting_classes(app) -> StartingClasses:
    return StartingClasses(app)


def test_class_and_people_begin_together_in_the_name_of_the_system(starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    class_id = starting_classes.scheduled(place, TODAY, enrolled=3, waiting=2)

    run = JobRun(name="activate-classes", as_of_at=BERLIN_FIVE, created_at=BERLIN_FIVE)
    session.add(run)
    session.commit()
    run_id = run.id
    session.rollback()

    assert activate_classes(now=BERLIN_FIVE, run_id=run_id) == {"classes": 1, "people": 3}

    one = session.get_one(ProgramClass, class_id)
    assert (one.status, one.activated_at, one.updated_by_id, one.version) == ("active", BERLIN_FIVE, SYSTEM_USER_ID, 2)
    people = session.execute(
        select(
            ClassEnrollment.status, ClassEnrollment.enrolled_at, ClassEnrollment.updated_by_id, ClassEnrollment.version
        ).order_by(ClassEnrollment.id)
    ).all()
    assert [tuple(row) for row in people] == [("enrolled", BERLIN_FIVE, SYSTEM_USER_ID, 1)] * 3 + [
        ("waitlisted", None, None, 1)
    ] * 2
    line = session.scalars(select(ClassChange).where(ClassChange.kind == "activated")).one()
    assert (line.from_status, line.to_status, line.version, line.facts, line.job_run_id, line.triggered_by) == (
        "scheduled",
        "active",
        2,
        {"people": 3},
        run_id,
        "system",
    )
    done = session.scalars(select(FacilityActivation)).one()
    assert (done.facility_id, done.local_on, done.classes, done.people) == (place, TODAY, 1, 3)
    session.rollback()
    assert list(broken_invariants(BERLIN_FIVE)) == []


def test_run_twice_the_second_writes_nothing(starting_classes, session):
    starting_classes.scheduled(starting_classes.facility("Europe/Berlin"), TODAY, enrolled=2)
    activate_classes(now=BERLIN_FIVE)
    before = digest(session)

    assert activate_classes(now=BERLIN_FIVE + HOUR) == NOTHING
    assert activate_classes(now=BERLIN_FIVE + HOUR, by_hand=True) == NOTHING
    assert digest(session) == before


def test_nothing_due_is_a_success_that_notes_the_morning_and_nothing_else(starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    starting_classes.scheduled(place, TODAY + DAY, enrolled=2)
    before = digest(session, leaving_out=frozenset({"facility_activations"}))

    assert activate_classes(now=BERLIN_FIVE) == NOTHING
    assert digest(session, leaving_out=frozenset({"facility_activations"})) == before
    assert session.scalars(select(FacilityActivation.local_on)).all() == [TODAY]
    session.rollback()
    whole = digest(session)
    assert activate_classes(now=BERLIN_FIVE, by_hand=True) == NOTHING
    assert digest(session) == whole


def test_what_was_stamped_before_keeps_its_time(starting_classes, session):
    class_id = starting_classes.scheduled(starting_classes.facility("Europe/Berlin"), TODAY, enrolled=2)
    first = session.scalars(select(ClassEnrollment.id)).first()
    earlier = BERLIN_FIVE - 9 * DAY
    session.execute(update(ClassEnrollment).where(ClassEnrollment.id == first).values(enrolled_at=earlier))
    session.commit()

    assert activate_classes(now=BERLIN_FIVE) == {"classes": 1, "people": 1}
    rows = session.execute(
        select(ClassEnrollment.enrolled_at, ClassEnrollment.updated_by_id)
        .where(ClassEnrollment.class_id == class_id)
        .order_by(ClassEnrollment.id)
    )
    assert [tuple(row) for row in rows] == [(earlier, None), (BERLIN_FIVE, SYSTEM_USER_ID)]


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    "start", ["2026-03-27", "2026-10-23", *(pytest.param(day, marks=_LONG) for day in ("2026-06-10", "2026-12-30"))]
)
def test_in_twelve_zones_each_class_begins_once_on_its_own_local_date(starting_classes, session, start):
    """A week of hours over a change of clocks: twelve facilities, in each a class for every date."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    places = {zone: starting_classes.facility(zone) for zone in ZONES}
    now = first - 2 * DAY
    activate_classes(now=now)
    for place in places.values():
        for days in range(4):
            starting_classes.scheduled(place, first.date() + days * DAY, enrolled=1)
    while now < first + 5 * DAY:
        now += timedelta(minutes=15)
        activate_classes(now=now)

    rows = session.execute(
        select(
            Facility.timezone,
            ProgramClass.starts_on,
            ProgramClass.activated_at,
            ProgramClass.version,
            ClassEnrollment.enrolled_at,
        )
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(ClassEnrollment, ClassEnrollment.class_id == ProgramClass.id)
    ).all()
    assert len(rows) == 48
    for zone, starts_on, activated_at, version, enrolled_at in rows:
        expected = next_morning(datetime.combine(starts_on - DAY, datetime.min.time(), UTC) + 6 * HOUR, zone)
        while expected.local_on < starts_on:
            expected = next_morning(expected.at, zone)
        assert (expected.local_on, activated_at, enrolled_at, version) == (starts_on, expected.at, expected.at, 2), zone


def test_a_stop_of_three_days_is_made_up_for_once_and_a_restart_alone_begins_nothing(starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    activate_classes(now=BERLIN_FIVE)
    missed = [starting_classes.scheduled(place, TODAY + days * DAY, enrolled=1) for days in (1, 2, 3)]
    later = starting_classes.scheduled(place, TODAY + 4 * DAY, enrolled=1)
    restarted = BERLIN_FIVE + 3 * DAY + 4 * HOUR

    assert activate_classes(now=restarted) == {"classes": 3, "people": 3}
    assert [activate_classes(now=restarted + hours * HOUR) for hours in (1, 12)] == [NOTHING] * 2
    active = session.scalars(select(ProgramClass.id).where(ProgramClass.status == "active")).all()
    assert sorted(active) == missed
    assert session.scalars(select(FacilityActivation.local_on).order_by(FacilityActivation.local_on)).all() == [
        TODAY,
        TODAY + 3 * DAY,
    ]
    session.rollback()
    assert activate_classes(now=BERLIN_FIVE + 4 * DAY) == {"classes": 1, "people": 1}
    assert session.get_one(ProgramClass, later, populate_existing=True).status == "active"


def test_what_is_scheduled_after_five_waits_for_the_next_morning_unless_a_hand_begins_it(starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    activate_classes(now=BERLIN_FIVE)
    starting_classes.scheduled(place, TODAY, enrolled=1)

    assert activate_classes(now=BERLIN_FIVE + HOUR) == NOTHING
    assert activate_classes(now=BERLIN_FIVE + HOUR, by_hand=True, facility_id=place) == {"classes": 1, "people": 1}


def test_a_hand_needs_no_hour_and_keeps_to_its_facility(starting_classes, session):
    berlin, honolulu = starting_classes.facility("Europe/Berlin"), starting_classes.facility("Pacific/Honolulu")
    for place in (berlin, honolulu):
        starting_classes.scheduled(place, date(2026, 6, 10), enrolled=1)
    midnight = datetime(2026, 6, 10, 22, 30, tzinfo=UTC)  # 0:30 of the 11th in Berlin, 12:30 of the 10th in Honolulu

    assert activate_classes(now=midnight, by_hand=True, facility_id=honolulu) == {"classes": 1, "people": 1}
    statuses = dict(session.execute(select(ProgramClass.facility_id, ProgramClass.status)).all())
    assert statuses == {berlin: "scheduled", honolulu: "active"}
    assert session.scalars(select(FacilityActivation.facility_id)).all() == []


def test_frozen_archived_and_paused_classes_are_left_alone(starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    for status in ("paused", "completed", "cancelled"):
        starting_classes.scheduled(place, TODAY, enrolled=1, status=status)
    starting_classes.scheduled(place, TODAY, enrolled=1, status="completed", archived_at=BERLIN_FIVE - DAY)
    before = digest(session)

    assert activate_classes(now=BERLIN_FIVE, by_hand=True) == NOTHING
    assert digest(session) == before


def test_without_the_system_account_it_fails_and_writes_nothing(starting_classes, session):
    starting_classes.scheduled(starting_classes.facility("Europe/Berlin"), TODAY, enrolled=1)
    session.execute(text("UPDATE users SET is_system = false WHERE id = 1"))
    session.commit()
    before = digest(session)

    for by_hand in (False, True):
        with pytest.raises(SystemAccountMissing, match="the system account"):
            activate_classes(now=BERLIN_FIVE, by_hand=by_hand)
    assert digest(session) == before


def test_a_facility_that_fails_holds_no_other_up(starting_classes, session):
    broken, healthy = starting_classes.facility("Europe/Berlin"), starting_classes.facility("Europe/Berlin")
    starting_classes.scheduled(broken, TODAY, enrolled=1)
    class_id = starting_classes.scheduled(healthy, TODAY, enrolled=1)
    # A line of the trail is in the way of the first one's.
    session.execute(
        ClassChange.__table__.insert().values(
            class_id=class_id - 1,
            version=2,
            kind="edited",
            to_status="scheduled",
            facts={},
            triggered_by="user",
            at=BERLIN_FIVE,
        )
    )
    session.commit()

    with pytest.raises(Exception, match=r"(?i)unique"):
        activate_classes(now=BERLIN_FIVE)
    assert dict(session.execute(select(ProgramClass.facility_id, ProgramClass.status)).all()) == {
        broken: "scheduled",
        healthy: "active",
    }
    assert session.scalars(select(FacilityActivation.facility_id)).all() == [healthy]


def test_many_classes_take_as_many_statements_as_one(starting_classes, app):
    numbers = []
    for classes in (1, 40):
        place = starting_classes.facility("Europe/Berlin")
        for _ in range(classes):
            starting_classes.scheduled(place, TODAY, enrolled=3)
        with counted_statements(app) as seen:
            done = activate_classes(now=BERLIN_FIVE)
        assert done == {"classes": classes, "people": 3 * classes}
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 14


# Taking it back


@pytest.fixture
def admin(starting_classes) -> Actor:
    starting_classes.world.organization()
    return starting_classes.world.actor(starting_classes.world.person("Iris Nyberg", role=Role.ADMIN), Role.ADMIN)


def undo(class_id: int, actor: Actor, at: datetime, *, version: int = 2, reason: str = "Wrong year") -> int:
    return undo_activation(class_id=class_id, reason=reason, expected_version=version, actor=actor, now=at)


def test_on_the_same_day_an_admin_takes_it_back_and_only_what_it_set_is_empty_again(starting_classes, admin, session):
    place = starting_classes.world.facility_id
    class_id = starting_classes.scheduled(place, TODAY, enrolled=2)
    kept = session.scalars(select(ClassEnrollment.id)).first()
    session.execute(update(ClassEnrollment).where(ClassEnrollment.id == kept).values(enrolled_at=BERLIN_FIVE - DAY))
    session.commit()
    activate_classes(now=BERLIN_FIVE)

    assert undo(class_id, admin, BERLIN_FIVE + 18 * HOUR + timedelta(minutes=59)) == 1

    one = session.get_one(ProgramClass, class_id)
    assert (one.status, one.activated_at, one.version, one.updated_by_id) == ("scheduled", None, 3, admin.user_id)
    times = session.scalars(select(ClassEnrollment.enrolled_at).order_by(ClassEnrollment.id)).all()
    assert times == [BERLIN_FIVE - DAY, None]
    line = session.scalars(select(ClassChange).where(ClassChange.version == 3)).one()
    assert (line.kind, line.from_status, line.to_status, line.reason, line.actor_id, line.facts) == (
        "activation_undone",
        "active",
        "scheduled",
        "Wrong year",
        admin.user_id,
        {"people": 1},
    )
    session.rollback()
    # Its morning stays done; the next one, or a hand, begins it again.
    assert activate_classes(now=BERLIN_FIVE + 19 * HOUR) == NOTHING
    assert activate_classes(now=BERLIN_FIVE + DAY) == {"classes": 1, "people": 1}
    assert list(broken_invariants(BERLIN_FIVE + DAY)) == []


def refusal_of_undo(session, class_id: int, actor: Actor, at: datetime, **changes) -> str:
    before = digest(session)
    with pytest.raises(Refused) as refused:
        undo(class_id, actor, at, **changes)
    assert digest(session) == before
    return refused.value.code


def test_what_cannot_be_taken_back_any_more_is_refused_and_changes_nothing(starting_classes, admin, session):
    class_id = starting_classes.scheduled(starting_classes.world.facility_id, TODAY, enrolled=2)
    soon = BERLIN_FIVE + HOUR
    assert refusal_of_undo(session, class_id, admin, soon, version=1) == "not_activated"
    activate_classes(now=BERLIN_FIVE)

    midnight = datetime(2026, 6, 11, 22, tzinfo=UTC)
    assert refusal_of_undo(session, class_id, admin, midnight) == "activation_too_old"
    assert refusal_of_undo(session, class_id, admin, soon, version=1) == "stale"
    assert refusal_of_undo(session, class_id, admin, soon, reason=" ") == "text_missing"
    organizer = Actor(
        user_id=admin.user_id, name="Tomás", grants={starting_classes.world.organization_id: [Grant(Role.ORGANIZER)]}
    )
    assert refusal_of_undo(session, class_id, organizer, soon) == "not_found"
    assert refusal_of_undo(session, 999, admin, soon) == "not_found"
    starting_classes.mark(class_id)
    assert refusal_of_undo(session, class_id, admin, soon) == "activation_has_marks"


def test_undone_twice_or_after_somebody_left_it_is_refused(starting_classes, admin, session):
    first, second, third = (
        starting_classes.scheduled(starting_classes.world.facility_id, TODAY, enrolled=1) for _ in range(3)
    )
    activate_classes(now=BERLIN_FIVE)
    starting_classes.leave(first, at=BERLIN_FIVE + HOUR)
    starting_classes.leave(third, at=BERLIN_FIVE - HOUR)  # by a clock that is behind

    assert refusal_of_undo(session, first, admin, BERLIN_FIVE + 2 * HOUR) == "activation_left"
    assert refusal_of_undo(session, third, admin, BERLIN_FIVE + 2 * HOUR) == "activation_left"
    undo(second, admin, BERLIN_FIVE + HOUR)
    assert refusal_of_undo(session, second, admin, BERLIN_FIVE + 2 * HOUR, version=3) == "not_activated"


def test_a_class_that_staff_activated_has_no_activation_to_take_back(starting_classes, admin, session):
    class_id = starting_classes.scheduled(starting_classes.world.facility_id, TODAY, enrolled=1)
    move_class(class_id=class_id, to_status=ClassStatus.ACTIVE, actor=admin, by=Trigger.ADMIN, now=BERLIN_FIVE)

    assert refusal_of_undo(session, class_id, admin, BERLIN_FIVE + HOUR) == "not_activated"
