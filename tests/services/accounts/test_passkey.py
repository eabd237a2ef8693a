"""Passkeys: made, signed in with, copied, replayed; on both databases."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.authenticator import Authenticator
from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.world import NOON, World
from webapp.domain.people.passkey import CHALLENGE_LIFETIME, RelyingParty, relying_party_of
from webapp.domain.refusal import Refused
from webapp.models import Message, Passkey, PasskeyChallenge, User
from webapp.services.accounts.mailed_link import prove_address
from webapp.services.accounts.passkey import (
    add_passkey,
    begin_passkey,
    begin_passkey_sign_in,
    remove_passkey,
    sign_in_by_passkey,
)
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
PARTY = RelyingParty("localhost", "http://localhost")
PAGE = "the page's session"

asks = partial(begin_passkey_sign_in, party=PARTY, page=PAGE, real_now=NOON)
enters = partial(sign_in_by_passkey, party=PARTY, page=PAGE, real_now=NOON)


@pytest.fixture
def mira(app) -> int:
    return World(app).person("Mira Sand", email="mira@post.example")


def adds(user_id: int, device: Authenticator, **changes) -> None:
    options = begin_passkey(party=PARTY, user_id=user_id, page=PAGE, real_now=NOON)
    usual = {
        "name": "Laptop",
        "answer": device.makes(options),
        "cookie": "",
        "is_fresh": True,
        "real_now": NOON,
        "page": PAGE,
    }
    add_passkey(party=PARTY, user_id=user_id, **{**usual, **changes})


@pytest.fixture
def device(mira) -> Authenticator:
    made = Authenticator(count=1)
    adds(mira, made)
    return made


def code_of(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://turnout.example", RelyingParty("turnout.example", "https://turnout.example")),
        ("http://localhost:8000/", RelyingParty("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_are_made_for_a_host_name(url, party):
    assert relying_party_of(url) == party


def test_a_passkey_opens_the_account_of_its_owner_again_and_again(session, mira, device):
    assert [enters(answer=device.signs(asks())) for _ in range(2)] == [mira, mira]
    row = session.scalars(select(Passkey)).one()
    assert (row.name, row.sign_count, row.last_used_at) == ("Laptop", 3, NOON)
    synced = Authenticator(key="another", count=0)
    adds(mira, synced, name="Phone")
    assert [enters(answer=synced.signs(asks())) for _ in range(2)] == [mira, mira]


def test_an_answer_counts_once_soon_on_the_page_that_asked(session, mira, device):
    answer = device.signs(asks())
    assert code_of(enters, answer=answer, page="another page") == "passkey_refused"
    assert code_of(enters, answer=answer, real_now=NOON + CHALLENGE_LIFETIME) == "passkey_refused"
    assert enters(answer=answer) == mira
    assert code_of(enters, answer=answer) == "passkey_refused"
    # What is asked for to add one is not what is asked for to sign in.
    adding = begin_passkey(party=PARTY, user_id=mira, page=PAGE, real_now=NOON)
    assert code_of(enters, answer=device.signs(adding)) == "passkey_refused"
    session.rollback()
    begin_passkey_sign_in(party=PARTY, page=PAGE, real_now=NOON + timedelta(hours=1))
    assert session.scalar(select(func.count()).select_from(PasskeyChallenge)) == 1


def test_copies_and_lies_are_refused(session, mira, device):
    copy = replace(device)
    assert enters(answer=device.signs(asks())) == mira
    liars = (
        copy,  # one count behind
        replace(device, verifies=False),
        replace(device, host="evil.example"),
        replace(device, origin="http://evil.example"),
        replace(device, secret=Authenticator().secret),
        replace(device, key="nobody's"),
    )
    assert [code_of(enters, answer=liar.signs(asks())) for liar in liars] == ["passkey_refused"] * len(liars)
    for text in ("", "{}", "[]", "null", '{"id": 1, "response": {"clientDataJSON": "e30"}}', "x" * 30_000):
        assert code_of(enters, answer=text) == "passkey_refused"
    assert enters(answer=device.signs(asks())) == mira


def test_what_cannot_be_added_changes_nothing(session, mira, device):
    but_challenges = PASSING | {"passkey_challenges"}
    before = digest(session, leaving_out=but_challenges)
    of_mira = {"answer": device.makes(begin_passkey(party=PARTY, user_id=mira, page=PAGE, real_now=NOON))}
    of_mira |= {"cookie": "", "is_fresh": True, "real_now": NOON}
    unverified = Authenticator(key="unverified", verifies=False)
    assert [
        code_of(partial(adds, mira, Authenticator(key="new")), is_fresh=False),
        code_of(partial(adds, mira, Authenticator(key="new")), name=" "),
        code_of(partial(adds, mira, unverified)),
        code_of(partial(adds, mira, device)),
        code_of(partial(add_passkey, party=PARTY, user_id=mira + 1, page=PAGE, name="x"), **of_mira),
    ] == ["sign_in_again", "text_missing", "passkey_refused", "passkey_refused", "passkey_refused"]
    assert digest(session, leaving_out=but_challenges) == before


def test_a_closed_account_a_removed_passkey_and_a_first_proof_end_it(session, mira, device):
    session.execute(update(User).where(User.id == mira).values(disabled_at=NOON))
    session.commit()
    assert code_of(enters, answer=device.signs(asks())) == "passkey_refused"
    session.execute(update(User).where(User.id == mira).values(disabled_at=None, address_proved_at=None))
    session.commit()
    with write_transaction() as writing:
        prove_address(writing, mira, now=NOON)
    assert code_of(enters, answer=device.signs(asks())) == "passkey_refused"
    adds(mira, device)
    (passkey_id,) = session.scalars(select(Passkey.id)).all()
    session.rollback()
    remove = partial(remove_passkey, passkey_id=passkey_id, real_now=NOON)
    before = digest(session)
    assert code_of(remove, user_id=mira + 1) == "not_found"
    assert digest(session) == before
    remove(user_id=mira)
    session.rollback()
    letters = select(Message.recipient, Message.subject).where(Message.kind == "sign_in_changed").order_by(Message.id)
    told = session.execute(letters).all()
    assert [one.subject for one in told[-2:]] == [
        "A passkey was added to your account", "A passkey was removed from your account",
    ]  # fmt: skip
    assert {one.recipient for one in told} == {session.get(User, mira).email}
    assert code_of(enters, answer=device.signs(asks())) == "passkey_refused"
