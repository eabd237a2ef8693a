"""Certificates of attendance on the pages: of the person, of anybody with the code, and of staff."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.places.certificate_code import in_groups
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import EventCertificate, Notification
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.notices.outbox import relay_batch

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
CLOSED = NOON - timedelta(minutes=5)


@pytest.fixture
def people(world) -> tuple[int, int]:
    world.organization()
    return world.person("Ana Silva"), world.person("Ben Ode")


@pytest.fixture
def admin_id(world, people) -> int:
    return world.person("Iris", role=Role.ADMIN)


@pytest.fixture
def event_id(world, use_cases, people, admin_id) -> int:
    """Over two days, and closed: Ana was marked as attended since, Ben did not come."""
    start = NOON - timedelta(days=1, hours=3)
    event_id = world.event(
        "Clay", slug="clay", starts_at=start, ends_at=NOON - timedelta(minutes=20), issues_certificates=True
    )
    ana, _ = (use_cases.enrolls(event_id, one, now=NOON - timedelta(days=3)).enrollment_id for one in people)
    with world.app.app_context():
        close_event(event_id=event_id, now=CLOSED)
        override_status(
            enrollment_id=ana, to_status=S.ATTENDED, reason="She was there", actor=world.actor(admin_id), now=CLOSED,
            expected_version=2,
        )  # fmt: skip
        relay_batch(now=CLOSED)
    return event_id


def test_the_person_finds_it_anybody_checks_it_and_only_some_print_it(
    world, reader, reader_of, people, event_id, session
):
    row = session.execute(select(*EventCertificate.__table__.c)).one()
    session.rollback()
    ana, ben, organizer = (
        reader_of(people[0]),
        reader_of(people[1]),
        reader_of(world.person("Orla", role=Role.ORGANIZER)),
    )
    check, sheet = f"/certificates/{row.code}", f"/certificates/{row.code}/print"

    assert in_groups(row.code) in ana.get("/events/clay").text
    assert sheet in ana.get("/events/clay").html and sheet in ana.get("/me/history").html
    assert "/certificates/" not in ben.get("/events/clay").html + ben.get("/me/history").html
    seen = reader.get(check)
    assert seen.headings("h1") == ["This certificate is valid"]
    assert all(
        one in seen.text for one in ("Ana Silva", "Clay", "Tue 9 June 2026 to Wed 10 June 2026", "Northside Makers")
    )
    assert "Studio 2" not in seen.text and "Print the certificate" not in seen.text
    assert "Print the certificate" in ana.get(check).text
    assert [one.get(sheet).status for one in (ana, organizer, ben, reader)] == [200, 200, 404, 302]
    paper = ana.get(sheet)
    assert paper.headings("h1") == ["Certificate of attendance"]
    assert all(one in paper.text for one in ("Ana Silva", "has attended", "10 June 2026", in_groups(row.code)))


def test_staff_prints_all_of_an_event_and_an_admin_puts_a_name_right(
    world, reader_of, people, admin_id, event_id, session
):
    admin, organizer = reader_of(admin_id), reader_of(world.person("Orla", role=Role.ORGANIZER))
    enrollment_id = session.scalar(select(EventCertificate.enrollment_id))
    session.rollback()
    sheets, name = f"/admin/events/{event_id}/certificates", f"/admin/enrollments/{enrollment_id}/certificate-name"

    assert sheets in organizer.get(f"/admin/events/{event_id}/enrollments").html
    page = organizer.get(sheets)
    assert (page.headings("h1"), page.headings("h2"), "1 certificate." in page.text) == (
        ["Certificates"], ["Certificate of attendance"], True,
    )  # fmt: skip
    assert (organizer.get(name).status, organizer.post(name, name="Ana").status) == (403, 403)
    assert name in admin.get(f"/admin/enrollments/{enrollment_id}").html
    fields = admin.get(name).fields(name)
    assert (fields["printed"], fields["name"]) == ("Ana Silva", "Ana Silva")
    assert admin.post(name, **{**fields, "name": "Ana da Silva", "reason": ""}).status == 422
    same = admin.post(name, **{**fields, "reason": "Spelling"})
    assert (same.status, "This one is printed now" in same.text) == (422, True)
    assert admin.post(name, **{**fields, "name": "Ana da Silva", "reason": "Spelling"}).status == 303
    assert admin.post(name, **{**fields, "name": "Somebody", "reason": "Spelling"}).status == 409
    after = admin.get(f"/admin/enrollments/{enrollment_id}").text
    assert "Ana da Silva" in after and "Spelling" in after
    assert "Ana da Silva" in organizer.get(sheets).text


def test_a_withdrawn_correction_revokes_it_everywhere(world, reader, reader_of, people, admin_id, event_id, session):
    row = session.execute(select(*EventCertificate.__table__.c)).one()
    session.rollback()
    with world.app.app_context():
        withdraw_override(
            enrollment_id=row.enrollment_id, reason="Mixed up", actor=world.actor(admin_id), now=NOON,
            expected_version=3,
        )  # fmt: skip
    ana, admin = reader_of(people[0]), reader_of(admin_id)

    revoked = reader.get(f"/certificates/{row.code}")
    assert revoked.headings("h1") == ["This certificate was revoked"]
    assert "Ana Silva" not in revoked.text and "Mixed up" not in revoked.text
    assert ana.get(f"/certificates/{row.code}/print").status == 404
    assert "/certificates/" not in ana.get("/events/clay").html + ana.get("/me/history").html
    assert "Revoked" in admin.get(f"/admin/enrollments/{row.enrollment_id}").text
    assert admin.post(f"/admin/enrollments/{row.enrollment_id}/certificate-name", name="X", printed="Ana Silva",
                      reason="Y").status == 409  # fmt: skip
    assert "No certificates yet" in admin.get(f"/admin/events/{event_id}/certificates").text
    kinds = session.scalars(select(Notification.type).where(Notification.user_id == people[0])).all()
    assert "correction_withdrawn" in kinds
