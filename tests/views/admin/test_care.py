"""Who looks after somebody, on their page and at the end of the mailed link."""

import re

import pytest
from sqlalchemy import select

from tests.support.pages.reading import Reader
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Message, User
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def lina(app, world, use_cases) -> int:
    world.organization()
    with app.app_context(), write_transaction() as session:
        (user_id,) = add_people_without_address(session, [("Lina Sand", None)], now=NOON)
    use_cases.enrolls(world.event(), user_id)
    return user_id


@pytest.fixture
def mira(world, use_cases, lina) -> int:
    user_id = world.person("Mira Sand", email="mira@sand.example")
    use_cases.enrolls(world.event(), user_id)
    return user_id


@pytest.fixture
def page(world, lina) -> str:
    return f"/admin/organization/{world.organization_id}/people/{lina}"


def link(session) -> str:
    body = session.scalars(select(Message.body).where(Message.kind == "care_request").order_by(Message.id)).all()[-1]
    session.rollback()
    return re.search(r"/care/\S+", body).group()


def test_staff_asks_and_the_mailbox_says_yes(app, world, lina, mira, page, reader_of, session):
    organizer = reader_of(world.person("Orla", role=Role.ORGANIZER))
    wrong = organizer.post(f"{page}/care", email="nobody@post.example")
    assert (wrong.status, "No one here has this address" in wrong.text) == (422, True)
    assert organizer.post(f"{page}/care", email="mira@sand.example").location == page
    assert "Mira Sand was asked on" in organizer.get(page).text
    asked = reader_of(mira).get("/me/people")
    assert "asks whether you look after Lina Sand" in asked.text
    assert asked.links()["Answer"].endswith(link(session))

    mailbox, stranger = Reader(app.test_client()), reader_of(world.person("Ben"))
    before = digest(session)
    assert "Do you look after Lina Sand?" in mailbox.get(link(session)).text
    assert [stranger.get(link(session)).status, stranger.post(f"{link(session)}/yes").status] == [403] * 2
    assert "This link is for someone else" in stranger.get(link(session)).text
    assert digest(session) == before
    assert "You look after Lina Sand now" in mailbox.post(f"{link(session)}/yes").text
    assert mailbox.post(f"{link(session)}/no").status == 409
    assert "Looked after byMira Sand" in organizer.get(page).text
    assert "Lina Sand" in reader_of(mira).get("/me/people").text


def test_staff_withdraws_and_others_may_not(app, world, lina, mira, page, reader_of, session):
    organizer, viewer = (reader_of(world.person(str(role), role=role)) for role in (Role.ORGANIZER, Role.VIEWER))
    world.organization("Elsewhere")
    other = reader_of(world.person("Admin of another", role=Role.ADMIN))
    organizer.post(f"{page}/care", email="mira@sand.example")
    before = digest(session)
    assert [one.post(f"{page}/care/withdraw").status for one in (viewer, other)] == [403, 404]
    assert [one.post(f"{page}/care", email="mira@sand.example").status for one in (viewer, other)] == [403, 404]
    assert digest(session) == before
    assert organizer.post(f"{page}/care/withdraw").location == page
    gone = Reader(app.test_client())
    assert "This question was withdrawn" in gone.get(link(session)).text
    assert gone.post(f"{link(session)}/yes").status == 409
    assert session.scalar(select(User.managed_by_id).where(User.id == lina)) is None
