"""A person merges another account of theirs: its mailbox proves itself first, and tells nobody else anything."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.adapters.signing_in.passwords import hash_password
from webapp.domain.people.mail_code import LIFETIME
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.models import AddressChange, AuthenticatorApp, Enrollment, Message, User
from webapp.queries.people.address_change import awaited_address, proved_account
from webapp.services.accounts.address_change import ask_for_address, confirm_address, prove_other_mailbox
from webapp.services.merging.own import merge_own, undo_own_merge

pytestmark = pytest.mark.usefixtures("app_context")
HERE, OTHER = "mira@post.example", "mira@work.example"
COOKIE = "the session's secret"


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand", email=HERE)


@pytest.fixture
def second(world) -> int:
    return world.person("M. Sand", email=OTHER)


def asks(session, user_id: int, email: str = OTHER, *, for_merge: bool = True) -> str:
    """The code that was mailed."""
    ask_for_address(user_id=user_id, email=email, cookie=COOKIE, is_fresh=True, for_merge=for_merge, now=NOON)
    session.rollback()
    newest = select(Message.body).where(Message.recipient == email).order_by(Message.id.desc())
    code = re.search(r"^\d{6}$", session.scalars(newest).first(), re.MULTILINE).group()
    session.rollback()
    return code


def proves(session, user_id: int, email: str = OTHER) -> None:
    prove_other_mailbox(user_id=user_id, code=asks(session, user_id, email), cookie=COOKIE, now=NOON)


def merge(world, user_id: int, other_id: int, now=NOON) -> int:
    return merge_own(actor=world.actor(user_id), other_id=other_id, now=now)


def refused(act, *given, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(*given, **values)
    return caught.value.code


def test_everything_of_the_other_account_moves_both_are_told_and_it_is_undone(world, use_cases, mira, second, session):
    event_id = world.event("Clay for all")
    use_cases.enrolls(event_id, second)
    proves(session, mira)
    merge_id = merge(world, mira, second)
    session.rollback()
    assert session.scalar(select(Enrollment.user_id)) == mira
    assert session.get_one(User, second).merged_into_id == mira
    told = session.execute(select(Message.recipient, Message.body).where(Message.kind == "people_merged")).all()
    assert {row.recipient for row in told} == {HERE, OTHER}
    assert all("/me/security/other-account" in row.body and OTHER in row.body for row in told)
    session.rollback()
    assert refused(merge, world, mira, second) == "merge_proof_over"
    assert refused(undo_own_merge, actor=world.actor(second), merge_id=merge_id, now=NOON) == "not_found"

    undo_own_merge(actor=world.actor(mira), merge_id=merge_id, now=NOON + timedelta(days=6))
    session.rollback()
    assert session.scalar(select(Enrollment.user_id)) == second
    session.rollback()
    assert refused(undo_own_merge, actor=world.actor(mira), merge_id=merge_id, now=NOON) == "merge_undone"


def test_asking_tells_nobody_whether_there_is_an_account_and_one_code_is_for_one_thing(session, mira, second):
    code = asks(session, mira)
    there = session.scalars(select(Message.body)).one().replace(code, "")
    session.rollback()
    assert awaited_address(mira, NOON) is None
    assert refused(confirm_address, user_id=mira, code=code, cookie=COOKIE, now=NOON) == "code_unusable"
    session.execute(delete(Message))
    session.commit()
    code = asks(session, mira, "nobody@post.example")
    assert session.scalars(select(Message.body)).one().replace(code, "") == there
    session.rollback()
    proof = {"user_id": mira, "code": code, "now": NOON}
    assert refused(prove_other_mailbox, cookie="another session", **proof) == "code_wrong"
    assert refused(prove_other_mailbox, cookie=COOKIE, **proof) == "merge_nobody"
    assert second


def test_a_proof_is_for_whoever_gave_it_for_that_account_and_for_a_quarter_of_an_hour(world, session, mira, second):
    eva = world.person("Eva", email="eva@post.example")
    proves(session, mira)
    before = digest(session)
    assert refused(merge, world, eva, second) == "merge_proof_over"
    assert refused(merge, world, mira, eva) == "merge_proof_over"
    assert refused(merge, world, mira, second, now=NOON + LIFETIME) == "merge_proof_over"
    assert (proved_account(mira, NOON), proved_account(eva, NOON)) == (second, None)
    assert proved_account(mira, NOON + LIFETIME) is None
    assert digest(session) == before


def test_an_account_with_a_role_or_a_second_step_is_not_the_one_that_goes(world, session, mira, second):
    world.organization()
    admin = world.person("Mira at work", email="admin@work.example", role=Role.ADMIN)
    proves(session, mira, "admin@work.example")
    assert refused(merge, world, mira, admin) == "merge_has_roles"
    session.add(AuthenticatorApp(user_id=second, secret="sealed"))
    session.commit()
    proves(session, mira)
    assert refused(merge, world, mira, second) == "merge_second_step"
    proves(session, second, HERE)
    assert merge(world, second, mira)


def test_a_mailbox_that_was_never_proved_takes_its_account_over_before_it_is_merged(world, session, mira):
    other = world.person("M. Sand", email=OTHER, is_proved=False)
    session.execute(update(User).where(User.id == other).values(password_hash=hash_password("strangers-secret")))
    session.commit()
    proves(session, mira)
    session.rollback()
    assert session.get_one(User, other).password_hash is None
    session.rollback()
    assert merge(world, mira, other)


def test_a_changed_address_that_has_an_account_proves_that_one(world, session, mira, second):
    code = asks(session, mira, for_merge=False)
    assert refused(confirm_address, user_id=mira, code=code, cookie=COOKIE, now=NOON) == "email_taken"
    assert proved_account(mira, NOON) == second
    assert merge(world, mira, second)
    session.rollback()
    assert session.scalars(select(AddressChange.previous_address)).one() is None
