"""Sending prompts: the last look, one line and one mail each, and nothing twice whatever happens."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.prompting import DAY, END, HOUR, Asking
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.asking.prompt import PromptEnd, answers_close_at
from webapp.models import (
    AttendanceResponse,
    CheckInReversal,
    Event,
    MeetingSession,
    ScheduledAttendancePrompt,
    SessionReport,
    User,
)
from webapp.services.asking import prompt_sending
from webapp.services.asking.attendance_response import read_answer_link
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.asking.prompt_sending import SentPrompts, send_prompt_batch
from webapp.services.unit_of_work import end_reading

SECOND = timedelta(seconds=1)
#: The next 9:00 in Berlin after noon UTC.
NINE = datetime(2026, 6, 11, 7, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


def send(now=NOON) -> SentPrompts:
    end_reading()
    return send_prompt_batch(now=now)


def test_a_prompt_is_a_line_and_a_mail_with_a_link_of_its_own(asking, session):
    event_id = asking.event()
    user_id = asking.enrolled(event_id, user_id=asking.person("Mira<b>&Co Söhne", email="mira@post.example"))
    asking.planned(event_id, user_id)

    assert send() == SentPrompts(looked_at=1, sent=1)

    assert asking.prompt(event_id, user_id).sent_at == NOON
    assert asking.lines(event_id) == [(user_id, 1)]
    (mail,) = asking.mails()
    assert (mail.user_id, mail.recipient, mail.subject) == (user_id, "mira@post.example", "Did you make it to Clay?")
    assert "Hi Mira<b>&Co," in mail.body
    assert "Mira&lt;b&gt;&amp;Co" in mail.html
    assert "Mira<b>" not in mail.html
    assert mail.unsubscribe_url in mail.body
    token = mail.body.split("/prompts/")[1].split()[0]
    assert f"/prompts/{token}" in mail.html
    link = read_answer_link(token, answers_close_at(END))
    assert (link.user_id, link.event_id) == (user_id, event_id)


def test_everybody_gets_their_own_name_and_links(asking):
    event_ids = [asking.event(), asking.event()]
    people = {asking.person(name): name for name in ("Ana", "Bo", "Chi")}
    for event_id in event_ids:
        for user_id in people:
            asking.planned(event_id, user_id)

    send()

    seen = set()
    for mail in asking.mails():
        link = read_answer_link(mail.body.split("/prompts/")[1].split()[0], NOON)
        assert link.user_id == mail.user_id
        assert f"Hi {people[mail.user_id].split()[0]}," in mail.body
        seen.add((link.user_id, link.event_id))
    assert seen == {(user_id, event_id) for user_id in people for event_id in event_ids}
    assert len({mail.unsubscribe_url for mail in asking.mails()}) == 3


def test_each_is_asked_in_their_own_language(asking, session):
    event_id = asking.event()
    people = [asking.person("Ana Silva"), asking.person("Bo Lund"), asking.person("Chi Do")]
    session.execute(update(User).where(User.id == people[1]).values(language="en_XA"))
    session.commit()
    for user_id in people:
        asking.planned(event_id, user_id)

    send()

    assert [(mail.user_id, mail.subject, mail.body[:10]) for mail in asking.mails()] == [
        (people[0], "Did you make it to Clay?", "Hi Ana,\n\nT"),
        (people[1], "Ðîîð ýööûû ɱååķéé îîţ ţöö Clay?", "Ĥîî Bo,\n\nŢ"),
        (people[2], "Did you make it to Clay?", "Hi Chi,\n\nT"),
    ]


def test_sent_once_it_is_not_sent_again(asking, session):
    event_id = asking.event()
    asking.planned(event_id, asking.person())
    send()
    before = digest(session)
    assert send() == SentPrompts()
    assert send(NOON + DAY) == SentPrompts()
    assert digest(session) == before


def test_a_prompt_waits_for_its_time(asking):
    event_id = asking.event()
    asking.planned(event_id, asking.person(), due_at=NOON)
    assert send(NOON - SECOND) == SentPrompts()
    assert send(NOON).sent == 1


def test_who_wants_only_what_is_important_finds_it_on_the_page_alone(asking):
    event_id = asking.event()
    user_id = asking.person(notification_frequency="important")
    asking.planned(event_id, user_id)
    send()
    assert asking.lines(event_id) == [(user_id, 1)]
    assert asking.mails() == []


@pytest.mark.parametrize(
    ("because", "change"),
    [
        (PromptEnd.ANSWERED, lambda asking, event_id, user_id: asking.answered(event_id, user_id)),
        (PromptEnd.OPTED_OUT, lambda asking, event_id, user_id: asking.wants(user_id, "none")),
        (
            PromptEnd.OPTED_OUT,
            lambda asking, event_id, user_id: asking.change(User, user_id, notification_frequency="none"),
        ),
        (PromptEnd.ACCOUNT_GONE, lambda asking, event_id, user_id: asking.change(User, user_id, disabled_at=NOON)),
        (
            PromptEnd.ACCOUNT_GONE,
            lambda asking, event_id, user_id: asking.change(User, user_id, anonymized_at=NOON, email=None),
        ),
        (PromptEnd.EVENT_GONE, lambda asking, event_id, user_id: asking.change(Event, event_id, status="cancelled")),
        (
            PromptEnd.EVENT_GONE,
            lambda asking, event_id, user_id: asking.change(Event, event_id, status="completed", deleted_at=NOON),
        ),
        (PromptEnd.SETTLED, lambda asking, event_id, user_id: asking.enrolled(event_id, "cancelled", user_id=user_id)),
        (
            PromptEnd.WINDOW_OVER,
            lambda asking, event_id, user_id: asking.change(
                Event, event_id, starts_at=END - 20 * DAY, ends_at=END - 15 * DAY, effective_end_at=END - 15 * DAY
            ),
        ),
    ],
    ids=[
        "answered",
        "opted out here",
        "opted out at all",
        "disabled",
        "anonymized",
        "called off",
        "deleted",
        "gave up the place",
        "window over",
    ],
)
def test_what_is_not_to_be_asked_any_more_ends_at_sending(asking, because, change):
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    change(asking, event_id, user_id)

    done = send()

    prompt = asking.prompt(event_id, user_id)
    assert (prompt.sent_at, prompt.ended_at, prompt.ended_because) == (None, NOON, because)
    assert done.ended == {because: 1}
    assert (asking.lines(event_id), asking.mails()) == ([], [])
    assert send() == SentPrompts()


def test_silence_that_was_recorded_is_no_answer(asking):
    event_id = asking.event()
    user_id = asking.person()
    asking.answered(event_id, user_id, "unknown")
    asking.planned(event_id, user_id)
    assert send().sent == 1


def test_an_event_whose_end_was_moved_postpones_its_prompt(asking):
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    later = END + 8 * HOUR
    asking.change(Event, event_id, ends_at=later, effective_end_at=later)

    assert send() == SentPrompts(looked_at=1, put_off=1)
    assert asking.prompt(event_id, user_id).due_at == later + HOUR
    assert send(later + HOUR - SECOND) == SentPrompts()
    assert send(later + HOUR).sent == 1


def test_where_only_the_unknown_is_asked_a_check_in_settles_it(asking):
    event_id = asking.event()
    asking.organization(asks_only_unknown=True)
    seen, taken_back, absent, looked = (asking.person() for _ in range(4))
    asking.checked_in(event_id, seen)
    asking.put(CheckInReversal, check_in_id=asking.checked_in(event_id, taken_back), event_id=event_id, at=END)
    asking.enrolled(event_id, "no_show", user_id=absent)
    for user_id in (seen, taken_back, absent, looked):
        asking.planned(event_id, user_id)

    done = send()

    assert done.ended == {PromptEnd.SETTLED: 1}
    assert asking.prompt(event_id, seen).ended_because == PromptEnd.SETTLED
    assert asking.lines(event_id) == [(taken_back, 1), (absent, 1), (looked, 1)]


def test_where_only_the_unknown_is_asked_the_report_of_a_room_settles_it_and_staff_have_the_last_word(asking):
    event_id = asking.event()
    asking.organization(asks_only_unknown=True)
    session_id = asking.put(
        MeetingSession,
        event_id=event_id,
        kind="event",
        title="Talk",
        room_name="talk",
        starts_at=END - HOUR,
        ends_at=END,
        created_at=NOON,
        version=1,
        calculation_tries=0,
    )
    measured = [("present", None), ("partial", None), ("absent", "late"), ("absent", None), ("late", "absent_excused")]
    people = [asking.person() for _ in [*measured, "not in the room"]]
    for user_id, (status, mark) in zip(people, measured, strict=False):
        asking.put(
            SessionReport,
            session_id=session_id,
            user_id=user_id,
            status=status,
            marked_status=mark,
            marked_at=NOON if mark else None,
            minutes=0,
            late_minutes=0,
            percentage=0,
            is_late=False,
            is_automatic=mark is None,
            fields={},
        )
    for user_id in people:
        asking.planned(event_id, user_id)

    assert send().ended == {PromptEnd.SETTLED: 3}
    assert asking.lines(event_id) == [(user_id, 1) for user_id in people[3:]]


def test_usually_a_check_in_settles_nothing(asking):
    event_id = asking.event()
    user_id = asking.person()
    asking.checked_in(event_id, user_id)
    asking.planned(event_id, user_id)
    assert send().sent == 1


def test_an_organization_that_asks_twice_asks_again_at_nine(asking):
    event_id = asking.event()
    asking.organization(asks_twice=True)
    silent, talking = asking.person(), asking.person()
    asking.planned(event_id, silent)
    asking.planned(event_id, talking)

    send()
    assert (asking.prompt(event_id, silent, 2).due_at, asking.prompt(event_id, silent, 2).sent_at) == (NINE, None)
    asking.answered(event_id, talking)
    done = send(NINE)

    assert (done.sent, done.ended) == (1, {PromptEnd.ANSWERED: 1})
    assert asking.lines(event_id) == [(silent, 1), (silent, 2), (talking, 1)]
    assert send(NINE + DAY) == SentPrompts()


def test_nobody_is_asked_a_second_time_by_default(asking):
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    send()
    assert asking.prompts(event_id) == [(user_id, 1)]


def test_no_second_prompt_is_planned_for_when_answers_have_closed(asking):
    event_id = asking.event()
    asking.organization(asks_twice=True)
    user_id = asking.person()
    asking.planned(event_id, user_id)
    assert send(answers_close_at(END) - HOUR).sent == 1
    assert asking.prompts(event_id) == [(user_id, 1)]


def test_cut_off_in_the_middle_nothing_happened_and_the_next_time_it_does(asking, session, monkeypatch):
    event_id = asking.event()
    for _ in range(3):
        asking.planned(event_id, asking.person())
    before = digest(session)
    written = prompt_sending.write_messages

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(prompt_sending, "write_messages", stop)
    with pytest.raises(KeyboardInterrupt):
        send()
    assert digest(session) == before

    monkeypatch.setattr(prompt_sending, "write_messages", written)
    assert send().sent == 3
    assert asking.is_asked_once(event_id, 3)


def test_a_line_that_is_there_already_is_not_written_again(asking):
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    send()
    # As if only the mark had been lost, which one transaction makes impossible.
    asking.change(ScheduledAttendancePrompt, asking.prompt(event_id, user_id).id, sent_at=None)
    send()
    assert asking.is_asked_once(event_id, 1)


def test_four_who_send_at_once_ask_everybody_once(app, asking, monkeypatch):
    event_id = asking.event()
    asking.fill(event_id, 200)
    schedule_post_event_prompts(now=NOON)
    monkeypatch.setattr(prompt_sending, "BATCH", 20)
    sent, start = [], threading.Barrier(4)

    def run() -> None:
        with app.app_context():
            start.wait(10)
            while (done := send_prompt_batch(now=NOON)).looked_at:
                sent.append(done.sent)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    # Whoever finds all that is left in other hands stops; the next tick would go on.
    while (done := send()).looked_at:
        sent.append(done.sent)
    assert sum(sent) == 200
    assert asking.is_asked_once(event_id, 200)


def test_an_answer_that_comes_while_it_is_sent_is_not_overlooked(app, asking):
    """The answer is committed between the plan and the sending, by somebody else."""
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    row = {
        "event_id": event_id,
        "user_id": user_id,
        "answer": "partial",
        "answered_at": NOON,
        "changed_at": NOON,
        "created_at": NOON,
    }
    asking.session.execute(insert(AttendanceResponse).values(row))
    asking.session.commit()
    assert send().ended == {PromptEnd.ANSWERED: 1}


def test_the_number_of_statements_does_not_grow_with_the_people(app, asking):
    asking.world.organization()
    asking.organization(asks_twice=True)
    costs = []
    for people in (10, 400):
        event_id = asking.event()
        asking.fill(event_id, people)
        schedule_post_event_prompts(now=NOON)
        with counted_statements(app) as statements:
            assert send().sent == people
        costs.append(len([one for one in statements if not one.startswith("INSERT")]))
    assert costs == [5, 5]
    assert len(asking.mails()) == 410
