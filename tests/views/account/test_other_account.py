"""Merging another account of one's own by the pages: its address, its code, what happens, doing it, undoing it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Message, PersonMerge, SignIn

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.usefixtures("noon")]
PAGE = "/me/security/other-account"
OTHER = "mira@work.example"


@pytest.fixture
def mira(world, reader_of):
    return reader_of(world.person("Mira Sand", email="mira@post.example"))


def code_for(session, address: str) -> str:
    session.rollback()
    newest = select(Message.body).where(Message.recipient == address).order_by(Message.id.desc())
    code = re.search(r"^\d{6}$", session.scalars(newest).first(), re.MULTILINE).group()
    session.rollback()
    return code


def proves(reader, session, address: str = OTHER):
    """The page after the code."""
    assert reader.post(PAGE, email=address).location == PAGE
    assert f"We sent a code to {address}" in reader.get(PAGE).text
    return reader.post(f"{PAGE}/code", code=code_for(session, address))


def test_somebody_with_two_accounts_makes_one_and_takes_it_apart(mira, world, use_cases, session):
    second = world.person("M. Sand", email=OTHER)
    use_cases.enrolls(world.event("Clay for all"), second)
    assert mira.get("/me/security").links()["I have another account"] == PAGE
    assert proves(mira, session).location == PAGE
    page = mira.get(PAGE)
    assert all(words in page.text for words in ("M. Sand", OTHER, "You can undo this for 7 days"))
    assert "Notes" not in page.words_of("main")
    refused = mira.post(f"{PAGE}/merge", other=second)
    assert (refused.status, "Confirm that both accounts are yours" in refused.text) == (422, True)

    assert mira.post(f"{PAGE}/merge", other=second, sure="1").location == PAGE
    again = mira.post(f"{PAGE}/merge", other=second, sure="1")
    assert (again.status, "Enter the address of your other account again" in again.text) == (409, True)
    assert "Clay for all" in mira.get("/me").text
    assert f"The account of {OTHER} is part of this one now" in mira.get(PAGE).text
    merge_id = session.scalars(select(PersonMerge.id)).one()
    session.rollback()
    assert mira.post(f"{PAGE}/merges/{merge_id}/undo").location == PAGE
    assert "Clay for all" not in mira.get("/me").words_of("main")
    assert mira.post(f"{PAGE}/merges/{merge_id}/undo").status == 409


def test_what_cannot_be_is_said_and_changes_nothing(mira, world, reader_of, session):
    world.organization()
    admin = world.person("Mira at work", email=OTHER, role=Role.ADMIN)
    assert "Enter the email address of your other account" in mira.post(PAGE, email="").text
    assert "this is the one you’re using" in mira.post(PAGE, email="mira@post.example").text
    assert "No other account has this address" in proves(mira, session, "nobody@post.example").text
    proves(mira, session)
    eva = reader_of(world.person("Eva"))
    before = digest(session)
    page = mira.get(PAGE)
    assert (page.status, "has a role in a team" in page.text, "Merge into" in page.text) == (200, True, False)
    assert mira.post(f"{PAGE}/merge", other=admin, sure="1").status == 422
    assert [mira.post(f"{PAGE}/merge", other=one, sure="1").status for one in ("x", 99_999)] == [404, 409]
    assert eva.post(f"{PAGE}/merge", other=admin, sure="1").status == 409
    session.execute(update(SignIn).values(created_at=clock.real_now() - timedelta(hours=1)))
    session.commit()
    assert mira.post(PAGE, email=OTHER).status == 422
    assert digest(session) == before


def test_a_changed_address_that_another_account_has_leads_here(mira, world, session):
    world.person("M. Sand", email=OTHER)
    mira.post("/me/security/address", email=OTHER)
    assert mira.post("/me/security/address/code", code=code_for(session, OTHER)).location == PAGE
    assert "Merge into this account" in mira.get(PAGE).buttons()
