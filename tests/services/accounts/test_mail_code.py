"""Codes by mail: what they prove, how often they may be guessed, and whose account they open; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.accounts import mailed_code, sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.people.mail_code import LIFETIME, MOST_TRIES
from webapp.domain.refusal import Refused
from webapp.models import MailCode, Message, SignIn, User
from webapp.services.accounts.account import authenticate
from webapp.services.accounts.mail_code import (
    approve_by_link,
    ask_for_code,
    enter_code,
    give_name,
    move_by_link,
    use_code,
)
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.tidying import tidy

pytestmark = pytest.mark.usefixtures("app_context")
MIRA = "mira@post.example"


@pytest.fixture
def world(app) -> World:
    return World(app)


def ask(session, email: str = MIRA, name: str | None = None) -> tuple[str, str, str]:
    """The browser's secret, the code, and the token of the link."""
    token = ask_for_code(email=email, name=name, now=NOON)
    code, link = mailed_code(session, email)
    return token, code, link.rpartition("/")[2]


def code_of(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value.code


def person(session, user_id: int) -> User:
    session.rollback()
    return session.get(User, user_id)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_names_of_every_script_become_accounts_that_are_proved(session):
    names = ["محمد الفاسي", "山田 雅子", "Zoë Åkesson", "👩‍👩‍👧 family", "\u202eevil", "<b>Mira</b>"]
    for number, name in enumerate(names):
        token, code, _ = ask(session, f"n{number}@post.example", name)
        assert session.scalar(select(func.count()).where(User.name == name)) == 0
        enter_code(token=token, code=f" {code[:3]} {code[3:]} ", now=NOON)
        row = person(session, use_code(token=token, now=NOON))
        assert (row.name, row.email, row.address_proved_at, row.password_hash) == (
            name, f"n{number}@post.example", NOON, None,
        )  # fmt: skip
        assert code_of(use_code, token=token, now=NOON) == "code_unusable"


def test_known_and_unknown_addresses_are_the_same_work(world, session):
    """The same rows, but for the address: nothing is looked up before the mailbox is proved."""
    world.person(email=MIRA)
    session.execute(update(User).values(address_proved_at=NOON))
    session.commit()
    for email in (MIRA, "nobody@post.example"):
        ask(session, email)
    mails = session.execute(select(Message.user_id, Message.kind, func.length(Message.body))).all()
    codes = session.execute(select(MailCode.name, MailCode.tries, MailCode.expires_at, MailCode.proved_at)).all()
    assert (len(mails), len(set(mails)), len(codes), len(set(codes))) == (2, 1, 2, 1)


def test_a_code_is_guessed_five_times_and_only_in_the_browser_that_asked(session):
    token, code, link = ask(session, name="Mira")
    other, _, _ = ask(session, "other@post.example")
    assert code_of(enter_code, token=other, code=code, now=NOON) == "code_wrong"
    unreadable = [
        code_of(enter_code, token=token, code=text, now=NOON) for text in ("", "12a456", "1234567", "１２３４５６")
    ]
    assert unreadable == ["code_missing", *["code_malformed"] * 3]
    answers = [code_of(enter_code, token=token, code=wrong(code), now=NOON) for _ in range(MOST_TRIES)]
    assert answers == ["code_wrong"] * (MOST_TRIES - 1) + ["code_unusable"]
    assert code_of(enter_code, token=token, code=code, now=NOON) == "code_unusable"
    # Who guesses does not take the link away from the owner of the mailbox.
    approve_by_link(link=link, now=NOON)
    assert use_code(token=token, now=NOON) is not None


def test_a_code_and_its_link_end_after_a_quarter_of_an_hour(session):
    token, code, link = ask(session, name="Mira")
    late = NOON + LIFETIME
    before = digest(session)
    assert code_of(enter_code, token=token, code=code, now=late) == "code_unusable"
    assert [code_of(act, link=link, now=late) for act in (approve_by_link, move_by_link)] == ["code_unusable"] * 2
    assert code_of(use_code, token=token, now=NOON) == "code_unusable"
    assert digest(session) == before
    tidy(now=late + timedelta(days=1), real_now=late)
    assert session.scalar(select(func.count()).select_from(MailCode)) == 0
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_link_lets_in_the_browser_that_asked_or_the_one_that_opens_it(session):
    token, _, link = ask(session, name="Mira")
    moved = move_by_link(link=link, now=NOON)
    assert code_of(use_code, token=token, now=NOON) == "code_unusable"
    assert code_of(approve_by_link, link=link, now=NOON) == "code_unusable"
    assert use_code(token=moved, now=NOON) is not None


def test_whoever_is_known_keeps_account_and_name(world, session):
    user_id = world.person("Mira Sand", email=MIRA)
    token, code, _ = ask(session, name="Somebody Else")
    enter_code(token=token, code=code, now=NOON)
    assert use_code(token=token, now=NOON) == user_id
    assert session.get(User, user_id).name == "Mira Sand"


def test_signing_in_with_a_new_address_asks_for_a_name(session):
    token, code, _ = ask(session)
    enter_code(token=token, code=code, now=NOON)
    assert use_code(token=token, now=NOON) is None
    assert code_of(give_name, token=token, name=" ", now=NOON) == "text_missing"
    give_name(token=token, name="Mira", now=NOON)
    user_id = use_code(token=token, now=NOON)
    assert person(session, user_id).name == "Mira"


def test_the_first_proof_ends_every_password_and_session_from_before(session):
    """Later ones end nothing: a code is a way in, not a new beginning."""
    user_id = sign_up(email=MIRA, name="Mira Sand", password="strangers-secret", timezone=None, now=NOON)
    begin_sign_in(user_id=user_id, user_agent="", real_now=NOON)
    for ended in (True, False):
        token, code, _ = ask(session)
        enter_code(token=token, code=code, now=NOON)
        assert use_code(token=token, now=NOON) == user_id
        session.rollback()
        assert session.scalar(select(func.count()).select_from(SignIn)) == (0 if ended else 1)
        begin_sign_in(user_id=user_id, user_agent="", real_now=NOON)
    assert code_of(authenticate, email=MIRA, password="strangers-secret") == "credentials_wrong"


def test_a_closed_account_stays_closed(world, session):
    world.person(email=MIRA)
    session.execute(update(User).where(User.email == MIRA).values(disabled_at=NOON))
    session.commit()
    token, code, _ = ask(session)
    enter_code(token=token, code=code, now=NOON)
    assert code_of(use_code, token=token, now=NOON) == "account_closed"
