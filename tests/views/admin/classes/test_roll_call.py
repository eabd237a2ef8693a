"""The pages of roll-call: the sheet, reports, files whose numbers add up, and who may see none of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.running_class import BEFORE, RunningClass
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.classes.roll_call import Line, RollCallStatus
from webapp.domain.permission import Role
from webapp.models import ClassAttendance, ClassAttendanceMark
from webapp.queries.audit import broken_invariants

pytestmark = [pytest.mark.only_db("postgres"), pytest.mark.usefixtures("noon")]


@pytest.fixture
def running_class(app, world) -> RunningClass:
    with app.app_context():
        world.organization()
        return RunningClass(app, world=world)


@pytest.fixture
def staff(running_class, world, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ORGANIZER))


def sheet(running_class: RunningClass) -> str:
    return f"/admin/classes/{running_class.class_id}/roll-call/{running_class.session_id}"


def saying(running_class: RunningClass, *statuses: str, seen: int = 0, **more: str) -> dict[str, str]:
    """The fields of the first people; others by `<field>_<place>`."""
    fields = {}
    for user_id, status in zip(running_class.people, statuses, strict=False):
        fields |= {f"version-{user_id}": str(seen), f"status-{user_id}": status}
    for name, value in more.items():
        field, at = name.split("_")
        fields[f"{field}-{running_class.people[int(at)]}"] = value
    return fields


def standing(session, running_class: RunningClass) -> list[tuple[str, int]]:
    session.rollback()
    row = ClassAttendance
    query = select(row.status, row.minutes).where(row.session_id == running_class.session_id).order_by(row.user_id)
    return [tuple(one) for one in session.execute(query)]


def records(page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.html.removeprefix("\ufeff"))))


def test_the_sheet_is_one_form_with_everybody_and_saves_what_was_chosen(running_class, staff, session):
    page = staff.get(sheet(running_class))
    assert (page.status, page.buttons("main")) == (200, ["Save", "All present"])
    assert "0 of 3 marked" in page.text

    fields = saying(
        running_class, "present", "partial", "absent_excused", in_1="14:20", note_1="Bus", category_2="illness"
    )
    saved = staff.post(sheet(running_class), **fields)

    assert (saved.status, saved.location) == (303, sheet(running_class))
    assert standing(session, running_class) == [("present", 60), ("partial", 40), ("absent_excused", 0)]
    again = staff.get(sheet(running_class))
    assert "Saved 3 marks." in again.text
    assert "3 of 3 marked: 1 present, 1 partial, 1 absent" in again.text
    assert "All present" not in again.buttons()


def test_all_present_marks_the_rest_and_keeps_the_few_that_were_chosen(running_class, staff, session):
    staff.post(sheet(running_class), rest="present", **saying(running_class, "", "absent_unexcused", ""))

    assert standing(session, running_class) == [("present", 60), ("absent_unexcused", 0), ("present", 60)]
    # A form from before that does not touch what was marked meanwhile.
    assert staff.post(sheet(running_class), rest="present", **saying(running_class, "", "", "")).status == 303
    assert standing(session, running_class) == [("present", 60), ("absent_unexcused", 0), ("present", 60)]


def test_somebody_elses_marks_are_shown_and_the_others_saved(running_class, staff, session):
    staff.post(sheet(running_class), **saying(running_class, "present"))

    page = staff.post(sheet(running_class), **saying(running_class, "absent_unexcused", "present"))

    assert page.status == 409
    assert "Somebody else marked 1 person meanwhile" in page.headings()
    assert "1 other mark was saved." in page.text
    assert standing(session, running_class) == [("present", 60), ("present", 60)]


BAD = {
    "out not after in": ({"in_0": "15:00", "out_0": "14:30"}, "partial", "Enter a time out that is after the time in"),
    "no time": ({"in_0": "late"}, "partial", "Enter a time like 18:05"),
    "partial without times": ({}, "partial", "Enter when they came, when they left, or both"),
    "times elsewhere": ({"in_0": "16:00"}, "partial", "Enter times in the session, or mark them absent"),
    "no such status": ({}, "late", "Choose one of the answers"),
    "no such reason": ({"category_0": "weather"}, "absent_excused", "Choose one of the answers"),
    "a note that is too long": ({"note_0": "x" * 501}, "present", None),
    "a note with control characters": ({"note_0": "a\x00b"}, "present", None),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_lines_are_shown_where_they_are_and_nothing_is_changed(running_class, staff, session, case):
    more, status, sentence = BAD[case]
    before = digest(session)

    page = staff.post(sheet(running_class), **saying(running_class, status, "present", **more))

    assert (page.status, digest(session)) == (422, before)
    assert page.title.startswith("Error: ")
    error = page.words_of(f"error-{running_class.people[0]}")
    assert error == sentence or sentence is None
    assert page.by_id(f"status-{running_class.people[1]}").get("checked") == ""


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"version-abc": "0"}, 422),
        ({"version-1": "0", "status-1": "present"}, 422),  # nobody of this class
        ({"version-9223372036854775808": "0"}, 422),
        ({"version-1": "-1"}, 422),
        ({"version-1": "99999999999"}, 422),
    ],
)
def test_what_the_page_never_sent_is_refused(running_class, staff, session, fields, status):
    before = digest(session)
    assert (staff.post(sheet(running_class), **fields).status, digest(session)) == (status, before)


def test_marks_where_there_can_be_none_are_refused_with_the_reason(app, running_class, staff, session):
    with app.app_context():
        later = running_class.room.meets(running_class.class_id, NOON + timedelta(days=2))
    before = digest(session)
    future = f"/admin/classes/{running_class.class_id}/roll-call/{later}"
    assert "on a later date" in staff.get(future).text

    assert staff.post(future, **saying(running_class, "present")).status == 422
    running_class.room.stands(running_class.class_id, "completed")
    frozen = digest(session)
    assert staff.post(sheet(running_class), **saying(running_class, "present")).status == 409
    assert "nothing of it can be changed" in staff.get(sheet(running_class)).text
    assert before != frozen == digest(session)


def test_a_mark_has_a_history_and_can_be_deleted(running_class, staff, session):
    staff.post(sheet(running_class), **saying(running_class, "absent_unexcused"))
    history = f"{sheet(running_class)}/people/{running_class.people[0]}"
    assert "Unexcused Dana Kim, Wed 10 June, 14:00" in staff.get(history).text

    assert staff.post(f"{history}/delete", version="1").location == history
    assert staff.post(f"{history}/delete", version="1").status == 303
    assert standing(session, running_class) == []
    page = staff.get(history)
    assert "Mark deleted" in page.text
    assert "Delete the mark" not in page.buttons()
    assert session.scalar(select(func.count()).select_from(ClassAttendanceMark)) == 2


def test_the_lists_say_what_waits_and_the_report_whom_to_talk_to(app, running_class, staff):
    with app.app_context():
        for days in (5, 4, 3):
            running_class.session_id = running_class.room.meets(running_class.class_id, BEFORE - timedelta(days=days))
            running_class.takes(*[line for line in (_line("present"), _line("absent_unexcused"), _line("present"))])

    listed = staff.get(f"/admin/classes/{running_class.class_id}/roll-call")
    report = staff.get(f"/admin/classes/{running_class.class_id}/report")

    assert "1 session of the last 3 days waits for marks: Tue 9 June." in listed.text
    assert "Never there in 3 sessions" in report.text
    assert "3 unexcused" in report.text
    assert "66.6 %" in report.text
    ben = staff.get(f"/admin/classes/{running_class.class_id}/people/{running_class.people[1]}/attendance")
    assert "0 of 3 marked sessions; 4 of 4 required" in ben.text
    own = staff.get(f"/admin/people/{running_class.people[1]}/attendance")
    assert (own.status, "0.0 %" in own.text) == (200, True)


def _line(status: str) -> Line:
    return Line(RollCallStatus(status))


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


def test_the_numbers_of_every_file_add_up_and_are_the_same_in_all_of_them(app, running_class, staff):
    staff.post(sheet(running_class), **saying(running_class, "present", "partial", "absent_excused", in_1="14:20"))
    with app.app_context():
        running_class.session_id = running_class.room.meets(
            running_class.class_id, BEFORE - timedelta(days=2), minutes=90
        )
        running_class.takes(_line("absent_unexcused"), _line("present"))

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
    assert "Nobody had a place" in staff.get(f"{base}?on={joined - timedelta(days=1)}").headings()


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
    assert "1 of 1, you may miss 2 more" in ana.get(f"/me/classes/{running_class.places[0].enrollment_id}").text
    assert "0 of 1, you may miss 1 more" in ben.get(f"/me/classes/{running_class.places[1].enrollment_id}").text


def addresses(running_class: RunningClass) -> list[str]:
    base = f"/admin/classes/{running_class.class_id}"
    person = running_class.people[0]
    return [
        f"{base}/roll-call",
        sheet(running_class),
        f"{sheet(running_class)}/people/{person}",
        f"{base}/report",
        f"{base}/report/people.csv",
        f"{base}/report/sessions.csv",
        f"{base}/report/marks.csv",
        f"{base}/roster",
        f"{base}/roster.csv",
        f"{base}/people/{person}/attendance",
        f"/admin/people/{person}/attendance",
        f"/admin/people/{person}/attendance.csv",
        f"/admin/facilities/{running_class.world.facility_id}/attendance",
        f"/admin/facilities/{running_class.world.facility_id}/attendance.csv",
    ]


def test_nobody_but_the_organizations_staff_finds_any_of_it(
    app, running_class, world, staff, reader, reader_of, session
):
    pages = addresses(running_class)
    assert [staff.get(page).status for page in pages] == [200] * len(pages)
    person = reader_of(running_class.people[0])
    organization_id, facility_id = world.organization_id, world.facility_id
    world.organization("Elsewhere")
    stranger = reader_of(world.person("Eve", role=Role.ADMIN))
    world.organization_id, world.facility_id = organization_id, facility_id
    before = digest(session)

    assert {reader.get(page).status for page in pages} == {302}
    assert {person.get(page).status for page in pages} == {403}
    assert {stranger.get(page).status for page in pages} == {404}
    for browser, status in ((person, 403), (stranger, 404)):
        assert browser.post(sheet(running_class), **saying(running_class, "present")).status == status
        assert (
            browser.post(f"{sheet(running_class)}/people/{running_class.people[0]}/delete", version="1").status
            == status
        )
    assert digest(session) == before


def test_a_session_of_another_class_is_not_found(app, running_class, staff):
    with app.app_context():
        other = running_class.room.make("Another one", status="active")
    assert staff.get(f"/admin/classes/{other}/roll-call/{running_class.session_id}").status == 404


def test_the_number_of_statements_does_not_grow_with_the_class(app, world, reader_of):
    with app.app_context():
        world.organization()
        small, large = RunningClass(app, people=2, world=world), RunningClass(app, people=9, world=world)
        for days in range(2, 12):
            large.session_id = large.room.meets(large.class_id, BEFORE - timedelta(days=days))
            large.takes(*[_line("present")] * 9)
        small.takes(_line("present"))
    browser = reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
    counts = []
    for running_class in (small, large):
        base = f"/admin/classes/{running_class.class_id}"
        seen = []
        for page in (f"{base}/roll-call", sheet(running_class), f"{base}/report", f"{base}/report/people.csv"):
            with counted_statements(app) as statements:
                assert browser.get(page).status == 200
            seen.append(len(statements))
        counts.append(seen)
    assert counts[0] == counts[1]
