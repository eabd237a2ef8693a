"""Why this status: the reasons of one's own enrollment, in words, and nobody else's."""

from datetime import timedelta

import pytest

from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON

pytestmark = pytest.mark.usefixtures("noon")


def test_a_no_show_reads_what_was_asked_and_what_was_found(world, use_cases, reader_of):
    event_id, mira = world.event("Clay", slug="clay", starts_at=NOON - timedelta(hours=5)), world.person()
    placed = use_cases.enrolls(event_id, mira, now=NOON - days(1))
    use_cases.is_closed(event_id, now=NOON)
    reader = reader_of(mira)
    page = reader.get(f"/me/enrollments/{placed.enrollment_id}/why")
    assert (page.status, page.headings("h1")) == (200, ["Why this status"])
    assert "You weren’t checked in." in page.text
    assert "So you weren’t marked as attended" in page.text
    assert reader.get("/events/clay").links()["Why this status"] == f"/me/enrollments/{placed.enrollment_id}/why"


def test_it_is_nobody_elses_business(world, use_cases, reader_of, reader):
    placed = use_cases.enrolls(world.event(), world.person())
    address = f"/me/enrollments/{placed.enrollment_id}/why"
    stranger = reader_of(world.person("Ben"))
    theirs, nobodys = stranger.get(address), stranger.get("/me/enrollments/999999/why")
    assert (theirs.status, theirs.unsigned) == (404, nobodys.unsigned)
    assert reader.get(address).location == f"/login?next={address}"
