"""Joining a session: who, when, with which token, and what the event's page shows of it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.online.online_event import END, MINUTE, START
from tests.support.worlds.online.online_pages import Online
from tests.support.worlds.rows import PASSING, digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role, Trigger
from webapp.models import JoinToken, MeetingAttendance
from webapp.services.places.enrollment import cancel
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.only_db("postgres")
SECRET = "a-secret-of-the-test-with-32-bytes-at-least"


@pytest.fixture
def settings(settings, request):
    if getattr(request, "param", None):
        return settings
    return replace(
        settings, livekit_keys={"APItest": SECRET}, livekit_client_url="https://meet.example/{room}?token={token}"
    )


@pytest.fixture
def ana(online, reader_of):
    return reader_of(online.online_event.people[0])


def join_path(online: Online) -> str:
    return f"/events/{online.slug}/sessions/{online.online_event.session_id}/join"


def test_join_is_on_the_event_and_on_my_events_from_fifteen_minutes_before_until_the_end(online, ana):
    seen = []
    for now in (START - 16 * MINUTE, START - 15 * MINUTE, END - MINUTE, END):
        online.at(now)
        page, mine = ana.get(f"/events/{online.slug}"), ana.get("/me")
        seen.append(("Join" in page.buttons("enrollment"), "Join" in mine.buttons(), ana.get(join_path(online)).status))
    assert seen == [(False, False, 409), (True, True, 200), (True, True, 200), (False, False, 409)]


def test_joining_leads_to_the_configured_page_with_a_token_for_this_person_and_room(online, ana, session, caplog):
    online.at(START)
    beside = PASSING | {"join_tokens"}
    before = digest(session, leaving_out=beside)
    answer = ana.post(join_path(online))
    url = urlsplit(answer.location)
    [token] = parse_qs(url.query)["token"]
    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (answer.status, url.netloc, url.path) == (303, "meet.example", f"/session-{online.online_event.session_id}")
    assert (claims["iss"], claims["sub"], claims["name"]) == ("APItest", online.online_event.identity(0), "Ana Silva")
    assert (claims["video"]["roomJoin"], claims["video"]["room"]) == (True, f"session-{online.online_event.session_id}")
    assert "roomAdmin" not in claims["video"]
    # The library looks at the clock twice, and a busy machine may stop in between.
    assert claims["exp"] - claims["nbf"] == pytest.approx(3600, abs=60)
    assert digest(session, leaving_out=beside) == before
    assert token not in caplog.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_whoever_has_no_place_is_told_so_and_gets_no_token(online, reader, reader_of, app):
    online.at(START)
    online_event = online.online_event
    stranger = reader_of(online_event.world.person())
    with app.app_context():
        cancel(
            enrollment_id=online_event.places[2],
            actor=online_event.world.actor(online_event.people[2]),
            by=Trigger.ORGANIZER,
            now=NOON,
        )
    for person in (stranger, reader_of(online_event.people[2])):
        page = person.get(f"/events/{online.slug}")
        assert "Join" not in page.buttons()
        answers = person.get(join_path(online)), person.post(join_path(online))
        assert [(one.status, one.location) for one in answers] == [(409, None), (409, None)]
    assert reader.get(join_path(online)).status == 302
    assert reader.post(join_path(online)).status == 401


def test_what_does_not_exist_cannot_be_joined(online, ana, app):
    online.at(START)
    with app.app_context():
        other = online.online_event.world.event("Other", slug="other")
        draft = online.online_event.world.event("Draft", slug="draft", status="draft")
    assert other != draft
    own = online.online_event.session_id
    paths = [
        f"/events/{slug}/sessions/{number}/join"
        for slug in (online.slug, "other", "draft", "none")
        for number in (own, 987654, 0, "9" * 30)
    ]
    assert [ana.get(path).status for path in paths] == [200, *[404] * 15]
    assert [ana.post(path).status for path in paths] == [303, *[404] * 15]


@pytest.mark.parametrize("settings", ["without a server"], indirect=True)
def test_without_a_server_the_button_explains_and_names_the_organizer(online, ana):
    online.at(START)
    answer = ana.post(join_path(online))
    assert (answer.status, answer.location) == (303, join_path(online))
    page = ana.get(answer.location)
    assert "Online joining isn’t set up for this event yet" in page.text
    assert page.links()["Write to Northside Makers"] == "mailto:hello@northside.example"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"].split("; ")


def test_forms_may_go_on_to_the_origin_of_the_video_client_and_nowhere_else(ana, online):
    policy = ana.get("/events").headers["Content-Security-Policy"]
    assert "form-action 'self' https://meet.example" in policy.split("; ")


def test_the_event_page_costs_one_statement_more_where_there_are_sessions(online, ana, app):
    online.at(NOON)
    with app.app_context():
        online.online_event.world.event("Plain", slug="plain")

    def cost(path: str) -> int:
        ana.get(path)
        with counted_statements(app) as statements:
            assert ana.get(path).status == 200
        return len(statements)

    assert (cost("/events/plain"), cost(f"/events/{online.slug}")) == (2, 3)
    mine = cost("/me")
    with app.app_context():
        for day in range(1, 9):
            online.online_event.session(START + timedelta(hours=day), END + timedelta(hours=day))
    assert (cost(f"/events/{online.slug}"), cost("/me")) == (3, mine)


def test_afterwards_everybody_sees_their_own_result_and_nobody_elses(online, ana, reader_of, reader):
    online.online_event.stays(0, 0, 60)
    online.online_event.stays(1, 25, 60)
    online.at(END + MINUTE)
    assert "Not calculated yet" in ana.get(f"/events/{online.slug}").words_of("sessions")
    online.calculated()
    ben, cleo = (reader_of(online.online_event.people[number]) for number in (1, 2))
    said = [one.get(f"/events/{online.slug}").words_of("sessions") for one in (ana, ben, cleo, reader)]
    assert [words.rpartition("15:00 ")[2] for words in said] == [
        "Present 60 of 60 min, 100.00 %",
        "Late by 25 min 35 of 60 min, 58.33 %",
        "Absent",
        "Over",
    ]
    why = ana.get(f"/me/enrollments/{online.online_event.places[0]}/why")
    assert "Present 60 of 60 min, 100.00 %" in why.text
    assert "Late by" not in why.text


def test_the_block_changes_by_itself_when_the_doors_open(online, ana):
    online.at(START - 16 * MINUTE)
    block = ana.get(f"/events/{online.slug}").by_id("enrollment")
    assert ana.get(block.get("hx-get"), htmx=True).status == 204
    online.at(START - 14 * MINUTE)
    fresh = ana.get(block.get("hx-get"), htmx=True)
    assert (fresh.status, "Join" in fresh.buttons("enrollment")) == (200, True)


def test_staff_join_as_hosts_from_the_live_room_and_from_the_events_page(online, session):
    online.at(START)
    page = online.staff.get(online.live)
    assert "Join as host" in page.buttons()
    for path in (f"{online.live}/join", join_path(online)):
        answer = online.staff.post(path)
        [token] = parse_qs(urlsplit(answer.location).query)["token"]
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        assert (answer.status, claims["name"]) == (303, "Dana Kim")
        assert (claims["video"]["roomAdmin"], claims["video"]["room"]) == (True, online.online_event.room.name)
    kept = session.execute(select(JoinToken.session_id, JoinToken.as_host)).all()
    assert [tuple(row) for row in kept] == [(online.online_event.session_id, True)]
    online.at(END)
    assert online.staff.post(f"{online.live}/join").status == 409


def test_staff_of_another_organization_and_strangers_do_not_join(online, reader_of):
    world = online.online_event.world
    stranger = reader_of(world.person("Sam"))
    world.organization("Elsewhere")
    other = reader_of(world.person("Olga", role=Role.ADMIN))
    online.at(START)
    assert [who.post(f"{online.live}/join").status for who in (stranger, other)] == [403, 404]
    assert [who.post(join_path(online)).status for who in (stranger, other)] == [409, 409]


def test_joining_keeps_that_a_token_was_issued_once_per_person(online, ana, session):
    online.at(START)
    ana.post(join_path(online))
    online.at(START + MINUTE)
    ana.post(join_path(online))
    row = session.execute(select(JoinToken.user_id, JoinToken.as_host, JoinToken.first_at, JoinToken.last_at)).one()
    assert (row.user_id, row.as_host) == (online.online_event.people[0], False)
    assert row.last_at - row.first_at >= MINUTE - timedelta(seconds=30)


def test_the_report_keeps_staff_apart_and_who_has_a_place_is_a_participant(online, session):
    online_event = online.online_event
    dana = online_event.world.person("Dora Host", role=Role.ADMIN)
    online_event.room.stays(f"u{dana}", 0, 60)
    online_event.room.stays(online_event.identity(0), 0, 60)
    with online.app.app_context(), write_transaction() as writing:
        online_event.world.join_team(writing, online_event.people[0], Role.ORGANIZER)
    online_event.room.fold()
    online.calculated()
    page = online.staff.get(f"{online.report}?show=staff")
    assert "Dora Host" in page.text
    record = MeetingAttendance
    rows = select(record.user_id, record.is_enrolled, record.took_part_as).where(record.seconds > 0)
    assert {tuple(row) for row in session.execute(rows)} == {
        (online_event.people[0], True, None),
        (dana, False, "staff"),
    }
