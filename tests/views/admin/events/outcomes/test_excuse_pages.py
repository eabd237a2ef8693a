"""An excuse, given and withdrawn on the page of somebody's place."""

import pytest
from sqlalchemy import select

from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.models import Enrollment
from webapp.services.organizations.no_show_policy import switch_on

pytestmark = pytest.mark.usefixtures("noon")
WARNED = NoShowPolicy(3, 180, Consequence.WARNED)


@pytest.fixture
def regulars(world) -> Regulars:
    return Regulars(world, number=2)


@pytest.fixture
def own(app, world, regulars, session) -> str:
    """The page of a place that came out as a no-show, where a policy is on."""
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN))
    with app.app_context():
        switch_on(organization_id=world.organization_id, policy=WARNED, actor=admin, now=NOON - DAY * 400)
    event_id = regulars.had(NOON - DAY * 10, ["no_show"])
    enrollment_id = session.scalars(select(Enrollment.id).where(Enrollment.event_id == event_id)).one()
    session.rollback()
    return f"/admin/enrollments/{enrollment_id}"


@pytest.fixture
def omar(world, own, reader_of):
    return reader_of(world.person("Omar Haddad", role=Role.ORGANIZER))


def test_an_organizer_excuses_and_withdraws(world, regulars, own, omar, reader_of):
    mira = reader_of(regulars.people[0])
    assert "1 of 3" in mira.get("/me/history").text
    page = omar.get(f"{own}/excuse")
    assert "won’t count as a no-show against them" in page.text

    assert omar.post(f"{own}/excuse", reason="ill", told="before", words="Called us").status == 303

    page = omar.get(own)
    assert "Illness, told before it started Omar Haddad" in page.text
    assert "Called us" in page.text
    assert "1 of 3" not in mira.get("/me/history").text

    assert omar.post(f"{own}/excuse/withdraw").status == 303
    assert "withdrawn by Omar Haddad" in omar.get(own).text
    assert "1 of 3" in mira.get("/me/history").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"told": "after"}, "Choose a reason"),
        ({"reason": "ill"}, "Choose when they told you"),
        ({"reason": "lazy", "told": "after"}, "Choose a reason"),
        ({"reason": "ill", "told": "after", "words": "x" * 301}, "Shorten the note to 300 characters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(own, omar, session, sent, sentence):
    omar.get(own)
    before = digest(session)

    answer = omar.post(f"{own}/excuse", **sent)

    assert (answer.status, sentence in answer.text) == (422, True)
    assert digest(session) == before


def test_who_came_needs_no_excuse(world, use_cases, own, omar, session):
    event_id = world.event(starts_at=NOON + DAY)
    placed = use_cases.enrolls(event_id, world.person())
    use_cases.is_checked_in(event_id, placed, NOON + DAY)
    other = f"/admin/enrollments/{placed.enrollment_id}"

    assert "Excuse" not in omar.get(other).text
    answer = omar.post(f"{other}/excuse", reason="ill", told="after")
    assert answer.status == 409
    assert "There’s nothing to excuse here." in answer.text
