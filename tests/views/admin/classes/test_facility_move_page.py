"""Moving a person to another facility on the page: what it says before, what it does, and who may."""

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom, row_of
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import FacilityMove

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


class Page:
    """Ben Okafor at the world's facility, with a place of each kind; `new` is where he could go."""

    def __init__(self, world, classroom: Classroom) -> None:
        self.world, self.classroom = world, classroom
        self.old, self.new = world.facility_id, world.facility("Westside")
        self.ben, self.mei = classroom.belong([world.person("Ben Okafor"), world.person("Mei Lin")])
        self.pottery = classroom.make("Pottery")
        self.weaving = classroom.make("Weaving", status="active", capacity=1, activated_at=NOON)
        self.baking = classroom.make("Baking", capacity=1)
        classroom.enrolls(self.baking, self.mei)
        made = [classroom.enrolls(one, self.ben).enrollment_id for one in (self.pottery, self.weaving, self.baking)]
        self.places = dict(zip(("pottery", "weaving", "baking"), made, strict=True))
        self.person = f"/admin/facilities/{self.old}/people/{self.ben}"
        self.move = f"{self.person}/move"

    def sent(self, reader, **changes) -> dict[str, object]:
        """What a browser would send: the form as it stands, a target and a reason."""
        ends = [field.split('"')[0] for field in reader.get(self.move).html.split('name="end" value="')[1:]]
        return {"to": self.new, "reason": "Lives nearer now", "end": ends, **changes}


@pytest.fixture
def page(app, world) -> Page:
    world.organization()
    return Page(world, Classroom(app, world))


@pytest.fixture
def admin(world, page, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def organizer(world, page, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


def test_the_page_says_what_will_happen_to_each_class_and_a_move_does_just_that(page, admin, reader_of, session):
    listed = admin.get(f"/admin/facilities/{page.old}/people")
    assert f'href="{page.person}"' in listed.html
    assert "Move to another facility" in admin.get(page.person).buttons()
    before = digest(session)

    asked = admin.get(page.move)

    for said in (
        "Place in Pottery is cancelled",
        "Transferred out of Weaving",
        "Leaves the waitlist of Baking",
        "places in events don’t change",
        "Now at Studio 2",
    ):
        assert said in asked.text
    assert "Westside" in asked.text and digest(session) == before
    done = admin.post(page.move, **page.sent(admin))
    assert (done.status, done.location) == (303, f"/admin/facilities/{page.new}/people/{page.ben}")
    shown = admin.get(done.location)
    assert "Ben Okafor is now at Westside. 3 places in classes ended." in shown.text
    assert "Studio 2 →to Westside" in shown.text and "Lives nearer now" in shown.text and "Dana Kim" in shown.text
    assert {name: row_of(session, own).status for name, own in page.places.items()} == {
        "pottery": "cancelled",
        "weaving": "transferred",
        "baking": "cancelled",
    }
    left = admin.get(page.person)
    assert ("Moved away" in left.text, "See them at Westside" in left.text) == (True, True)
    assert "Move to another facility" not in left.buttons()
    again = admin.post(page.move, **page.sent(admin))
    assert (again.status, "They’re no longer at this facility" in again.text) == (409, True)
    assert "Moved to Westside: Lives nearer now" in admin.get(f"/admin/class-enrollments/{page.places['weaving']}").text
    assert "You were transferred" in reader_of(page.ben).get("/me").text


def test_a_dialog_is_asked_and_answered_in_place(page, admin):
    dialog = admin.get(page.move, htmx=True)
    assert ("<html" in dialog.html, f'hx-post="{page.move}"' in dialog.html) == (False, True)

    done = admin.post(page.move, htmx=True, **page.sent(admin))

    assert (done.status, done.headers["HX-Redirect"]) == (200, f"/admin/facilities/{page.new}/people/{page.ben}")


def test_a_page_that_is_older_than_the_classes_is_not_acted_on(page, admin, session):
    sent = page.sent(admin)
    page.classroom.stands(page.pottery, "active")
    before = digest(session)

    stale = admin.post(page.move, **sent)

    assert (stale.status, "Their classes changed a moment ago" in stale.text) == (409, True)
    assert "Transferred out of Pottery" in stale.text and digest(session) == before
    assert admin.post(page.move, **page.sent(admin)).status == 303


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"to": ""}, 422, "Choose a facility"),
        ({"to": "x"}, 422, "Choose a facility"),
        ({"to": ["1", "2"]}, 422, "This was sent twice"),
        ({"to": "987654"}, 422, "Choose a facility of this organization"),
        ({"reason": ""}, 422, "Enter a reason"),
        ({"reason": "x" * 301}, 422, "Shorten the reason to 300 characters"),
        ({"reason": ["a", "b"]}, 422, "This was sent twice"),
        ({"end": []}, 409, "Their classes changed a moment ago"),
        ({"end": ["1:enrolled", "x:y:z", "0:enrolled:cancelled"]}, 409, "Their classes changed a moment ago"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(page, admin, session, changes, status, said):
    sent = page.sent(admin, **changes)
    before = digest(session)

    answer = admin.post(page.move, **sent)

    assert (answer.status, said in answer.text) == (status, True)
    assert digest(session) == before


def test_the_same_facility_and_one_where_they_are_deactivated_are_refused(page, admin, session):
    page.classroom.world.facility_id = page.new
    page.classroom.belong([page.ben])
    admin.post(f"/admin/facilities/{page.new}/people/{page.ben}/deactivate")
    before = digest(session)

    same, closed = (admin.post(page.move, **page.sent(admin, to=one)) for one in (page.old, page.new))

    assert (same.status, "already at this facility" in same.text) == (422, True)
    assert (closed.status, "Reactivate them there first" in closed.text) == (409, True)
    assert digest(session) == before


def test_who_has_no_places_and_an_organization_with_one_facility(world, page, admin, app, reader_of):
    (ana,) = page.classroom.belong([world.person("Ana Brandt")])
    asked = admin.get(f"/admin/facilities/{page.old}/people/{ana}/move")
    assert "They have no places in classes here" in asked.text
    world.organization("Harbour Crew")
    (eve,) = Classroom(app, world).belong([world.person("Eve")])
    single = reader_of(world.person("Harriet Crew", role=Role.ADMIN))
    own = f"/admin/facilities/{world.facility_id}/people/{eve}"
    assert "Move to another facility" not in single.get(own).buttons()
    assert "This organization has no other facility" in single.get(f"{own}/move").text


def test_only_admins_of_the_organization_move_people(world, page, admin, organizer, reader, reader_of, app, session):
    sent = page.sent(admin)
    world.organization("Harbour Crew")
    stranger = reader_of(world.person("Harriet Crew", role=Role.ADMIN))
    foreign = {**sent, "to": world.facility_id}
    Classroom(app, world).belong([page.ben])
    theirs = f"/admin/facilities/{world.facility_id}/people/{page.ben}"
    before = digest(session)

    assert [organizer.get(page.person).status, organizer.get(page.move).status] == [200, 403]
    assert "Move to another facility" not in organizer.get(page.person).buttons()
    assert [stranger.get(page.person).status, stranger.get(page.move).status] == [404, 404]
    participant = reader_of(page.mei)
    assert [participant.get(one).status for one in (page.person, page.move)] == [403, 403]
    assert [reader.get(one).status for one in (page.person, page.move)] == [302, 302]
    posts = [who.post(page.move, **sent).status for who in (organizer, stranger, participant, reader)]
    assert posts == [403, 404, 403, 401]
    # From or to a facility of another organization, for an admin of either.
    assert admin.post(page.move, **foreign).status == 422
    assert stranger.post(f"{theirs}/move", **{**sent, "to": page.old, "end": []}).status == 422
    assert admin.get(f"/admin/facilities/{page.old}/people/987654").status == 404
    assert digest(session) == before
    admin.post(page.move, **sent)
    # The other organization has this person, too, and learns nothing of it.
    seen = stranger.get(theirs)
    assert (seen.status, "Westside" in seen.text, "Weaving" in seen.text) == (200, False, False)
    session.rollback()
    assert len(session.scalars(select(FacilityMove.id)).all()) == 1
