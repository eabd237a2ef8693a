"""Scans of keyboard scanners at a real desk: whatever the layout made of the address, its guest is in."""

import pytest
from sqlalchemy import select, update

from tests.support.browsers.keyboards import LAYOUTS, typed
from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.rows import digest
from tests.support.worlds.world import World
from webapp.domain.desk.check_in import Verdict
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import CheckIn, Enrollment
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app))


def address_of(code: str) -> str:
    return f"HTTPS://TURNOUT.EXAMPLE/C/{code}"


def give_code(enrollment_id: int, code: str) -> None:
    with write_transaction() as session:
        session.execute(update(Enrollment).where(Enrollment.id == enrollment_id).values(pass_code=code))


def test_the_address_of_a_pass_lets_its_guest_in_on_every_layout(desk) -> None:
    guests = dict(zip(LAYOUTS, desk.guests(len(LAYOUTS)), strict=True))

    told = {layout: desk.type(typed(address_of(desk.code(guests[layout])), layout)) for layout in LAYOUTS}

    assert {layout: (outcome.verdict, outcome.guest.enrollment_id) for layout, outcome in told.items()} == {
        layout: (Verdict.IN, guest) for layout, guest in guests.items()
    }
    assert set(db.session.scalars(select(CheckIn.method))) == {"qr"}


def test_what_is_left_of_an_address_is_enough_where_its_guest_is_of_this_event(desk) -> None:
    guests = dict(zip(LAYOUTS, desk.guests(len(LAYOUTS)), strict=True))

    told = {layout: desk.type(typed(address_of(desk.code(guests[layout])), layout)[12:]) for layout in LAYOUTS}

    assert {layout: outcome.guest.enrollment_id for layout, outcome in told.items() if outcome.guest} == guests
    assert set(db.session.scalars(select(CheckIn.method))) == {"qr"}


def test_the_end_of_a_scan_never_means_a_guest_of_another_event(desk, session) -> None:
    other = desk.world.event("Other", starts_at=desk.starts_at, ends_at=desk.ends_at)
    guest = desk.guest("Elsa Elsewhere", event_id=other)
    before = digest(session)

    whole = desk.type(typed(address_of(desk.code(guest)), "German"))
    rest = desk.type(typed(address_of(desk.code(guest)), "German")[12:])

    assert (whole.verdict, rest.verdict, rest.guest) == (Verdict.OTHER_EVENT, Verdict.UNKNOWN, None)
    assert digest(session) == before


@pytest.mark.parametrize("name", ["Bertabergham", "Anna F5EGR0WR", "Kaf5egr0wr"])
def test_a_name_wins_over_a_code_that_it_happens_to_end_with(desk, name) -> None:
    """Also where a guest of this very event has that code."""
    stranger, named = desk.guest("Someone Else"), desk.guest(name)
    give_code(stranger, "F5EGR0WR")

    outcome = desk.type(name)

    assert (outcome.verdict, outcome.guest.enrollment_id) == (Verdict.IN, named)
    assert desk.status(stranger) is S.CONFIRMED
    assert db.session.scalar(select(CheckIn.method)) == "manual"
