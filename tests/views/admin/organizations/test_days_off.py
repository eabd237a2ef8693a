"""Holidays and closed days of a facility: offered to skip by a plan, shown where something falls on one."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import ClassSession
from webapp.queries.organizations.days_off import days_off

pytestmark = [pytest.mark.usefixtures("noon")]


@pytest.fixture
def admin(world, reader_of):
    world.organization()
    return reader_of(world.person("Ada Admin", role=Role.ADMIN))


@pytest.fixture
def page(world, admin) -> str:
    address = f"/admin/facilities/{world.facility_id}/days-off"
    admin.get(address)
    return address


def plan(admin, class_id, **fields):
    address = f"/admin/classes/{class_id}/sessions/new"
    admin.get(address)
    usual = {
        "repeat": "weekly",
        "interval": "1",
        "starts_on": "2026-09-26",
        "count": "3",
        "at": "18:00",
        "minutes": "90",
    }
    return admin.post(address, **{**usual, **fields})


def test_country_region_and_closed_days_are_skipped_by_a_plan(app, world, admin, page, session) -> None:
    assert admin.post(f"{page}/holidays", country="DE").status == 303
    assert "Berlin" in admin.get(page).text
    assert admin.post(f"{page}/holidays", country="DE", region="BE").status == 303
    assert admin.post(f"{page}/closed", first_on="2026-10-10", last_on="", reason="Floor is sanded").status == 303
    assert "Floor is sanded" in admin.get(page).text
    off = days_off(session, world.facility_id, date(2026, 10, 1), date(2026, 10, 31))
    assert list(off) == [date(2026, 10, 3), date(2026, 10, 10)]
    session.rollback()
    class_id = Classroom(app, world).make(starts_on=date(2026, 9, 20), ends_on=date(2026, 12, 1))

    assert "Skip days off" in admin.get(f"/admin/classes/{class_id}/sessions/new").text
    assert plan(admin, class_id, skips_days_off="1").status == 303
    assert session.scalars(select(ClassSession.local_on)).all() == [date(2026, 9, 26)]
    session.rollback()
    assert plan(admin, class_id, starts_on="2026-10-03", count="1").status == 303
    assert "On a day off" in admin.get(f"/admin/classes/{class_id}/sessions").text


def test_an_event_on_a_day_off_says_so_to_its_team(world, admin, page) -> None:
    event_id = world.event()
    assert "day off" not in admin.get(f"/admin/events/{event_id}").text
    admin.post(f"{page}/closed", first_on="2026-06-01", last_on="2026-06-30", reason="Summer break")
    assert "is a day off here: Summer break" in admin.get(f"/admin/events/{event_id}").text


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        ("holidays", {"country": "XX"}),
        ("closed", {"first_on": "2026-10-10", "last_on": "2026-10-09", "reason": "x"}),
        ("closed", {"first_on": "2026-10-10", "last_on": "2028-10-09", "reason": "x"}),
        ("closed", {"first_on": "someday", "last_on": "", "reason": "x"}),
        ("closed", {"first_on": "2026-10-10", "last_on": "", "reason": " "}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(admin, page, session, where, fields) -> None:
    before = digest(session)
    assert admin.post(f"{page}/{where}", **fields).status == 422
    assert digest(session) == before


def test_closed_days_are_removed_and_another_organization_cannot(world, admin, page, reader_of) -> None:
    admin.post(f"{page}/closed", first_on="2026-10-10", last_on="2026-10-12", reason="Floor is sanded")
    world.organization("Another one")
    other = reader_of(world.person("Otto", role=Role.ADMIN))
    other.get("/admin/events")
    assert other.get(page).status == 404
    assert other.post(f"{page}/closed/1/remove").status == 404
    assert admin.post(f"{page}/closed/1/remove").status == 303
    assert "Floor is sanded" not in admin.get(page).text
