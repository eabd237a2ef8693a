"""Asking and answering on both databases: with a place, later, at the door; changed, kept, deleted."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.asked import BADGE, EATS, FORM, PDF_FILE, SIZE, ask, food, photograph, says
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.domain.questions.question import SeenBy, at_the_door
from webapp.domain.refusal import Refused
from webapp.models import AnswerFile, EnrollmentAnswer, EventPolicy, EventQuestion, GuestHold
from webapp.queries.audit import broken_invariants
from webapp.queries.questions.sheets import file_of, sheet_of
from webapp.services.accounts.mail_code import enter_code, use_code
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.leaving.erasure import erase_person
from webapp.services.places.asked_enrollment import enroll_with_answers
from webapp.services.places.enrollment import enroll_by_slug
from webapp.services.places.guest_hold import enroll_guest, hold_place
from webapp.services.questions.answers import answer_at_door, answer_own
from webapp.services.questions.editing import (
    change_question,
    copy_questions,
    move_question,
    retire_question,
    set_answers_due,
)
from webapp.services.questions.retention import delete_old_answers
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
DAY = timedelta(days=1)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def use_cases(world) -> UseCases:
    return UseCases(world.app, world)


@pytest.fixture
def clay(world) -> int:
    """An event that asks who eats, and what."""
    return world.event(slug="clay", capacity=2)


def refusal(act, **values) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value


def enrolls(world, user_id: int, texts=None, slug: str = "clay", now=NOON):
    return enroll_with_answers(slug=slug, sent=says(texts or {}), actor=world.actor(user_id), now=now)


def said(session, placed) -> dict[int, tuple[str, ...]]:
    session.rollback()
    return dict(sheet_of(session, placed.enrollment_id).answers)


def audit(session) -> list[str]:
    session.rollback()
    return [one.invariant for one in broken_invariants(NOON)]


def test_the_place_and_the_answers_are_one(world, session, clay):
    eats = ask(clay, EATS)[0]
    what = ask(clay, food(eats))[0]
    mira, ben = world.person(), world.person("Ben")
    placed = enrolls(world, mira, {eats: ["yes"], what: ["Vegan"]})
    assert said(session, placed) == {eats: ("yes",), what: ("Vegan",)}
    assert said(session, enrolls(world, ben, {eats: ["no"], what: ["Vegan"]})) == {eats: ("no",)}
    assert (broken(session, clay), audit(session)) == ([], [])


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({}, "answers_wrong"),
        ({"eats": ["maybe"]}, "answers_wrong"),
        ({"eats": ["yes"]}, "answers_wrong"),
        ({"eats": ["x" * 100_000]}, "answers_wrong"),
        ({"eats": ["no"], "foreign": ["M"]}, "questions_changed"),
        ({"eats": ["no"], "none": ["M"]}, "questions_changed"),
    ],
)
def test_no_place_without_its_answers(world, session, clay, texts, code):
    eats = ask(clay, EATS)[0]
    ask(clay, food(eats))
    foreign = ask(world.event("Other"), replace(EATS, wording="Of another event?"))[0]
    ids = {"eats": eats, "foreign": foreign, "none": 999_999}
    mira = world.person()
    before = digest(session)
    assert refusal(enroll_by_slug, slug="clay", actor=world.actor(mira), now=NOON).code == "questions_unanswered"
    assert (
        refusal(enrolls, world=world, user_id=mira, texts={ids[name]: sent for name, sent in texts.items()}).code
        == code
    )
    session.rollback()
    assert digest(session) == before


def test_an_event_that_asks_later_gives_the_place_at_once_and_takes_answers_until_its_time(world, session, clay):
    size = ask(clay, SIZE)[0]
    mira, ben = world.person(), world.person("Ben")
    placed = enroll_by_slug(slug="clay", actor=world.actor(mira), now=NOON)
    answers = partial(answer_own, enrollment_id=placed.enrollment_id, sent=says({size: ["M"]}))
    answers(actor=world.actor(mira), now=NOON)
    assert said(session, placed) == {size: ("M",)}
    assert refusal(answers, actor=world.actor(ben), now=NOON).code == "not_found"
    assert refusal(answers, actor=world.actor(mira), now=NOON + DAY).code == "answers_over"
    set_answers_due(event_id=clay, due_at=NOON + timedelta(hours=1))
    assert refusal(answers, actor=world.actor(mira), now=NOON + timedelta(hours=1)).code == "answers_over"
    answer_own(enrollment_id=placed.enrollment_id, sent=says({size: [" "]}), actor=world.actor(mira), now=NOON)
    assert said(session, placed) == {size: ()}
    assert refusal(set_answers_due, event_id=clay, due_at=NOON + 9 * DAY).code == "answers_due_after_end"


def test_somebody_added_by_others_is_asked_afterwards_and_whoever_left_is_not(world, session, use_cases, clay):
    eats = ask(clay, EATS)[0]
    mira = world.person()
    placed = use_cases.enrolls(clay, mira)
    answer_own(enrollment_id=placed.enrollment_id, sent=says({eats: ["no"]}), actor=world.actor(mira), now=NOON)
    assert said(session, placed) == {eats: ("no",)}
    use_cases.leaves(placed, mira)
    gone = partial(answer_own, enrollment_id=placed.enrollment_id, sent=says({eats: ["yes"]}), now=NOON)
    assert refusal(gone, actor=world.actor(mira)).code == "not_enrolled"


def test_the_door_asks_what_it_may_read(world, session, use_cases, clay):
    badge, secret = ask(clay, BADGE, replace(BADGE, wording="Weight?", seen_by=SeenBy.ORGANIZERS))
    placed = use_cases.enrolls(clay, world.person())
    door = at_the_door(frozenset({SeenBy.DESK}))
    helper = Actor(user_id=None, name="Hana", desk_name="Left", helper_event_id=clay)
    at_door = partial(answer_at_door, enrollment_id=placed.enrollment_id, asking=door, actor=helper, now=NOON + 3 * DAY)
    at_door(event_id=clay, sent=says({badge: ["12"]}))
    assert said(session, placed) == {badge: ("12",)}
    assert refusal(at_door, event_id=clay, sent=says({secret: ["80"]})).code == "questions_changed"
    assert refusal(at_door, event_id=world.event("Other"), sent=says({badge: ["1"]})).code == "not_found"
    cancel_event(event_id=clay, reason="Rain", actor=world.actor(world.person()), now=NOON)
    assert refusal(at_door, event_id=clay, sent=says({badge: ["1"]})).code == "event_closed"


def test_a_question_that_asks_something_else_leaves_the_old_answers_as_they_were(world, session, clay):
    eats = ask(clay, EATS)[0]
    what = ask(clay, food(eats))[0]
    placed = enrolls(world, world.person(), {eats: ["yes"], what: ["Vegan"]})
    helped = change_question(question_id=eats, draft=replace(EATS, help="Soup"), expected_version=1, now=NOON)
    assert helped == eats
    asks_else = replace(EATS, wording="Will you have dinner with us?")
    assert refusal(change_question, question_id=eats, draft=asks_else, expected_version=1, now=NOON).code == "stale"
    new = change_question(question_id=eats, draft=asks_else, expected_version=2, now=NOON)
    session.rollback()
    sheet = sheet_of(session, placed.enrollment_id)
    assert {one.id: one.is_retired for one in sheet.questions} == {eats: True, new: False, what: False}
    assert sheet.answers == {eats: ("yes",), what: ("Vegan",)}
    assert session.get(EventQuestion, what).shown_if_id == new
    # Without answers it is the same question, with other words.
    other = ask(world.event("Other"), SIZE)[0]
    assert (
        change_question(question_id=other, draft=replace(SIZE, wording="Size?"), expected_version=1, now=NOON) == other
    )
    assert audit(session) == []


def test_order_conditions_and_what_is_asked_no_longer(world, session, clay):
    eats = ask(clay, EATS)[0]
    what = ask(clay, food(eats))[0]
    size = ask(clay, SIZE)[0]
    assert ask(clay, SIZE) == [size]
    assert refusal(move_question, question_id=what, up=True).code == "condition_not_before"
    assert refusal(retire_question, question_id=eats, now=NOON).code == "condition_not_before"
    move_question(question_id=size, up=True)
    retire_question(question_id=what, now=NOON)
    session.rollback()
    asked = select(EventQuestion.id).where(EventQuestion.retired_at.is_(None)).order_by(EventQuestion.position)
    assert session.scalars(asked).all() == [eats, size]
    assert refusal(retire_question, question_id=what, now=NOON).code == "stale"


def test_another_event_asks_the_same(world, session, clay):
    eats = ask(clay, EATS)[0]
    ask(clay, food(eats))
    other = world.event("Other")
    assert copy_questions(event_id=other, from_id=clay, now=NOON) == 2
    session.rollback()
    copied = session.scalars(
        select(EventQuestion).where(EventQuestion.event_id == other).order_by(EventQuestion.id)
    ).all()
    assert [one.wording for one in copied] == [EATS.wording, "What do you eat?"]
    assert copied[1].shown_if_id == copied[0].id
    world.organization("Pier Crew")
    strangers = world.event("Theirs")
    assert refusal(copy_questions, event_id=strangers, from_id=clay, now=NOON).code == "not_found"
    assert audit(session) == []


def test_files_are_looked_at_and_kept_without_what_they_knew(world, session, use_cases, clay):
    form = ask(clay, FORM)[0]
    mira = world.person()
    placed = use_cases.enrolls(clay, mira)
    sends = partial(answer_own, enrollment_id=placed.enrollment_id, actor=world.actor(mira), now=NOON)
    sends(sent=says({}, {form: ("me.png", photograph())}))
    kept = file_of(placed.enrollment_id, form)
    assert (kept.name, kept.mimetype) == ("me.jpg", "image/jpeg")
    assert not Image.open(BytesIO(kept.body)).getexif()
    session.rollback()
    for data in (b"%PDF-1.4 but no more", b"MZ", photograph()[:200]):
        refused = refusal(sends, sent=says({}, {form: ("me.pdf", data)}))
        assert (refused.code, set(refused.facts["wrong"])) == ("answers_wrong", {form})
    assert refusal(sends, sent=says({}, {form + 1000: ("me.pdf", PDF_FILE)})).code == "questions_changed"
    sends(sent=says({}))
    assert said(session, placed) == {form: ("me.jpg",)}
    sends(sent=says({}, {form: ("me.pdf", PDF_FILE)}))
    assert file_of(placed.enrollment_id, form).body == PDF_FILE
    session.rollback()
    assert audit(session) == []
    sends(sent=says({form: ["remove"]}))
    assert said(session, placed) == {form: ()}
    assert session.scalar(select(func.count()).select_from(AnswerFile)) == 0


def test_answers_are_deleted_in_time_and_with_the_person(world, session, use_cases):
    for_a_month, for_ever = replace(SIZE, kept_days=30), replace(SIZE, wording="Bus?", kept_days=None)
    camp, later = world.event("Camp", slug="camp"), world.event("Later", slug="later", starts_at=NOON + 20 * DAY)
    mira, ben = world.person(), world.person("Ben")
    for event_id in (camp, later):
        size, bus = ask(event_id, for_a_month, for_ever)
        for person in (mira, ben):
            placed = use_cases.enrolls(event_id, person)
            sent = says({size: ["M"], bus: ["No"]})
            answer_own(enrollment_id=placed.enrollment_id, sent=sent, actor=world.actor(person), now=NOON)
    over = NOON + DAY + timedelta(hours=2) + 30 * DAY
    assert delete_old_answers(now=over - timedelta(seconds=1)) == {"answers": 0}
    assert delete_old_answers(now=over) == {"answers": 2}
    assert delete_old_answers(now=over) == {"answers": 0}
    with write_transaction() as writing:
        erase_person(writing, mira, now=over)
    assert session.scalar(select(func.count()).select_from(EnrollmentAnswer)) == 3


def test_a_guest_is_asked_once_the_mailbox_is_proved_and_the_place_is_held_until_then(world, session):
    event_id = world.event(slug="clay", capacity=1, has_waitlist=False)
    eats = ask(event_id, EATS)[0]
    token = hold_place(slug="clay", name="Mira Sand", email="mira@post.example", questions_path="/q", now=NOON)
    code, _ = mailed_code(session, "mira@post.example")
    enter_code(token=token, code=code, now=NOON, then=partial(enroll_guest, now=NOON))
    mira = use_code(token=token, now=NOON)
    session.rollback()
    assert standing(session, event_id).statuses == {}
    session.rollback()
    assert refusal(enrolls, world=world, user_id=world.person("Ben"), texts={eats: ["no"]}).code == "event_full"
    placed = enrolls(world, mira, {eats: ["no"]})
    assert (placed.status, said(session, placed)) == ("confirmed", {eats: ("no",)})
    assert session.scalar(select(GuestHold.enrollment_id)) == placed.enrollment_id
    assert session.scalar(select(EventPolicy.seats_taken)) == 1
    assert (broken(session, event_id), audit(session)) == ([], [])


def test_a_guest_who_takes_too_long_comes_like_everybody_else(world, session, use_cases):
    event_id = world.event(slug="clay", capacity=1, has_waitlist=False)
    eats = ask(event_id, EATS)[0]
    token = hold_place(slug="clay", name="Mira Sand", email="mira@post.example", now=NOON)
    code, _ = mailed_code(session, "mira@post.example")
    enter_code(token=token, code=code, now=NOON, then=partial(enroll_guest, now=NOON))
    mira = use_code(token=token, now=NOON)
    session.rollback()
    late = NOON + timedelta(minutes=31)
    placed = enrolls(world, mira, {eats: ["no"]}, now=late)
    assert placed.status == "confirmed"
    assert session.scalar(select(EventPolicy.seats_taken)) == 1
    assert audit(session) == []
