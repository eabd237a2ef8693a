"""Changing an address: proved by the new mailbox, told to both, undone by the old one; on both databases."""

import re
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.world import NOON, World
from webapp.adapters.signing_in.passwords import hash_password
from webapp.domain.people.mail_code import LIFETIME, MOST_TRIES, UNDO_LIFETIME
from webapp.domain.refusal import Refused
from webapp.models import AddressChange, AuthenticatorApp, Message, SignIn, User
from webapp.services.accounts.address_change import ask_for_address, confirm_address, undo_address
from webapp.services.accounts.second_step import begin_app
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.tidying import tidy

pytestmark = pytest.mark.usefixtures("app_context")
OLD, NEW = "mira@post.example", "mira@new.example"
COOKIE = "the session's secret"

confirms = partial(confirm_address, cookie=COOKIE, now=NOON)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand", email=OLD)


def asks(session, user_id: int, email: str = NEW, **changes) -> str:
    """The code that was mailed."""
    ask_for_address(**{"user_id": user_id, "email": email, "cookie": COOKIE, "is_fresh": True, "now": NOON, **changes})
    session.rollback()
    newest = select(Message.body).where(Message.recipient == email.lower()).order_by(Message.id.desc())
    return re.search(r"^\d{6}$", session.scalars(newest).first(), re.MULTILINE).group()


def undo_link(session, address: str) -> str:
    session.rollback()
    bodies = session.scalars(select(Message.body).where(Message.recipient == address)).all()
    return next(found.group(1) for body in bodies if (found := re.search(r"/address/(\S+)", body)))


def address_of(session, user_id: int) -> str:
    session.rollback()
    return session.scalar(select(User.email).where(User.id == user_id))


def code_of(act, *given, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(*given, **values)
    return caught.value.code


def test_the_new_mailbox_proves_it_and_both_are_told(session, mira):
    code = asks(session, mira, "Mira@New.example")
    assert address_of(session, mira) == OLD
    assert confirms(user_id=mira, code=code) == NEW
    session.rollback()
    row = session.get(User, mira)
    assert (row.email, NEW in row.search_text, row.address_proved_at) == (NEW, True, NOON)
    told = session.execute(select(Message.recipient, Message.kind).order_by(Message.recipient)).all()
    assert {tuple(one) for one in told} == {(NEW, "mail_code"), (NEW, "address_changed"), (OLD, "address_changed")}
    session.rollback()
    assert code_of(confirms, user_id=mira, code=code) == "code_unusable"


def test_a_code_is_guessed_five_times_in_the_session_that_asked_and_until_a_newer_one(session, mira):
    older, newer = asks(session, mira), asks(session, mira, "mira@other.example")
    wrong = next(one for one in ("000000", "000001", "000002") if one not in {older, newer})
    before = digest(session, leaving_out=PASSING | {"address_changes"})
    assert code_of(confirms, user_id=mira, code=newer, cookie="another session") == "code_wrong"
    assert code_of(confirms, user_id=mira, code=newer, now=NOON + LIFETIME) == "code_unusable"
    assert code_of(confirms, user_id=mira + 1, code=newer) == "code_unusable"
    answers = [code_of(confirms, user_id=mira, code=wrong) for _ in range(MOST_TRIES - 1)]
    assert answers == ["code_wrong"] * (MOST_TRIES - 2) + ["code_unusable"]
    assert code_of(confirms, user_id=mira, code=newer) == "code_unusable"
    assert digest(session, leaving_out=PASSING | {"address_changes"}) == before


def test_what_cannot_be_asked_for_changes_nothing(session, mira):
    before = digest(session)
    asking = partial(asks, session, mira)
    assert [
        code_of(asking, is_fresh=False),
        code_of(asking, email=OLD.upper()),
        code_of(asking, email="no address"),
        code_of(asking, email=""),
    ] == ["sign_in_again", "address_same", "email_invalid", "text_missing"]
    assert digest(session) == before


def test_an_address_that_has_an_account_is_said_only_to_whoever_reads_its_mailbox(session, world, mira):
    world.person("Other", email=NEW)
    code = asks(session, mira)
    assert code_of(confirms, user_id=mira, code=code) == "email_taken"
    assert address_of(session, mira) == OLD


def test_what_was_given_to_an_address_that_nobody_proved_does_not_move(session, mira):
    session.execute(update(User).where(User.id == mira).values(address_proved_at=None, given_by_others=True))
    session.commit()
    assert code_of(confirms, user_id=mira, code=asks(session, mira)) == "prove_first"
    assert address_of(session, mira) == OLD


def test_the_old_mailbox_gets_the_account_back_whatever_a_stranger_did_meanwhile(session, mira):
    confirms(user_id=mira, code=asks(session, mira))
    first = undo_link(session, OLD)
    confirms(user_id=mira, code=asks(session, mira, "stranger@evil.example"))
    second = undo_link(session, NEW)
    session.rollback()
    session.execute(update(User).where(User.id == mira).values(password_hash=hash_password("strangers-secret")))
    session.commit()
    begin_app(user_id=mira, is_fresh=True)
    begin_sign_in(user_id=mira, user_agent="", real_now=NOON)

    undo_address(token=first, now=NOON + UNDO_LIFETIME - timedelta(seconds=1))

    assert address_of(session, mira) == OLD
    row = session.get(User, mira)
    session.refresh(row)
    assert row.password_hash is None
    assert [session.scalar(select(func.count()).select_from(table)) for table in (SignIn, AuthenticatorApp)] == [0, 0]
    session.rollback()
    assert [code_of(undo_address, token=one, now=NOON) for one in (first, second)] == ["reset_unusable"] * 2


def test_a_change_is_undone_for_a_week_and_not_into_somebody_elses_address(session, world, mira):
    confirms(user_id=mira, code=asks(session, mira))
    link = undo_link(session, OLD)
    assert code_of(undo_address, token=link, now=NOON + UNDO_LIFETIME) == "reset_unusable"
    world.person("Somebody", email=OLD)
    before = digest(session)
    assert code_of(undo_address, token=link, now=NOON) == "email_taken"
    assert digest(session) == before
    tidy(now=NOON + UNDO_LIFETIME + timedelta(days=2), real_now=NOON)
    assert session.scalar(select(func.count()).select_from(AddressChange)) == 0
