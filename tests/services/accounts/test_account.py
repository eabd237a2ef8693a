"""Accounts: signing up, proving who one is, changing things, getting back in; on both databases."""

import re
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.adapters.signing_in.passwords import hash_password, is_right_password
from webapp.adapters.tokens import token_hash
from webapp.domain.people.password import PASSWORD_LONGEST
from webapp.domain.people.proof import MailedLink
from webapp.domain.refusal import Refused
from webapp.models import Message, PasswordReset, SignIn, User
from webapp.queries.people.account import holder_of_link
from webapp.services.accounts.account import authenticate, change_settings
from webapp.services.accounts.address_proof import request_reset, use_reset, write_requested_resets
from webapp.services.accounts.mail_code import ask_for_code
from webapp.services.accounts.password import change_password, set_password
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


def mira(**changes) -> int:
    usual = {
        "email": "mira@post.example",
        "name": "Mira Sand",
        "password": "first-secret",
        "timezone": None,
        "now": NOON,
    }
    return sign_up(**{**usual, **changes})


def code_of(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value.code


def ask_for_reset(session, email="mira@post.example", now=NOON) -> str | None:
    """The token of the link that was mailed, if one was."""
    before = session.scalar(select(func.max(Message.id)))
    request_reset(email=email, now=now)
    write_requested_resets(now=now)
    session.rollback()
    newest = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one_or_none()
    if newest is None or newest.id == before:
        return None
    return re.search(r"/reset/(\S+)", newest.body).group(1)


def is_usable_reset(token: str, now) -> bool:
    return holder_of_link(token, MailedLink.RESET, now) is not None


BAD_ADDRESSES = {
    "mira": "email_invalid",
    "mira@": "email_invalid",
    "mira@localhost": "email_invalid",
    "a@b.example\r\nBcc: c@d.example": "text_broken",
    "mi\0ra@post.example": "text_broken",
    "": "text_missing",
    "m" * 250 + "@post.example": "text_too_long",
}
BAD_NAMES = {" \u200b ": "text_missing", "M" * 121: "text_too_long", "Mira\x1b[2J": "text_broken"}
COMMON = (
    "password",
    "12345678",
    "Passw0rd",
    "qwertyuiop",
    "letmein1",
    "aaaaaaaa",
    "12345678901234567890",
    "Mira@post.example",
    "mirasand",
    "turnout1",
)
BAD_PASSWORDS = {
    "short": "password_too_short",
    "x" * (PASSWORD_LONGEST + 1): "password_too_long",
    "secret\0secret": "text_broken",
    **dict.fromkeys(COMMON, "password_common"),
}


def test_what_cannot_be_stored_is_refused_and_changes_nothing(session):
    user_id = mira()
    before = digest(session)
    asking = partial(ask_for_code, now=NOON)
    assert {text: code_of(asking, email=text) for text in BAD_ADDRESSES} == BAD_ADDRESSES
    assert {text: code_of(asking, email="mira@post.example", name=text) for text in BAD_NAMES} == BAD_NAMES
    choosing = partial(set_password, user_id=user_id, now=NOON)
    assert {text: code_of(choosing, new=text) for text in BAD_PASSWORDS} == BAD_PASSWORDS
    assert digest(session) == before


def test_every_wrong_answer_is_the_same_one(session):
    user_id = mira()
    for email, password in (
        ("mira@post.example", "other-secret"),
        ("mira@post.example", ""),
        ("nobody@post.example", "first-secret"),
        ("no address", "first-secret"),
        ("", ""),
        ("mira@post.example", "x" * 100_000),
        ("\0", "\0"),
        ("system_batch@turnout.invalid", "first-secret"),
    ):
        assert code_of(authenticate, email=email, password=password) == "credentials_wrong"
    session.query(User).filter_by(id=user_id).update({"disabled_at": NOON})
    session.commit()
    assert code_of(authenticate, email="mira@post.example", password="first-secret") == "credentials_wrong"


def test_a_password_of_any_characters_is_compared_as_it_is():
    for password in ("  spaces  ", "pässwörd 🔑", "\ud83d", "x" * 200):
        assert is_right_password(hash_password(password), password)
        assert not is_right_password(hash_password(password), password + "x")


def test_a_stored_hash_that_cannot_be_read_lets_nobody_in():
    assert not is_right_password("not a hash", "not a hash")
    assert not is_right_password(None, "nobody")


def test_settings_are_kept_and_found(session):
    user_id = mira()
    change_settings(user_id=user_id, name="Mira Sánd", timezone="Asia/Tokyo")
    row = session.get(User, user_id)
    assert (row.name, row.timezone, " sand" in row.search_text) == ("Mira Sánd", "Asia/Tokyo", True)
    before = digest(session)
    assert code_of(change_settings, user_id=user_id, name="", timezone=None) == "text_missing"
    assert code_of(change_settings, user_id=user_id, name="M", timezone="europe/berlin") == "unknown_timezone"
    assert digest(session) == before


def test_an_account_without_a_password_gets_one_only_soon_after_signing_in(world, session):
    guest = world.person(email="guest@post.example")
    choosing = {"user_id": guest, "current": "", "new": "second-secret", "keep_token": None, "now": NOON}
    before = digest(session)
    assert code_of(change_password, **choosing) == "sign_in_again"
    assert digest(session) == before
    change_password(**choosing, is_fresh=True)
    assert authenticate(email="guest@post.example", password="second-secret") == guest


def test_changing_the_password_ends_every_other_session(session):
    user_id = mira()
    here, _elsewhere = (begin_sign_in(user_id=user_id, user_agent="", real_now=NOON) for _ in range(2))
    change_password(user_id=user_id, current="first-secret", new="second-secret", keep_token=here, now=NOON)
    assert session.scalars(select(SignIn.token_hash)).all() == [token_hash(here)]
    assert authenticate(email="mira@post.example", password="second-secret") == user_id
    assert code_of(authenticate, email="mira@post.example", password="first-secret") == "credentials_wrong"


def test_a_reset_is_one_message_with_the_link_and_only_the_hash_is_kept(session):
    user_id = mira()
    token = ask_for_reset(session, "Mira@POST.example")
    message = session.query(Message).filter_by(kind="password_reset").one()
    reset = session.query(PasswordReset).filter_by(purpose="reset").one()
    assert (message.kind, message.user_id, message.recipient) == ("password_reset", user_id, "mira@post.example")
    assert f"http://127.0.0.1:8000/reset/{token}" in message.body
    assert (message.created_at, message.next_try_at, message.sent_at) == (NOON, NOON, None)
    assert (reset.token_hash, reset.expires_at) == (token_hash(token), NOON + timedelta(minutes=30))


def test_asking_for_an_address_that_nobody_has_writes_nothing(world, session):
    mira()
    before = digest(session)
    for email in ("nobody@post.example", "no address", "", "\0", "system_batch@turnout.invalid"):
        ask_for_reset(session, email)
    assert digest(session) == before


def test_a_link_works_once_and_ends_every_session_and_every_other_link(session):
    user_id = mira()
    begin_sign_in(user_id=user_id, user_agent="", real_now=NOON)
    older, newer = ask_for_reset(session), ask_for_reset(session)
    assert [is_usable_reset(token, NOON) for token in (older, newer)] == [False, True]
    session.rollback()
    use_reset(token=newer, new="second-secret", now=NOON + timedelta(minutes=29))
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert authenticate(email="mira@post.example", password="second-secret") == user_id
    before = digest(session)
    for token in (older, newer, "", "x", "\0", newer + "x"):
        assert code_of(use_reset, token=token, new="third-secret", now=NOON) == "reset_unusable"
    assert digest(session) == before


def test_a_changed_password_ends_the_links_that_are_out(session):
    user_id = mira()
    token = ask_for_reset(session)
    change_password(user_id=user_id, current="first-secret", new="second-secret", keep_token=None, now=NOON)
    assert not is_usable_reset(token, NOON)
    assert code_of(use_reset, token=token, new="third-secret", now=NOON) == "reset_unusable"


def test_all_of_a_password_counts(session):
    """The longest one, and one letter more: it is not the same password."""
    longest = ("long words, " * 400)[:-8][: PASSWORD_LONGEST - 8] + "the end!"
    user_id = mira(password=longest)
    assert len(longest) == PASSWORD_LONGEST
    assert authenticate(email="mira@post.example", password=longest) == user_id
    for other in (longest + "x", longest[:-1], longest * 2):
        assert code_of(authenticate, email="mira@post.example", password=other) == "credentials_wrong"
        changing = {"user_id": user_id, "current": other, "new": "second-secret", "keep_token": None, "now": NOON}
        assert code_of(change_password, **changing) == "current_password_wrong"


def test_a_link_is_dead_after_half_an_hour(session):
    mira()
    token = ask_for_reset(session)
    late = NOON + timedelta(minutes=30)
    assert [is_usable_reset(token, late - timedelta(seconds=1)), is_usable_reset(token, late)] == [True, False]
    before = digest(session)
    assert code_of(use_reset, token=token, new="second-secret", now=late) == "reset_unusable"
    assert digest(session) == before


def test_a_password_that_cannot_be_used_does_not_use_up_the_link(session):
    mira()
    token = ask_for_reset(session)
    assert code_of(use_reset, token=token, new="short", now=NOON) == "password_too_short"
    assert is_usable_reset(token, NOON)


def test_a_guest_without_a_password_gets_one_by_the_mailed_link(world, session):
    guest = world.person(email="guest@post.example")
    token = ask_for_reset(session, "guest@post.example")
    use_reset(token=token, new="first-secret", now=NOON)
    assert authenticate(email="guest@post.example", password="first-secret") == guest
