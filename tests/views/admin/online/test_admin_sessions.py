"""Planning sessions in the browser: every bad input named at its field, nothing changed; and who may."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import SYSTEM, Role
from webapp.models import MeetingSession
from webapp.services.online.meeting_session import create_sessions

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]
#: Saturday 13 June 2026, 10:00 in Berlin, for three days.
START = NOON.replace(day=13, hour=8)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORM = {
    "title": "Talk",
    "kind": "event",
    "starts_at": "2026-06-13 10:00",
    "ends_at": "2026-06-13 11:30",
    "repeat": "once",
    "count": "4",
    "room_name": "",
    "request_id": "form-00000001",
}
BROKEN_TEXTS = [
    "",
    "   \t",
    "\u200b" * 10,
    "a\0b",
    "x" * 161,
    "x" * 10_000,
    "x\r\nBcc: a@evil.example",
    "\x1b[31m",
    "👨‍👩‍👧‍👦" * 1000,
]
HOSTILE_TEXTS = [
    "\U0001f3b7" * 160,
    "\u202eevil",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<div hx-get=/admin hx-trigger=load>",
    "{{7*7}}${7*7}",
    '=HYPERLINK("https://evil.example","x")',
    "@SUM(A1)",
    "' OR 1=1 --",
    "محمد الأمين",
]
BROKEN_TIMES = [
    "",
    "2026-13-01 10:00",
    "2026-02-30 10:00",
    "0000-00-00 00:00",
    "10000-01-01 10:00",
    "1799999999",
    "tomorrow",
    "2026-06-13T10:00:00+25:00",
    "2026-06-13 23:59:60",
    "2026-06-13",
    "١٣-06-2026 10:00",
    "9999-12-31 23:59",
    "0001-01-01 00:00",
    "2026-06-13 24:00",
]
NUMBERS = [
    "",
    "0",
    "1",
    "-1",
    "61",
    "1.5",
    "1e3",
    " 5 ",
    "5_0",
    "٥",
    "５",
    "0x5",
    "NaN",
    "Infinity",
    "2147483648",
    "9" * 5000,
    "true",
    "[5]",
    "5; DROP TABLE x",
    "05",
]


@pytest.fixture
def event_id(world) -> int:
    world.organization()
    return world.event(slug="camp", starts_at=START, ends_at=START + 2 * DAY)


@pytest.fixture
def organizer(world, event_id, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def session_id(app, event_id) -> int:
    draft = SessionDraft("Talk", "event", START, START + HOUR)
    with app.app_context():
        return create_sessions(event_id=event_id, drafts=[draft], actor=SYSTEM, request_id="planned-1", now=NOON)[0]


def send(reader, event_id, **changes):
    return reader.post(f"/admin/events/{event_id}/sessions/new", **{**FORM, **changes})


def planned(session) -> list[tuple]:
    session.rollback()
    one = MeetingSession
    return [tuple(row) for row in session.execute(select(one.title, one.starts_at, one.ends_at).order_by(one.id))]


def test_a_session_is_planned_and_listed_with_its_state_in_words(organizer, event_id, session):
    answer = send(organizer, event_id)
    assert (answer.status, answer.location) == (303, f"/admin/events/{event_id}/sessions")
    page = organizer.get(answer.location)
    assert "1 session is planned." in page.text
    assert "Talk Sat 13 June, 10:00 to 11:30 Planned" in page.text
    assert send(organizer, event_id).status == 303
    assert planned(session) == [("Talk", START, START + 1.5 * HOUR)]


def test_every_day_and_every_week_are_planned_in_one_go(organizer, world, session, event_id):
    assert send(organizer, event_id, repeat="daily", ends_at="2026-06-13 11:00").status == 303
    assert [starts_at for _, starts_at, _ in planned(session)] == [START + n * DAY for n in range(3)]
    course = world.event(slug="course", starts_at=START, ends_at=START + 30 * DAY)
    assert send(organizer, course, repeat="weekly", count="4").status == 303
    assert [one[1] for one in planned(session)[3:]] == [START + n * 7 * DAY for n in range(4)]


def bad_inputs():
    for name, values in {
        "title": BROKEN_TEXTS,
        "starts_at": BROKEN_TIMES,
        "ends_at": [*BROKEN_TIMES, "2026-06-13 10:00", "2026-06-13 09:00", "2027-06-14 10:00", "2026-06-14 10:01"],
        "kind": ["", "party", "EVENT", "a\0b"],
        "repeat": ["", "hourly", "a\0b"],
        "room_name": ["a b", "x" * 101, "session-1", "räume", "a\0b", "a\r\nb", "<script>", "../x"],
    }.items():
        yield from ((name, {name: value}) for value in values)
    yield from (("count", {"repeat": "weekly", "count": value}) for value in NUMBERS)
    yield "starts_at", {"starts_at": "2026-06-12 10:00", "ends_at": "2026-06-12 11:00"}
    yield "starts_at", {"starts_at": "2026-06-15 11:00", "ends_at": "2026-06-15 12:00"}
    yield "starts_at", {"repeat": "weekly", "count": "2"}


def test_bad_input_is_422_beside_its_field_and_changes_nothing(organizer, event_id, session):
    before, wrong = digest(session), []
    for field, changes in bad_inputs():
        page = send(organizer, event_id, **changes)
        summary = [href for href in page.links().values() if href.startswith("#") and href != "#main"]
        is_marked = field in {"kind", "repeat"} or page.by_id(field).get("aria-invalid") == "true"
        if (page.status, page.title[:7], summary, is_marked) != (422, "Error: ", [f"#{field}"], True):
            wrong.append((field, changes, page.status, summary))
    assert wrong == []
    assert digest(session) == before


def test_a_form_that_did_not_arrive_whole_is_422(organizer, event_id, session):
    before = digest(session)
    ids = ["", "x", "a\0bcdefgh", "x" * 65, "<script>alert"]
    assert {send(organizer, event_id, request_id=one).status for one in ids} == {422}
    doubled = {name: [FORM[name] or "a", "b"] for name in ("title", "starts_at", "kind", "room_name")}
    assert {send(organizer, event_id, **{name: values}).status for name, values in doubled.items()} == {422}
    assert digest(session) == before


def test_any_title_is_kept_and_shown_as_text(organizer, event_id, session):
    for number, title in enumerate(HOSTILE_TEXTS):
        assert send(organizer, event_id, title=title, request_id=f"form-{number:08}").status == 303
    kept = dict(session.execute(select(MeetingSession.title, MeetingSession.id)).all())
    session.rollback()
    assert list(kept) == HOSTILE_TEXTS
    pages = [f"/admin/events/{event_id}/sessions", "/events/camp"]
    for rest in ("", "/report", "/edit", "/cancel", "/calculate"):
        pages += [f"/admin/sessions/{one}{rest}" for one in list(kept.values())[2:6]]
    for path in pages:
        page = organizer.get(path)
        assert page.status == 200
        assert not any(markup in page.html for markup in ("<script>alert", "<img src=x", "<div hx-get", ">49<"))
    csv = organizer.get(f"/admin/events/{event_id}/sessions.csv").html
    assert ('"=HYPERLINK' in csv, '"@SUM' in csv) == (False, False)


def test_times_the_clocks_skip_or_show_twice_are_said(organizer, world, session):
    spring = world.event(
        starts_at=NOON.replace(year=2027, month=3, day=27), ends_at=NOON.replace(year=2027, month=3, day=29)
    )
    page = send(organizer, spring, starts_at="2027-03-28 02:30", ends_at="2027-03-28 04:30")
    assert (page.status, planned(session)) == (422, [])
    said = "02:30 on 28 March doesn’t exist in Berlin that day, because the clocks go forward. Enter 03:30 instead"
    assert said in page.text
    page = send(organizer, spring, starts_at="2027-03-27 02:30", ends_at="2027-03-27 04:30", repeat="daily")
    assert (page.status, planned(session)) == (422, [])
    assert "02:30 on 28 March doesn’t exist" in page.text
    autumn = world.event(starts_at=NOON.replace(month=10, day=24), ends_at=NOON.replace(month=10, day=26))
    answer = send(
        organizer,
        autumn,
        starts_at="2026-10-24 02:30",
        ends_at="2026-10-24 03:30",
        repeat="daily",
        request_id="form-00000002",
    )
    # The event begins at noon of the 24th, but that is one of its days.
    assert answer.status == 303
    assert "02:30 on 25 October happens twice in Berlin" in organizer.get(answer.location).text


def test_a_room_of_somebody_else_is_409_and_says_so(organizer, event_id, session):
    send(organizer, event_id, room_name="studio")
    before = digest(session)
    page = send(organizer, event_id, room_name="studio", title="Walk", request_id="form-00000002")
    assert (page.status, page.by_id("room_name").get("aria-invalid")) == (409, "true")
    assert "The room studio is taken by “Talk” at that time." in page.text
    assert digest(session) == before


def test_an_edit_of_an_older_form_is_409_and_keeps_the_input(organizer, event_id, session_id, session):
    path = f"/admin/sessions/{session_id}/edit"
    assert organizer.post(path, **FORM, version="1").status == 303
    before = digest(session)
    page = organizer.post(path, **{**FORM, "title": "Walk"}, version="1")
    assert (page.status, page.by_id("title").get("value")) == (409, "Walk")
    for version in ("", "x", "0", "-1", "9" * 40):
        assert organizer.post(path, **{**FORM, "title": "Run"}, version=version).status == 422
    assert digest(session) == before


def test_bad_input_in_an_edit_is_422_beside_its_field(organizer, session_id, session):
    before, wrong = digest(session), []
    for field, changes in bad_inputs():
        if field in {"repeat", "count"} or "repeat" in changes:
            continue
        page = organizer.post(f"/admin/sessions/{session_id}/edit", **{**FORM, **changes}, version="1")
        if page.status != 422 or f"#{field}" not in page.links().values():
            wrong.append((field, changes, page.status))
    assert (wrong, digest(session)) == ([], before)


def test_calling_off_asks_first_and_is_said(organizer, event_id, session_id, session):
    path = f"/admin/sessions/{session_id}/cancel"
    assert "Call off “Talk”?" in organizer.get(path).text
    before = digest(session)
    assert [organizer.post(path, version=version).status for version in ("", "7")] == [422, 409]
    assert digest(session) == before
    assert organizer.post(path, version="1").status == 303
    assert "Called off" in organizer.get(f"/admin/events/{event_id}/sessions").text
    session.rollback()
    assert session.scalar(select(func.count()).where(MeetingSession.cancelled_at.is_not(None))) == 1


# ---- who may

PAGES = [
    "/admin/events/{event}/sessions",
    "/admin/events/{event}/sessions.csv",
    "/admin/events/{event}/sessions/new",
    *(
        f"/admin/sessions/{{session}}{rest}"
        for rest in ("", "/report", "/report.csv", "/edit", "/cancel", "/calculate")
    ),
]
FORMS = [
    "/admin/events/{event}/sessions/new",
    *(
        f"/admin/sessions/{{session}}{rest}"
        for rest in ("/edit", "/cancel", "/calculate", "/guest", "/guest/undo", "/people/1/mark", "/people/1/fields")
    ),
]


def test_pages_are_for_staff_of_the_organization(world, reader, reader_of, event_id, session_id):
    staff = [reader_of(world.person(role=role)) for role in (Role.ORGANIZER, Role.ADMIN)]
    participant = reader_of(world.person())
    world.organization("Harbour Crew")
    stranger = reader_of(world.person(role=Role.ADMIN))
    for path in PAGES:
        address = path.format(event=event_id, session=session_id)
        seen = [one.get(address).status for one in (reader, participant, stranger, *staff)]
        assert (path, seen) == (path, [302, 403, 404, 200, 200])


def test_forms_of_others_change_nothing(world, reader, reader_of, event_id, session_id, session):
    participant = reader_of(world.person())
    world.organization("Harbour Crew")
    stranger = reader_of(world.person(role=Role.ADMIN))
    before = digest(session)
    sent = {**FORM, "version": "1", "status": "present", "reason": "x", "identity": "x", "user_id": "1"}
    for path in FORMS:
        address = path.format(event=event_id, session=session_id)
        assert (path, [one.post(address, **sent).status for one in (reader, participant, stranger)]) == (
            path,
            [401, 403, 404],
        )
    assert digest(session) == before


def test_a_broken_id_is_not_found(organizer, event_id):
    for broken in ("0", "-1", "2147483648", "9223372036854775808", "1.0", "01", "%D9%A1", "null", "1e3"):
        for path in ("sessions/{}", "sessions/{}/report", "sessions/{}/edit", "events/{}/sessions"):
            assert organizer.get(f"/admin/{path.format(broken)}").status == 404
