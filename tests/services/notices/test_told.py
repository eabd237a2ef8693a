"""What people are told: line and mail together, as they want it, in HTML that no name can break, with an invitation."""

import re
from datetime import timedelta

import html5lib
import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.editing import edit
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.notices.notice import Frequency
from webapp.domain.permission import Trigger
from webapp.extensions import db
from webapp.models import Event, Message, Notification, OutboxEvent, User
from webapp.queries.notices.notification import unread_count
from webapp.services.asking.notification_preference import set_frequency
from webapp.services.events.closure import close_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.notices.notification import notify
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.unit_of_work import write_transaction

START = NOON + timedelta(days=2)
HOUR = timedelta(hours=1)
HOSTILE = "x</title><script>alert(1)</script>\u202e<img src=x onerror=alert(2)>\"'"
pytestmark = pytest.mark.usefixtures("app_context")


def join(world: World, event_id: int, name: str = "Mira Sand", **person) -> tuple[int, int]:
    user_id = world.person(name, **person)
    placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return user_id, placed.enrollment_id


def rows(session, table) -> list:
    session.rollback()
    found = session.scalars(select(table).order_by(table.id).execution_options(populate_existing=True)).all()
    session.rollback()
    return list(found)


def mails(session) -> list[Message]:
    return rows(session, Message)


def lines(session) -> list[Notification]:
    return rows(session, Notification)


def invitation(mail: Message) -> dict[str, str]:
    calendar = Calendar.from_ical(mail.calendar)
    (event,) = calendar.walk("VEVENT")
    return {"method": str(calendar["METHOD"]), **{name: event[name] for name in ("UID", "SEQUENCE", "STATUS")}}


def test_every_mail_has_a_line_beside_it_for_the_same_cause(world, orla, session):
    event_id = world.event("Clay", starts_at=START, capacity=2)
    join(world, event_id)
    _, put_out = join(world, event_id)
    join(world, event_id)
    cancel(enrollment_id=put_out, actor=orla, by=Trigger.ORGANIZER, now=NOON, reason="Double booking")
    cancel_event(event_id=event_id, reason="The river is too high", actor=orla, now=NOON)
    relay_batch(now=NOON)

    told = [(line.dedupe_key, line.type, line.user_id) for line in lines(session)]
    assert told == [(mail.dedupe_key, mail.kind, mail.user_id) for mail in mails(session)]
    assert {line.text for line in lines(session)} == {"Double booking", "The river is too high"}
    assert {line.event_id for line in lines(session)} == {event_id}


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    ("frequency", "on_the_page", "by_mail"),
    [
        (Frequency.ALL, ["confirmed", "waitlisted"], ["confirmed", "waitlisted"]),
        (Frequency.IMPORTANT, ["confirmed", "waitlisted"], ["confirmed"]),
        (Frequency.NONE, ["confirmed", "waitlisted"], []),
    ],
)
@pytest.mark.parametrize("is_default", [True, False])
def test_how_much_somebody_wants_is_asked_when_the_mail_is_written(
    world, session, frequency, on_the_page, by_mail, is_default
):
    event_id = world.event(starts_at=START, capacity=1)
    people = [join(world, event_id)[0] for _ in range(2)]
    if is_default:
        session.execute(update(User).where(User.id.in_(people)).values(notification_frequency=frequency))
        session.commit()
    else:
        for user_id in people:
            set_frequency(user_id=user_id, organization_id=world.organization_id, frequency=frequency, now=NOON)
    relay_batch(now=NOON)

    assert [line.type for line in lines(session)] == on_the_page
    assert [mail.kind for mail in mails(session)] == by_mail


@pytest.mark.only_db("sqlite")
def test_the_organizations_word_goes_before_the_accounts(world, session):
    user_id, _ = join(world, world.event(starts_at=START))
    session.execute(update(User).values(notification_frequency=Frequency.NONE))
    session.commit()
    set_frequency(user_id=user_id, organization_id=world.organization_id, frequency=Frequency.ALL, now=NOON)
    relay_batch(now=NOON)

    assert [mail.kind for mail in mails(session)] == ["confirmed"]


@pytest.mark.only_db("sqlite")
def test_nobody_is_told_whose_account_is_gone(world, session):
    join(world, world.event(starts_at=START))
    session.execute(update(User).values(anonymized_at=NOON))
    session.commit()
    relay_batch(now=NOON)

    assert (mails(session), lines(session)) == ([], [])


@pytest.mark.only_db("sqlite")
def test_no_name_or_title_becomes_markup_or_a_header(app, world, orla, session):
    event_id = world.event(starts_at=START)
    _, enrollment_id = join(world, event_id, HOSTILE)
    session.execute(update(Event).values(title=f"{HOSTILE}\r\nBcc: all@evil.example", place=HOSTILE))
    session.commit()
    relay_batch(now=NOON)
    cancel(enrollment_id=enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=NOON, reason=HOSTILE)
    relay_batch(now=NOON)

    for mail in mails(session):
        tree = html5lib.parse(mail.html, namespaceHTMLElements=False)
        assert [one.tag for one in tree.iter() if one.tag in {"script", "img", "iframe", "form"}] == []
        assert not any(name.startswith("on") for one in tree.iter() for name in one.keys())
        assert not re.search(r"[\r\n]", mail.subject)
        assert HOSTILE in "".join(tree.itertext())
        calendar = Calendar.from_ical(mail.calendar)
        assert len(calendar.walk("VEVENT")) == 1
        assert "ATTACH" not in mail.calendar


@pytest.mark.only_db("sqlite")
def test_each_mail_is_a_whole_page_in_both_lights_with_a_way_out(world, orla, session):
    event_id = world.event("Clay", starts_at=START)
    join(world, event_id)
    relay_batch(now=NOON)

    mail = mails(session)[0]
    tree = html5lib.parse(mail.html, namespaceHTMLElements=False)
    links = {one.get("href") for one in tree.iter("a")}
    assert mail.unsubscribe_url in links
    assert mail.unsubscribe_url in mail.body
    assert all(link.startswith(("http://127.0.0.1:8000/", "mailto:")) for link in links)
    assert "prefers-color-scheme:dark" in mail.html
    assert [one.tag for one in tree.iter() if one.tag == "table"] == []


def test_a_no_show_is_told_with_the_reasons_of_the_page(world, session):
    event_id = world.event(starts_at=START, timezone="UTC")
    fill(db.engine, event_id, [Guest()], at=NOON)
    close_event(event_id=event_id, now=START + 3 * HOUR)
    relay_batch(now=START + 3 * HOUR)

    mail = mails(session)[0]
    for text in (mail.body, mail.html):
        assert "To be counted as attended, you need to check in." in text
        assert "You weren’t checked in." in text


@pytest.mark.only_db("sqlite")
def test_the_invitation_keeps_its_name_and_its_number_only_grows(world, orla, session):
    event_id = world.event("Clay", starts_at=START)
    _, enrollment_id = join(world, event_id, email="mira@post.example")
    relay_batch(now=NOON)
    edit(session, event_id, now=NOON + HOUR, starts_at=START + HOUR)
    relay_batch(now=NOON + HOUR)
    cancel(enrollment_id=enrollment_id, actor=orla, by=Trigger.ORGANIZER, now=NOON + HOUR)
    relay_batch(now=NOON + HOUR)

    files = [invitation(mail) for mail in mails(session)]
    assert [file["method"] for file in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [file["STATUS"] for file in files] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({file["UID"] for file in files}) == 1
    numbers = [file["SEQUENCE"] for file in files]
    assert numbers == sorted(set(numbers))


@pytest.mark.only_db("sqlite")
def test_the_invitation_is_in_the_events_zone_and_says_who_meets_whom(world, session):
    join(
        world,
        world.event("Clay", starts_at=START, timezone="Australia/Lord_Howe"),
        'Zoë "Z" O’Brien; X:Y',
        email="zoe@post.example",
    )
    relay_batch(now=NOON)

    calendar = Calendar.from_ical(mails(session)[0].calendar)
    (event,), (zone,) = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    assert (event["DTSTART"].dt, str(zone["TZID"])) == (START, "Australia/Lord_Howe")
    assert event["DTSTART"].params["TZID"] == "Australia/Lord_Howe"
    assert (event["ATTENDEE"], event["ATTENDEE"].params["CN"]) == ("mailto:zoe@post.example", "Zoë 'Z' O’Brien; X:Y")
    organizer = event["ORGANIZER"]
    assert (organizer, organizer.params["CN"]) == ("mailto:hello@northside.example", "Northside Makers")


@pytest.mark.only_db("sqlite")
def test_who_only_waited_has_nothing_to_take_out_of_the_calendar(world, orla, session):
    event_id = world.event(starts_at=START, capacity=1)
    join(world, event_id)
    join(world, event_id)
    cancel_event(event_id=event_id, reason="Rain", actor=orla, now=NOON)
    relay_batch(now=NOON)

    assert [bool(mail.calendar) for mail in mails(session)] == [True, False]


class TestAnotherTimeOrPlace:
    def test_people_with_a_place_are_told_once_and_who_moves_up_is_told_the_new_time_anyway(self, world, session):
        event_id = world.event("Clay", starts_at=START, capacity=1, timezone="UTC")
        first, _ = join(world, event_id)
        second, _ = join(world, event_id)
        relay_batch(now=NOON)
        edit(session, event_id, now=NOON + HOUR, starts_at=START + HOUR, capacity=2)
        relay_batch(now=NOON + HOUR)

        later = mails(session)[2:]
        assert sorted((mail.user_id, mail.kind) for mail in later) == [(first, "event_changed"), (second, "promoted")]
        assert all("13:00" in mail.body for mail in later)
        assert [line.type for line in lines(session)][2:] == [mail.kind for mail in later]

    @pytest.mark.only_db("sqlite")
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"place": "Hall"}, 1),
            ({"starts_at": START - HOUR}, 1),
            ({"ends_at": START + 5 * HOUR}, 1),
            ({"timezone": "UTC"}, 1),
            ({"title": "Clay and fire"}, 0),
            ({"description": "More"}, 0),
            ({"capacity": 90}, 0),
            ({"starts_at": NOON - 30 * HOUR}, 0),
        ],
    )
    def test_only_when_and_where_of_what_is_to_come_are_told(self, world, session, changes, told):
        event_id = world.event("Clay", starts_at=START, capacity=5)
        join(world, event_id)
        relay_batch(now=NOON)
        edit(session, event_id, now=NOON + HOUR, **changes)
        relay_batch(now=NOON + HOUR)

        assert [mail.kind for mail in mails(session)][1:] == ["event_changed"] * told

    @pytest.mark.only_db("sqlite")
    def test_of_two_edits_in_a_row_the_last_is_told(self, world, session):
        event_id = world.event("Clay", starts_at=START, timezone="UTC")
        join(world, event_id)
        relay_batch(now=NOON)
        edit(session, event_id, now=NOON + HOUR, starts_at=START + HOUR)
        edit(session, event_id, now=NOON + HOUR, starts_at=START + 2 * HOUR)
        edit(session, event_id, now=NOON + HOUR, title="Clay, later")
        relay_batch(now=NOON + HOUR)

        later = mails(session)[1:]
        assert [mail.subject for mail in later] == ["Changed: Clay, later"]
        assert "14:00" in later[0].body

    @pytest.mark.only_db("sqlite")
    def test_a_draft_tells_nobody(self, world, session):
        event_id = world.event(starts_at=START, status="draft")
        edit(session, event_id, now=NOON + HOUR, starts_at=START + HOUR)
        assert rows(session, OutboxEvent) == []

    def test_a_large_event_costs_the_edit_one_statement(self, app, world, session):
        counts = []
        for people in (1, 300):
            event_id = world.event(starts_at=START)
            fill(db.engine, event_id, [Guest()] * people, at=NOON)
            with counted_statements(app) as statements:
                edit(session, event_id, now=NOON + HOUR, starts_at=START + HOUR)
            counts.append(len(statements))
        assert counts[0] == counts[1]


def test_a_line_of_the_same_cause_is_written_once_and_the_count_is_of_the_unread(world, session):
    user_id = world.person()
    row = {"dedupe_key": "one", "user_id": user_id, "type": "confirmed", "title": "x" * 300, "created_at": NOON}
    with write_transaction() as writing:
        assert set(notify(writing, [row, {**row, "dedupe_key": "two"}])) == {"one", "two"}
    before = digest(session)
    with write_transaction() as writing:
        assert notify(writing, [row]) == {}
    assert digest(session) == before
    assert unread_count(user_id) == 2
