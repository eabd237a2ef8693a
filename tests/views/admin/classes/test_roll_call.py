"""The sheet of roll-call: what is saved and what is refused, and who may see none of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.running_class import BEFORE, RunningClass
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from tests.views.admin.classes.roll_call_pages import line_of, saying, sheet, standing
from webapp.domain.permission import Role
from webapp.models import ClassAttendanceMark, ProgramClass
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.only_db("postgres"), pytest.mark.usefixtures("noon")]


def test_the_sheet_is_one_form_with_everybody_and_saves_what_was_chosen(running_class, staff, session):
    page = staff.get(sheet(running_class))
    assert (page.status, page.buttons("main")) == (200, ["Save", "Mark all present"])
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
    assert "Mark all present" not in again.buttons()


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
    assert "Someone else marked 1 person in the meantime" in page.headings()
    assert "1 other mark was saved." in page.text
    assert standing(session, running_class) == [("present", 60), ("present", 60)]


BAD = {
    "out not after in": ({"in_0": "15:00", "out_0": "14:30"}, "partial", "Enter a time out that’s after the time in"),
    "no time": ({"in_0": "late"}, "partial", "Enter a time like 18:05"),
    "partial without times": ({}, "partial", "Enter when they came, when they left, or both"),
    "times elsewhere": ({"in_0": "16:00"}, "partial", "Enter times within the session, or mark them absent"),
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
    assert "you can no longer change it" in staff.get(sheet(running_class)).text
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
            large.takes(*[line_of("present")] * 9)
        small.takes(line_of("present"))
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


def test_a_line_leads_to_the_person_for_who_may_see_all_of_them(running_class, world, reader_of):
    whose = f"/admin/organization/{world.organization_id}/people/{running_class.people[0]}"
    organizer, teacher = (reader_of(world.person("Orla", role=role)) for role in (Role.ORGANIZER, Role.TEACHER))
    with world.app.app_context(), write_transaction() as session:
        session.execute(update(ProgramClass).values(instructor_id=max(world.names)))

    assert whose in organizer.get(sheet(running_class)).html
    assert teacher.get(sheet(running_class)).status == 200
    assert whose not in teacher.get(sheet(running_class)).html
