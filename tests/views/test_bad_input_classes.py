"""Bad input about people of classes: a clear 4xx, and nothing changes."""

import io

import pytest

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

NO_IDS = ["", "0", "-1", "1.5", "x", "٥", "9" * 40, "1 OR 1=1", "01"]
STRANGE = ["\x00", "\x07", "x" * 501, "   ", ""]
FILES = {
    "nothing": b"",
    "blank": b"\n\n",
    "no heading": b"mei@post.example\n",
    "only a heading": b"Email\n",
    "nul": b"Email\nmei@post.example\x00\n",
    "latin": "Email\nmü@post.example\n".encode("latin-1"),
    "quote": b'Email\n"mei@post.example\n',
    "too long": b"Email\n" + b"a@b.example\n" * 2001,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
}


@pytest.fixture
def classroom(app, world) -> Classroom:
    world.organization()
    return Classroom(app, world)


@pytest.fixture
def organizer(world, classroom, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


def test_people_who_cannot_be_chosen_are_refused_and_nothing_changes(classroom, organizer, session):
    class_id, people = classroom.make(), classroom.people(2)
    frozen = classroom.make(status="completed")
    address = f"/admin/classes/{class_id}/people/add"
    before = digest(session)

    answers = [organizer.post(address, person=one).status for one in NO_IDS]
    answers += [organizer.post(address).status, organizer.post(address, person=[*people, "x"]).status]
    answers += [organizer.post(address, person=people, despite_clash=one).status for one in ("2", "true", "0")]
    answers += [organizer.post(address, person=people, despite_clash=["", "1"]).status]
    answers += [organizer.post(address, person=list(range(10**6, 10**6 + 401))).status]
    answers += [organizer.post(address, person="999999").status]
    answers += [organizer.post(f"/admin/classes/{frozen}/people/add", person=people).status]

    assert answers == [404] * len(NO_IDS) + [422, 404] + [422] * 5 + [409, 409]
    assert digest(session) == before


def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(classroom, world, organizer, session):
    class_id = classroom.make()
    before = digest(session)

    answers = {}
    for address in (f"/admin/classes/{class_id}/people/file", f"/admin/facilities/{world.facility_id}/people/file"):
        for name, data in FILES.items():
            page = organizer.post(address, file=(io.BytesIO(data), "people.csv"))
            answers[address, name] = (page.status, page.title.startswith("Error: "))
        answers[address, "none"] = (organizer.post(address).status, True)
    assert {name: answer for name, answer in answers.items() if answer != (422, True)} == {}
    assert digest(session) == before


def test_ends_that_are_none_are_refused_and_nothing_changes(classroom, organizer, session):
    class_id, (user_id,) = classroom.make(status="active"), classroom.people(1)
    address = f"/admin/class-enrollments/{classroom.enrolls(class_id, user_id).enrollment_id}"
    good = {"version": "1", "to": "dropped", "reason": "never came"}
    before = digest(session)

    answers = [
        organizer.post(f"{address}/end", **good | {"to": one}).status
        for one in ("", "enrolled", "waitlisted", "completed", "DROPPED", "nonsense")
    ]
    answers += [organizer.post(f"{address}/end", **good | {"reason": one}).status for one in STRANGE]
    answers += [organizer.post(f"{address}/end", **good | {"version": one}).status for one in ("", "x", "0", "9" * 30)]
    answers += [organizer.post(f"{address}/end", **good | {"reason": ["a", "b"]}).status]
    assert set(answers) == {422}
    conflicts = [
        organizer.post(f"{address}/end", **good | {"to": "cancelled"}).status,
        organizer.post(f"{address}/end", **good | {"version": "2"}).status,
        organizer.post(f"{address}/reopen", version="1").status,
    ]
    assert conflicts == [409, 409, 409]
    assert [organizer.get(f"/admin/class-enrollments/{one}").status for one in ("0", "01", "x", "9" * 19)] == [404] * 4
    assert digest(session) == before


def test_people_of_a_facility_are_not_added_by_what_is_no_address_or_name(world, classroom, organizer, session):
    address = f"/admin/facilities/{world.facility_id}/people"
    good = {"email": "new@post.example", "name": "Nia"}
    before = digest(session)

    answers = [
        organizer.post(address, **good | {"email": one}).status
        for one in ("", "x", "a@", "@b", "a@b c", "a\x00@b.example", "x" * 300 + "@b.example")
    ]
    answers += [organizer.post(address, **good | {"name": one}).status for one in ("", "\x07", "x" * 500)]
    answers += [organizer.post(address, **good | {"name": ["a", "b"]}).status]
    assert set(answers) == {422}
    assert [organizer.post(f"{address}/{one}/deactivate").status for one in ("0", "999999")] == [404, 404]
    assert organizer.post(f"{address}/1/erase").status == 404
    assert digest(session) == before
