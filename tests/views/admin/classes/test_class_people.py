"""The people of a class on the page: let in, ended, taken back, from a file; certificates; my classes."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom, broken_class, statuses
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.certificate_code import in_groups
from webapp.models import ClassCompletion, Message, Notification
from webapp.services.classes.class_ending import cancel_people, complete_people
from webapp.services.classes.people.class_seats import lock_class
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


@pytest.fixture
def classroom(app, world) -> Classroom:
    world.organization()
    return Classroom(app, world)


@pytest.fixture
def organizer(world, classroom, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def admin(world, classroom, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


def sent_file(text: str | bytes, name: str = "people.csv"):
    return io.BytesIO(text if isinstance(text, bytes) else text.encode()), name


def finish(app, class_id: int, ending, status: str) -> None:
    """As the move of the class would, by staff."""
    with app.app_context(), write_transaction() as session:
        locked = lock_class(session, class_id)
        ending(session, locked, Cause(by=Trigger.ORGANIZER, actor=Actor(1, "Orla"), at=NOON))
    Classroom(app, None).stands(class_id, status)


def test_chosen_people_are_enrolled_and_those_who_cannot_be_are_listed_with_the_reason(classroom, organizer, session):
    class_id, people = classroom.make(capacity=2), classroom.people(4)
    other = classroom.make("Weaving")
    classroom.meets(other, NOON + timedelta(days=2))
    classroom.meets(class_id, NOON + timedelta(days=2))
    classroom.enrolls(other, people[3])
    address = f"/admin/classes/{class_id}/people/add"

    assert organizer.get(address).html.count('name="person"') == 4
    page = organizer.post(address, person=people)

    assert (page.status, page.headings("h1")) == (200, ["2 enrolled, 1 on the waitlist, 1 not enrolled"])
    assert "Has another class at the same time: “Weaving”" in page.text
    again = organizer.post(address, person=people[3:], despite_clash="1")
    assert (again.status, again.location) == (303, f"/admin/classes/{class_id}/people")
    listed = organizer.get(again.location)
    assert "2 on the waitlist" in listed.text and "Waitlisted, 2" in listed.text
    assert statuses(session, class_id) == {"enrolled": 2, "waitlisted": 2}
    assert broken_class(session, class_id) == []


def test_the_list_of_people_is_searched_and_filtered_by_its_address(classroom, world, organizer):
    class_id = classroom.make(capacity=1)
    for user_id in classroom.belong([world.person("Mei Lin"), world.person("Ben Okafor")]):
        classroom.enrolls(class_id, user_id)
    address = f"/admin/classes/{class_id}/people"

    assert [word in organizer.get(f"{address}?q=mei").text for word in ("Mei Lin", "Ben Okafor")] == [True, False]
    waiting = organizer.get(f"{address}?status=waitlisted", htmx=True)
    assert ["Mei Lin" in waiting.text, "Ben Okafor" in waiting.text, "<html" in waiting.html] == [False, True, False]
    assert waiting.headers["HX-Push-Url"] == f"{address}?status=waitlisted"


def test_a_file_is_looked_at_first_and_then_all_of_it_or_nothing(classroom, world, organizer, session):
    class_id = classroom.make(capacity=1)
    classroom.belong([world.person("Mei", email="mei@post.example"), world.person("Ben", email="ben@post.example")])
    world.person("Stranger", email="far@post.example")
    address = f"/admin/classes/{class_id}/people/file"
    before = digest(session)

    wrong = organizer.post(address, file=sent_file("Email\nmei@post.example\nfar@post.example\nx\nmei@post.example\n"))
    good = organizer.post(address, file=sent_file("Email;Name\nMEI@post.example;Mei\nben@post.example;Ben\n"))

    assert "Fix 2 lines first" in wrong.text and "Same person as in line 2" in wrong.text
    assert (wrong.status, good.status, digest(session)) == (200, 200, before)
    assert "1 would be enrolled and 1 would join the waitlist." in good.text
    fields = good.fields(f"{address}/enroll")
    listed = [line.split()[0] for line in fields["addresses"].splitlines()]
    assert listed == ["mei@post.example", "ben@post.example"]
    refused = organizer.post(f"{address}/enroll", addresses="mei@post.example\nfar@post.example")
    assert (refused.status, digest(session)) == (409, before)
    done = organizer.post(f"{address}/enroll", addresses=fields["addresses"])
    twice = organizer.post(f"{address}/enroll", addresses=fields["addresses"])
    assert (done.status, twice.status, statuses(session, class_id)) == (303, 303, {"enrolled": 1, "waitlisted": 1})


def test_an_enrollment_is_ended_with_a_reason_and_opened_again(classroom, organizer, session):
    class_id, people = classroom.make(capacity=1, status="active"), classroom.people(2)
    first, second = (classroom.enrolls(class_id, user_id).enrollment_id for user_id in people)
    address = f"/admin/class-enrollments/{first}"

    assert "End the enrollment" in organizer.get(address).buttons()
    form = organizer.get(f"{address}/end").fields(f"{address}/end")
    assert organizer.post(f"{address}/end", version=form["version"], to="withdrawn").status == 422
    stale = organizer.post(f"{address}/end", version="7", to="withdrawn", reason="moved")
    assert (stale.status, "changed a moment ago" in stale.text) == (409, True)
    done = organizer.post(f"{address}/end", version=form["version"], to="withdrawn", reason="moved away")
    assert (done.status, done.location) == (303, address)
    assert "moved away" in organizer.get(address).text
    full = organizer.post(f"{address}/reopen", version="2")
    assert (full.status, "The only place is taken" in full.text) == (409, True)
    organizer.post(f"/admin/class-enrollments/{second}/end", version="2", to="failed", reason="never came")
    back = organizer.post(f"{address}/reopen", version="2", htmx=True)
    assert (back.status, back.headers["HX-Redirect"]) == (200, address)
    assert statuses(session, class_id) == {"enrolled": 1, "failed": 1}


def test_a_certificate_is_checked_by_anybody_printed_by_its_person_and_revoked_by_an_admin(
    app, classroom, world, organizer, admin, reader, reader_of, session
):
    class_id, (user_id, other) = classroom.make(status="active"), classroom.people(2)
    placed = classroom.enrolls(class_id, user_id)
    finish(app, class_id, complete_people, "completed")
    record = session.scalars(select(ClassCompletion)).one()
    code, person = record.code, f"/admin/class-enrollments/{placed.enrollment_id}"

    valid = reader.get(f"/certificates/{in_groups(code).lower()}")
    assert (valid.status, valid.headings("h1"), world.names[user_id] in valid.text) == (
        200,
        ["This certificate is valid"],
        True,
    )
    assert reader.get(f"/certificates?code={in_groups(code)}").location == f"/certificates/{code}"
    people = (reader_of(user_id), organizer, reader_of(other))
    prints = [who.get(f"/certificates/{code}/print").status for who in people]
    assert (prints, reader.get(f"/certificates/{code}/print").status) == ([200, 200, 404], 302)
    assert [reader.get(f"/certificates/{one}").status for one in ("AAAAAAAAAAAA", "x" * 60, "%00", "ABC")] == [404] * 4

    revoke = f"/admin/completions/{record.id}/revoke"
    assert [organizer.get(revoke).status, admin.get(revoke).status] == [403, 200]
    assert admin.post(revoke, version="2").status == 422
    assert admin.post(revoke, version="2", reason="Confused with somebody").location == person
    assert admin.post(revoke, version="2", reason="Again").status == 409
    revoked = reader.get(f"/certificates/{code}")
    assert (revoked.headings("h1"), world.names[user_id] in revoked.text, "Confused" in revoked.text) == (
        ["This certificate was revoked"],
        False,
        False,
    )
    assert reader_of(user_id).get(f"/certificates/{code}/print").status == 404
    assert "Revoked" in admin.get(person).text


def test_a_person_sees_their_classes_and_gives_up_a_place_in_line(classroom, reader_of, session):
    class_id, people = classroom.make(capacity=1), classroom.people(3)
    classroom.meets(class_id, NOON + timedelta(days=3))
    seated, waiting, _ = (classroom.enrolls(class_id, user_id).enrollment_id for user_id in people)
    first, second, third = (reader_of(user_id) for user_id in people)

    assert "You are on the waitlist (position 2)" in third.get("/me").text
    assert "You are enrolled" in first.get("/me").text
    page = second.get(f"/me/classes/{waiting}")
    assert ("Leave the waitlist" in page.buttons(), "Sat 13 June" in page.text) == (True, True)
    assert [first.get(f"/me/classes/{waiting}").status, first.post(f"/me/classes/{waiting}/leave").status] == [404, 404]
    assert first.post(f"/me/classes/{seated}/leave").status == 409
    done = second.post(f"/me/classes/{waiting}/leave")
    assert (done.status, done.location) == (303, f"/me/classes/{waiting}")
    assert second.post(f"/me/classes/{waiting}/leave").status == 409
    assert "You are on the waitlist (position 1)" in third.get("/me").text
    assert statuses(session, class_id) == {"enrolled": 1, "waitlisted": 1, "cancelled": 1}


def test_everybody_is_told_once_what_became_of_their_place(app, classroom, world, reader_of, session):
    class_id, people = classroom.make(capacity=1, status="active"), classroom.people(2)
    for user_id in people:
        classroom.enrolls(class_id, user_id)
    with app.app_context():
        relayed = [relay_class_batch(now=NOON), relay_class_batch(now=NOON)]
    finish(app, class_id, complete_people, "completed")
    with app.app_context():
        relay_class_batch(now=NOON)

    told = session.execute(select(Notification.user_id, Notification.type).order_by(Notification.id)).all()
    assert relayed == [2, 0]
    assert [tuple(row) for row in told] == [
        (people[0], "class_enrolled"),
        (people[1], "class_waitlisted"),
        (people[0], "class_completed"),
        (people[1], "class_cancelled"),
    ]
    mails = session.scalars(select(Message).order_by(Message.id)).all()
    assert [mail.kind for mail in mails] == ["class_enrolled", "class_waitlisted", "class_completed", "class_cancelled"]
    assert mails[1].subject == "You are on the waitlist (position 1): Pottery, beginners"
    assert "/certificates/" in mails[2].body and "/certificates/" in mails[2].html
    assert {mail.class_id for mail in mails} == {class_id}
    centre = reader_of(people[0]).get("/notifications")
    assert "You completed this class: Pottery, beginners" in centre.text
    line = session.scalars(select(Notification.id).where(Notification.type == "class_completed")).one()
    assert reader_of(people[0]).post(f"/notifications/{line}/open").location.startswith("/me/classes/")


def test_of_a_class_that_is_called_off_its_people_are_told_just_that(app, classroom, session):
    class_id, people = classroom.make(), classroom.people(2)
    for user_id in people:
        classroom.enrolls(class_id, user_id)
    finish(app, class_id, cancel_people, "cancelled")
    with app.app_context():
        relay_class_batch(now=NOON)

    assert session.scalars(select(Notification.type)).all() == ["class_called_off"] * 2


def test_people_are_added_to_a_facility_deactivated_and_reactivated(world, classroom, organizer, session):
    address = f"/admin/facilities/{world.facility_id}/people"
    world.person("Mei Lin", email="mei@post.example")

    assert "Studio 2" in organizer.get("/admin/people").text
    assert organizer.post(address, email="mei@post.example", name="").location == address
    unknown = organizer.post(address, email="new@post.example", name="")
    assert (unknown.status, "Enter their name, too" in unknown.text) == (422, True)
    assert organizer.post(address, email="new@post.example", name="Nia New").status == 303
    listed = organizer.get(address)
    assert ["Mei Lin" in listed.text, "Nia New" in listed.text] == [True, True]
    before = digest(session)
    wrong = organizer.post(f"{address}/file", file=sent_file("Email,Name\nx,X\na@post.example,Ana\n"))
    assert "No one was added. Fix 1 line first." in wrong.text
    add = f"{address}/file/add"
    assert (organizer.post(add, **wrong.fields(add)).status, digest(session)) == (409, before)
    good = organizer.post(f"{address}/file", file=sent_file("Email,Name\nmei@post.example,M\na@post.example,Ana\n"))
    assert ("2 people would be added." in good.text, "Added, with a new account" in good.text) == (True, True)
    assert organizer.post(add, **good.fields(add)).location == address
    assert "1 person added, 1 already there." in organizer.get(address).text
    mei = next(user_id for user_id, name in world.names.items() if name == "Mei Lin")
    assert [organizer.post(f"{address}/{mei}/{what}").status for what in ("deactivate", "deactivate")] == [303] * 2
    assert "Deactivated" in organizer.get(address).text
    class_id = classroom.make()
    refused = organizer.post(f"/admin/classes/{class_id}/people/add", person=mei)
    assert (refused.status, "Deactivated at this facility" in refused.text) == (409, True)
    assert organizer.post(f"{address}/{mei}/reactivate").status == 303
    assert organizer.post(f"/admin/classes/{class_id}/people/add", person=mei).status == 303


def test_strangers_and_other_organizations_change_nothing(classroom, world, reader, reader_of, session):
    class_id, people = classroom.make(status="active"), classroom.people(2)
    own = classroom.enrolls(class_id, people[0]).enrollment_id
    facility = world.facility_id
    world.organization("Elsewhere")
    elsewhere = reader_of(world.person("Eve", role=Role.ADMIN))
    nobody = reader_of(people[1])
    before = digest(session)
    pages = [
        f"/admin/classes/{class_id}/people",
        f"/admin/classes/{class_id}/people/add",
        f"/admin/classes/{class_id}/people/file",
        f"/admin/class-enrollments/{own}",
        f"/admin/class-enrollments/{own}/end",
        f"/admin/class-enrollments/{own}/reopen",
        f"/admin/facilities/{facility}/people",
    ]
    changes = [
        f"/admin/classes/{class_id}/people/add",
        f"/admin/classes/{class_id}/people/file",
        f"/admin/classes/{class_id}/people/file/enroll",
        f"/admin/class-enrollments/{own}/end",
        f"/admin/class-enrollments/{own}/reopen",
        f"/admin/facilities/{facility}/people",
        f"/admin/facilities/{facility}/people/file",
        f"/admin/facilities/{facility}/people/file/add",
        f"/admin/facilities/{facility}/people/{people[0]}/deactivate",
    ]

    assert {elsewhere.get(page).status for page in pages} == {404}
    assert {nobody.get(page).status for page in pages} == {403}
    assert {reader.get(page).status for page in pages} == {302}
    fields = {"person": people[1], "version": "1", "to": "dropped", "reason": "x", "email": "a@b.example"}
    assert {elsewhere.post(change, **fields).status for change in changes} == {404}
    assert {nobody.post(change, **fields).status for change in changes} == {403}
    assert {reader.post(change, **fields).status for change in changes} == {401}
    assert digest(session) == before
