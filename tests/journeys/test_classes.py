"""Classes in a real browser: every page looked at by axe, a session cancelled and put back without a mouse."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.classes.session_change import SessionChange
from webapp.domain.permission import SYSTEM, Actor, Role
from webapp.domain.recurrence import Scope, SessionPlan, parse_rule
from webapp.models import ClassSession, ClassSessionChange, ProgramClass
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    return world


@pytest.fixture
def orla(world) -> int:
    return world.person("Orla Byrne", role=Role.ORGANIZER)


@pytest.fixture
def organizer(app, server, orla, browser: Browser) -> Callable[..., Page]:
    """A window of an organizer: `with organizer(size="desktop") as page`."""
    with app.app_context():
        token = begin_sign_in(user_id=orla, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    return lambda **more: window(browser, cookie=cookie, **more)


@pytest.fixture
def class_id(app, world, session) -> int:
    """A class with four sessions to come."""
    first = world.now.date() + timedelta(days=7)
    class_id = Classroom(app, world).make("Wheel throwing, from centring to a lidded jar", starts_on=first)
    with app.app_context():
        at = world.now.time().replace(hour=18, minute=30, second=0)
        plan = SessionPlan(parse_rule("FREQ=WEEKLY;COUNT=4"), first, at, 90, None, None)
        plan_sessions(class_id=class_id, plan=plan, actor=SYSTEM, now=world.now)
    return class_id


def changed_batch(app, world, session, class_id, orla) -> tuple[int, str]:
    """A session of the class that was moved, and the batch of that."""
    one = session.scalar(select(ClassSession.id).where(ClassSession.class_id == class_id))
    session.rollback()
    with app.app_context():
        change_sessions(
            class_id=class_id,
            chosen=Chosen(one, 1, Scope.THIS),
            change=SessionChange({"minutes": 60}),
            reason="Shorter",
            actor=Actor(user_id=orla, name="Orla"),
            now=world.now,
        )
    batch = session.scalar(select(ClassSessionChange.batch))
    session.rollback()
    return one, batch


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_every_page_of_classes_passes_axe(app, server, world, session, class_id, orla, organizer, size, theme, share):
    one, batch = changed_batch(app, world, session, class_id, orla)
    program_id = session.scalar(select(ProgramClass.program_id))
    session.rollback()
    own = f"/admin/classes/{class_id}"
    pages = [
        "/admin/classes",
        own,
        f"{own}/edit",
        f"{own}/trail",
        f"{own}/move/cancelled",
        f"{own}/delete",
        f"{own}/sessions",
        f"{own}/sessions/new",
        f"{own}/sessions/{one}/change",
        f"{own}/sessions/{one}/cancel",
        f"{own}/sessions/changes/{batch}/undo",
        "/admin/programs",
        "/admin/programs/new",
        f"/admin/programs/{program_id}",
        f"/admin/programs/{program_id}/archive",
        "/admin/rooms",
    ]
    found = {}
    with organizer(size=size, theme=theme) as page:
        said = complaints(page)
        for path in pages[share]:
            page.goto(server.url + path)
            if faults := faults_of(page):
                found[path] = faults
    assert (found, said) == ({}, [])


@pytest.mark.journey
def test_a_session_is_cancelled_and_put_back_by_keyboard(server, session, class_id, organizer):
    with organizer(size="desktop") as page:
        page.goto(f"{server.url}/admin/classes/{class_id}/sessions")
        page.get_by_role("link", name="Call off the session on").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Call off this session?")).to_be_visible()
        page.get_by_label("Why?").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("There is a problem")).to_be_visible()
        assert faults_of(page) == []
        page.get_by_label("Why?").focus()
        page.keyboard.type("The wheel is being repaired")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 session has been called off.")).to_be_visible()
        page.get_by_role("link", name="Undo").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Why?").focus()
        page.keyboard.type("It turns again")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 session is back as it was.")).to_be_visible()
    session.rollback()
    assert set(session.scalars(select(ClassSession.status))) == {"scheduled"}


@pytest.mark.journey
def test_people_are_searched_for_while_typing_and_stay_chosen(server, app, world, organizer, class_id):
    Classroom(app, world).belong([world.person(name) for name in ("Ana Silva", "Ben Okafor", "Mei Lin")])

    with organizer(size="phone") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/classes/{class_id}/people/add")
        page.get_by_label("Ana Silva").check()
        page.get_by_label("Search name or email").press_sequentially("mei")
        expect(page.get_by_label("Ben Okafor")).to_have_count(0)
        expect(page.get_by_label("Ana Silva")).to_be_checked()
        page.get_by_label("Mei Lin").check()
        page.get_by_label("Search name or email").press("Enter")
        expect(page.get_by_text("2 people chosen")).to_be_visible()
        assert faults_of(page) == []
        page.locator(".form__do .btn--go").click()
        expect(page.get_by_role("link", name="Ana Silva")).to_be_visible()
        expect(page.get_by_role("link", name="Mei Lin")).to_be_visible()
        assert said == []


@pytest.mark.journey
def test_an_address_is_suggested_while_the_name_is_typed(server, world, use_cases, organizer):
    use_cases.enrolls(
        world.event(starts_at=world.now + timedelta(days=3)),
        world.person("Ana Silva", email="ana@post.example"),
        world.now,
    )

    with organizer(size="desktop") as page:
        page.goto(f"{server.url}/admin/facilities/{world.facility_id}/people")
        page.locator("#email").press_sequentially("ana")
        expect(page.locator("#email-suggestions option")).to_have_attribute("value", "ana@post.example")
