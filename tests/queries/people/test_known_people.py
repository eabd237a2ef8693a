"""Whom an organization is reminded of while somebody types, and whom it never hears of."""

import pytest
from sqlalchemy import update

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import NOON, World
from webapp.models import FacilityPerson, User
from webapp.queries.people.known_people import MOST_SUGGESTED, KnownPerson, known_people
from webapp.services.unit_of_work import write_transaction

ANA = KnownPerson("Ana Silva", "ana@post.example")


@pytest.fixture
def ana(app, world, use_cases) -> int:
    """She had a place in an event of the world's organization once."""
    world.organization()
    ana = world.person(ANA.name, email=ANA.email)
    placed = use_cases.enrolls(world.event(), ana)
    use_cases.leaves(placed, ana)
    return ana


def suggested(app, world, query: str, **more) -> list[KnownPerson]:
    with app.app_context():
        return known_people(world.organization_id, query, **more)


@pytest.mark.parametrize("query", ["ana", "sil ana", "SILVA", "ana@post", "Ana Silva <ana@post.example>"])
def test_who_was_enrolled_once_is_found_by_name_and_address(app, world, ana, query):
    assert suggested(app, world, query) == [ANA]


@pytest.mark.parametrize("query", ["", " ", "a", "%", "_n", "lva", "ben"])
def test_too_few_letters_and_other_words_find_nobody(app, world, ana, query):
    assert suggested(app, world, query) == []


def test_people_of_a_facility_are_known_and_left_out_where_they_are_already(app, world):
    world.organization()
    mei, gone = world.person("Mei Lin", email="mei@post.example"), world.person("Mei Gone", email="gone@post.example")
    Classroom(app, world).belong([mei, gone])
    with app.app_context(), write_transaction() as session:
        session.execute(update(FacilityPerson).where(FacilityPerson.user_id == gone).values(deactivated_at=NOON))

    assert [one.name for one in suggested(app, world, "mei")] == ["Mei Gone", "Mei Lin"]
    assert [one.name for one in suggested(app, world, "mei", not_at=world.facility_id)] == ["Mei Gone"]


def test_another_organization_does_not_know_them(app, world, ana):
    world.person("Ana Nobody")
    elsewhere = World(app)
    elsewhere.organization("Elsewhere")

    assert suggested(app, elsewhere, "ana") == []
    assert suggested(app, world, "ana") == [ANA]


@pytest.mark.parametrize(
    "changes", [{"email": None}, {"disabled_at": NOON}, {"anonymized_at": NOON}], ids=["address", "disabled", "gone"]
)
def test_who_cannot_be_written_to_is_not_suggested(app, world, ana, changes):
    with app.app_context(), write_transaction() as session:
        session.execute(update(User).where(User.id == ana).values(**changes))

    assert suggested(app, world, "silva") == []


def test_only_a_few_are_suggested_by_last_name(app, world):
    world.organization()
    Classroom(app, world).belong([world.person(f"Ana Z{chr(122 - number)}") for number in range(MOST_SUGGESTED + 2)])

    found = [one.name for one in suggested(app, world, "ana")]

    assert found == sorted(found) and len(found) == MOST_SUGGESTED
