"""Codes at two browsers in the same instant: each lets in once, and guesses in parallel are no more guesses."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.world import NOON, World
from webapp.domain.people.mail_code import MOST_TRIES
from webapp.models import User
from webapp.services.accounts.mail_code import ask_for_code, enter_code, use_code
from webapp.services.accounts.second_step import app_to_set_up, begin_app, confirm_app
from webapp.services.accounts.second_step_sign_in import start_second_step, take_second_step

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
MIRA = "mira@post.example"


def lineup(*acts: partial) -> list[list[partial]]:
    """Each act in a process of its own."""
    return [[act] for act in acts]


def test_one_mailed_code_makes_one_account_and_lets_in_once(session, settings):
    token = ask_for_code(email=MIRA, name="Mira", now=NOON)
    enter_code(token=token, code=mailed_code(session, MIRA)[0], now=NOON)

    outcomes = contest(settings, lineup(*[partial(use_code, token=token, now=NOON)] * 3))

    assert codes(outcomes) == Counter({"done": 1, "code_unusable": 2})
    session.rollback()
    assert session.scalar(select(func.count()).where(User.email == MIRA)) == 1


def test_two_codes_of_one_newcomer_make_one_account(session, settings):
    tokens = [ask_for_code(email=MIRA, name="Mira", now=NOON)]
    first = mailed_code(session, MIRA)[0]
    tokens.append(ask_for_code(email=MIRA, name="Mira Sand", now=NOON))
    for token, code in zip(tokens, (first, mailed_code(session, MIRA)[0]), strict=True):
        enter_code(token=token, code=code, now=NOON)

    outcomes = contest(settings, lineup(*(partial(use_code, token=token, now=NOON) for token in tokens)))

    assert codes(outcomes) == Counter({"done": 2})
    session.rollback()
    assert session.scalar(select(func.count()).where(User.email == MIRA)) == 1


def test_guesses_in_parallel_are_five(session, settings):
    token = ask_for_code(email=MIRA, now=NOON)
    wrong = f"{(int(mailed_code(session, MIRA)[0]) + 1) % 10**6:06}"
    guesses = [[partial(enter_code, token=token, code=wrong, now=NOON)] * 3 for _ in range(3)]

    outcomes = contest(settings, guesses)

    assert codes(outcomes) == Counter({"code_wrong": MOST_TRIES - 1, "code_unusable": 9 - (MOST_TRIES - 1)})


def test_one_code_of_an_app_or_for_its_loss_lets_one_in(app, settings):
    mira = World(app).person("Mira Sand", email=MIRA)
    begin_app(user_id=mira, is_fresh=True)
    device = pyotp.TOTP(app_to_set_up(mira).secret)
    written = confirm_app(
        user_id=mira, code=device.at(NOON - timedelta(seconds=30)), cookie="", is_fresh=True, real_now=NOON
    )
    for code in (device.at(NOON), written[0]):
        starts = [start_second_step(user_id=mira, next_path="", real_now=NOON) for _ in range(3)]
        acts = [partial(take_second_step, token=token, code=code, real_now=NOON) for token in starts]

        assert codes(contest(settings, lineup(*acts))) == Counter({"done": 1, "app_code_wrong": 2})
