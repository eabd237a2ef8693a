"""The second step by the pages: set up, asked for at sign-in, and demanded by an organization."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from tests.inventory.route_table import written_down
from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.authenticator import Authenticator
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import AuthenticatorApp, Organization, SignIn, User
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.only_db("sqlite")
PAGE, APP = "/me/security", "/me/security/app"
MIRA = "mira@post.example"


@pytest.fixture
def mira(world) -> int:
    world.organization()
    return world.person("Mira Sand", email=MIRA, role=Role.ADMIN)


def turn_on(reader: Reader) -> tuple[pyotp.TOTP, list[str]]:
    assert reader.post(f"{APP}/start").location == APP
    page = reader.get(APP)
    app = pyotp.TOTP("".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page.html).group(1).split()))
    page = reader.post(APP, code=app.at(clock.real_now()))
    assert page.headings("h1") == ["Your recovery codes"]
    return app, re.findall(r"<code>([\w-]{14})</code>", page.html)


def forget_time(session) -> None:
    """As if the app's last code had been a while ago."""
    session.rollback()
    session.execute(update(AuthenticatorApp).values(last_step=1))
    session.commit()


def signs_in(reader: Reader, session, next_path: str = "/me") -> str | None:
    reader.post("/login/code", email=MIRA, next=next_path)
    return reader.post("/code", code=mailed_code(session, MIRA)[0]).location


def test_the_app_is_asked_for_after_the_first_step(app, reader_of, mira, session):
    here, there = reader_of(mira), Reader(app.test_client())
    device, written = turn_on(here)
    assert "10 recovery codes left" in here.get(PAGE).text

    assert signs_in(there, session) == "/login/second-step"
    assert [there.get(path).status for path in ("/me", "/confirm", "/admin/events")] == [302] * 3
    wrong = there.post("/login/second-step", code="000000")
    assert (wrong.status, "You have 4 more tries" in wrong.text) == (422, True)
    forget_time(session)
    answer = there.post("/login/second-step", code=device.at(clock.real_now()))
    assert (answer.location, there.get("/me").status) == ("/me", 200)

    other = Reader(app.test_client())
    assert [other.get("/login/second-step").location, other.post("/login/second-step", code="123456").status] == [
        "/login",
        422,
    ]
    signs_in(other, session)
    assert other.post("/login/second-step", code=written[0]).location == "/me"
    assert "9 recovery codes left" in other.get(PAGE).text


def test_a_passkey_counts_as_both_steps(app, reader_of, mira):
    here, there, device = reader_of(mira), Reader(app.test_client()), Authenticator(count=1)
    turn_on(here)
    here.post(
        "/me/security/passkeys", name="Laptop", answer=device.makes(here.post("/me/security/passkeys/options").html)
    )
    answer = there.post("/login/passkey", answer=device.signs(there.post("/login/passkey/options").html))
    assert (answer.location, there.get("/me").status) == ("/events", 200)


def test_codes_are_renewed_and_the_app_turned_off_only_soon_after_signing_in(reader_of, mira, session):
    here = reader_of(mira)
    _, written = turn_on(here)
    renewed = re.findall(r"<code>([\w-]{14})</code>", here.post("/me/security/recovery-codes").html)
    assert (len(renewed), set(renewed) & set(written)) == (10, set())
    session.execute(update(SignIn).values(created_at=clock.real_now() - timedelta(hours=1)))
    session.commit()
    changes = ("recovery-codes", "app/start", "app/remove")
    assert [here.post(f"{PAGE}/{what}").status for what in changes] == [422] * 3
    assert "Turn off" not in here.get(PAGE).buttons()
    session.execute(update(SignIn).values(created_at=clock.real_now()))
    session.commit()
    assert here.post(f"{APP}/remove").location == PAGE
    assert [here.post(f"{PAGE}/recovery-codes").status, here.get(APP).status] == [409, 409]


@pytest.fixture
def demanded(reader_of, mira, session) -> Reader:
    """Mira holds herself and her like to it, on the page of the organization."""
    reader = reader_of(mira)
    page = reader.get("/admin/organization")
    action = next(one.get("action") for one in page.tree.iter("form") if "organization/" in (one.get("action") or ""))
    fields = {**page.fields(action), "description": "", "demands_second_step": "1"}
    for name in ("asks_twice", "asks_only_unknown"):
        fields.pop(name, None)
    assert reader.post(action, **fields).status == 303
    session.rollback()
    assert session.scalar(select(Organization.demands_second_step)) is True
    session.rollback()
    return reader


def test_who_is_held_to_it_opens_no_page_of_staff_before(demanded, world):
    for route in written_down():
        if not route.guard.startswith("staff:") and route.guard not in {"job_watcher", "desk_crew", "operator"}:
            continue
        if route.method == "GET":
            page = demanded.get(route.path())
            assert (page.status, page.location.split("?")[0]) == (302, PAGE), route
        else:
            assert demanded.post(route.path()).status == 401, route
    page = demanded.get(PAGE)
    assert "Northside Makers asks people who run it to sign in with two steps." in page.text
    assert demanded.get("/me").status == 200

    turn_on(demanded)

    assert demanded.get("/admin/events").status == 200
    assert "asks people who run it" not in demanded.get(PAGE).text


def test_another_role_elsewhere_does_not_hide_that_one_is_held_to_it(app, world, reader_of):
    world.organization()
    ola = world.person("Ola", role=Role.VIEWER)
    demanding = world.organization("Harbour Crew")
    with app.app_context(), write_transaction() as writing:
        world.join_team(writing, ola, Role.ADMIN)
        writing.execute(update(Organization).where(Organization.id == demanding).values(demands_second_step=True))

    assert reader_of(ola).get("/admin/events").location == f"{PAGE}?next=/admin/events"


def test_it_is_demanded_of_those_who_run_it_and_of_operators(demanded, world, reader_of, session):
    organizer = world.person("Ola", role=Role.ORGANIZER)
    operator = world.person("Opal")
    session.execute(update(User).where(User.id == operator).values(is_operator=True))
    session.commit()
    assert reader_of(organizer).get("/admin/events").status == 200
    assert reader_of(operator).get("/admin/jobs").location == f"{PAGE}?next=/admin/jobs"


def test_a_passkey_is_enough_for_an_organization_that_demands_it(demanded):
    device = Authenticator(count=1)
    options = demanded.post("/me/security/passkeys/options").html
    demanded.post("/me/security/passkeys", name="Laptop", answer=device.makes(options))
    assert demanded.get("/admin/events").status == 200
