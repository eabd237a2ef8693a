"""A person's page: what this organization knows of them, and nothing of another one."""

import pytest
from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import PersonNote
from webapp.services.leaving.erasure import erase_person
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def two_organizations(world, use_cases, reader_of):
    """Mira has a place at both; a reader of each one's staff, and the pages of her at both."""
    mira = world.person("Mira Sand", email="mira@sand.example")
    pages, readers, ids = [], [], []
    for name, title in (("Northside", "Clay for all"), ("Elsewhere", "Secret printing")):
        world.organization(name)
        ids.append(world.organization_id)
        use_cases.enrolls(world.event(title, capacity=1), mira)
        readers.append(reader_of(world.person(f"Staff of {name}", role=Role.ORGANIZER)))
        pages.append(f"/admin/organization/{world.organization_id}/people/{mira}")
    return mira, pages, readers, ids


def test_each_organization_sees_its_own_places_and_notes_only(two_organizations, session) -> None:
    _, (here, there), (ours, theirs), _ = two_organizations
    ours.get(here)
    assert ours.post(f"{here}/notes", text="Needs a chair with a back").status == 303

    page = ours.get(here)
    assert all(words in page.text for words in ("Clay for all", "mira@sand.example", "Needs a chair", "Staff of North"))
    assert "Secret printing" not in page.html
    other = theirs.get(there)
    assert "Secret printing" in other.text
    assert "Clay for all" not in other.html and "Needs a chair" not in other.html
    assert (ours.get(there).status, theirs.get(here).status) == (404, 404)
    assert theirs.post(f"{here}/notes", text="x").status == 404


def test_a_note_is_changed_and_deleted_by_its_author_only(two_organizations, world, reader_of, session) -> None:
    _, (here, there), (ours, theirs), (organization_id, _) = two_organizations
    ours.get(here)
    assert ours.post(f"{here}/notes", text=" ").status == 422
    ours.post(f"{here}/notes", text="Prefers a call")
    note_id = session.scalars(select(PersonNote.id)).one()
    session.rollback()
    world.organization_id = organization_id
    colleague = reader_of(world.person("Colleague", role=Role.ADMIN))
    colleague.get(here)

    assert "Change this note" not in colleague.get(here).text
    assert colleague.post(f"{here}/notes/{note_id}/edit", text="mine now").status == 404
    colleague.post(f"{here}/notes/{note_id}/delete")
    theirs.get(there)
    assert theirs.post(f"{there}/notes/{note_id}/edit", text="theirs").status == 404
    assert ours.post(f"{here}/notes/{note_id}/edit", text="Prefers an email").status == 303
    assert "Prefers an email" in ours.get(here).text and "edited" in ours.get(here).text
    ours.post(f"{here}/notes/{note_id}/delete")
    assert session.scalars(select(PersonNote)).all() == []


def test_who_was_never_here_is_not_found_and_who_goes_takes_the_notes_along(
    app, two_organizations, world, session
) -> None:
    mira, (here, _), (ours, _), (organization_id, _) = two_organizations
    stranger = world.person("Nobody Here")
    assert ours.get(f"/admin/organization/{organization_id}/people/{stranger}").status == 404
    ours.get(here)
    ours.post(f"{here}/notes", text="Prefers a call")
    with app.app_context(), write_transaction() as transaction:
        erase_person(transaction, mira, now=NOON)
    assert session.scalars(select(PersonNote)).all() == []
