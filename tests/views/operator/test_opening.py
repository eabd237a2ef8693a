"""The pages on which somebody opens an organization, or asks to, and an operator decides."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from webapp.config import Settings
from webapp.domain.permission import Role
from webapp.models import Organization, OrganizationRequest

pytestmark = pytest.mark.only_db("sqlite")
FILLED = {"name": "Al-Nur", "facility": "Hall", "timezone": "Asia/Amman", "note": "Evening classes"}
PAGE = "/me/organization"


@pytest.fixture
def fatima(world, noon) -> int:
    return world.person("Fatima", email="fatima@nur.example")


@pytest.fixture
def allow(app, monkeypatch):
    """Say who may open an organization here."""

    def to(opening: str) -> None:
        settings: Settings = app.extensions["settings"]
        monkeypatch.setitem(app.extensions, "settings", replace(settings, organizations=opening))

    return to


def test_where_operators_do_it_there_is_no_such_page(reader_of, fatima):
    page = reader_of(fatima)
    assert page.get(PAGE).status == 404
    assert page.post(PAGE, **FILLED).status == 404
    assert "Open an organization" not in page.get("/me/teams").text


def test_somebody_asks_and_an_operator_decides(reader_of, world, session, fatima, allow):
    allow("request")
    page = reader_of(fatima)
    assert page.get("/me/teams").links()["Open an organization"] == PAGE
    assert page.post(PAGE, **FILLED).location == PAGE
    assert "You asked to open Al-Nur." in page.get(PAGE).text
    again = page.post(PAGE, **FILLED)
    assert (again.status, "You’ve asked for one already." in again.text) == (409, True)

    operator = reader_of(world.person("Iris", is_operator=True))
    assert "Asked by Fatima" in operator.get("/operator").text
    request_id = session.scalar(select(OrganizationRequest.id))
    session.rollback()
    here = f"/operator/requests/{request_id}"
    assert "Evening classes" in operator.get(f"{here}/accept").text
    assert operator.post(f"{here}/decline", reason="").words_of("reason-error") == "Say why"
    assert operator.post(f"{here}/accept", reason="").location == "/operator"
    assert "Al-Nur is open, and Fatima is told." in operator.get("/operator").text
    operator.post(f"{here}/decline", reason="Late")
    assert "This was decided already." in operator.get("/operator").text
    assert session.scalars(select(Organization.name)).all() == ["Al-Nur"]
    assert page.get("/admin").status == 200


def test_where_it_is_open_it_is_opened_at_once(reader_of, fatima, allow):
    allow("open")
    page = reader_of(fatima)

    assert page.post(PAGE, **FILLED).location == "/admin"
    assert page.get("/admin/events/new").status == 200
    taken = page.post(PAGE, **FILLED)
    assert (taken.status, "There’s an organization with this name already" in taken.text) == (422, True)
    assert taken.fields(PAGE)["facility"] == "Hall"


def test_who_asks_is_told_on_the_start_page_of_operators_only(reader_of, world, fatima, allow):
    allow("request")
    world.organization()
    iris, dana = (
        reader_of(world.person(name, role=Role.OWNER, is_operator=name == "Iris")) for name in ("Iris", "Dana")
    )
    assert "asks to open" not in iris.get("/admin").text
    reader_of(fatima).post(PAGE, **FILLED)
    page = iris.get("/admin")
    assert (page.links()["Organization to decide"], "Fatima asks to open Al-Nur." in page.text) == ("/operator", True)
    assert "asks to open" not in dana.get("/admin").text


@pytest.mark.parametrize("field", ["name", "facility", "timezone"])
def test_what_is_missing_is_named(reader_of, session, fatima, allow, field):
    allow("open")
    before = digest(session)
    page = reader_of(fatima).post(PAGE, **{**FILLED, field: " "})

    assert page.status == 422
    assert page.words_of(f"{field}-error")
    assert digest(session) == before


def test_an_address_that_nobody_proved_is_confirmed_first(reader_of, world, session, noon, allow):
    allow("open")
    una = reader_of(world.person("Una", is_proved=False))

    assert "Confirm your email address first." in una.get(PAGE).text
    assert una.post(PAGE, **FILLED).status == 422
    assert session.scalar(select(Organization.id)) is None
