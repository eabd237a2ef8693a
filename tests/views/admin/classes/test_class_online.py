"""A session of a class held online: planned on its pages, joined by its people, decided about by its staff."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.online.online_class import LATER, SOON, OnlineClass
from tests.support.worlds.online.online_event import HOUR, MINUTE, START
from tests.support.worlds.rows import PASSING, digest
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import ClassSession, MeetingAttendance, MeetingSession, ProgramClass, SessionMark

pytestmark = pytest.mark.only_db("postgres")
SECRET = "a-secret-of-the-test-with-32-bytes-at-least"


@pytest.fixture
def settings(settings):
    return replace(
        settings, livekit_keys={"APItest": SECRET}, livekit_client_url="https://meet.example/{room}?token={token}"
    )


@pytest.fixture
def online_class(app, world) -> OnlineClass:
    return OnlineClass(Classroom(app, world))


@pytest.fixture
def at(tmp_path):
    """Put the product's clock there."""
    clock.allow_moving(tmp_path / "clock")
    yield lambda now: clock.move(now - clock.real_now())
    clock.forbid_moving()


@pytest.fixture
def dana(online_class, reader_of):
    return reader_of(online_class.world.person("Dana Kim", role=Role.ORGANIZER))


@pytest.fixture
def ana(online_class, reader_of):
    return reader_of(online_class.people[0])


def door(online_class, at: int = 0) -> str:
    return f"/me/classes/{online_class.places[at]}/sessions/{online_class.meeting_id}/join"


def pages_of(online_class) -> list[str]:
    own = f"/admin/sessions/{online_class.meeting_id}"
    one = f"{own}/people/{online_class.people[0]}"
    return [own, f"{own}/report", f"{own}/report.csv", f"{own}/calculate", f"{one}/mark", f"{one}/fields"]


def test_sessions_are_planned_and_changed_online_in_their_forms(online_class, dana, session, at):
    at(online_class.world.now)
    address = f"/admin/classes/{online_class.class_id}/sessions"
    form = {
        "repeat": "weekly",
        "interval": "1",
        "starts_on": "2026-06-15",
        "at": "18:30",
        "minutes": "60",
        "until": "",
        "count": "2",
        "rule": "",
        "room_id": "",
        "instructor_id": "",
        "online_kind": "quran",
    }
    assert dana.post(f"{address}/new", **form).status == 303
    kinds = [one.kind for one in session.query(MeetingSession).order_by(MeetingSession.id)]
    assert kinds == ["academic", "quran", "quran"]
    page = dana.get(address)
    assert page.text.count("Online: Live room") == 3
    last = session.query(ClassSession).order_by(ClassSession.id.desc()).first()
    change = {
        "scope": "this",
        "local_on": "2026-06-22",
        "at": "18:30",
        "minutes": "60",
        "room_id": "",
        "instructor_id": "",
        "online_kind": "",
        "version": last.version,
        "reason": "Free",
    }
    before = digest(session)
    wrong = dana.post(f"{address}/{last.id}/change", **{**change, "online_kind": "event"})
    assert (wrong.status, "Choose one of the answers" in wrong.text, digest(session)) == (422, True, before)
    assert dana.post(f"{address}/{last.id}/change", **change).status == 303
    said = dana.get(address).text
    assert (said.count("Online: Live room"), "no longer online" in said) == (2, True)


def test_a_session_that_has_begun_stays_online(online_class, dana, session, at):
    at(START)
    one = session.get(ClassSession, online_class.session_id)
    form = {
        "scope": "this",
        "local_on": f"{one.local_on}",
        "at": "14:00",
        "minutes": "60",
        "room_id": "",
        "instructor_id": "",
        "online_kind": "",
        "version": one.version,
        "reason": "No",
    }
    before = digest(session)
    answer = dana.post(f"/admin/classes/{online_class.class_id}/sessions/{online_class.session_id}/change", **form)
    assert (answer.status, "This session has started" in answer.text, digest(session)) == (409, True, before)


def test_its_pages_stand_among_those_of_the_class(online_class, dana, at):
    online_class.stays(f"u{online_class.people[0]}", -3, 61)
    online_class.stays("ipad", 0, 30)
    at(START - HOUR)
    assert "0 of 3expected are in the room" in dana.get(f"/admin/sessions/{online_class.meeting_id}").text
    at(START + 10 * MINUTE)
    live = dana.get(f"/admin/sessions/{online_class.meeting_id}")
    assert (live.status, live.title) == (200, "Live room: Pottery - Turnout")
    assert "of 3expected are in the room" in live.text
    online_class.calculates()
    at(SOON)
    assert "of 3expected were in the room" in dana.get(f"/admin/sessions/{online_class.meeting_id}").text
    report = dana.get(f"/admin/sessions/{online_class.meeting_id}/report")
    assert "Ana Silva" in report.words_of(f"person-{online_class.people[0]}")
    assert report.links()["Sessions"] == f"/admin/classes/{online_class.class_id}/sessions"
    assert report.links()["Roll call"] == f"/admin/classes/{online_class.class_id}/roll-call"
    assert [dana.get(path).status for path in pages_of(online_class)] == [200] * 6
    file = dana.get(f"/admin/sessions/{online_class.meeting_id}/report.csv")
    assert f"class-{online_class.class_id}-session-{online_class.meeting_id}.csv" in file.headers["Content-Disposition"]
    current = [one for one in report.tree.iter("a") if one.get("aria-current") == "true"]
    assert {one.get("href") for one in current} >= {"/admin/classes"}
    sheet = dana.get(f"/admin/classes/{online_class.class_id}/roll-call/{online_class.session_id}")
    assert sheet.links()["Online report"] == f"/admin/sessions/{online_class.meeting_id}/report"
    assert "Online: Online report" in dana.get(f"/admin/classes/{online_class.class_id}/sessions").text


def test_what_was_held_before_the_class_was_called_off_stays_held(app, online_class, dana, session, at):
    online_class.stays(f"u{online_class.people[0]}", 0, 60)
    online_class.calculates()
    later = online_class.classroom.goes_online(online_class.classroom.meets(online_class.class_id, LATER + HOUR))
    session.query(ProgramClass).update({"status": "cancelled", "cancelled_at": LATER})
    session.commit()
    at(LATER + MINUTE)
    own = f"/admin/sessions/{online_class.meeting_id}"
    assert "Calculated" in dana.get(f"{own}/report").text
    assert "The session is over." in dana.get(own).text
    assert "Called off" in dana.get(f"/admin/sessions/{later}/report").text
    assert "This session won’t take place." in dana.get(f"/admin/sessions/{later}").text


def test_staff_decide_about_its_people_and_roll_call_follows(online_class, dana, session, at):
    ana, ben, _ = online_class.people
    online_class.stays("ipad", 0, 60)
    online_class.calculates()
    at(LATER)
    own = f"/admin/sessions/{online_class.meeting_id}"
    guests = dana.get(f"{own}/guest?identity=ipad")
    assert "In all sessions of this class, this name counts" in guests.text
    assert dana.post(f"{own}/guest", identity="ipad", user_id=ana, reason="Her tablet").status == 303
    assert online_class.roll_call(session) == {ana: ("present", 60, True)}
    mark = {"status": "late", "reason": "Telephone", "request_id": "a" * 32, "seen_mark": ""}
    assert dana.post(f"{own}/people/{ben}/mark", **mark).status == 303
    assert session.query(SessionMark).count() == 1
    assert online_class.roll_call(session)[ben][0] == "partial"
    assert dana.post(f"{own}/guest/undo", identity="ipad", reason="Another one").status == 303
    assert ana not in online_class.roll_call(session)
    assert dana.post(f"{own}/calculate").status == 303


def test_it_is_changed_with_its_class_and_not_as_an_events(online_class, dana, session, at):
    at(online_class.world.now)
    own = f"/admin/sessions/{online_class.meeting_id}"
    before = digest(session)
    asked = [dana.get(f"{own}/edit"), dana.get(f"{own}/cancel"), dana.post(f"{own}/edit"), dana.post(f"{own}/cancel")]
    assert ([one.status for one in asked], digest(session)) == ([404] * 4, before)


def test_its_pages_are_for_staff_of_the_organization(online_class, ana, reader_of, at, world):
    at(SOON)
    world.organization("Elsewhere")
    stranger = reader_of(world.person("Olga", role=Role.ADMIN))
    assert [ana.get(path).status for path in pages_of(online_class)] == [403] * 6
    assert [stranger.get(path).status for path in pages_of(online_class)] == [404] * 6


def test_join_is_on_the_class_and_on_my_events_from_fifteen_minutes_before_until_the_end(online_class, ana, at):
    seen = []
    for now in (START - 16 * MINUTE, START - 15 * MINUTE, START + HOUR - MINUTE, START + HOUR):
        at(now)
        page, mine = ana.get(f"/me/classes/{online_class.places[0]}"), ana.get("/me")
        seen.append(("Join" in page.buttons(), "Join" in mine.buttons(), ana.get(door(online_class)).status))
    assert seen == [(False, False, 409), (True, True, 200), (True, True, 200), (False, False, 409)]


def test_joining_leads_to_the_configured_page_with_a_token_for_this_person_and_room(online_class, ana, session, at):
    at(START)
    beside = PASSING | {"join_tokens"}
    before = digest(session, leaving_out=beside)
    answer = ana.post(door(online_class))
    url = urlsplit(answer.location)
    claims = jwt.decode(parse_qs(url.query)["token"][0], SECRET, algorithms=["HS256"])
    assert (answer.status, url.netloc, url.path) == (303, "meet.example", f"/session-{online_class.meeting_id}")
    assert (claims["sub"], claims["name"]) == (f"u{online_class.people[0]}", "Ana Silva")
    assert claims["video"]["room"] == f"session-{online_class.meeting_id}"
    assert digest(session, leaving_out=beside) == before


def test_nobody_else_comes_in(online_class, ana, reader, reader_of, at):
    at(START)
    waiting = online_class.classroom.make("Full", status="active", capacity=1)
    online_class.classroom.enrolls(waiting, online_class.people[1])
    queued = online_class.classroom.enrolls(waiting, online_class.people[0]).enrollment_id
    other = online_class.classroom.goes_online(online_class.classroom.meets(waiting, START))
    assert ana.post(f"/me/classes/{queued}/sessions/{other}/join").status == 409
    assert ana.post(f"/me/classes/{online_class.places[0]}/sessions/{other}/join").status == 404
    assert ana.get(door(online_class, at=1)).status == 404
    assert reader.get(door(online_class)).location.startswith("/login")
    online_class.stands("paused")
    page = ana.get(door(online_class))
    assert (page.status, "Join" in page.buttons()) == (409, False)
    assert "Join" not in ana.get(f"/me/classes/{online_class.places[0]}").buttons()


def test_a_class_that_is_paused_or_over_promises_no_session(online_class, ana, dana, at):
    at(START - HOUR)
    own, sessions = f"/me/classes/{online_class.places[0]}", f"/admin/classes/{online_class.class_id}/sessions"
    overview = f"/admin/classes/{online_class.class_id}"
    assert "Next: " in ana.get("/me").text
    assert "Upcoming" in dana.get(sessions).text
    online_class.stands("paused")
    assert "Next: " not in ana.get("/me").text
    assert "No sessions while the class is paused." in ana.get(own).text
    assert "Upcoming" not in dana.get(sessions).text
    assert ", next on" not in dana.get(overview).text
    for status in ("completed", "cancelled"):
        online_class.stands(status)
        assert "Not held" in dana.get(sessions).text
        assert "Upcoming" not in dana.get(sessions).text
        assert "Enrollment closed" in dana.get(overview).text
        assert "Waitlist open" not in dana.get(overview).text


def test_pages_cost_the_same_for_three_and_for_thirty_people(app, online_class, dana, at):
    def costs() -> list[int]:
        found = []
        for path in pages_of(online_class)[:3]:
            with counted_statements(app) as seen:
                assert dana.get(path).status == 200
            found.append(len(seen))
        return found

    online_class.stays(f"u{online_class.people[0]}", 0, 60)
    online_class.calculates()
    at(SOON)
    few = costs()
    for user_id in online_class.classroom.people(17):
        online_class.classroom.enrolls(online_class.class_id, user_id)
        online_class.stays(f"u{user_id}", 0, 60)
    online_class.calculates()
    assert costs() == few


def test_whoever_teaches_a_session_joins_it_as_host_and_their_time_is_the_teachers(
    online_class, reader_of, at, session
):
    world = online_class.world
    taught, others = online_class.session_id, online_class.classroom.meets(online_class.class_id, START + 2 * HOUR)
    online_class.classroom.goes_online(others)
    teacher, colleague = (world.person(name, role=Role.ORGANIZER) for name in ("Tamar Teacher", "Otto Organizer"))
    session.execute(update(ClassSession).where(ClassSession.id == taught).values(instructor_id=teacher))
    session.execute(update(ClassSession).where(ClassSession.id == others).values(instructor_id=colleague))
    session.commit()
    at(START)
    answer = reader_of(teacher).post(f"/admin/sessions/{online_class.meeting_id}/join")
    [token] = parse_qs(urlsplit(answer.location).query)["token"]
    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (answer.status, claims["name"], claims["video"]["roomAdmin"]) == (303, "Tamar Teacher", True)

    for identity in (f"u{teacher}", f"u{colleague}", f"u{online_class.people[0]}"):
        online_class.stays(identity, 0, 60)
    online_class.calculates()
    there = select(MeetingAttendance.user_id, MeetingAttendance.took_part_as).where(
        MeetingAttendance.session_id == online_class.meeting_id, MeetingAttendance.seconds > 0
    )
    assert {tuple(row) for row in session.execute(there)} == {
        (teacher, "teacher"),
        (colleague, "staff"),
        (online_class.people[0], None),
    }
