"""A session of a class held online: planned on its pages, joined by its people, decided about by its staff."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.support.classroom import Classroom
from tests.support.evening import HOUR, MINUTE, START
from tests.support.lesson import LATER, SOON, Lesson
from tests.support.rows import digest
from tests.support.statements import counted_statements
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import ClassSession, MeetingSession, ProgramClass, SessionMark

pytestmark = pytest.mark.only_db("postgres")
SECRET = "a-secret-of-the-test-with-32-bytes-at-least"


@pytest.fixture
def settings(settings):
    return replace(
        settings, livekit_keys={"APItest": SECRET}, livekit_client_url="https://meet.example/{room}?token={token}"
    )


@pytest.fixture
def lesson(app, world) -> Lesson:
    return Lesson(Classroom(app, world))


@pytest.fixture
def at(tmp_path):
    """Put the product's clock there."""
    clock.allow_moving(tmp_path / "clock")
    yield lambda now: clock.move(now - clock.real_now())
    clock.forbid_moving()


@pytest.fixture
def dana(lesson, reader_of):
    return reader_of(lesson.world.person("Dana Kim", role=Role.ORGANIZER))


@pytest.fixture
def ana(lesson, reader_of):
    return reader_of(lesson.people[0])


def door(lesson, at: int = 0) -> str:
    return f"/me/classes/{lesson.places[at]}/sessions/{lesson.meeting_id}/join"


def pages_of(lesson) -> list[str]:
    own = f"/admin/sessions/{lesson.meeting_id}"
    one = f"{own}/people/{lesson.people[0]}"
    return [own, f"{own}/report", f"{own}/report.csv", f"{own}/calculate", f"{one}/mark", f"{one}/fields"]


def test_sessions_are_planned_and_changed_online_in_their_forms(lesson, dana, session, at):
    at(lesson.world.now)
    address = f"/admin/classes/{lesson.class_id}/sessions"
    form = {"repeat": "weekly", "interval": "1", "starts_on": "2026-06-15", "at": "18:30", "minutes": "60",
            "until": "", "count": "2", "rule": "", "room_id": "", "instructor_id": "",
            "online_kind": "quran"}  # fmt: skip
    assert dana.post(f"{address}/new", **form).status == 303
    kinds = [one.kind for one in session.query(MeetingSession).order_by(MeetingSession.id)]
    assert kinds == ["academic", "quran", "quran"]
    page = dana.get(address)
    assert page.text.count("Online: Live room") == 3
    last = session.query(ClassSession).order_by(ClassSession.id.desc()).first()
    change = {"scope": "this", "local_on": "2026-06-22", "at": "18:30", "minutes": "60", "room_id": "",
              "instructor_id": "", "online_kind": "", "version": last.version, "reason": "Free"}  # fmt: skip
    before = digest(session)
    wrong = dana.post(f"{address}/{last.id}/change", **{**change, "online_kind": "event"})
    assert (wrong.status, "Choose one of the answers" in wrong.text, digest(session)) == (422, True, before)
    assert dana.post(f"{address}/{last.id}/change", **change).status == 303
    said = dana.get(address).text
    assert (said.count("Online: Live room"), "not held online" in said) == (2, True)


def test_a_session_that_has_begun_stays_online(lesson, dana, session, at):
    at(START)
    one = session.get(ClassSession, lesson.session_id)
    form = {"scope": "this", "local_on": f"{one.local_on}", "at": "14:00", "minutes": "60", "room_id": "",
            "instructor_id": "", "online_kind": "", "version": one.version, "reason": "No"}  # fmt: skip
    before = digest(session)
    answer = dana.post(f"/admin/classes/{lesson.class_id}/sessions/{lesson.session_id}/change", **form)
    assert (answer.status, "This session has begun" in answer.text, digest(session)) == (409, True, before)


def test_its_pages_stand_among_those_of_the_class(lesson, dana, at):
    lesson.stays(f"u{lesson.people[0]}", -3, 61)
    lesson.stays("ipad", 0, 30)
    at(START - HOUR)
    assert "0 of 3expected are in the room" in dana.get(f"/admin/sessions/{lesson.meeting_id}").text
    at(START + 10 * MINUTE)
    live = dana.get(f"/admin/sessions/{lesson.meeting_id}")
    assert (live.status, live.title) == (200, "Live room: Pottery - Turnout")
    assert "of 3expected are in the room" in live.text
    lesson.calculates()
    at(SOON)
    assert "of 3expected were in the room" in dana.get(f"/admin/sessions/{lesson.meeting_id}").text
    report = dana.get(f"/admin/sessions/{lesson.meeting_id}/report")
    assert "Ana Silva" in report.words_of(f"person-{lesson.people[0]}")
    assert report.links()["Sessions"] == f"/admin/classes/{lesson.class_id}/sessions"
    assert report.links()["Roll-call"] == f"/admin/classes/{lesson.class_id}/roll-call"
    assert [dana.get(path).status for path in pages_of(lesson)] == [200] * 6
    file = dana.get(f"/admin/sessions/{lesson.meeting_id}/report.csv")
    assert f"class-{lesson.class_id}-session-{lesson.meeting_id}.csv" in file.headers["Content-Disposition"]
    current = [one for one in report.tree.iter("a") if one.get("aria-current") == "true"]
    assert {one.get("href") for one in current} >= {"/admin/classes"}
    sheet = dana.get(f"/admin/classes/{lesson.class_id}/roll-call/{lesson.session_id}")
    assert sheet.links()["Online report"] == f"/admin/sessions/{lesson.meeting_id}/report"
    assert "Online: Online report" in dana.get(f"/admin/classes/{lesson.class_id}/sessions").text


def test_what_was_held_before_the_class_was_called_off_stays_held(app, lesson, dana, session, at):
    lesson.stays(f"u{lesson.people[0]}", 0, 60)
    lesson.calculates()
    later = lesson.classroom.goes_online(lesson.classroom.meets(lesson.class_id, LATER + HOUR))
    session.query(ProgramClass).update({"status": "cancelled", "cancelled_at": LATER})
    session.commit()
    at(LATER + MINUTE)
    own = f"/admin/sessions/{lesson.meeting_id}"
    assert "Calculated" in dana.get(f"{own}/report").text
    assert "The session is over." in dana.get(own).text
    assert "Called off" in dana.get(f"/admin/sessions/{later}/report").text
    assert "This session does not take place." in dana.get(f"/admin/sessions/{later}").text


def test_staff_decide_about_its_people_and_roll_call_follows(lesson, dana, session, at):
    ana, ben, _ = lesson.people
    lesson.stays("ipad", 0, 60)
    lesson.calculates()
    at(LATER)
    own = f"/admin/sessions/{lesson.meeting_id}"
    guests = dana.get(f"{own}/guest?identity=ipad")
    assert "In all sessions of this class that name counts" in guests.text
    assert dana.post(f"{own}/guest", identity="ipad", user_id=ana).status == 303
    assert lesson.roll_call(session) == {ana: ("present", 60, True)}
    mark = {"status": "late", "reason": "Telephone", "request_id": "a" * 32, "seen_mark": ""}
    assert dana.post(f"{own}/people/{ben}/mark", **mark).status == 303
    assert session.query(SessionMark).count() == 1
    assert lesson.roll_call(session)[ben][0] == "partial"
    assert dana.post(f"{own}/guest/undo", identity="ipad").status == 303
    assert ana not in lesson.roll_call(session)
    assert dana.post(f"{own}/calculate").status == 303


def test_it_is_changed_with_its_class_and_not_as_an_events(lesson, dana, session, at):
    at(lesson.world.now)
    own = f"/admin/sessions/{lesson.meeting_id}"
    before = digest(session)
    asked = [dana.get(f"{own}/edit"), dana.get(f"{own}/cancel"), dana.post(f"{own}/edit"), dana.post(f"{own}/cancel")]
    assert ([one.status for one in asked], digest(session)) == ([404] * 4, before)


def test_its_pages_are_for_staff_of_the_organization(lesson, ana, reader_of, at, world):
    at(SOON)
    world.organization("Elsewhere")
    stranger = reader_of(world.person("Olga", role=Role.ADMIN))
    assert [ana.get(path).status for path in pages_of(lesson)] == [403] * 6
    assert [stranger.get(path).status for path in pages_of(lesson)] == [404] * 6


def test_join_is_on_the_class_and_on_my_events_from_fifteen_minutes_before_until_the_end(lesson, ana, at):
    seen = []
    for now in (START - 16 * MINUTE, START - 15 * MINUTE, START + HOUR - MINUTE, START + HOUR):
        at(now)
        page, mine = ana.get(f"/me/classes/{lesson.places[0]}"), ana.get("/me")
        seen.append(("Join" in page.buttons(), "Join" in mine.buttons(), ana.get(door(lesson)).status))
    assert seen == [(False, False, 409), (True, True, 200), (True, True, 200), (False, False, 409)]


def test_joining_leads_to_the_configured_page_with_a_token_for_this_person_and_room(lesson, ana, session, at):
    at(START)
    before = digest(session)
    answer = ana.post(door(lesson))
    url = urlsplit(answer.location)
    claims = jwt.decode(parse_qs(url.query)["token"][0], SECRET, algorithms=["HS256"])
    assert (answer.status, url.netloc, url.path) == (303, "meet.example", f"/session-{lesson.meeting_id}")
    assert (claims["sub"], claims["name"]) == (f"u{lesson.people[0]}", "Ana Silva")
    assert claims["video"]["room"] == f"session-{lesson.meeting_id}"
    assert digest(session) == before


def test_nobody_else_comes_in(lesson, ana, reader, reader_of, at):
    at(START)
    waiting = lesson.classroom.make("Full", status="active", capacity=1)
    lesson.classroom.enrolls(waiting, lesson.people[1])
    queued = lesson.classroom.enrolls(waiting, lesson.people[0]).enrollment_id
    other = lesson.classroom.goes_online(lesson.classroom.meets(waiting, START))
    assert ana.post(f"/me/classes/{queued}/sessions/{other}/join").status == 409
    assert ana.post(f"/me/classes/{lesson.places[0]}/sessions/{other}/join").status == 404
    assert ana.get(door(lesson, at=1)).status == 404
    assert reader.get(door(lesson)).location.startswith("/login")
    lesson.stands("paused")
    page = ana.get(door(lesson))
    assert (page.status, "Join" in page.buttons()) == (409, False)
    assert "Join" not in ana.get(f"/me/classes/{lesson.places[0]}").buttons()


def test_pages_cost_the_same_for_three_and_for_thirty_people(app, lesson, dana, at):
    def costs() -> list[int]:
        found = []
        for path in pages_of(lesson)[:3]:
            with counted_statements(app) as seen:
                assert dana.get(path).status == 200
            found.append(len(seen))
        return found

    lesson.stays(f"u{lesson.people[0]}", 0, 60)
    lesson.calculates()
    at(SOON)
    few = costs()
    for user_id in lesson.classroom.people(17):
        lesson.classroom.enrolls(lesson.class_id, user_id)
        lesson.stays(f"u{user_id}", 0, 60)
    lesson.calculates()
    assert costs() == few
