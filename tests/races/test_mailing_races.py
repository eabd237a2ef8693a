"""Messages of organizers at the same moment: two presses of "Send", withdrawn while being sent, two workers."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON, World
from webapp.domain.notices.audience import Audience
from webapp.domain.notices.mailing import MailingDraft
from webapp.domain.permission import Actor, Role
from webapp.extensions import db
from webapp.models import Mailing, Message
from webapp.queries.audit import notification
from webapp.services.notices.mailings.planning import plan_mailing, withdraw_mailing
from webapp.services.notices.mailings.sending import PORTION, send_mailings

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

ROUNDS = 12
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def world(app) -> World:
    return World(app)


def author_of(world: World) -> Actor:
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)


def written(world: World, author: Actor, people: int = 1, send_at=None) -> partial:
    """An event with people, and the press that writes to them."""
    event_id = world.event(capacity=None)
    fill(db.engine, event_id, [Guest()] * people, at=NOON)
    return partial(
        plan_mailing,
        event_id=event_id,
        draft=MailingDraft("Dinner", "Hi {first name}", Audience(), send_at),
        actor=author,
        request_id="form-000000000001",
        now=NOON,
        real_now=NOON,
    )


def _broken() -> list:
    """Who was written into the tables here was let in by nobody, so only what is said of messages is asked."""
    db.session.rollback()
    return [found for one in notification.INVARIANTS for found in one.findings(db.session(), NOON)]


def test_two_presses_of_send_are_one_message(world, session, settings, part):
    author = author_of(world)
    presses = [written(world, author) for _ in range(ROUNDS // part)]

    outcomes = contest(settings, [presses] * 4, in_step=True)

    assert codes(outcomes) == Counter({"done": 4 * len(presses)})
    assert session.scalar(select(func.count()).select_from(Mailing)) == len(presses)


def test_a_message_is_sent_or_withdrawn_and_never_both(world, session, settings, part):
    author = author_of(world)
    acts = []
    for _ in range(ROUNDS // part):
        press = written(world, author, send_at=LATER)
        mailing_id, event_id = press(), press.keywords["event_id"]
        acts += [
            partial(send_mailings, event_id=event_id, now=LATER),
            partial(withdraw_mailing, mailing_id=mailing_id, actor=author, now=LATER),
            partial(send_mailings, event_id=event_id, now=LATER),
        ]

    outcomes = contest(settings, dealt(acts, 3), in_step=True)

    assert set(codes(outcomes)) <= {"done", "mailing_over", "mailing_under_way"}
    rows = session.execute(select(Mailing.status, Mailing.mails)).all()
    assert {tuple(row) for row in rows} <= {("sent", 1), ("withdrawn", 0)}
    session.rollback()
    assert _broken() == []


def test_two_workers_tell_everybody_once(world, session, settings, part):
    author = author_of(world)
    people = 3 * PORTION // part + 7
    press = written(world, author, people)
    press()

    outcomes = contest(settings, [[partial(send_mailings, event_id=press.keywords["event_id"], now=NOON)]] * 4)

    assert codes(outcomes) == Counter({"done": 4}), outcomes
    told = [outcome.value["messages"] for each in outcomes for outcome in each]
    assert sum(told) == people
    assert session.scalar(select(func.count()).select_from(Message)) == people
    assert session.execute(select(Mailing.status, Mailing.mails)).one() == ("sent", people)
    session.rollback()
    assert _broken() == []
