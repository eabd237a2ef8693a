"""Merging people on their page: who may, what is said before, a press twice, undoing, an old address of the page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import PersonMerge, User
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def pair(world, use_cases, app):
    """Mira with an account, and a record of her that has a name only; both have a place at one event."""
    world.organization("Northside")
    mira = world.person("Mira Sand", email="mira@sand.example")
    with app.app_context(), write_transaction() as session:
        (other,) = add_people_without_address(session, [("Mira Sandd", "+49 30 5550142")], now=NOON)
    both = world.event("Clay for all", capacity=3, has_waitlist=True)
    for user_id in (mira, other):
        use_cases.enrolls(both, user_id)
    use_cases.enrolls(world.event("Printing"), other)
    return mira, other, f"/admin/organization/{world.organization_id}/people/"


def merge(reader, path, kept, other, **fields):
    sent = {"other": other, "reason": "The same phone", "sure": "1", **fields}
    return reader.post(f"{path}{kept}/merge", **sent)


def merged(session) -> int | None:
    session.rollback()
    found = session.scalars(select(PersonMerge.id)).one_or_none()
    session.rollback()
    return found


def test_an_admin_finds_the_other_record_reads_what_will_be_and_merges(pair, world, reader_of, session):
    mira, other, path = pair
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))

    assert "Merge with…" in admin.get(f"{path}{mira}").text
    assert "Mira Sandd" in admin.get(f"{path}{mira}/merge?q=Mira").text
    preview = admin.get(f"{path}{mira}/merge?other={other}")
    assert all(
        words in preview.text for words in ("Held twice", "Clay for all", "mira@sand.example", "Merge into Mira")
    )
    assert "Printing" not in preview.words_of("doubles-h")

    done = merge(admin, path, mira, other)
    assert (done.status, done.location) == (303, f"{path}{mira}")
    page = admin.get(f"{path}{mira}")
    assert "Mira Sandd is part of this record now, merged by Dana Kim" in page.text
    assert "Printing" in page.text
    assert admin.get(f"{path}{other}").location == f"{path}{mira}"
    assert merge(admin, path, mira, other).status == 409

    undone = admin.post(f"{path}{mira}/merges/{merged(session)}/undo")
    assert undone.status == 303
    assert "Printing" not in admin.get(f"{path}{mira}").text
    assert "Printing" in admin.get(f"{path}{other}").text
    assert admin.post(f"{path}{mira}/merges/{merged(session)}/undo").status == 409


def test_the_record_that_signs_in_stays_whichever_page_it_began_on(pair, world, reader_of, session):
    mira, other, path = pair
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))

    assert merge(admin, path, other, mira).location == f"{path}{mira}"
    assert session.get_one(User, other).merged_into_id == mira


def test_bad_input_is_said_and_changes_nothing(pair, world, reader_of, session):
    mira, other, path = pair
    stranger = world.person("E. Where")
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    admin.get(f"{path}{mira}")
    before = digest(session)

    assert "Say how you know" in merge(admin, path, mira, other, reason=" ").text
    assert "Confirm that you checked it" in merge(admin, path, mira, other, sure="").text
    assert "this is the same record" in merge(admin, path, mira, mira).text
    assert [merge(admin, path, mira, one).status for one in (stranger, "x", 99_999)] == [404] * 3
    assert admin.get(f"{path}{mira}/merge?other=x").status == 404
    assert digest(session) == before


def test_two_accounts_that_sign_in_are_merged_by_the_operator(pair, world, use_cases, reader_of, session):
    mira, _, path = pair
    second = world.person("Mira S.")
    use_cases.enrolls(world.event("Weaving"), second)
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    operator = reader_of(world.person("Olga", is_operator=True))

    refused = admin.get(f"{path}{mira}/merge?other={second}")
    assert (refused.status, "Both can sign in" in refused.text) == (200, True)
    assert "Merge into" not in refused.text
    assert merge(admin, path, mira, second).status == 422
    assert merged(session) is None
    operator.get(f"{path}{mira}/merge?other={second}")
    assert merge(operator, path, mira, second).status == 303


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.TEACHER, Role.DESK, Role.VIEWER])
def test_other_roles_and_other_organizations_may_not(pair, world, reader_of, session, role):
    mira, other, path = pair
    reader = reader_of(world.person("Somebody", role=role))
    world.organization("Elsewhere")
    elsewhere = reader_of(world.person("Admin of another", role=Role.ADMIN))
    for one in (reader, elsewhere):
        one.get("/me/events")
    before = digest(session)

    assert "Merge with" not in reader.get(f"{path}{mira}").text
    assert merge(reader, path, mira, other).status == 403
    assert elsewhere.get(f"{path}{mira}/merge").status == 404
    assert merge(elsewhere, path, mira, other).status == 404
    assert digest(session) == before


def test_undoing_ends_after_seven_days(pair, world, reader_of, session, monkeypatch):
    mira, other, path = pair
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    admin.get(f"{path}{mira}")
    merge(admin, path, mira, other)
    monkeypatch.setattr("webapp.views.request_time.now", lambda: NOON + timedelta(days=8))

    assert "You can undo this" not in admin.get(f"{path}{mira}").text
    assert admin.post(f"{path}{mira}/merges/{merged(session)}/undo").status == 409
