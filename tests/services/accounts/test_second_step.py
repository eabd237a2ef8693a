"""The second step: turned on, taken, never twice with one code, lost and renewed; on both databases."""

from datetime import timedelta
from functools import partial

import pyotp
import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.adapters.signing_in.authenticator_app import unseal
from webapp.adapters.tokens import token_hash
from webapp.domain.people.second_step import LIFETIME, MOST_TRIES, RECOVERY_CODES
from webapp.domain.refusal import Refused
from webapp.models import AuthenticatorApp, Message, RecoveryCode, SignIn, User
from webapp.queries.people.second_step import second_step_of
from webapp.services.accounts.mailed_link import prove_address
from webapp.services.accounts.second_step import (
    app_to_set_up,
    begin_app,
    confirm_app,
    remove_app,
    renew_recovery_codes,
)
from webapp.services.accounts.second_step_sign_in import start_second_step, take_second_step
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
#: A minute later: the code that turned the app on is over.
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def mira(app) -> int:
    return World(app).person("Mira Sand", email="mira@post.example")


def turn_on(user_id: int, at=NOON) -> tuple[pyotp.TOTP, list[str]]:
    """The person's app, and the recovery codes."""
    begin_app(user_id=user_id, is_fresh=True)
    app = pyotp.TOTP(app_to_set_up(user_id).secret)
    written = confirm_app(user_id=user_id, code=app.at(at), cookie="", is_fresh=True, real_now=at)
    return app, written


def start(user_id: int, at=LATER) -> str:
    return start_second_step(user_id=user_id, next_path="/me", real_now=at)


def code_of(act, *given, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(*given, **values)
    return caught.value.code


takes = partial(take_second_step, real_now=LATER)


def test_it_is_off_until_the_first_code_and_marks_the_session(session, mira):
    cookie = begin_sign_in(user_id=mira, user_agent="", real_now=NOON)
    begin_app(user_id=mira, is_fresh=True)
    assert start(mira) is None
    waiting = app_to_set_up(mira)
    assert waiting.picture.size > 20
    confirming = partial(confirm_app, user_id=mira, cookie=cookie, is_fresh=True, real_now=NOON)
    before = digest(session)
    assert [code_of(confirming, code=code) for code in ("", "12345", "000000")] == [
        "code_missing", "app_code_malformed", "app_code_wrong",
    ]  # fmt: skip
    assert code_of(confirming, code=pyotp.TOTP(waiting.secret).at(NOON), is_fresh=False) == "sign_in_again"
    assert digest(session) == before
    written = confirming(code=pyotp.TOTP(waiting.secret).at(NOON))
    assert (len(set(written)), second_step_of(mira).codes_left) == (RECOVERY_CODES, RECOVERY_CODES)
    assert session.scalar(select(SignIn.second_step_at).where(SignIn.token_hash == token_hash(cookie))) == NOON
    assert code_of(confirming, code="000000") == "stale"


def test_what_the_database_keeps_makes_no_codes(session, app, mira):
    turned_on, written = turn_on(mira)
    row = session.scalars(select(AuthenticatorApp)).one()
    assert turned_on.secret not in row.secret and row.new_secret is None
    keys = app.extensions["settings"].secret_keys
    assert unseal(row.secret, ("a newer key", *keys)) == turned_on.secret
    assert unseal(row.secret, ("a newer key",)) is None
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(written)


def test_no_code_counts_twice_and_none_from_before_a_later_one(mira):
    app, _ = turn_on(mira)
    now = app.at(LATER)
    assert takes(token=start(mira), code=f"{now[:3]} {now[3:]}") == (mira, "/me")
    assert code_of(takes, token=start(mira), code=now) == "app_code_wrong"
    assert code_of(takes, token=start(mira), code=app.at(LATER - timedelta(seconds=30))) == "app_code_wrong"
    assert takes(token=start(mira), code=app.at(LATER + timedelta(seconds=30))) == (mira, "/me")
    assert code_of(takes, token=start(mira), code=app.at(LATER + timedelta(seconds=90))) == "app_code_wrong"


def test_five_tries_a_quarter_of_an_hour_and_only_with_the_first_step(mira):
    app, written = turn_on(mira)
    token = start(mira)
    answers = [code_of(takes, token=token, code="000000") for _ in range(MOST_TRIES)]
    assert answers == ["app_code_wrong"] * (MOST_TRIES - 1) + ["second_step_over"]
    assert code_of(takes, token=token, code=app.at(LATER)) == "second_step_over"
    assert code_of(takes, token="nobody's", code=app.at(LATER)) == "second_step_over"
    late = LATER + LIFETIME
    assert code_of(take_second_step, token=start(mira), code=app.at(late), real_now=late) == "second_step_over"
    assert takes(token=start(mira), code=written[0]) == (mira, "/me")


def test_recovery_codes_work_once_however_they_are_typed_until_there_are_new_ones(mira):
    _, written = turn_on(mira)
    assert takes(token=start(mira), code=written[0].lower().replace("-", " ")) == (mira, "/me")
    assert code_of(takes, token=start(mira), code=written[0]) == "app_code_wrong"
    assert second_step_of(mira).codes_left == RECOVERY_CODES - 1
    renewed = renew_recovery_codes(user_id=mira, is_fresh=True)
    assert code_of(takes, token=start(mira), code=written[1]) == "app_code_wrong"
    assert takes(token=start(mira), code=renewed[1]) == (mira, "/me")
    assert code_of(renew_recovery_codes, user_id=mira, is_fresh=False) == "sign_in_again"


def test_another_app_takes_over_with_its_first_code(mira):
    old, _ = turn_on(mira)
    begin_app(user_id=mira, is_fresh=True)
    assert takes(token=start(mira), code=old.at(LATER)) == (mira, "/me")
    new, _ = turn_on(mira, at=LATER)
    assert code_of(takes, token=start(mira), code=old.at(LATER + timedelta(seconds=30))) == "app_code_wrong"
    assert takes(token=start(mira), code=new.at(LATER + timedelta(seconds=30))) == (mira, "/me")


def test_it_goes_with_turning_off_with_a_first_proof_and_not_for_a_closed_account(session, mira):
    app, _ = turn_on(mira)
    begin_sign_in(user_id=mira, user_agent="", real_now=NOON, took_both_steps=True)
    token = start(mira)
    session.execute(update(User).where(User.id == mira).values(disabled_at=NOON))
    session.commit()
    assert code_of(takes, token=token, code=app.at(LATER)) == "app_code_wrong"
    session.execute(update(User).where(User.id == mira).values(disabled_at=None, address_proved_at=None))
    session.commit()
    remove_app(user_id=mira, is_fresh=True, real_now=NOON)
    remove_app(user_id=mira, is_fresh=True, real_now=NOON)
    told = select(Message.subject).where(Message.kind == "sign_in_changed").order_by(Message.id)
    assert session.scalars(told).all() == [
        "An authenticator app was added to your account", "The authenticator app was removed from your account",
    ]  # fmt: skip
    assert (start(mira), session.scalar(select(SignIn.second_step_at))) == (None, None)
    session.rollback()
    turn_on(mira)
    with write_transaction() as writing:
        prove_address(writing, mira, now=NOON)
    assert start(mira) is None
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
