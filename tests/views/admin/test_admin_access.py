"""What an admin page says to those who may not see it is the same, whatever exists; `tests/views/access` asks each."""

import pytest

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.services.places.enrollment import enroll

#: What is refused is refused before the database; where it is not, PostgreSQL is the stricter of the two.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

PAGES = [
    "/admin",
    "/admin/events",
    "/admin/events/new",
    "/admin/events/days",
    "/admin/audit",
    "/admin/events/{event}",
    "/admin/events/{event}/edit",
    "/admin/events/{event}/cancel",
    "/admin/events/{event}/enrollments",
    "/admin/events/{event}/rehearsal",
    "/admin/events/{event}/responses",
    "/admin/events/{event}/responses.csv",
    "/admin/events/{event}/audit",
    "/admin/events/{event}/export.csv",
    "/admin/events/{event}/export.json",
    "/admin/enrollments/{enrollment}",
    "/admin/enrollments/{enrollment}/reject",
    "/admin/enrollments/{enrollment}/cancel",
    "/admin/enrollments/{enrollment}/give-place",
]
ADMIN_PAGES = [
    "/admin/enrollments/{enrollment}/override",
    "/admin/enrollments/{enrollment}/withdrawal",
    "/admin/events/{event}/delete",
]
SCOPED = [path for path in PAGES + ADMIN_PAGES if "{" in path]


@pytest.fixture
def ids(world, app):
    world.organization()
    event_id, user_id = world.event(), world.person("Mira Sand")
    with app.app_context():
        placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return {"event": event_id, "enrollment": placed.enrollment_id, "user": user_id}


@pytest.fixture
def stranger(world, ids):
    """An admin of another organization."""
    world.organization("Harbour Crew")
    return world.person("Harriet Crew", role=Role.ADMIN)


@pytest.mark.parametrize("path", SCOPED)
def test_another_organizations_id_is_as_unknown_as_one_that_does_not_exist(reader_of, ids, stranger, path):
    browser = reader_of(stranger)
    foreign = browser.get(path.format(**ids), **{"X-Request-Id": "same-for-both"})
    unknown = browser.get(path.format(event=987654, enrollment=987654), **{"X-Request-Id": "same-for-both"})
    assert (foreign.status, unknown.status) == (404, 404)
    assert foreign.text.replace(str(ids["event"]), "") == unknown.text.replace("987654", "")


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_an_organizer_does_not_correct_outcomes_and_deletes_nothing(world, reader_of, ids, session, path):
    browser = reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))
    before = digest(session)
    assert browser.get(path.format(**ids)).status == 403
    assert browser.post(path.format(**ids), reason="x", version="1", to="checked_in").status == 403
    assert "Override" not in browser.get(f"/admin/enrollments/{ids['enrollment']}").buttons()
    assert digest(session) == before


@pytest.mark.parametrize(
    "broken", ["0", "-1", "2147483648", "9223372036854775808", "1.0", "01", "%D9%A1", "null", "1e3"]
)
@pytest.mark.parametrize(
    "path", ["/admin/events/{}", "/admin/events/{}/edit", "/admin/enrollments/{}", "/admin/enrollments/{}/override"]
)
def test_a_broken_id_is_not_found(world, reader_of, ids, path, broken):
    browser = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    assert browser.get(path.format(broken)).status == 404
