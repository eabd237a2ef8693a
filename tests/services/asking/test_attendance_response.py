"""A person's own answer and feedback: what is kept, what is refused, and what stays untouched."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.support.worlds.asking import is_asked
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.asking.attendance_response import Answer, Feedback
from webapp.domain.asking.prompt import PromptEnd
from webapp.domain.people.privacy import Sharing
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import (
    AttendanceResponse,
    EnrollmentTransition,
    Event,
    EventView,
    Notification,
    OutboxEvent,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    User,
)
from webapp.services.asking.attendance_response import Answered, answer, give_feedback
from webapp.services.asking.prompt import snooze_prompt
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")

START = NOON - timedelta(hours=3)
END = NOON - timedelta(hours=1)
CLOSE = END + timedelta(days=14)
SECOND = timedelta(seconds=1)
USUAL = Sharing(on_profile=True, to_organizations=False)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def event_id(world) -> int:
    return world.event(starts_at=START, ends_at=END)


@pytest.fixture
def mira(world, event_id) -> int:
    """Enrolled in the event, which ended an hour ago."""
    person = world.person()
    enroll(event_id=event_id, user_id=person, actor=world.actor(person), now=START - timedelta(days=1))
    return person


def says(event_id: int, user_id: int, what: str = "attended", now: datetime = NOON, **more) -> Answered:
    return answer(event_id=event_id, user_id=user_id, answer=Answer(what), now=now, **more)


def rates(event_id: int, user_id: int, rating=4, comment=None, *, sharing=USUAL, now: datetime = NOON) -> None:
    give_feedback(event_id=event_id, user_id=user_id, said=Feedback(rating, comment), sharing=sharing, now=now)


def stored(session) -> list[tuple]:
    session.rollback()
    columns = ("answer", "answered_at", "changed_at", "created_at", "rating", "comment", "feedback_at")
    table = AttendanceResponse.__table__
    return [tuple(row) for row in session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id))]


def refused(session, call, *arguments, **more) -> str:
    """The code of the refusal; nothing may have changed."""
    before = digest(session)
    with pytest.raises(Refused) as no:
        call(*arguments, **more)
    assert digest(session) == before
    return no.value.code


def test_an_answer_is_kept_once_and_a_later_one_takes_its_place(session, event_id, mira):
    later = NOON + timedelta(hours=1)
    assert says(event_id, mira) == Answered(Answer.ATTENDED)
    assert stored(session) == [("attended", NOON, NOON, NOON, None, None, None)]
    assert says(event_id, mira, "partial", later) == Answered(Answer.PARTIAL)
    assert stored(session) == [("partial", NOON, later, NOON, None, None, None)]


def test_the_same_answer_again_changes_nothing(session, event_id, mira):
    says(event_id, mira)
    before = digest(session)
    assert says(event_id, mira, now=NOON + timedelta(hours=1)) == Answered(Answer.ATTENDED)
    assert digest(session) == before


def test_an_answer_moves_no_status_and_writes_no_trail(session, event_id, mira):
    def record() -> tuple:
        moves, told = session.query(EnrollmentTransition).count(), session.query(OutboxEvent).count()
        return standing(session, event_id), moves, told

    before = record()
    says(event_id, mira, "not_attended")
    assert record() == before
    assert before[0].statuses == {S.CONFIRMED: 1}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (START - SECOND, "answers_not_open"),
        (START, None),
        (CLOSE - SECOND, None),
        (CLOSE, None),
        (CLOSE + SECOND, "answers_closed"),
    ],
)
def test_answers_and_feedback_are_taken_to_the_second(session, event_id, mira, at, code):
    if code is None:
        says(event_id, mira, now=at)
        rates(event_id, mira, now=at)
        assert stored(session) == [("attended", at, at, at, 4, None, at)]
        return
    assert refused(session, says, event_id, mira, now=at) == code
    says(event_id, mira, now=NOON)
    assert refused(session, rates, event_id, mira, now=at) == code


def test_only_who_was_asked_enrolled_or_looked_may_answer(session, world, event_id, mira):
    stranger, viewer, asked, planned = world.people(4)
    is_asked(event_id, asked)
    with write_transaction() as writing:
        writing.execute(insert(EventView).values(event_id=event_id, user_id=viewer, viewed_at=START))
        row = {"event_id": event_id, "user_id": planned, "number": 1, "due_at": NOON, "created_at": NOON}
        writing.execute(insert(ScheduledAttendancePrompt).values(**row))
    assert refused(session, says, event_id, stranger) == "not_found"
    assert refused(session, says, 10**15, mira) == "not_found"
    for person in (viewer, asked, planned):
        says(event_id, person)
    assert len(stored(session)) == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"deleted_at": NOON, "status": "completed"}, "event_deleted"),
        ({"status": "cancelled"}, "event_called_off"),
        ({"status": "cancelled", "published_at": None}, "not_found"),
        ({"status": "draft"}, "not_found"),
    ],
)
def test_nothing_is_answered_about_an_event_that_is_gone(session, event_id, mira, changes, code):
    says(event_id, mira)
    with write_transaction() as writing:
        writing.execute(update(Event).where(Event.id == event_id).values(**changes))
    assert refused(session, says, event_id, mira, "partial") == code
    assert refused(session, rates, event_id, mira) == code


@pytest.mark.parametrize("column", ["disabled_at", "anonymized_at"])
def test_an_account_that_is_gone_answers_nothing(session, event_id, mira, column):
    with write_transaction() as writing:
        writing.execute(update(User).where(User.id == mira).values({column: NOON}))
    assert refused(session, says, event_id, mira) == "not_found"


def test_unknown_cannot_be_sent(session, event_id, mira):
    assert refused(session, says, event_id, mira, "unknown") == "answer_unknown"


def test_who_was_noted_as_silent_can_still_answer_while_there_is_time(session, event_id, mira):
    """The end of an event can be moved after somebody was noted as silent."""
    with write_transaction() as writing:
        row = {"event_id": event_id, "user_id": mira, "answer": "unknown", "changed_at": START, "created_at": START}
        writing.execute(insert(AttendanceResponse).values(**row))
    assert refused(session, rates, event_id, mira) == "feedback_without_answer"
    says(event_id, mira)
    assert stored(session) == [("attended", NOON, NOON, START, None, None, None)]


def test_an_answer_reads_every_prompt_of_the_event_and_ends_the_planned_one(session, world, event_id, mira):
    first = is_asked(event_id, mira)
    other_event = world.event(starts_at=START, ends_at=END)
    other = is_asked(other_event, mira)
    strangers = is_asked(event_id, world.person())
    snooze_prompt(notification_id=first, user_id=mira, now=NOON)
    later = NOON + timedelta(minutes=5)
    says(event_id, mira, now=later)
    lines = {row.id: (row.read_at, row.responded_at) for row in session.query(Notification)}
    assert lines == {first: (NOON, NOON), other: (None, None), strangers: (None, None)}
    planned = session.query(ScheduledAttendancePrompt).filter_by(event_id=event_id, user_id=mira, number=2).one()
    assert (planned.ended_at, planned.ended_because) == (later, PromptEnd.ANSWERED)
    assert refused(session, snooze_prompt, notification_id=first, user_id=mira, now=later) == "prompt_answered"


def test_an_answer_through_a_prompt_needs_ones_own_prompt_of_that_event(session, world, event_id, mira):
    ben = world.person("Ben")
    own, foreign = is_asked(event_id, mira), is_asked(event_id, ben)
    elsewhere = is_asked(world.event(starts_at=START, ends_at=END), mira)
    for wrong in (foreign, elsewhere, 10**15):
        assert refused(session, says, event_id, mira, notification_id=wrong) == "not_found"
    says(event_id, mira, notification_id=own)
    marked = {row.id: (row.read_at, row.responded_at) for row in session.query(Notification)}
    assert marked == {own: (NOON, NOON), foreign: (None, None), elsewhere: (None, None)}


def test_feedback_can_be_given_changed_and_taken_back(session, event_id, mira):
    says(event_id, mira)
    later = NOON + timedelta(hours=1)
    rates(event_id, mira, None, "Two more aprons would help.")
    assert stored(session)[0][4:] == (None, "Two more aprons would help.", NOON)
    rates(event_id, mira, 5, "Lovely", now=later)
    assert stored(session)[0][4:] == (5, "Lovely", later)
    before = digest(session)
    rates(event_id, mira, 5, "Lovely", now=later + timedelta(hours=1))
    assert digest(session) == before
    rates(event_id, mira, None, None)
    assert stored(session)[0][4:] == (None, None, None)
    assert refused(session, rates, event_id, mira, None, None) == "feedback_missing"


def test_feedback_needs_an_answer_that_says_one_was_there(session, event_id, mira):
    assert refused(session, rates, event_id, mira) == "feedback_without_answer"
    says(event_id, mira, "not_attended")
    assert refused(session, rates, event_id, mira) == "feedback_not_there"


def test_saying_one_was_not_there_drops_the_feedback_and_partial_keeps_it(session, event_id, mira):
    says(event_id, mira)
    rates(event_id, mira, 2, "Loud")
    assert says(event_id, mira, "partial") == Answered(Answer.PARTIAL)
    assert stored(session)[0][4:] == (2, "Loud", NOON)
    assert says(event_id, mira, "not_attended") == Answered(Answer.NOT_ATTENDED, dropped_feedback=True)
    assert stored(session)[0][4:] == (None, None, None)
    says(event_id, mira)
    assert stored(session)[0][4:] == (None, None, None)


def test_privacy_is_kept_only_where_it_is_not_the_usual(session, event_id, mira):
    says(event_id, mira)
    rates(event_id, mira)
    assert session.query(RecordPrivacy).count() == 0
    rates(event_id, mira, sharing=Sharing(on_profile=False, to_organizations=True))
    session.rollback()
    row = session.query(RecordPrivacy).one()
    assert (row.user_id, row.on_profile, row.to_organizations) == (mira, False, True)


@pytest.mark.parametrize("rating", [0, 6])
def test_refused_feedback_leaves_privacy_alone(session, event_id, mira, rating):
    """Behind the rule stands a constraint: one that slips through rolls all of it back."""
    says(event_id, mira)
    before = digest(session)
    with pytest.raises(Exception, match="rating"):
        rates(event_id, mira, rating, sharing=Sharing(on_profile=False, to_organizations=True))
    assert digest(session) == before
