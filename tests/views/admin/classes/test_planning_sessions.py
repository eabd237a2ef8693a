"""Planning and changing the sessions of a class in the browser."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from tests.views.admin.classes.class_pages import BROKEN_DATES, NUMBERS, errors_of, plan_form, planned, sessions
from webapp.domain.permission import Role
from webapp.models import ClassSessionChange, Room

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


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
        "Classes use or used this room" in organizer.get(organizer.post(f"/admin/rooms/{room_id}/remove").location).text
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
    assert "3 sessions have been changed." in page.text
    assert "Mon 22 June, 19:00 to 20:30 The kiln is hot later" in page.text
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
    assert (nothing.status, "No changes to save" in nothing.text) == (422, True)
    assert organizer.get(f"/admin/classes/{class_id}/sessions/999999/change").status == 404
    assert (wrong, digest(session)) == ([], before)


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


def test_instructors_of_one_name_are_told_apart_by_their_address(organizer, classroom, world, session):
    taught = [
        world.person("Ana Silva", email=f"ana@{host}.example", role=Role.ORGANIZER) for host in ("north", "south")
    ]
    class_id = planned(classroom, organizer, count="1", instructor_id="ana silva, ana@south.example")
    (planned_session,) = sessions(session, class_id)

    assert planned_session.instructor_id == taught[1]
    shown = organizer.get(f"/admin/classes/{class_id}/sessions/new").text
    assert "Ana Silva, ana@north.example" in shown and "Ana Silva, ana@south.example" in shown
    assert "Orla Byrne, " not in shown
