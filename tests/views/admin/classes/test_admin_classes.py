"""Programs, classes and sessions in the browser: the way of an organizer, every bad input named, and who may."""

import re

import pytest
from sqlalchemy import select

from tests.inventory.route_table import routes_of
from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import ClassSession, ClassSessionChange, Program, ProgramClass, Room

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

BROKEN_TEXTS = [
    "",
    "   \t",
    "\u200b" * 10,
    "a\0b",
    "x" * 161,
    "x" * 10_000,
    "x\r\nBcc: a@evil.example",
    "\x1b[31m",
]
HOSTILE_TEXTS = [
    "\U0001f3b7" * 160,
    "\u202eevil",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<div hx-get=/admin hx-trigger=load>",
    "{{7*7}}${7*7}",
    "' OR 1=1 --",
    "محمد الأمين",
]
BROKEN_DATES = [
    "",
    "2026-13-01",
    "2026-02-30",
    "0000-00-00",
    "10000-01-01",
    "1799999999",
    "tomorrow",
    "2026-6-1",
    "2026-06-15T00:00",
    "２０２６-06-15",
    "a\0b",
    "2300-01-01",
]
NUMBERS = ["", "0", "-1", "1.5", "1e3", "01", " 5", "１２", "999999999999999999999", "a\0b", "NaN"]
BROKEN_IDS = ["", "0", "-1", "x", "999999", "a\0b", "9" * 30, "1 OR 1=1"]


@pytest.fixture
def organization_id(world) -> int:
    return world.organization()


@pytest.fixture
def orla(world, organization_id) -> int:
    return world.person("Orla Byrne", role=Role.ORGANIZER)


@pytest.fixture
def organizer(orla, reader_of):
    return reader_of(orla)


@pytest.fixture
def classroom(app, world, organization_id) -> Classroom:
    return Classroom(app, world)


def program_form(world, **changes) -> dict:
    usual = {
        "name": "Pottery",
        "description": "Clay.",
        "organization_id": world.organization_id,
        "facility": world.facility_id,
        "request_id": "form-00000001",
    }
    return {**usual, **changes}


def class_form(world, **changes) -> dict:
    usual = {
        "title": "Pottery, beginners",
        "description": "",
        "facility_id": world.facility_id,
        "room_id": "",
        "instructor_id": "",
        "capacity": "20",
        "has_waitlist": "1",
        "starts_on": "2026-06-15",
        "ends_on": "2026-12-18",
        "required_percent": "80",
        "request_id": "form-00000001",
    }
    return {**usual, **changes}


def plan_form(**changes) -> dict:
    usual = {
        "repeat": "weekly",
        "interval": "1",
        "starts_on": "2026-06-15",
        "at": "18:30",
        "minutes": "90",
        "until": "",
        "count": "4",
        "rule": "",
        "room_id": "",
        "instructor_id": "",
    }
    return {**usual, **changes}


def errors_of(page) -> list[str]:
    return [href for href in page.links().values() if href.startswith("#") and href != "#main"]


def planned(classroom, organizer, **changes) -> int:
    class_id = classroom.make(starts_on=NOON.date().replace(day=15), ends_on=NOON.date().replace(month=12))
    assert organizer.post(f"/admin/classes/{class_id}/sessions/new", **plan_form(**changes)).status == 303
    return class_id


def sessions(session, class_id) -> list:
    session.rollback()
    query = select(ClassSession.__table__).where(ClassSession.class_id == class_id).order_by(ClassSession.rule_on)
    rows = session.execute(query).all()
    session.rollback()
    return rows


def test_from_a_program_to_a_class_with_sessions_and_to_its_end(organizer, world, session):
    assert "No programs yet" in organizer.get("/admin/programs").text
    made = organizer.post("/admin/programs/new", **program_form(world))
    assert made.status == 303
    assert organizer.post("/admin/programs/new", **program_form(world)).location == made.location
    page = organizer.get(made.location)
    assert (page.headings("h1"), "New class" in page.buttons()) == (["Pottery"], True)

    created = organizer.post(f"{made.location}/classes/new", **class_form(world))
    assert created.status == 303
    overview = organizer.get(created.location)
    assert "Mon 15 June to Fri 18 December, Studio 2, Berlin time" in overview.text
    assert {"Plan sessions", "Activate", "Cancel the class", "Delete"} <= set(overview.buttons())

    answer = organizer.post(f"{created.location}/sessions/new", **plan_form(day=["MO", "WE"]))
    assert (answer.status, answer.location) == (303, f"{created.location}/sessions")
    page = organizer.get(answer.location)
    assert "4 sessions are planned. The first is on Mon 15 June, the last on Wed 24 June." in page.text
    assert "Mon 15 June, 18:30 to 20:00 To come" in page.text

    for status in ("active", "paused", "active", "completed"):
        ask = organizer.get(f"{created.location}/move/{status}")
        assert ask.status == 200
        fields = ask.fields(f"{created.location}/move/{status}")
        assert organizer.post(f"{created.location}/move/{status}", **fields).status == 303
    assert "The class is completed." in organizer.get(created.location).text
    version = session.scalar(select(ProgramClass.version))
    session.rollback()
    assert organizer.post(f"{created.location}/archive", version=version).status == 303
    trail = organizer.get(f"{created.location}/trail").text
    assert "Archived Orla Byrne" in trail and "Completed, was active" in trail and "Created Orla Byrne" in trail
    assert "Pottery, beginners" not in organizer.get("/admin/classes").text
    assert "Pottery, beginners" in organizer.get("/admin/classes?show=archived").text


def test_the_list_is_filtered_searched_and_paged_with_few_statements(app, organizer, classroom):
    for number in range(52):
        classroom.make(f"Class {number:02}", status="paused" if number < 2 else "scheduled")
    counts = []
    for address in ("/admin/classes?show=paused", "/admin/classes"):
        with counted_statements(app) as seen:
            page = organizer.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4
    assert "1 to 50 of 52" in page.text
    assert "51 to 52 of 52" in organizer.get("/admin/classes?page=2").text
    found = organizer.get("/admin/classes?q=class+07", htmx=True)
    assert found.headers["HX-Push-Url"] == "/admin/classes?q=class+07"
    assert "Class 07" in found.text and "Class 08" not in found.text
    assert "No classes match" in organizer.get("/admin/classes?q=zither").text
    assert organizer.get("/admin/classes?show=nonsense").status == 200
    assert organizer.get("/admin/classes?page=0").status == 404


def test_several_classes_are_moved_each_for_itself_with_a_result(organizer, classroom, session):
    active = [classroom.make(f"Active {n}", status="active") for n in range(2)]
    done, same = classroom.make("Done", status="completed"), classroom.make("Same", status="paused")

    page = organizer.post("/admin/classes/move", to_status="paused", **{"class": [*active, done, same]})

    assert (page.status, page.headings("h1")) == (200, ["2 classes are paused now, 1 was paused already, 1 refused."])
    assert "This class is completed, so nothing of it can be changed any more." in page.text
    before = digest(session)
    for fields in (
        {"to_status": "paused"},
        {"to_status": "scheduled", "class": active},
        {"to_status": "", "class": active},
        {"to_status": "cancelled", "class": active, "reason": " "},
        {"to_status": "cancelled", "class": active, "reason": "a\0b"},
        {"to_status": "active", "class": list(range(1, 200))},
    ):
        assert organizer.post("/admin/classes/move", **fields).status == 422
    for ids in ([*active, 999_999], ["x"], ["0"]):
        assert organizer.post("/admin/classes/move", to_status="active", **{"class": ids}).status == 404
    assert digest(session) == before


def test_illegal_moves_are_named_and_change_nothing(organizer, classroom, session):
    done, scheduled = classroom.make(status="cancelled"), classroom.make()
    before = digest(session)

    for class_id, status, words in [
        (done, "active", "This class is cancelled, so nothing of it can be changed any more."),
        (scheduled, "paused", "This class is scheduled, so it cannot become paused."),
        (scheduled, "completed", "This class is scheduled, so it cannot become completed."),
    ]:
        page = organizer.post(f"/admin/classes/{class_id}/move/{status}", version="1")
        assert (page.status, words in page.text) == (409, True)
    assert organizer.post(f"/admin/classes/{scheduled}/move/active", version="7").status == 409
    assert organizer.post(f"/admin/classes/{scheduled}/move/active").status == 422
    assert organizer.post(f"/admin/classes/{scheduled}/move/cancelled", version="1", reason="").status == 422
    assert organizer.post(f"/admin/classes/{scheduled}/move/scheduled", version="1").status == 404
    assert organizer.post(f"/admin/classes/{scheduled}/archive", version="1").status == 409
    assert organizer.post(f"/admin/classes/{done}/delete", version="1").status == 409
    assert organizer.post(f"/admin/classes/{done}/edit", **class_form(classroom.world, version="1")).status == 409
    assert digest(session) == before


def test_bad_programs_are_422_beside_their_field_and_change_nothing(organizer, world, session):
    before, wrong = digest(session), []
    tries = [("name", text) for text in BROKEN_TEXTS] + [("description", text) for text in ("a\0b", "x" * 8001)]
    tries += [("facility", text) for text in BROKEN_IDS if text] + [("organization_id", "999999")]
    for field, value in tries:
        page = organizer.post("/admin/programs/new", **program_form(world, **{field: value}))
        if (page.status, page.title[:7]) != (422, "Error: ") or f"#{field}" not in errors_of(page):
            wrong.append((field, value, page.status, errors_of(page)))
    for request_id in ("", "x", "a\0bcdefgh", "x" * 65):
        assert organizer.post("/admin/programs/new", **program_form(world, request_id=request_id)).status == 422
    assert (wrong, digest(session)) == ([], before)


def test_bad_classes_are_422_beside_their_field_and_change_nothing(organizer, world, classroom, session):
    program_id, class_id = classroom.program(), classroom.make()
    before, wrong = digest(session), []
    tries = [("title", text) for text in BROKEN_TEXTS]
    tries += [(name, text) for name in ("starts_on", "ends_on") for text in BROKEN_DATES]
    tries += [("ends_on", "2026-06-14"), ("ends_on", "2029-01-01"), ("description", "a\0b"), ("has_waitlist", "yes")]
    tries += [("capacity", text) for text in [*NUMBERS, "100001"]]
    tries += [("required_percent", text) for text in ["", "101", "-1", "x"]]
    tries += [("facility_id", text) for text in BROKEN_IDS]
    tries += [(name, text) for name in ("room_id", "instructor_id") for text in BROKEN_IDS if text]
    for field, value in tries:
        for address in (f"/admin/programs/{program_id}/classes/new", f"/admin/classes/{class_id}/edit"):
            page = organizer.post(address, **class_form(world, version="1", **{field: value}))
            if (page.status, errors_of(page)) != (422, [f"#{field}"]):
                wrong.append((field, value, page.status, errors_of(page)))
    assert organizer.post(f"/admin/classes/{class_id}/edit", **class_form(world)).status == 422
    stale = organizer.post(f"/admin/classes/{class_id}/edit", **class_form(world, version="7"))
    assert (stale.status, "It now says:" in stale.text) == (409, True)
    assert (wrong, digest(session)) == ([], before)


def test_hostile_texts_are_text(organizer, world, classroom, session):
    for number, text in enumerate(HOSTILE_TEXTS):
        made = organizer.post("/admin/programs/new", **program_form(world, name=text, request_id=f"form-{number:08}"))
        created = organizer.post(f"{made.location}/classes/new", **class_form(world, title=text))
        page = organizer.get(created.location)
        assert (page.status, page.headings("h1")) == (200, [" ".join(text.split())])
        assert not re.search(r"<script>alert|<img src=x|<div hx-get=/admin", page.html)


def test_bad_plans_are_refused_beside_their_field_and_change_nothing(organizer, classroom, session):
    class_id = planned(classroom, organizer)
    before, wrong = digest(session), []
    tries = [({"starts_on": text}, "starts_on") for text in [*BROKEN_DATES, "2026-06-14", "2027-01-01"]]
    tries += [({"at": text}, "at") for text in ["", "24:00", "7:30", "18:60", "18.30", "a\0b", "１８:30", "18:30:00"]]
    tries += [({"minutes": text}, "minutes") for text in [*NUMBERS, "1441"]]
    tries += [({"count": text}, "count") for text in ["0", "-1", "401", "1000000", "x"]]
    tries += [({"until": text, "count": ""}, "until") for text in ["2027-01-01", "9999-12-31", "x"]]
    tries += [({"until": "2026-07-01", "count": "4"}, "count"), ({"interval": "0"}, "interval")]
    tries += [({"repeat": text}, "repeat") for text in ["", "hourly", "a\0b"]]
    tries += [({"day": ["MO", "XX"]}, "day-MO"), ({"count": "100"}, "until"), ({"room_id": "999999"}, "room_id")]
    tries += [
        ({"repeat": "rule", "rule": text}, "rule")
        for text in [
            "",
            "FREQ=SECONDLY",
            "FREQ=MINUTELY;COUNT=3",
            "FREQ=HOURLY",
            "FREQ=YEARLY",
            "x",
            "a\0b",
            "FREQ=DAILY;BYHOUR=1,2",
            "DTSTART:20260101",
            "FREQ=DAILY;BYDAY=MO",
        ]
    ] + [({"repeat": "rule", "rule": "FREQ=DAILY;UNTIL=99991231"}, "until")]
    for changes, field in tries:
        page = organizer.post(f"/admin/classes/{class_id}/sessions/new", **plan_form(**changes))
        if (page.status, errors_of(page)) != (422, [f"#{field}"]):
            wrong.append((changes, page.status, errors_of(page)))
    bomb = plan_form(repeat="rule", rule="FREQ=DAILY;COUNT=1000000")
    assert "more than 400 sessions" in organizer.post(f"/admin/classes/{class_id}/sessions/new", **bomb).text
    twice = organizer.post(f"/admin/classes/{class_id}/sessions/new", **plan_form())
    assert (twice.status, errors_of(twice)) == (422, ["#at"])
    assert (wrong, digest(session)) == ([], before)


def test_a_taken_room_is_named_with_the_other_class_and_its_time(app, organizer, world, classroom, session):
    assert organizer.post("/admin/rooms", facility_id=world.facility_id, name="Kiln room").status == 303
    room_id = session.scalar(select(Room.id))
    session.rollback()
    planned(classroom, organizer, room_id=room_id)
    second = classroom.make("Weaving", starts_on=NOON.date().replace(day=15))

    page = organizer.post(f"/admin/classes/{second}/sessions/new", **plan_form(at="19:00", room_id=room_id))

    assert page.status == 409
    assert "The room Kiln room is taken by “Pottery, beginners” on Mon 15 June 2026, 18:30." in page.text
    assert sessions(session, second) == []
    after = plan_form(at="20:00", room_id=room_id)
    assert organizer.post(f"/admin/classes/{second}/sessions/new", **after).status == 303
    assert (
        "Classes are or were held in this room"
        in organizer.get(organizer.post(f"/admin/rooms/{room_id}/remove").location).text
    )


def test_sessions_are_changed_cancelled_and_put_back_with_a_reason(organizer, classroom, session):
    class_id = planned(classroom, organizer)
    one = sessions(session, class_id)[1]
    base = f"/admin/classes/{class_id}/sessions"
    form = {
        "scope": "from_here",
        "local_on": "2026-06-22",
        "at": "19:00",
        "minutes": "90",
        "room_id": "",
        "instructor_id": "",
        "reason": "The kiln is hot later",
        "version": one.version,
    }

    assert organizer.get(f"{base}/{one.id}/change").status == 200
    assert organizer.post(f"{base}/{one.id}/change", **form).status == 303
    page = organizer.get(base)
    assert "3 sessions are changed." in page.text and "Mon 22 June, 19:00 to 20:30 The kiln is hot later" in page.text
    assert organizer.post(f"{base}/{one.id}/change", **form).status == 409
    first = sessions(session, class_id)[0]
    cancel = {"scope": "this", "reason": "Holiday", "version": first.version}
    assert organizer.post(f"{base}/{first.id}/cancel", **cancel).status == 303
    assert organizer.post(f"{base}/{first.id}/cancel", **cancel).status == 409

    session.rollback()
    batch = session.scalar(select(ClassSessionChange.batch).where(ClassSessionChange.session_id == one.id))
    session.rollback()
    assert organizer.get(f"{base}/changes/{batch}/undo").status == 200
    assert organizer.post(f"{base}/changes/{batch}/undo", reason="").status == 422
    assert organizer.post(f"{base}/changes/{batch}/undo", reason="It is fine").status == 303
    assert "Mon 22 June, 18:30 to 20:00" in organizer.get(base).text
    assert organizer.post(f"{base}/changes/{batch}/undo", reason="It is fine").status == 409
    assert organizer.get(f"{base}/changes/{'x' * 36}/undo").status == 404


def test_bad_changes_of_sessions_are_422_and_change_nothing(organizer, classroom, session):
    class_id = planned(classroom, organizer)
    one = sessions(session, class_id)[1]
    good = {
        "scope": "this",
        "local_on": "2026-06-22",
        "at": "19:00",
        "minutes": "90",
        "room_id": "",
        "instructor_id": "",
        "reason": "Later",
        "version": one.version,
    }
    before, wrong = digest(session), []
    tries = [({"local_on": text}, "local_on") for text in [*BROKEN_DATES, "2027-01-01"]]
    tries += [({"scope": text}, "scope") for text in ["", "some", "a\0b"]]
    tries += [({"scope": "all", "local_on": "2026-06-23"}, "local_on"), ({"minutes": "0"}, "minutes")]
    tries += [({"at": "25:00"}, "at"), ({"room_id": "999999"}, "room_id"), ({"instructor_id": "1"}, "instructor_id")]
    tries += [({"reason": text}, "reason") for text in ["", "   ", "a\0b", "x" * 501]]
    tries += [({"version": ""}, "version"), ({"version": "x"}, "version")]
    for changes, field in tries:
        page = organizer.post(f"/admin/classes/{class_id}/sessions/{one.id}/change", **{**good, **changes})
        if (page.status, errors_of(page)) != (422, [f"#{field}"]):
            wrong.append((changes, page.status, errors_of(page)))
    nothing = organizer.post(f"/admin/classes/{class_id}/sessions/{one.id}/change", **{**good, "at": "18:30"})
    assert (nothing.status, "Nothing of the session is different" in nothing.text) == (422, True)
    assert organizer.get(f"/admin/classes/{class_id}/sessions/999999/change").status == 404
    assert (wrong, digest(session)) == ([], before)


def test_programs_are_edited_switched_and_archived_and_old_pages_are_refused(organizer, world, session):
    made = organizer.post("/admin/programs/new", **program_form(world)).location
    assert organizer.post(f"{made}/edit", **program_form(world, name="Ceramics", version="1")).status == 303
    before = digest(session)
    assert organizer.post(f"{made}/edit", **program_form(world, name="Weaving", version="1")).status == 409
    assert organizer.post(f"{made}/edit", **program_form(world, name="Weaving")).status == 422
    assert digest(session) == before
    organizer.post(f"{made}/active", on="", version="2")
    assert "No new classes of it can be planned." in organizer.get(made).text
    refused = organizer.post(f"{made}/classes/new", **class_form(world))
    assert (refused.status, "This program is not active." in refused.text) == (422, True)
    assert organizer.post(f"{made}/archive", version="2").status == 409
    assert organizer.post(f"{made}/archive", version="3").status == 303
    session.rollback()
    assert session.scalar(select(Program.archived_at)) is not None


CLASS_ROUTES = ("/admin/classes", "/admin/programs", "/admin/rooms")


def test_whoever_manages_no_classes_of_theirs_sees_and_changes_nothing(
    app, world, classroom, organizer, reader, reader_of, session
):
    class_id = planned(classroom, organizer)
    ids = {"class_id": class_id, "session_id": sessions(session, class_id)[0].id, "program_id": 1, "room_id": 1}
    ids["program_id"] = session.scalar(select(ProgramClass.program_id).where(ProgramClass.id == class_id))
    organizer.post("/admin/rooms", facility_id=world.facility_id, name="Kiln room")
    ids["room_id"] = session.scalar(select(Room.id))
    session.rollback()
    participant = reader_of(world.person("Mira Sand"))
    world.organization("Elsewhere")
    stranger = reader_of(world.person("Stray", role=Role.ADMIN))
    before = digest(session)
    scoped = [route for route in routes_of(app) if route.rule.startswith(CLASS_ROUTES) and "<" in route.rule]
    assert len(scoped) >= 25
    for route in scoped:
        path = re.sub(r"<any\(.*?\):to_status>", "active", route.rule)
        path = re.sub(r"<string\(length=36\):batch>", "x" * 36, path)
        path = re.sub(r"<id:(\w+)>", lambda found: str(ids.get(found[1], 1)), path)
        if "<" in path:
            continue
        for who, status in ((participant, 403), (stranger, 404)):
            answer = who.get(path) if route.method == "GET" else who.post(path, version="1", reason="x")
            assert (route.rule, answer.status) == (route.rule, status)
        signed_out = reader.get(path) if route.method == "GET" else reader.post(path)
        assert signed_out.status in {302, 401}
    assert participant.get("/admin/classes").status == 403
    assert "Pottery, beginners" not in stranger.get("/admin/classes").text
    assert "Kiln room" not in stranger.get("/admin/rooms").text
    assert stranger.post("/admin/classes/move", to_status="active", **{"class": class_id}).status == 404
    assert digest(session) == before


def test_a_long_list_is_searched_by_its_words(organizer, classroom, world, session):
    for number in range(13):
        organizer.post("/admin/rooms", facility_id=world.facility_id, name=f"Room {number}")
    class_id = planned(classroom, organizer, count="1", room_id="room 7")
    plan = f"/admin/classes/{class_id}/sessions/new"
    (planned_session,) = sessions(session, class_id)

    assert session.get(Room, planned_session.room_id).name == "Room 7"
    assert organizer.get(plan).by_id("room_id").get("list") == "room_id-options"
    kept = organizer.post(plan, **plan_form(room_id="Room 99"))
    assert (kept.status, errors_of(kept)) == (422, ["#room_id"])
    assert kept.by_id("room_id").get("value") == "Room 99"
