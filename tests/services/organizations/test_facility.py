"""Facilities: added, changed, archived; and their clocks, with everything that is planned by them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.services.events.event_drafts import draft as event_draft
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, ClassSessionChange, Facility, MeetingSession
from webapp.services.classes.facility_zone import change_zone, foresee_zone
from webapp.services.events.event_editing import create_event
from webapp.services.organizations.facility import (
    FacilityDraft,
    archive_facility,
    change_facility,
    create_facility,
    restore_facility,
)

pytestmark = pytest.mark.usefixtures("app_context")
STUDIO = FacilityDraft("Studio 5", "Hafenstrasse 7", "Step-free entrance")
LISBON = "Europe/Lisbon"
ORLA = Actor(user_id=1, name="Orla")


@pytest.fixture
def northside(world) -> int:
    return world.organization()


def code_of(rule, **values) -> str | None:
    try:
        rule(**values)
    except Refused as refused:
        return refused.code
    return None


def stored(session, facility_id: int) -> Facility:
    session.rollback()
    return session.get_one(Facility, facility_id)


def test_a_facility_is_added_once_and_changed(northside, session):
    made = create_facility(organization_id=northside, draft=STUDIO, timezone="Asia/Tokyo")
    row = stored(session, made)
    assert (row.name, row.address, row.accessibility, row.timezone) == (
        "Studio 5",
        "Hafenstrasse 7",
        "Step-free entrance",
        "Asia/Tokyo",
    )
    before = digest(session)
    assert code_of(create_facility, organization_id=northside, draft=STUDIO, timezone="Asia/Tokyo") == (
        "facility_name_taken"
    )
    wrong = FacilityDraft("Other", "", "")
    assert code_of(create_facility, organization_id=northside, draft=wrong, timezone="Mars/Base") == "unknown_timezone"
    assert digest(session) == before

    yard = FacilityDraft("Yard", "", "")
    change_facility(facility_id=made, draft=yard, expected_version=1)
    assert (stored(session, made).name, stored(session, made).version) == ("Yard", 2)
    change_facility(facility_id=made, draft=yard, expected_version=2)
    assert stored(session, made).version == 2, "nothing was different"
    assert code_of(change_facility, facility_id=made, draft=STUDIO, expected_version=1) == "stale"
    taken = FacilityDraft("Studio 2", "", "")
    assert code_of(change_facility, facility_id=made, draft=taken, expected_version=2) == "facility_name_taken"


def test_another_organization_may_use_the_same_name(world, northside):
    for organization_id in (northside, world.organization("Other")):
        made = {"organization_id": organization_id, "draft": STUDIO, "timezone": "Asia/Tokyo"}
        assert code_of(create_facility, **made) is None


@pytest.mark.parametrize("status", ["draft", "published"])
def test_where_something_is_planned_nothing_is_archived(world, northside, session, status):
    world.event(status=status, starts_at=NOON + timedelta(days=1))
    before = digest(session)
    with pytest.raises(Refused) as refused:
        archive_facility(facility_id=world.facility_id, expected_version=1, now=NOON)
    assert (refused.value.code, refused.value.facts) == ("facility_in_use", {"events": 1, "classes": 0})
    assert digest(session) == before


def test_a_class_that_is_not_finished_keeps_its_facility(app, world, session):
    classroom = Classroom(app, world)
    classroom.make("Pottery")
    assert code_of(archive_facility, facility_id=world.facility_id, expected_version=1, now=NOON) == "facility_in_use"


def test_nothing_is_planned_at_an_archived_facility_until_it_is_restored(world, northside, session):
    world.event(starts_at=NOON - timedelta(days=9), ends_at=NOON - timedelta(days=8))
    archive_facility(facility_id=world.facility_id, expected_version=1, now=NOON)
    assert stored(session, world.facility_id).archived_at == NOON
    session.rollback()
    archive_facility(facility_id=world.facility_id, expected_version=2, now=NOON + timedelta(hours=1))
    assert stored(session, world.facility_id).archived_at == NOON, "once"
    plan = {"organization_id": northside, "draft": event_draft(world), "now": NOON}
    session.rollback()
    assert code_of(create_event, **plan, request_id="one") == "unknown_facility"

    restore_facility(facility_id=world.facility_id)
    assert code_of(create_event, **plan, request_id="two") is None


def test_planned_sessions_keep_their_hour_on_the_new_clocks(app, world, session):
    classroom = Classroom(app, world)
    here = classroom.make("Pottery", ends_on=date(2026, 8, 1))
    elsewhere = classroom.make("Weaving", facility_id=world.facility("Far", "Asia/Tokyo"))
    summer = datetime(2026, 7, 6, 16, tzinfo=UTC)  # 18:00 in Berlin
    moved, online = (classroom.meets(here, summer + timedelta(days=7 * n)) for n in range(2))
    stays = classroom.meets(elsewhere, summer)
    classroom.goes_online(online)
    begins = {one.id: one.starts_at for one in session.scalars(select(ClassSession))}
    session.rollback()

    foreseen = foresee_zone(facility_id=world.facility_id, timezone=LISBON, now=NOON)
    assert (foreseen.sessions, foreseen.classes) == (2, 1)
    assert (foreseen.first_from, foreseen.first_to) == (summer, summer + timedelta(hours=1))
    session.rollback()
    change = {"facility_id": world.facility_id, "timezone": LISBON, "now": NOON}
    assert change_zone(**change, expected_version=1, actor=ORLA) == 2

    session.rollback()
    now = {one.id: one.starts_at for one in session.scalars(select(ClassSession))}
    assert {one: now[one] - begins[one] for one in begins} == {
        moved: timedelta(hours=1),
        online: timedelta(hours=1),
        stays: timedelta(0),
    }
    assert {one.astimezone(ZoneInfo(LISBON)).hour for one in (now[moved], now[online])} == {18}
    assert session.scalar(select(MeetingSession.starts_at)) == now[online]
    assert (
        session.scalars(select(ClassSessionChange.reason)).all()
        == ["The facility’s time zone changed from Europe/Berlin to Europe/Lisbon"] * 2
    )
    assert stored(session, world.facility_id).timezone == LISBON
    session.rollback()
    assert change_zone(**change, expected_version=2, actor=ORLA) == 0, "twice is once"
    assert code_of(change_zone, **{**change, "timezone": "Asia/Tokyo"}, expected_version=1, actor=ORLA) == "stale"


def test_where_a_session_was_held_the_clocks_stay(app, world, session):
    classroom = Classroom(app, world)
    class_id = classroom.make("Pottery")
    classroom.meets(class_id, NOON - timedelta(hours=2))
    classroom.meets(class_id, NOON + timedelta(days=2))
    before = digest(session)
    change = {"facility_id": world.facility_id, "timezone": LISBON, "now": NOON}
    assert code_of(foresee_zone, **change) == "facility_zone_settled"
    assert code_of(change_zone, **change, expected_version=1, actor=ORLA) == "facility_zone_settled"
    assert digest(session) == before


def test_a_zone_that_makes_a_teacher_be_in_two_places_is_refused_and_moves_nothing(app, world, session):
    classroom = Classroom(app, world)
    teacher = world.person("Tamar")
    here = classroom.make("Pottery")
    elsewhere = classroom.make("Weaving", facility_id=world.facility("Far", "Europe/Berlin"))
    at = datetime(2026, 7, 6, 16, tzinfo=UTC)
    for class_id, starts_at in ((here, at), (elsewhere, at + timedelta(hours=1))):
        one = classroom.meets(class_id, starts_at)
        session.execute(update(ClassSession).where(ClassSession.id == one).values(instructor_id=teacher))
        session.commit()
    before = digest(session)
    change = {"facility_id": world.facility_id, "timezone": LISBON, "now": NOON}
    assert code_of(change_zone, **change, expected_version=1, actor=ORLA) == "instructor_clash"
    assert digest(session) == before
