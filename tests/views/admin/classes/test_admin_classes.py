"""Classes in the browser: the way of an organizer, every bad input named, and who may."""

import re

import pytest
from sqlalchemy import select

from tests.inventory.route_table import routes_of
from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from tests.views.admin.classes.class_pages import (
    BROKEN_DATES,
    BROKEN_IDS,
    BROKEN_TEXTS,
    NUMBERS,
    class_form,
    errors_of,
    plan_form,
    planned,
    program_form,
    sessions,
)
from webapp.domain.permission import Role
from webapp.models import ProgramClass, Room

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


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
    assert {"Plan sessions", "Activate", "Call the class off", "Delete"} <= set(overview.buttons())

    answer = organizer.post(f"{created.location}/sessions/new", **plan_form(day=["MO", "WE"]))
    assert (answer.status, answer.location) == (303, f"{created.location}/sessions")
    page = organizer.get(answer.location)
    assert "4 sessions are planned. The first is on Mon 15 June, the last on Wed 24 June." in page.text
    assert "Mon 15 June, 18:30 to 20:00 Upcoming" in page.text

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

    assert (page.status, page.headings("h1")) == (
        200,
        ["2 classes are now paused, 1 was already paused, 1 not changed."],
    )
    assert "This class is completed, so you can no longer change it." in page.text
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
        (done, "active", "This class is called off, so you can no longer change it."),
        (scheduled, "paused", "This class is scheduled, so it can’t become paused."),
        (scheduled, "completed", "This class is scheduled, so it can’t become completed."),
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
