"""The no-show policy as an admin sees it: tried, switched on, changed, switched off."""

import pytest
from sqlalchemy import insert, select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Enrollment, EnrollmentTransition, NoShowRule

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_db]


@pytest.fixture
def regulars(world) -> Regulars:
    return Regulars(world, number=10)


@pytest.fixture
def dana(world, regulars, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def own(world, regulars) -> str:
    return f"/admin/organization/{world.organization_id}/no-shows"


def a_year(regulars) -> list[int]:
    """25 events, of which the first person misses all, the second every fifth, and the others none."""
    return [
        regulars.had(
            NOON - DAY * (10 + 12 * number),
            ["no_show", "attended" if number % 5 else "no_show", *["attended"] * 8],
        )
        for number in range(25)
    ]


def waits(session, event_id: int, user_id: int, ticket: int) -> None:
    """Somebody joined the waitlist of that event a day before it began, and nothing came of it."""
    at = session.scalars(select(Enrollment.enrolled_at).where(Enrollment.event_id == event_id).limit(1)).one()
    row = {"event_id": event_id, "user_id": user_id, "status": "waitlisted", "waitlist_position": ticket, "version": 1}
    row |= {"pass_code": f"W{event_id:06d}{ticket}", "source": "web", "enrolled_at": at, "changed_at": at}
    enrollment_id = session.scalars(insert(Enrollment).values(row).returning(Enrollment.id)).one()
    move = {"enrollment_id": enrollment_id, "event_id": event_id, "version": 1, "to_status": "waitlisted"}
    session.execute(insert(EnrollmentTransition).values(**move, kind="move", triggered_by="user", at=at))


def tried(own: str, **asked: object) -> str:
    asked = {"strikes": 2, "days": 180, "brings": "later-24", **asked}
    return f"{own}/try?" + "&".join(f"{name}={value}" for name, value in asked.items())


def test_a_rule_is_tried_then_switched_on_changed_and_switched_off(world, regulars, dana, own):
    a_year(regulars)
    assert "Off. Try a rule on last year" in dana.get(own).text

    page = dana.get(tried(own))
    assert "In the last 12 months, 2 of 10 people would have enrolled later than others." in page.text
    assert "They made up 20% of people and 100% of no-shows." in page.text
    assert "No one who waited would have had a place because of it." in page.text
    assert page.buttons()[-2:] == ["Try it on last year", "Switch it on"]

    assert dana.post(own, **page.fields(own)).status == 303
    page = dana.get(own)
    assert "The no-show policy is on." in page.text
    assert "After 2 no-shows within 180 days, a person enrolls 24 hours later until the first one fades." in page.text

    page = dana.get(tried(own, strikes=3, brings="warned", late=1))
    assert "A warning holds no one back" in page.text
    dana.post(own, **page.fields(own))
    page = dana.get(own)
    assert "After 3 no-shows within 180 days, a person gets a warning" in page.text
    assert "Cancelling after the deadline counts as half." in page.text

    assert dana.post(f"{own}/off").status == 303
    assert "Off. Try a rule" in dana.get(own).text


def test_places_are_saved_where_people_waited(world, regulars, dana, own, session):
    events = a_year(regulars)
    others = world.people(2)
    for event_id in events[:3]:
        for ticket, user_id in enumerate(others, 1):
            waits(session, event_id, user_id, ticket)
    session.commit()

    # In the latest of them both regulars were missing, in the two before it one of them each.
    page = dana.get(tried(own))

    assert "Up to 4 places would have gone to people who waited." in page.text


def test_a_picture_has_its_table_and_people_are_named(regulars, dana, own):
    a_year(regulars)

    page = dana.get(tried(own))

    assert "5 or more" in page.text
    assert regulars.world.names[regulars.people[0]] in page.text
    assert "25 enrollments, came to 0" in page.text


def test_with_little_history_it_says_so_and_can_be_switched_on(regulars, dana, own):
    regulars.had(NOON - DAY * 5, ["no_show", "attended"])

    page = dana.get(tried(own))

    assert "Not enough history yet" in page.text
    assert "2 enrollments with an outcome in 1 closed event within a year." in page.text
    assert page.buttons()[-1] == "Switch it on"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"strikes": "0"}, "Enter a number of no-shows from 1 to 9"),
        ({"strikes": "three"}, "Enter a number of no-shows from 1 to 9"),
        ({"days": "6"}, "Enter a number of days from 7 to 730"),
        ({"brings": "shame"}, "Choose what happens"),
        ({"brings": "later-25"}, "Choose what happens"),
    ],
)
def test_what_no_rule_can_be_is_refused_and_nothing_changes(session, dana, own, asked, sentence):
    before = digest(session)
    page = dana.get(tried(own, **asked))
    assert page.status == 422
    assert sentence in page.text

    sent = {"strikes": "2", "days": "180", "brings": "later-24", **asked}
    answer = dana.post(own, **sent)
    assert answer.status == 422
    assert sentence in answer.text
    assert digest(session) == before


def test_organizers_have_no_policy_to_set(world, regulars, reader_of, own, session):
    reader = reader_of(world.person("Omar Haddad", role=Role.ORGANIZER))

    assert reader.get(own).status == 403
    assert session.scalars(select(NoShowRule.organization_id)).all() == []


def test_a_trial_costs_the_same_for_few_and_for_many(app, world, regulars, dana, own):
    costs = []
    for _ in range(2):
        a_year(regulars)
        dana.get(tried(own))
        with counted_statements(app) as statements:
            dana.get(tried(own))
        costs.append(len(statements))
    assert costs[0] == costs[1]
