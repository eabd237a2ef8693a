"""Reopening an event on its page: what it does is said before, and only admins may."""

from datetime import timedelta

import pytest

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.services.events.closure import close_event

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def address(world, use_cases) -> str:
    """Of an event that was closed a moment ago; one person did not come."""
    start = NOON - timedelta(hours=3)
    event_id = world.event("Clay", starts_at=start, ends_at=NOON - timedelta(minutes=20))
    use_cases.enrolls(event_id, world.person("Ben"), now=NOON - timedelta(days=2))
    with world.app.app_context():
        close_event(event_id=event_id, now=NOON - timedelta(minutes=5))
    return f"/admin/events/{event_id}/reopen"


def test_an_admin_reads_what_happens_and_opens_it(world, reader_of, session, address) -> None:
    admin = reader_of(world.person("Iris", role=Role.ADMIN))
    event_id = int(address.split("/")[3])
    assert address in admin.get(f"/admin/events/{event_id}").html
    page = admin.get(address)
    assert "1 no-show is expected again." in page.text
    fields = page.fields(address)
    before = digest(session)
    assert admin.post(address, **{**fields, "reason": ""}).status == 422
    late = admin.post(address, **{**fields, "reason": "It runs on", "ends_at": "2026-06-12 10:00"})
    assert (late.status, "within the next 24 hours" in late.text) == (422, True)
    assert digest(session) == before
    assert admin.post(address, **{**fields, "reason": "It runs on"}).status == 303
    assert "The event is open again. 1 outcome was withdrawn." in admin.get(f"/admin/events/{event_id}").text
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert admin.post(address, **{**fields, "reason": "It runs on"}).status == 409


def test_organizers_may_not(world, reader_of, address) -> None:
    organizer = reader_of(world.person("Orla", role=Role.ORGANIZER))
    assert organizer.get(address).status == 403
    assert "reopen" not in organizer.get(address.rpartition("/")[0]).html
