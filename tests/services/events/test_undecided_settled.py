"""What was left undecided is settled by an organizer, once and with a reason, and people are told."""

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import HOUR, OnlineEvent, calculate, statuses
from tests.support.worlds.online.undecided import OVER, closes, lets_in, told
from tests.support.worlds.rows import broken
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import LateFact, Notification
from webapp.queries.places.outcome import explanation_of
from webapp.services.events.settling import settle_undecided
from webapp.services.notices.outbox import relay_batch

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def settle(online_event: OnlineEvent, at: int, to: S, **changes):
    organizer = online_event.world.person("Orla", role=Role.ORGANIZER)
    ask = {
        "enrollment_id": online_event.places[at],
        "to_status": to,
        "reason": "I saw them",
        "now": OVER,
        "actor": online_event.world.actor(organizer, Role.ORGANIZER),
        "by": Trigger.ORGANIZER,
        "expected_version": 2,
    }
    return settle_undecided(**{**ask, **changes})


@pytest.fixture
def undecided(online_event) -> OnlineEvent:
    lets_in(online_event)
    calculate()
    closes(online_event)
    return online_event


@pytest.mark.parametrize(("to", "kind"), [(S.ATTENDED, "ParticipantAttended"), (S.NO_SHOW, "ParticipantNoShow")])
def test_an_organizer_decides_with_a_reason_and_the_domain_event_goes_out_once(undecided, session, to, kind):
    settle(undecided, 0, to)
    assert statuses(session, undecided.places)[0] == to
    assert told(session, undecided)[3:] == [(undecided.places[0], kind)]
    assert broken(session, undecided.event_id) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "reason_required"),
        ({"expected_version": 1}, "stale"),
        ({"to": S.CANCELLED}, "illegal_move"),
        ({"to": S.CHECKED_IN}, "illegal_move"),
    ],
)
def test_nothing_else_is_decided(undecided, session, changes, code):
    more = {name: value for name, value in changes.items() if name != "to"}
    with pytest.raises(Refused) as refused:
        settle(undecided, 0, changes.get("to", S.ATTENDED), **more)
    assert refused.value.code == code
    assert statuses(session, undecided.places) == ["undecided"] * 3


def test_what_is_decided_is_not_decided_again(undecided):
    actor = undecided.world.actor(undecided.people[2], Role.ORGANIZER)
    settle(undecided, 0, S.ATTENDED, actor=actor)
    settle(undecided, 0, S.ATTENDED, actor=actor)
    with pytest.raises(Refused) as refused:
        settle(undecided, 0, S.NO_SHOW, expected_version=3)
    assert refused.value.code == "illegal_move"


def test_late_evidence_against_what_an_organizer_decided_is_kept_beside_it(undecided, session):
    settle(undecided, 0, S.NO_SHOW)
    undecided.room.stays(undecided.identity(0), 0, 60)
    undecided.room.fold()
    calculate(OVER + HOUR)
    assert statuses(session, undecided.places)[0] == "no_show"
    assert session.execute(select(LateFact.enrollment_id, LateFact.outcome)).all() == [
        (undecided.places[0], "attended"),
    ]


def test_the_person_and_the_organizers_are_told(undecided, session):
    dana = undecided.world.person("Dana", role=Role.ADMIN)
    relay_batch(now=OVER)
    session.rollback()
    lines = session.execute(select(Notification.user_id, Notification.type).order_by(Notification.id)).all()
    assert [tuple(row) for row in lines if row.type == "undecided"] == [(one, "undecided") for one in undecided.people]
    said = [sentence.code for sentence in explanation_of(undecided.places[0]).sentences]
    assert "closed_undecided" in said
    assert dana


def test_the_organizers_get_one_line_each(online_event, session):
    dana = online_event.world.person("Dana", role=Role.ADMIN)
    lets_in(online_event)
    calculate()
    closes(online_event)
    closes(online_event)
    lines = session.execute(select(Notification.user_id, Notification.text).where(Notification.type == "to_settle"))
    assert [tuple(row) for row in lines] == [(dana, "3 outcomes are undecided.")]
