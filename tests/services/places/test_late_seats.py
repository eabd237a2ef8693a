"""A seat that becomes free after the start: everybody who waits is told at once, and the first press wins."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.editing import edit
from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import broken, standing, trail
from tests.support.worlds.world import NOON
from webapp.domain.notices.notice import Frequency
from webapp.domain.permission import Trigger
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Message, Notification
from webapp.services.asking.notification_preference import set_frequency
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel

HOUR = timedelta(hours=1)
START = NOON + HOUR
DURING, CLOSES = START + HOUR, START + 2 * HOUR
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def full(world, orla):
    """One seat, taken; Ben and Cy wait. Enrollment is open until two hours after the start."""
    event_id = world.event("Clay", slug="clay", starts_at=START, ends_at=START + 3 * HOUR, capacity=1, closes_at=CLOSES)
    people = [world.person(name) for name in ("Ana", "Ben", "Cy")]
    placed = [join(world, event_id, user_id) for user_id in people]
    relay_batch(now=NOON)
    return event_id, people, placed


def free(placed, orla, now=DURING):
    cancel(enrollment_id=placed.enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=now, reason="Ill")


def told(session, now=DURING) -> list[tuple[str, int]]:
    """Lines of a place that opened."""
    relay_batch(now=now)
    session.rollback()
    query = select(Notification.type, Notification.user_id).where(Notification.type == "place_opened")
    found = [tuple(row) for row in session.execute(query.order_by(Notification.id))]
    session.rollback()
    return found


def test_everybody_who_waits_is_told_at_once_and_the_first_press_wins(world, orla, session, full):
    event_id, (_, ben, cy), placed = full
    free(placed[0], orla)
    assert told(session) == [("place_opened", ben), ("place_opened", cy)]

    assert join(world, event_id, cy, now=DURING).status == "confirmed"
    with pytest.raises(Refused, match="event_full"):
        join(world, event_id, ben, now=DURING)
    assert standing(session, event_id).statuses == {"cancelled": 1, "confirmed": 1, "waitlisted": 1}
    assert trail(session, event_id)[-1] == (cy, "waitlisted", "confirmed", "user")
    assert broken(session, event_id) == []


def test_a_newcomer_may_be_the_first(world, orla, session, full):
    event_id, (_, ben, _cy), placed = full
    free(placed[0], orla)
    assert join(world, event_id, world.person("Dee"), now=DURING).status == "confirmed"
    with pytest.raises(Refused, match="event_full"):
        join(world, event_id, ben, now=DURING)
    assert broken(session, event_id) == []


def test_who_took_it_hears_that_they_are_enrolled_and_not_that_they_moved_up(world, orla, session, full):
    event_id, (_, ben, _cy), placed = full
    free(placed[0], orla)
    join(world, event_id, ben, now=DURING)
    relay_batch(now=DURING)
    session.rollback()
    kinds = list(session.scalars(select(Message.kind).where(Message.user_id == ben).order_by(Message.id)))
    assert kinds == ["waitlisted", "confirmed"]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({"capacity": 2}, True),
        ({"capacity": None}, True),
        ({"title": "Clay and fire"}, False),
        ({"starts_at": START - HOUR / 2, "capacity": 2}, True),
    ],
)
def test_more_room_after_the_start_is_told_too(session, full, change, is_told):
    event_id, (_, ben, cy), _placed = full
    edit(session, event_id, now=DURING, **change)
    assert told(session) == ([("place_opened", ben), ("place_opened", cy)] if is_told else [])


def test_reopening_enrollment_beside_a_free_seat_is_told(world, orla, session, full):
    event_id, (_, ben, cy), placed = full
    edit(session, event_id, now=DURING, closes_at=None)
    free(placed[0], orla)
    assert told(session) == []
    edit(session, event_id, now=DURING, closes_at=CLOSES)
    assert told(session) == [("place_opened", ben), ("place_opened", cy)]


def test_it_is_told_once_while_the_seat_stays_free_and_again_for_the_next_one(world, orla, session, full):
    event_id, (ana, ben, cy), placed = full
    free(placed[0], orla)
    edit(session, event_id, now=DURING, capacity=3)
    assert told(session) == [("place_opened", ben), ("place_opened", cy)]
    newcomers = [join(world, event_id, user_id, now=DURING) for user_id in (ana, world.person(), world.person())]
    free(newcomers[0], orla)
    assert told(session)[2:] == [("place_opened", ben), ("place_opened", cy)]


def test_nobody_is_told_what_is_no_longer_true_when_the_mail_is_written(world, orla, session, full):
    event_id, _people, placed = full
    free(placed[0], orla)
    join(world, event_id, world.person("Dee"), now=DURING)
    assert told(session) == []


def test_nobody_is_told_after_enrollment_closed(orla, session, full):
    _event_id, _people, placed = full
    free(placed[0], orla, now=CLOSES)
    assert told(session, CLOSES) == []


def test_before_the_start_the_next_in_line_moves_up_and_pressing_again_changes_nothing(world, orla, session, full):
    event_id, (_, ben, cy), placed = full
    free(placed[0], orla, now=NOON)
    assert told(session, NOON) == []
    with pytest.raises(Refused, match="already_enrolled"):
        join(world, event_id, cy, now=NOON)
    session.rollback()
    statuses = dict(session.execute(select(Enrollment.user_id, Enrollment.status)).all())
    assert (statuses[ben], statuses[cy]) == ("confirmed", "waitlisted")


@pytest.mark.parametrize(("frequency", "mails"), [(Frequency.ALL, 1), (Frequency.IMPORTANT, 1), (Frequency.NONE, 0)])
@pytest.mark.only_db("sqlite")
def test_by_mail_it_is_told_as_the_person_wants(world, orla, session, full, frequency, mails):
    _event_id, (_, ben, _cy), placed = full
    set_frequency(user_id=ben, organization_id=world.organization_id, frequency=frequency, now=NOON)
    free(placed[0], orla)
    relay_batch(now=DURING)
    session.rollback()
    sent = list(session.scalars(select(Message).where(Message.user_id == ben, Message.kind == "place_opened")))
    assert len(sent) == mails
    for mail in sent:
        assert "the first person to take the place on the event page gets it" in mail.body
        assert "/events/clay" in mail.body and "/events/clay" in mail.html
