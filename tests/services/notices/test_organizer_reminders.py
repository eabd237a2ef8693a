"""Reminders of organizers: they move with their event, are copied with it, and come in time or not at all."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.editing import edit
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON
from tests.support.worlds.written import mailing, reached, write, written_to
from webapp.domain.notices.relative_time import LATEST, Anchor, RelativeTime
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.models import Mailing
from webapp.queries.audit import broken_invariants
from webapp.services.events.copying import copy_event
from webapp.services.notices.mailings.sending import send_mailings

pytestmark = pytest.mark.usefixtures("app_context")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: 14:00 in Berlin.
START = NOON + 5 * DAY
DAY_BEFORE = RelativeTime(Anchor.START, days=-1, at=time(9))


@pytest.fixture
def use_cases(app, world) -> UseCases:
    return UseCases(app, world)


@pytest.fixture
def event_id(world) -> int:
    return world.event(starts_at=START, ends_at=START + 2 * HOUR, capacity=None)


def test_a_reminder_moves_with_its_event_and_is_sent_once(world, use_cases, session, event_id):
    person = world.person()
    before = write(world, event_id, relative=DAY_BEFORE)
    after = write(world, event_id, relative=RelativeTime(Anchor.END, hours=1), request_id="form-000000000002")
    use_cases.enrolls(event_id, person)
    assert mailing(session, before).send_at == START - DAY - 5 * HOUR
    edit(session, event_id, starts_at=START + DAY, ends_at=START + DAY + HOUR)
    assert mailing(session, before).send_at == START - 5 * HOUR
    assert mailing(session, after).send_at == START + DAY + 2 * HOUR

    assert send_mailings(event_id=event_id, now=START - 5 * HOUR)["messages"] == 1
    edit(session, event_id, starts_at=START + 2 * DAY, ends_at=START + 2 * DAY + HOUR)
    assert send_mailings(event_id=event_id, now=START + DAY - 5 * HOUR)["messages"] == 0

    assert reached(session, before) == {person: "mail"} and len(written_to(session)) == 1
    assert list(broken_invariants(NOON)) == []


@pytest.mark.parametrize(("late", "status"), [(LATEST, "sent"), (LATEST + timedelta(seconds=1), "dropped")])
def test_a_reminder_that_is_too_late_is_missed(world, use_cases, session, event_id, late, status):
    use_cases.enrolls(event_id, world.person())
    reminder = write(world, event_id, relative=DAY_BEFORE)

    send_mailings(event_id=event_id, now=START - DAY - 5 * HOUR + late)

    row = mailing(session, reminder)
    assert row.status == status and (row.dropped_because == "missed") is (status == "dropped")
    assert list(broken_invariants(NOON)) == []


def test_a_reminder_whose_time_is_over_is_refused(world, event_id):
    with pytest.raises(Refused, match="reminder_in_past"):
        write(world, event_id, relative=RelativeTime(Anchor.START, days=-5, at=time(9)))


def test_reminders_are_copied_with_their_event_and_messages_are_not(world, use_cases, session, event_id):
    use_cases.enrolls(event_id, world.person())
    write(world, event_id, relative=DAY_BEFORE)
    write(world, event_id, request_id="form-000000000002")
    actor = world.actor(world.person("Iris", role=Role.ORGANIZER), Role.ORGANIZER)

    copy_id = copy_event(event_id=event_id, starts_at=START + 7 * DAY, actor=actor, request_id="c" * 20, now=NOON)

    session.rollback()
    copied = session.execute(select(Mailing.send_at, Mailing.subject).where(Mailing.event_id == copy_id)).all()
    assert copied == [(START + 6 * DAY - 5 * HOUR, "Dinner at {event}")]
    session.rollback()
