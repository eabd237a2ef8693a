"""`attendance rebuild` derives stays anew from the log, and says what that changed."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from tests.support.worlds.online.livekit_cases import KEYS, cases, post_all
from tests.support.worlds.world import NOON
from webapp.models import Stay
from webapp.services.online.folding import fold_due_rooms


@pytest.fixture
def settings(settings):
    return replace(settings, livekit_keys=KEYS)


@pytest.fixture
def run(flask):
    """`attendance WORDS`: exit code and what was said."""

    def run(*words: str) -> tuple[int, str]:
        result = flask("attendance", *words)
        return result.exit_code, result.output

    return run


@pytest.fixture
def told(app, client):
    for case in cases():
        if case.id in {"A04", "C01"}:
            post_all(client, list(case.deliveries))
    with app.app_context():
        fold_due_rooms(now=NOON)


def test_all_rooms_are_as_the_log_says(run, told):
    assert run("rebuild") == (0, "2 rooms looked at, 0 stays changed.\n")


def test_what_somebody_touched_is_mended_and_said(run, told, session):
    right = session.execute(select(Stay.__table__).order_by(Stay.participant_sid)).all()
    session.execute(update(Stay).where(Stay.room_name == "session-4", Stay.identity == "u1015").values(joined_at=NOON))
    session.execute(delete(Stay).where(Stay.room_name == "session-15"))
    session.commit()

    assert run("rebuild", "session-15") == (
        0,
        "session-15: 3 stays written, 0 removed.\n1 room looked at, 3 stays changed.\n",
    )
    assert run("rebuild") == (0, "session-4: 1 stay written, 0 removed.\n2 rooms looked at, 1 stay changed.\n")
    assert run("rebuild") == (0, "2 rooms looked at, 0 stays changed.\n")
    session.rollback()
    assert session.execute(select(Stay.__table__).order_by(Stay.participant_sid)).all() == right


def test_a_room_nobody_told_of_is_one_clear_line(run):
    code, output = run("rebuild", "nowhere")
    assert (code, output.splitlines()[-1]) == (2, "Error: the video server never reported a room 'nowhere'")
