"""A no-show policy in a real browser: tried and switched on by keyboard, read on a phone, and excused."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.extensions import db
from webapp.models import Enrollment
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.organizations.no_show_policy import switch_on

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.journey]


@dataclass
class Year:
    """25 events of an organization, of which one regular missed every fifth."""

    world: World
    now: datetime
    admin: int
    regular: int
    #: The place that was missed last.
    missed: int


@pytest.fixture
def year(app) -> Year:
    now = clock.real_now().replace(microsecond=0)
    world = World(app, now=now)
    regulars = Regulars(world, number=10)
    for number in range(25):
        regulars.had(now - DAY * (3 + 12 * number), ["attended" if number % 5 else "no_show", *["attended"] * 9])
    with app.app_context():
        missed = select(Enrollment.id).where(Enrollment.status == "no_show").order_by(Enrollment.enrolled_at.desc())
        last = db.session.scalars(missed.limit(1)).one()
    return Year(world, now, world.person("Dana Kim", role=Role.ADMIN), regulars.people[0], last)


def open_window(app, server, browser: Browser, user_id: int, **more):
    with app.app_context():
        token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
    return window(browser, cookie={"name": "turnout_signed_in", "value": token, "url": server.url}, **more)


def test_a_rule_is_tried_switched_on_and_changed(app, server, browser: Browser, year):
    seen = partial(open_window, app, server, browser, year.admin)
    with seen(size="desktop", theme="light") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/organization")
        page.get_by_role("link", name="No-shows").click()
        assert faults_of(page) == []
        page.get_by_label("No-shows", exact=True).fill("2")
        page.get_by_label("What happens").select_option("enrolls 48 hours later")
        page.get_by_role("button", name="Try it on last year").press("Enter")
        expect(page.get_by_text("would have enrolled later than others")).to_be_visible()
        page.get_by_text("Show as a table").press("Enter")
        assert faults_of(page) == []
        page.get_by_role("button", name="Switch it on").press("Enter")
        expect(page.get_by_text("The no-show policy is on.")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    with seen(size="phone", theme="dark", java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/organization/{year.world.organization_id}/no-shows")
        page.get_by_role("button", name="Try it on last year").click()
        expect(page.get_by_text("would have enrolled later than others")).to_be_visible()
        page.get_by_role("button", name="Change the rule").click()
        expect(page.get_by_text("The no-show policy is changed.")).to_be_visible()
        page.get_by_role("button", name="Switch it off").click()
        expect(page.get_by_text("The no-show policy is off.")).to_be_visible()


def test_a_person_reads_what_counts_and_is_excused(app, server, browser: Browser, year):
    policy = NoShowPolicy(3, 180, Consequence.LATER, 48)
    admin = year.world.actor(year.admin)
    with app.app_context():
        since = year.now - DAY * 365
        switch_on(organization_id=year.world.organization_id, policy=policy, actor=admin, now=since)
    year.world.event("Hand-building with clay", slug="clay", starts_at=year.now + DAY * 9)

    with open_window(app, server, browser, year.regular, size="phone", theme="light") as page:
        said = complaints(page)
        page.goto(f"{server.url}/me/history")
        expect(page.get_by_text("3 of 3. The first fades on")).to_be_visible()
        assert faults_of(page) == []
        page.goto(f"{server.url}/events/clay")
        expect(page.get_by_role("heading", name="You can enroll from")).to_be_visible()
        expect(page.get_by_role("button", name="Enroll")).to_have_count(0)
        assert (faults_of(page), said) == ([], [])

    with open_window(app, server, browser, year.admin, size="desktop", theme="dark") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/enrollments/{year.missed}")
        page.get_by_role("link", name="Excuse").click()
        page.get_by_label("Illness").check()
        page.get_by_label("Before it started").check()
        page.get_by_role("button", name="Excuse").click()
        expect(page.get_by_text("This place doesn’t count as a no-show against them.")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    with open_window(app, server, browser, year.regular, size="phone", theme="dark", java_script_enabled=False) as page:
        page.goto(f"{server.url}/me/history")
        expect(page.get_by_text("2 of 3. The first fades on")).to_be_visible()
        page.goto(f"{server.url}/events/clay")
        expect(page.get_by_role("button", name="Enroll")).to_be_visible()
