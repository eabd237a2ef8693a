"""Answers at the same instant, to the question after an event and to those of its organizer: one stays of each."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, insert, select

from tests.races.contest import codes, contest
from tests.support.worlds.asked import SIZE, ask, says
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.asking.attendance_response import Answer, Feedback
from webapp.domain.people.privacy import Sharing
from webapp.models import (
    AttendanceResponse,
    EnrollmentAnswer,
    EventQuestion,
    Notification,
    RecordPrivacy,
    ScheduledAttendancePrompt,
)
from webapp.queries.audit import broken_invariants
from webapp.services.asking.attendance_response import answer, give_feedback
from webapp.services.asking.prompt import snooze_prompt
from webapp.services.questions.answers import answer_own
from webapp.services.questions.editing import add_question, change_question
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

ROUNDS = 25
#: That ask something before.
EVENTS = 25


@pytest.fixture
def asked(app) -> tuple[int, list[tuple[int, int]]]:
    """An event of this morning, and (person, notification) of everybody who was asked about it."""
    world = World(app)
    event_id = world.event(starts_at=NOON - timedelta(hours=4), ends_at=NOON - timedelta(hours=1))
    people = world.people(ROUNDS)
    with write_transaction() as session:
        common = {"event_id": event_id, "created_at": NOON}
        session.execute(
            insert(ScheduledAttendancePrompt),
            [{**common, "user_id": person, "number": 1, "due_at": NOON, "sent_at": NOON} for person in people],
        )
        lines = [
            {
                **common,
                "user_id": person,
                "prompt_number": 1,
                "type": "attendance_prompt",
                "title": "?",
                "dedupe_key": f"prompt:{person}",
            }
            for person in people
        ]
        session.execute(insert(Notification), lines)
        ids = dict(session.execute(select(Notification.user_id, Notification.id)).all())
    return event_id, [(person, ids[person]) for person in people]


def test_answering_twice_rating_and_snoozing_at_once_ends_in_one_answer(asked, session, settings):
    event_id, people = asked
    rating = partial(give_feedback, event_id=event_id, said=Feedback(5, "Good"), sharing=Sharing(False, True), now=NOON)

    def everybody_says(what: Answer) -> list[partial]:
        return [partial(answer, user_id=user_id, event_id=event_id, answer=what, now=NOON) for user_id, _ in people]

    lineup = [
        everybody_says(Answer.ATTENDED),
        everybody_says(Answer.NOT_ATTENDED),
        [partial(snooze_prompt, notification_id=line_id, user_id=user_id, now=NOON) for user_id, line_id in people],
        [partial(rating, user_id=user_id) for user_id, _ in people],
    ]

    outcomes = contest(settings, lineup, in_step=True)

    assert [codes([said]) for said in outcomes[:2]] == [{"done": ROUNDS}, {"done": ROUNDS}]
    assert set(codes([outcomes[2]])) <= {"done", "prompt_answered", "prompt_already_read"}
    assert set(codes([outcomes[3]])) <= {"done", "feedback_without_answer", "feedback_not_there"}
    answers = session.query(AttendanceResponse).all()
    assert sorted(row.user_id for row in answers) == sorted(user_id for user_id, _ in people)
    assert [row for row in answers if row.answer == "not_attended" and row.rating is not None] == []
    rated = sum(outcome.code == "done" for outcome in outcomes[3])
    assert session.query(RecordPrivacy).count() == rated
    assert session.query(ScheduledAttendancePrompt).filter_by(sent_at=None, ended_at=None).count() == 0
    assert session.query(Notification).filter_by(responded_at=None).count() == 0


def test_the_same_answer_from_four_windows_at_once_is_one_row(asked, session, settings):
    event_id, people = asked
    window = [partial(answer, user_id=one, event_id=event_id, answer=Answer.PARTIAL, now=NOON) for one, _ in people]

    assert codes(contest(settings, [window] * 4, in_step=True)) == {"done": 4 * ROUNDS}
    assert session.query(AttendanceResponse).filter_by(answer="partial").count() == ROUNDS


@pytest.fixture
def world(app) -> World:
    return World(app)


def test_two_answers_and_an_edit_at_once_leave_one_answer_each(world, session, settings):
    events = [world.event(f"Camp {n}") for n in range(EVENTS)]
    asked = [ask(event_id, SIZE)[0] for event_id in events]
    mira = world.person()
    places = [UseCases(world.app, world).enrolls(event_id, mira).enrollment_id for event_id in events]

    def answering(text: str) -> list[partial]:
        return [
            partial(answer_own, enrollment_id=place, sent=says({id_: [text]}), actor=world.actor(mira), now=NOON)
            for place, id_ in zip(places, asked, strict=True)
        ]

    other = replace(SIZE, wording="Size?")
    editing = [partial(change_question, question_id=id_, draft=other, expected_version=1, now=NOON) for id_ in asked]
    outcomes = contest(settings, [answering("M"), answering("L"), editing])
    session.rollback()

    # Where the edit came first there was nothing to keep, so it is the same question.
    assert set(codes(outcomes)) <= {"done", "questions_changed"}
    answers = select(func.count()).select_from(EnrollmentAnswer).group_by(EnrollmentAnswer.question_id)
    assert set(session.scalars(answers)) == {1}
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_a_question_that_is_sent_twice_at_once_is_asked_once(world, session, settings):
    events = [world.event(f"Camp {n}") for n in range(EVENTS)]
    adding = [partial(add_question, event_id=event_id, draft=SIZE, now=NOON) for event_id in events]
    contest(settings, [adding] * 6)
    session.rollback()

    counted = select(func.count()).select_from(EventQuestion).group_by(EventQuestion.event_id)
    assert list(session.scalars(counted)) == [1] * EVENTS
