"""From an invitation by mail to the first work, for each role, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Message, ProgramClass, User
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.places.enrollment import enroll

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.journey, pytest.mark.slow]

TITLE, GUEST = "Open house", "Ana Silva"


@pytest.fixture
def place(app) -> RunningClass:
    """A class with a session to mark, and an event of today with one guest."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    with app.app_context():
        running = RunningClass(app, world=world, now=world.now)
    event_id = world.event(TITLE, slug="open-house", starts_at=world.now + timedelta(minutes=30))
    ana = world.person(GUEST)
    with app.app_context():
        enroll(event_id=event_id, user_id=ana, actor=world.actor(ana), now=world.now)
    return running


@pytest.fixture
def owner(app, server, place, browser: Browser):
    user_id = place.world.person("Orla Byrne", role=Role.OWNER)
    with app.app_context():
        token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    with window(browser, size="desktop", cookie=cookie) as page:
        yield page


def checks_somebody_in(page: Page) -> None:
    page.get_by_label("Name of this desk").fill("Door left")
    page.get_by_role("button", name="Open desk").click()
    page.get_by_label("Scan a code or type a name").fill("Ana")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text(GUEST)


def calls_the_roll(page: Page) -> None:
    page.get_by_role("button", name="Mark all present").click()
    expect(page.get_by_text("Saved 3 marks.")).to_be_visible()


def reads_who_comes(page: Page) -> None:
    opens_the_event(page)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)


def opens_the_event(page: Page) -> None:
    page.get_by_role("link", name="Events", exact=True).first.click()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def edits_the_event(page: Page) -> None:
    opens_the_event(page)
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Title").fill("Open house, upstairs")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Open house, upstairs")


def opens_the_team(page: Page) -> None:
    page.get_by_role("link", name="Organization", exact=True).first.click()
    page.get_by_role("link", name="Team", exact=True).first.click()
    expect(page.get_by_role("link", name="Invite people").first).to_be_visible()


#: What somebody of that role does first, from the page they come to.
WORK = {
    Role.OWNER: opens_the_team,
    Role.ADMIN: opens_the_team,
    Role.ORGANIZER: edits_the_event,
    Role.TEACHER: calls_the_roll,
    Role.DESK: checks_somebody_in,
    Role.VIEWER: reads_who_comes,
}


#: Where they begin, unless on the start page of staff.
STARTS = {Role.DESK: "/desk/", Role.TEACHER: "/admin/classes/{class_id}/roll-call/{session_id}"}


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.long if role in {Role.OWNER, Role.ADMIN} else ()) for role in Role]
)
def test_whoever_is_invited_joins_and_does_their_work(server, place, owner, session, browser, role):
    address = f"{role}@post.example"
    said = complaints(owner)
    owner.goto(f"{server.url}/admin/organization/{place.world.organization_id}/team")
    owner.get_by_role("link", name="Invite people").first.click()
    owner.get_by_label("Email addresses").fill(address)
    owner.locator(f"input[name=grant][value={role}]").check()
    owner.get_by_role("button", name="Send invitations").click()
    expect(owner.locator("main")).to_contain_text(address)

    with window(browser, size="desktop" if role is not Role.DESK else "phone") as page:
        said += complaints(page)
        page.goto(server.url + invitation_to(session, address))
        assert faults_of(page) == []
        page.get_by_role("link", name="Sign up").click()
        page.get_by_label("Name").fill("Nadia Haddad")
        page.get_by_label("Email address").fill(address)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("6-digit code").fill(mailed_code(session, address)[0])
        page.get_by_role("button", name="Continue", exact=True).first.click()
        page.get_by_role("button", name="Join the team").click()
        expect(page.locator("main")).to_contain_text("Northside Makers")
        gives_a_class(session, address)
        start = STARTS.get(role, "/admin").format(class_id=place.class_id, session_id=place.session_id)
        page.goto(server.url + start)
        WORK[role](page)
        assert faults_of(page) == []
    assert said == []


def invitation_to(session, address: str) -> str:
    """The path of the link in the newest mail to that address."""
    session.rollback()
    body = session.scalars(select(Message.body).where(Message.recipient == address).order_by(Message.id.desc())).first()
    session.rollback()
    return re.search(r"//[^/\s]+(/join/\S+)", body).group(1)


def gives_a_class(session, address: str) -> None:
    """An organizer names them as the teacher of the class."""
    session.rollback()
    user_id = session.scalars(select(User.id).where(User.email == address)).one()
    session.execute(update(ProgramClass).values(instructor_id=user_id))
    session.commit()
