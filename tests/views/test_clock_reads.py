"""A request knows one instant: the clock is read once, whoever asks for the time on its way."""

import pytest
from flask import has_request_context

from tests.support.worlds.open_desk import OpenDesk, tap_id
from webapp import clock

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Notes every time that a request reads the product's clock."""
    noted: list[str] = []
    read = clock.now

    def noting():
        if has_request_context():
            noted.append("read")
        return read()

    monkeypatch.setattr(clock, "now", noting)
    return noted


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
def test_the_desk_reads_the_clock_once_also_to_refuse(desk, reader_of, reads, htmx) -> None:
    guest, organizer = desk.guest(), reader_of(desk.organizer_id)
    place, token = f"/desk/{desk.event_id}", organizer.token()
    presses = [
        ("checkin", {"enrollment": guest, "request_id": tap_id()}),
        ("checkin", {"enrollment": guest, "request_id": ""}),
        ("scan", {"q": "Amara", "request_id": tap_id()}),
        ("undo", {"check_in": 1, "request_id": tap_id()}),
        ("undo", {"check_in": 1, "request_id": tap_id()}),
        ("walk-in", {"name": "Zed", "request_id": tap_id()}),
        ("walk-in", {"name": "", "request_id": tap_id()}),
    ]
    for way, fields in presses:
        reads.clear()
        headers = {"HX-Request": "true"} if htmx else {}
        organizer.client.post(f"{place}/{way}", data={"csrf_token": token, **fields}, headers=headers)
        assert (way, len(reads)) == (way, 1)


def test_an_event_reads_the_clock_once_also_to_refuse(world, reader_of, reads) -> None:
    world.event("Clay", slug="clay", capacity=1)
    reader = reader_of(world.person("Mira"))
    page, token = "/events/clay", reader.token()
    for path in ("", "/enrollment", "/leave"):
        reads.clear()
        reader.client.get(page + path)
        assert (path, len(reads)) == (path, 1)
    for _ in ("gets in", "is already in"):
        reads.clear()
        reader.client.post(f"{page}/enroll", data={"csrf_token": token, "seen": "open"})
        assert len(reads) == 1


def test_lists_settings_and_forms_read_the_clock_once(world, orla, reader_of, reads) -> None:
    event_id = world.event("Clay", slug="clay")
    reader = reader_of(orla.user_id)
    own = ("/events", "/me", "/me/history", "/me/privacy", "/me/settings", "/me/notifications")
    for path in (*own, "/admin/events", "/admin/events/new", f"/admin/events/{event_id}/edit", "/admin/classes"):
        reads.clear()
        answer = reader.client.get(path)
        assert (path, answer.status_code, len(reads)) == (path, 200, 1)


def test_a_refused_form_reads_the_clock_once(world, orla, reader_of, reads) -> None:
    """With the list of time zones, which depends on the hour."""
    reader = reader_of(orla.user_id)
    token = reader.token()
    for path in ("/admin/events/new", "/me/settings"):
        reads.clear()
        answer = reader.client.post(path, data={"csrf_token": token})
        assert (path, answer.status_code, len(reads)) == (path, 422, 1)
