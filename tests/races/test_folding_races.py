"""Folding by real processes: two at once, while deliveries come in, and one that is killed in the middle."""

import os
import random
import signal
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select

from tests.races.contest import codes, contest, context_of_processes
from tests.support.worlds.online.livekit_cases import KEYS, cases, post_all, signed
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import MeetingRoom, Stay, WebhookDelivery
from webapp.services.online.folding import fold_due_rooms, rebuild_room
from webapp.services.online.intake import take_delivery

pytestmark = pytest.mark.race

ALL = tuple(one for case in cases() for one in case.deliveries if one.is_good)


@pytest.fixture
def settings(settings):
    return replace(settings, livekit_keys=KEYS, redis_url="unix:///nowhere")


def send(body: bytes) -> str:
    return str(take_delivery(body, signed(body), keys=KEYS, now=NOON))


def fold() -> int:
    return fold_due_rooms(now=NOON).written


def rows(session):
    session.rollback()
    stays = session.execute(select(Stay.__table__).order_by(Stay.room_name, Stay.participant_sid)).all()
    rooms = session.execute(select(MeetingRoom.name, MeetingRoom.deliveries, MeetingRoom.folded)).all()
    numbers = session.execute(select(WebhookDelivery.room_name, WebhookDelivery.number)).all()
    session.rollback()
    return [tuple(row) for row in stays], {tuple(row) for row in rooms}, sorted(map(tuple, numbers))


def test_two_folders_and_two_senders_at_once_come_to_the_same_rows(app, session, settings):
    """Both senders send everything, so each delivery comes twice, often at the same moment."""
    dice = random.Random(3)  # noqa: S311 -- shuffles, hides nothing
    senders = [[partial(send, one.body) for one in dice.sample(ALL, len(ALL))] for _ in range(2)]
    folders = [[fold] * len(ALL) for _ in range(2)]

    outcomes = contest(settings, [*senders, *folders])
    with app.app_context():
        fold()
        stays, rooms, numbers = rows(session)
        rebuilt = {name: rebuild_room(name).changed for name, _, _ in rooms}

    assert codes(outcomes) == {"done": 4 * len(ALL)}
    sent = [outcome.value for hand in outcomes[:2] for outcome in hand]
    unique = len({one.body for one in ALL})
    assert (sent.count("kept"), sent.count("duplicate")) == (unique, 2 * len(ALL) - unique)
    assert all(deliveries == folded for _, deliveries, folded in rooms)
    assert numbers == sorted((name, number) for name, count, _ in rooms for number in range(1, count + 1))
    assert len(stays) > 30
    assert set(rebuilt.values()) == {0}
    assert rows(session)[0] == stays


@pytest.mark.parametrize("deadly", ["INSERT INTO stays", "UPDATE meeting_rooms", "UPDATE cron_jobs"])
def test_a_folder_killed_in_the_middle_leaves_no_trace_and_the_next_one_does_it_all(
    app, client, session, settings, deadly
):
    post_all(client, list(ALL))
    before = digest(session)
    process = context_of_processes().Process(target=fold_and_die, args=(settings, deadly))
    process.start()
    process.join(30)

    assert process.exitcode == -signal.SIGKILL
    assert digest(session) == before
    with app.app_context():
        assert fold() > 30
        assert {rebuild_room(name).changed for name, _, _ in rows(session)[1]} == {0}


def fold_and_die(settings: Settings, deadly: str) -> None:
    """Fold until a statement that begins like that, and die of it without a goodbye."""
    app = create_app(settings)
    with app.app_context():

        @sql_event.listens_for(db.engine, "after_cursor_execute")
        def _die(_connection, _cursor, statement, *_rest):
            if statement.startswith(deadly):
                os.kill(os.getpid(), signal.SIGKILL)

        fold()
