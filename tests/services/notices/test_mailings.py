"""Messages of organizers: who gets them, once, whatever happens in between."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.asked import EATS, ask, says
from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON
from tests.support.worlds.written import HELLO, lines_of, mailing, reached, write, written_to
from webapp.domain.notices.audience import Audience, Came
from webapp.domain.notices.mailing import MailingDraft
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.domain.refusal import Refused
from webapp.models import JobRun, Notification, Organization, User
from webapp.queries.audit import broken_invariants
from webapp.queries.notices.mailings.audience import count_audience
from webapp.queries.notices.mailings.mailings import mailing_by_id, message_in
from webapp.services.events.event_deletion import delete_event
from webapp.services.notices.mailings import sending
from webapp.services.notices.mailings.planning import change_mailing, withdraw_mailing
from webapp.services.notices.mailings.sending import send_mailings, start_mailings
from webapp.services.places.asked_enrollment import enroll_with_answers
from webapp.services.unit_of_work import end_reading, write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
HOUR = timedelta(hours=1)


class Killed(Exception):
    """The worker is gone in the middle of a portion."""


@pytest.fixture
def use_cases(app, world) -> UseCases:
    return UseCases(app, world)


@pytest.fixture
def event_id(world) -> int:
    return world.event("Open studio night", slug="studio", capacity=2, has_waitlist=True)


def set_user(user_id: int, **values) -> None:
    with write_transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(**values))


def send(event_id: int, now=NOON) -> int:
    return send_mailings(event_id=event_id, now=now).get("messages", 0)


def count(event_id: int, **wishes):
    end_reading()
    return count_audience(event_id, Audience(**wishes)).people


def test_everybody_reads_their_own_words_once(world, use_cases, session, event_id):
    lukasz = world.person("Łukasz Wiśniewski", email="lukasz@post.example")
    waits = world.person("Mei & <Chen>")
    use_cases.enrolls(event_id, lukasz)
    use_cases.fills(event_id, 1)
    use_cases.enrolls(event_id, waits)

    mailing_id = write(world, event_id, body=f"{HELLO}\n\n{{name}}")
    assert session.scalar(select(JobRun.name)) == "send-mailing"
    session.rollback()
    assert send(event_id) == 3
    assert send(event_id) == 0

    mails = written_to(session)
    assert mails[lukasz].subject == "Dinner at Open studio night"
    assert mails[lukasz].recipient == "lukasz@post.example"
    assert mails[lukasz].body.startswith("Hi Łukasz,\n\nsee you at Open studio night on Thursday 11 June: http")
    assert "/c/" in mails[lukasz].body and "/events/studio" in mails[waits].body
    assert "Mei &amp; &lt;Chen&gt;" in mails[waits].html and "<Chen>" in mails[waits].body
    assert mails[lukasz].unsubscribe_url and mails[lukasz].unsubscribe_url in mails[lukasz].html
    assert mails[lukasz].unsubscribe_url != mails[waits].unsubscribe_url
    assert "{" not in mails[lukasz].body
    assert lines_of(session)[waits] == "Dinner at Open studio night"
    row = mailing(session, mailing_id)
    assert (row.status, row.people, row.mails, row.lines) == ("sent", 3, 3, 0)
    found = mailing_by_id(mailing_id)
    assert (found.waiting, found.failed, found.sent, found.by_name) == (3, 0, 0, "Dana Kim")
    assert list(broken_invariants(NOON)) == []


def test_who_chose_none_has_the_line_only_and_who_has_no_address_too(world, use_cases, session):
    event_id = world.event("Open studio night", capacity=None)
    people = {how: world.person(how) for how in ("all", "important", "none", "lost", "closed")}
    for user_id in people.values():
        use_cases.enrolls(event_id, user_id)
    set_user(people["important"], notification_frequency="important")
    set_user(people["none"], notification_frequency="none")
    set_user(people["lost"], email=None)
    set_user(people["closed"], disabled_at=NOON)
    found = count_audience(event_id, Audience())
    assert (found.people, found.chose_none, found.no_address, found.mails) == (4, 1, 1, 2)

    mailing_id = write(world, event_id)
    send(event_id)

    told = reached(session, mailing_id)
    assert told == {
        people["all"]: "mail",
        people["important"]: "mail",
        people["none"]: "line",
        people["lost"]: "no_address",
    }
    assert set(written_to(session)) == {people["all"], people["important"]}
    assert set(lines_of(session)) == set(told)
    assert list(broken_invariants(NOON)) == []


def test_recipients_are_found_when_it_is_sent(world, use_cases, session, event_id):
    early, late = world.person(), world.person()
    place = use_cases.enrolls(event_id, early)
    mailing_id = write(world, event_id, send_at=NOON + HOUR)
    assert start_mailings(now=NOON, real_now=NOON) == []
    use_cases.leaves(place, early, NOON)
    use_cases.enrolls(event_id, late)

    runs = start_mailings(now=NOON + HOUR, real_now=NOON + HOUR)
    assert [run.event_id for run in runs] == [event_id]
    assert start_mailings(now=NOON + HOUR, real_now=NOON + HOUR) == []
    send(event_id, NOON + HOUR)

    assert reached(session, mailing_id) == {late: "mail"}


def test_a_killed_worker_is_followed_by_one_that_tells_nobody_twice(world, use_cases, session, monkeypatch):
    monkeypatch.setattr(sending, "PORTION", 3)
    event_id = world.event(capacity=None)
    use_cases.fills(event_id, 7)
    mailing_id = write(world, event_id)
    portions = []

    def dies(_session, _counts):
        portions.append(1)
        if len(portions) == 2:
            raise Killed

    with pytest.raises(Killed):
        send_mailings(event_id=event_id, now=NOON, beat=dies)
    row = mailing(session, mailing_id)
    assert (row.status, row.people, row.mails, len(written_to(session))) == ("sending", 7, 3, 3)
    assert list(broken_invariants(NOON)) == []

    assert send(event_id) == 4

    assert (mailing(session, mailing_id).status, len(written_to(session)), len(lines_of(session))) == ("sent", 7, 7)
    assert list(broken_invariants(NOON)) == []


def test_an_account_closed_in_between_is_told_nothing(world, use_cases, session, monkeypatch):
    monkeypatch.setattr(sending, "PORTION", 1)
    event_id = world.event(capacity=None)
    first, second = sorted(world.people(2))
    for user_id in (first, second):
        use_cases.enrolls(event_id, user_id)
    mailing_id = write(world, event_id)

    def closes(_session, _counts):
        _session.execute(update(User).where(User.id == second).values(disabled_at=NOON))

    send_mailings(event_id=event_id, now=NOON, beat=closes)

    assert reached(session, mailing_id) == {first: "mail", second: "gone"}
    assert mailing(session, mailing_id).gone == 1
    assert list(broken_invariants(NOON)) == []


def test_the_same_form_twice_is_one_message_and_only_a_planned_one_changes(world, use_cases, session, event_id):
    use_cases.fills(event_id, 1)
    mailing_id = write(world, event_id, send_at=NOON + HOUR)
    assert write(world, event_id, send_at=NOON + HOUR) == mailing_id
    actor = world.actor(world.person("Iris", role=Role.ORGANIZER), Role.ORGANIZER)
    new = MailingDraft("Supper", "Hi", Audience(statuses=frozenset({S.CONFIRMED})), NOON + 2 * HOUR)
    change = {"mailing_id": mailing_id, "draft": new, "now": NOON, "real_now": NOON}
    change_mailing(**change, expected_version=1)
    with pytest.raises(Refused, match="stale"):
        change_mailing(**change, expected_version=1)
    row = mailing(session, mailing_id)
    assert (row.subject, row.send_at, row.version) == ("Supper", NOON + 2 * HOUR, 2)

    withdraw_mailing(mailing_id=mailing_id, actor=actor, now=NOON)

    assert send(event_id, NOON + 3 * HOUR) == 0
    row = mailing(session, mailing_id)
    assert (row.status, row.withdrawn_by_id) == ("withdrawn", actor.user_id)
    for again in (
        lambda: withdraw_mailing(mailing_id=mailing_id, actor=actor, now=NOON),
        lambda: change_mailing(**change, expected_version=2),
    ):
        with pytest.raises(Refused, match="mailing_over"):
            again()
    assert list(broken_invariants(NOON)) == []


def test_what_cannot_be_sent_is_refused_and_changes_nothing(world, use_cases, session, event_id):
    use_cases.fills(event_id, 1)
    # The organizers who try are new.
    before = digest(session, leaving_out=PASSING | {"users", "memberships", "member_roles"})
    for wrong, code in (
        ({"audience": Audience(statuses=frozenset({S.REJECTED}))}, "no_recipients"),
        ({"body": "Hi {frist name}"}, "placeholder_unknown"),
        ({"send_at": NOON - HOUR}, "mailing_in_past"),
    ):
        with pytest.raises(Refused, match=code):
            write(world, event_id, **wrong)
    with pytest.raises(Refused, match="not_found"):
        write(world, event_id + 100)
    assert digest(session, leaving_out=PASSING | {"users", "memberships", "member_roles"}) == before


def test_more_than_three_a_day_need_a_second_look(world, use_cases, session, event_id):
    use_cases.fills(event_id, 1)
    for number in range(3):
        write(world, event_id, request_id=f"form-00000000000{number}")
        send(event_id)
    with pytest.raises(Refused, match="beyond_the_day") as refused:
        write(world, event_id, request_id="form-000000000009")
    assert refused.value.facts == {"people": 1, "most": 3}

    write(world, event_id, request_id="form-000000000009", goes_beyond=True)
    assert send(event_id) == 1
    write(world, event_id, request_id="form-000000000010", now=NOON + 25 * HOUR)
    for number in range(3):
        planned_at = NOON + timedelta(days=3, hours=number)
        write(world, event_id, request_id=f"form-00000000001{number + 1}", send_at=planned_at)
    with pytest.raises(Refused, match="beyond_the_day"):
        write(world, event_id, request_id="form-000000000019", send_at=NOON + timedelta(days=3, hours=5))


def test_a_suspended_organization_and_an_empty_list_send_nothing(world, use_cases, session, event_id):
    person = world.person()
    place = use_cases.enrolls(event_id, person)
    silenced = write(world, event_id, send_at=NOON + HOUR)
    empty = write(world, event_id, send_at=NOON + 2 * HOUR, request_id="form-000000000002")
    with write_transaction() as writing:
        writing.execute(update(Organization).values(suspended_at=NOON, suspended_because="Spam"))
    send(event_id, NOON + HOUR)
    with write_transaction() as writing:
        writing.execute(update(Organization).values(suspended_at=None, suspended_because=None))
    use_cases.leaves(place, person)
    send(event_id, NOON + 2 * HOUR)

    assert [(mailing(session, one).status, mailing(session, one).dropped_because) for one in (silenced, empty)] == [
        ("dropped", "suspended"),
        ("dropped", "no_recipients"),
    ]
    assert written_to(session) == {} and lines_of(session) == {}
    assert list(broken_invariants(NOON)) == []


def test_with_its_event_goes_what_was_planned(world, use_cases, session):
    event_id = world.event("Clay", status="draft")
    use_cases.walks_in(event_id, world.person(), NOON)
    mailing_id = write(world, event_id, send_at=NOON + HOUR)
    admin = world.actor(world.person("Ada", role=Role.ADMIN), Role.ADMIN)

    delete_event(event_id=event_id, typed_title="Clay", actor=admin, now=NOON)

    assert mailing(session, mailing_id).status == "withdrawn"


def test_filters_find_their_people(world, use_cases, session):
    event_id = world.event(starts_at=NOON - 4 * HOUR, ends_at=NOON + timedelta(days=1), capacity=3, slug="two-days")
    [eats_id] = ask(event_id, EATS)
    ana, ben, cleo = world.people(3)
    for user_id, said in ((ana, "yes"), (ben, "no")):
        sent, actor = says({eats_id: [said]}), world.actor(user_id)
        enroll_with_answers(slug="two-days", sent=sent, actor=actor, now=NOON - 5 * HOUR)
    walked_in = use_cases.walks_in(event_id, cleo, NOON)
    use_cases.is_checked_in(event_id, walked_in, NOON)
    today = NOON.date()

    assert count(event_id) == 3
    assert count(event_id, statuses=frozenset({S.CHECKED_IN})) == 1
    assert count(event_id, came=Came.CAME) == 1
    assert count(event_id, came=Came.MISSED) == 2
    assert count(event_id, came=Came.CAME, day=today) == 1
    assert count(event_id, came=Came.MISSED, day=today) == 2
    assert count(event_id, came=Came.MISSED, day=today + timedelta(days=1)) == 3
    assert count(event_id, answers=(AnswerFilter(eats_id, Which.IS, "yes"),)) == 1
    assert count(event_id, answers=(AnswerFilter(eats_id, Which.GIVEN),)) == 2
    assert count(event_id, answers=(AnswerFilter(eats_id, Which.NONE),)) == 1
    assert count(event_id, facility_id=world.facility_id) == 0
    assert count(event_id, class_id=77) == 0
    assert count(event_id, is_first_time=True) == 3
    earlier = world.event(starts_at=NOON - timedelta(days=9))
    use_cases.is_checked_in(
        earlier, use_cases.walks_in(earlier, ana, NOON - timedelta(days=9)), NOON - timedelta(days=9)
    )
    use_cases.is_closed(earlier, NOON - timedelta(days=8))
    assert count(event_id, is_first_time=True) == 2


def test_who_left_and_came_back_is_written_to_once(world, use_cases, session):
    event_id = world.event(capacity=None)
    person = world.person()
    use_cases.leaves(use_cases.enrolls(event_id, person), person)
    use_cases.enrolls(event_id, person)
    every = frozenset({S.CANCELLED, S.CONFIRMED})

    assert count(event_id, statuses=every) == 1
    assert count(event_id, statuses=frozenset({S.CANCELLED})) == 0
    mailing_id = write(world, event_id, audience=Audience(statuses=every))
    send(event_id)
    assert reached(session, mailing_id) == {person: "mail"}


def test_the_line_leads_to_the_whole_message(world, use_cases, session, event_id):
    person, other = world.person("Mei Chen"), world.person()
    use_cases.enrolls(event_id, person)
    set_user(person, notification_frequency="none")
    write(world, event_id)
    send(event_id)
    session.rollback()
    line_id = session.scalar(select(Notification.id).where(Notification.type == "message"))
    session.rollback()

    found = message_in(line_id, person)
    assert (found.subject, found.name) == ("Dinner at {event}", "Mei Chen")
    assert message_in(line_id, other) is None
