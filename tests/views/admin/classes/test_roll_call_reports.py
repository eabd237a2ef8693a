"""The lists, the reports and the files of roll-call, whose numbers add up."""

from datetime import timedelta

import pytest

from tests.support.worlds.classes.running_class import BEFORE
from tests.support.worlds.world import NOON
from tests.views.admin.classes.roll_call_pages import line_of, records, saying, sheet
from webapp.models import ClassAttendance
from webapp.queries.audit import broken_invariants

pytestmark = [pytest.mark.only_db("postgres"), pytest.mark.usefixtures("noon")]


NUMBERS = (
    "expected",
    "marked",
    "unmarked",
    "present",
    "partial",
    "absent_excused",
    "absent_unexcused",
    "minutes",
    "attended",
)


def test_the_lists_say_what_waits_and_the_report_whom_to_talk_to(app, running_class, staff):
    with app.app_context():
        for days in (5, 4, 3):
            running_class.session_id = running_class.room.meets(running_class.class_id, BEFORE - timedelta(days=days))
            running_class.takes(
                *[line for line in (line_of("present"), line_of("absent_unexcused"), line_of("present"))]
            )

    listed = staff.get(f"/admin/classes/{running_class.class_id}/roll-call")
    report = staff.get(f"/admin/classes/{running_class.class_id}/report")

    assert "1 session from the last 3 days needs marks: Tue 9 June." in listed.text
    assert "Absent from all 3 sessions" in report.text
    assert "3 unexcused" in report.text
    assert "66.6 %" in report.text
    ben = staff.get(f"/admin/classes/{running_class.class_id}/people/{running_class.people[1]}/attendance")
    assert "0 of 3 marked sessions; 4 of 4 required" in ben.text
    own = staff.get(f"/admin/people/{running_class.people[1]}/attendance")
    assert (own.status, "0.0 %" in own.text) == (200, True)


def test_the_numbers_of_every_file_add_up_and_are_the_same_in_all_of_them(app, running_class, staff):
    staff.post(sheet(running_class), **saying(running_class, "present", "partial", "absent_excused", in_1="14:20"))
    with app.app_context():
        running_class.session_id = running_class.room.meets(
            running_class.class_id, BEFORE - timedelta(days=2), minutes=90
        )
        running_class.takes(line_of("absent_unexcused"), line_of("present"))

    base = f"/admin/classes/{running_class.class_id}/report"
    files = {name: records(staff.get(f"{base}/{name}.csv")) for name in ("people", "sessions")}
    facility = records(staff.get(f"/admin/facilities/{running_class.world.facility_id}/attendance.csv"))
    marks = records(staff.get(f"{base}/marks.csv"))
    total = {name: files["people"][-1][name] for name in (*NUMBERS, "rate_percent")}

    for lines in (*files.values(), facility):
        for name in NUMBERS:
            assert abs(sum(float(line[name]) for line in lines[:-1]) - float(lines[-1][name])) < 0.001
        assert {name: lines[-1][name] for name in total} == total
    assert len(marks) == int(total["marked"]) == 5
    assert sum(int(one["minutes"]) for one in marks) == int(total["minutes"]) == 60 + 40 + 90
    assert (total["expected"], total["unmarked"], total["attended"], total["rate_percent"]) == (
        "6",
        "1",
        "2.6667",
        "53.3",
    )


def test_every_file_of_a_class_names_it_and_marks_bring_their_notes(running_class, staff):
    staff.post(
        sheet(running_class), **saying(running_class, "present", "partial", in_1="14:20", note_1="Train was late")
    )
    base = f"/admin/classes/{running_class.class_id}"
    on = BEFORE.date()
    files = [staff.get(f"{base}/report/{name}.csv") for name in ("people", "sessions", "marks")]
    files.append(staff.get(f"{base}/roster.csv?on={on}"))

    for file in files:
        lines = records(file)
        assert {line["class"] for line in lines} == {"Pottery, beginners"}
        assert all(line["program"].startswith("Program ") for line in lines)
    notes = [line["note"] for line in records(files[2])]
    assert sorted(notes) == ["", "Train was late"]
    person = records(staff.get(f"/admin/people/{running_class.people[0]}/attendance.csv"))
    assert person[0]["program"].startswith("Program ")


def test_times_beside_present_are_the_minutes_that_count(app, running_class, staff, session):
    """In 14:10, out 14:30 of an hour: somebody who was there for 20 minutes is not credited with 60."""
    staff.post(sheet(running_class), **saying(running_class, "present", in_0="14:10", out_0="14:30"))
    mark = session.query(ClassAttendance).one()
    assert (mark.status, mark.minutes) == ("present", 20)
    with app.app_context():
        assert list(broken_invariants(NOON)) == []


def test_the_roster_of_any_date_is_read_off_the_trail(running_class, staff):
    base = f"/admin/classes/{running_class.class_id}/roster"
    joined = (NOON - timedelta(days=20)).date()

    assert len(records(staff.get(f"{base}.csv?on={joined}"))) == 3
    assert len(records(staff.get(f"{base}.csv?on={joined - timedelta(days=1)}"))) == 0
    assert "No one had a place" in staff.get(f"{base}?on={joined - timedelta(days=1)}").headings()


@pytest.mark.parametrize("on", ["2026-13-01", "tomorrow", "2026-6-1", "20260610", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_is_refused(running_class, staff, on):
    assert staff.get(f"/admin/classes/{running_class.class_id}/roster?on={on}").status == 422
    facility = f"/admin/facilities/{running_class.world.facility_id}/attendance"
    assert staff.get(f"{facility}?from={on}").status == 422
    assert staff.get(f"{facility}?from=2026-06-02&to=2026-06-01").status == 422
    assert staff.get(f"{facility}?from=2020-06-02&to=2026-06-01").status == 422


def test_a_person_sees_how_much_they_may_still_miss(app, running_class, staff, reader_of):
    staff.post(sheet(running_class), **saying(running_class, "present", "absent_unexcused"))
    with app.app_context():
        for days in range(1, 10):
            running_class.room.meets(running_class.class_id, NOON + timedelta(days=days))

    ana, ben = (reader_of(user_id) for user_id in running_class.people[:2])
    assert "1 of 1, 2 more absences allowed" in ana.get(f"/me/classes/{running_class.places[0].enrollment_id}").text
    assert "0 of 1, 1 more absence allowed" in ben.get(f"/me/classes/{running_class.places[1].enrollment_id}").text
