"""What a person reads of their own no-shows: before enrolling, beside the outcome, and in their history."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.models import Enrollment
from webapp.services.organizations.no_show_policy import switch_on

pytestmark = pytest.mark.usefixtures("noon")
WARNED = NoShowPolicy(3, 180, Consequence.WARNED)
LATER = NoShowPolicy(2, 180, Consequence.LATER, 24)


@pytest.fixture
def regulars(world) -> Regulars:
    return Regulars(world, number=2)


@pytest.fixture
def mira(regulars, reader_of):
    return reader_of(regulars.people[0])


@pytest.fixture
def policy(app, world, regulars):
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN))

    def on(policy):
        with app.app_context():
            switch_on(organization_id=world.organization_id, policy=policy, actor=admin, now=NOON - DAY * 400)

    return on


def test_the_history_says_what_counts_and_when_it_fades(regulars, mira, policy):
    policy(WARNED)
    regulars.had(NOON - DAY * 10, ["no_show"])
    assert "1 of 3. It fades on 27 November 2026." in mira.get("/me/history").text

    regulars.had(NOON - DAY * 100, ["no_show"])
    page = mira.get("/me/history")
    assert "2 of 3. The first fades on 29 August 2026. At 3 no-shows: You get a warning." in page.text
    assert "Open studio night Fades on 29 August 2026. Open studio night Fades on 27 November 2026." in page.text


def test_without_a_policy_nothing_is_said(regulars, mira):
    event_id = regulars.had(NOON - DAY * 10, ["no_show"])

    assert "fades" not in mira.get("/me/history").text
    assert event_id and "fades" not in mira.get("/events").text


def test_the_event_says_that_it_counts(world, regulars, mira, policy, session):
    policy(WARNED)
    slug = world.event(slug="clay", starts_at=NOON + DAY)
    regulars.had(NOON - DAY * 10, ["no_show"])
    past = session.scalars(select(Enrollment.event_id)).one()
    assert slug != past
    session.rollback()

    page = mira.get("/events/clay")

    assert "Your no-shows at Northside Makers: 1 of 3. It fades on 27 November 2026." in page.text
    assert "Enroll" in page.buttons("enrollment")


def test_who_enrolls_later_sees_from_when_and_no_button(world, regulars, mira, policy, reader_of):
    policy(LATER)
    for days_ago in (10, 100):
        regulars.had(NOON - DAY * days_ago, ["no_show"])
    world.event(slug="clay", starts_at=NOON + DAY * 9, opens_at=NOON - timedelta(hours=1))

    page = mira.get("/events/clay")
    assert "You can enroll from tomorrow, 13:00" in page.text or "You can enroll from" in page.text
    assert "2 of 2. The first fades on 29 August 2026. You enroll 24 hours later than others." in page.text
    assert "That ends on 29 August 2026." in page.text
    assert "Enroll" not in page.buttons("enrollment")

    answer = mira.post("/events/clay/enroll", seen="open")
    assert answer.status == 409
    assert "so others go first. You can enroll from" in answer.text
    assert reader_of(regulars.people[1]).get("/events/clay").buttons("enrollment") == ["Enroll"]


def test_a_policy_costs_the_event_page_one_statement_and_enrolling_one(app, world, regulars, reader_of, policy):
    address = "/events/clay"
    world.event(slug="clay", starts_at=NOON + DAY * 9)
    costs = []
    for on in (False, True):
        if on:
            policy(LATER)
        reader = reader_of(world.person())
        reader.get(address)
        with counted_statements(app) as looked:
            reader.get(address)
        token = reader.token()
        with counted_statements(app) as pressed:
            reader.client.post(f"{address}/enroll", data={"csrf_token": token, "seen": "open"})
        costs.append((len(looked), len(pressed)))
    (looked, pressed), with_policy = costs
    assert with_policy == (looked + 1, pressed + 1)


def test_leaving_late_says_what_it_costs(world, use_cases, regulars, mira, policy):
    policy(NoShowPolicy(3, 180, Consequence.WARNED, late_counts=True))
    event_id = world.event(slug="clay", starts_at=NOON + timedelta(hours=30), cancellation_deadline_hours=24)
    use_cases.enrolls(event_id, regulars.people[0], NOON - DAY * 3)
    assert "cancelling counts as half a no-show." in mira.get("/events/clay").text
    assert "half a no-show" not in mira.get("/events/clay/leave").text

    late_id = world.event(slug="glaze", starts_at=NOON + timedelta(hours=5), cancellation_deadline_hours=24)
    use_cases.enrolls(late_id, regulars.people[0], NOON - DAY * 3)
    assert "It’s after the deadline, so cancelling counts as half a no-show." in mira.get("/events/glaze").text
    page = mira.get("/events/glaze/leave")
    assert "It’s after the deadline, so cancelling counts as half a no-show." in page.text
    assert mira.post("/events/glaze/leave", **page.fields("/events/glaze/leave")).status == 303
    assert "You cancelled" in mira.get("/events/glaze").text


def test_who_waits_behind_others_is_told_so_before_and_after(world, use_cases, regulars, mira, policy, reader_of):
    policy(NoShowPolicy(1, 180, Consequence.BEHIND))
    regulars.had(NOON - DAY * 10, ["no_show"])
    event_id = world.event(slug="clay", capacity=1, starts_at=NOON + DAY * 9)
    use_cases.fills(event_id, 1)

    page = mira.get("/events/clay")
    assert "You wait behind others when you join a waitlist. That ends on 27 November 2026." in page.text
    assert "You’d be number" not in page.text
    assert mira.post("/events/clay/enroll", seen="full_with_waitlist").status == 303

    ben = reader_of(regulars.people[1])
    assert "1 person is waiting." in ben.get("/events/clay").text
    done = ben.post("/events/clay/enroll", seen="full_with_waitlist")
    assert done.status == 303
    page = ben.get("/events/clay")
    assert "position 1" in page.text
    assert "People with several no-shows wait behind everyone else." in page.text
    assert "You wait behind others" not in page.text

    page = mira.get("/events/clay")
    assert "position 2" in page.text
    assert "You wait behind others because of your no-shows at Northside Makers" in page.text
    assert "You never move back." not in page.text
