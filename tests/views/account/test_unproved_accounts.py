"""An address that nobody proved owns nothing that others gave it: every thing, through every door.

A stranger signs up with Dana's address first. Then others give something to it. Then Dana opens her mailbox.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.inventory.route_table import written_down
from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.open_desk import tap
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.lists.guest_list import Guest
from webapp.models import ClassCompletion, Enrollment, Event, Message, Organization, User
from webapp.queries.audit import broken_invariants
from webapp.services.accounts.address_proof import confirm_signed_in, send_confirmation
from webapp.services.accounts.households import Whom
from webapp.services.classes.class_ending import complete_people
from webapp.services.classes.people.class_seats import lock_class
from webapp.services.classes.people.facility_people import add_to_facility
from webapp.services.desk.walk_in import Newcomer, walk_in
from webapp.services.organizations.organization_setup import create_organization, make_admin
from webapp.services.places.guest_import import import_guests
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")

DANA = "dana@post.example"
THEIRS, HERS = "strangers-secret", "second-own-secret"
ORGANIZER = Actor(user_id=1, name="Orla")


@dataclass
class Stage:
    """What the givers need."""

    app: object
    world: object
    doors: list[str] = field(default_factory=list)
    secret: str = "-"

    def user_id(self, session) -> int:
        return session.scalar(select(User.id).where(User.email == DANA))

    def event(self, **values) -> int:
        return self.world.event("Harbour Code Camp", slug="camp", **values)

    def takes_pass(self, event_id: int) -> None:
        """The doors of a place in an event."""
        with self.app.app_context(), write_transaction() as session:
            place = session.scalars(select(Enrollment).where(Enrollment.event_id == event_id)).one()
            self.secret = place.pass_code
            self.doors = [
                f"/me/pass/{place.pass_code}",
                f"/me/pass/{place.pass_code}.ics",
                f"/c/{place.pass_code}",
                "/me",
                f"/me/enrollments/{place.id}/why",
                "/me/data.json",
                "/me/data.csv",
                "/me/history",
                "/notifications",
                "/events/camp/leave",
            ]


def an_import(stage: Stage) -> None:
    event_id = stage.event()
    with stage.app.app_context():
        guests = [Guest(2, "Dana Kim", "DANA@post.example")]
        list(import_guests(event_id=event_id, guests=guests, actor=ORGANIZER, reason="guests.csv", now=NOON))
    stage.takes_pass(event_id)


def a_walk_in(stage: Stage) -> None:
    event_id = stage.event(starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=3))
    organizer = stage.world.person("Orla", role=Role.ORGANIZER)
    with stage.app.app_context():
        crew = [stage.world.actor(organizer, Role.ORGANIZER)]
        walk_in(event_id=event_id, newcomer=Newcomer("Dana Kim", DANA), crew=crew, tap=tap())
    stage.takes_pass(event_id)


def a_role(stage: Stage) -> None:
    with stage.app.app_context():
        with write_transaction() as session:
            dana = stage.user_id(session)
            slug = session.scalar(select(Organization.slug).where(Organization.id == stage.world.organization_id))
        make_admin(slug=slug, user_id=dana, now=NOON)
    event_id = stage.event()
    stage.doors = [
        "/admin/events",
        f"/admin/events/{event_id}/enrollments",
        "/admin/organization",
        "/desk/",
        f"/desk/{event_id}",
        "/admin/jobs",
        "/admin/people",
        f"/admin/events/{event_id}/export.csv",
    ]


def the_installation(stage: Stage) -> None:
    with stage.app.app_context():
        create_organization(
            name="Southside", admin_email=DANA, facility="Studio", timezone="Europe/Berlin", now=NOON, is_operator=True
        )
    stage.doors = ["/admin/jobs", "/admin/mails", "/admin/events", "/admin/organization"]


def a_class(stage: Stage) -> int:
    room = Classroom(stage.app, stage.world)
    class_id = room.make("Pottery, beginners")
    with stage.app.app_context():
        add_to_facility(facility_id=stage.world.facility_id, names={Whom(DANA): "Dana Kim"}, now=NOON)
        with write_transaction() as session:
            dana = stage.user_id(session)
    placed = room.enrolls(class_id, dana)
    stage.doors = ["/me", f"/me/classes/{placed.enrollment_id}", "/me/data.json", "/notifications"]
    stage.secret = "Pottery, beginners"
    return class_id


def a_certificate(stage: Stage) -> None:
    class_id = a_class(stage)
    with stage.app.app_context(), write_transaction() as session:
        locked = lock_class(session, class_id)
        complete_people(session, locked, Cause(by=Trigger.ORGANIZER, actor=ORGANIZER, at=NOON))
    Classroom(stage.app, stage.world).stands(class_id, "completed")
    with stage.app.app_context(), write_transaction() as session:
        code = session.scalar(select(ClassCompletion.code))
    stage.doors.append(f"/certificates/{code}/print")


GIFTS = [an_import, a_walk_in, a_role, the_installation, a_class, a_certificate]


@pytest.fixture
def stage(app, world) -> Stage:
    world.organization()
    return Stage(app, world)


@pytest.fixture
def stranger(app, reader) -> Reader:
    """Signed up with Dana's address before there were codes, without a look into her mailbox."""
    with app.app_context():
        sign_up(email=DANA, name="Dana Kim", password=THEIRS, timezone=None, now=NOON)
    answer = reader.post("/login", email=DANA, password=THEIRS)
    assert (answer.status, reader.get("/me").status) == (303, 200)
    return reader


@pytest.fixture
def dana(app) -> Reader:
    return Reader(app.test_client())


def mailed_link(session) -> str:
    """The path of the newest link to confirm in Dana's mailbox."""
    session.rollback()
    mails = select(Message.body).where(Message.recipient == DANA, Message.kind == "address_confirmation")
    body = session.scalars(mails.order_by(Message.id.desc())).first()
    return re.search(r"http://127\.0\.0\.1:8000(/confirm/\S+)", body).group(1)


@pytest.mark.parametrize("gives", GIFTS, ids=lambda gives: gives.__name__)
def test_what_others_gave_waits_for_the_owner_of_the_mailbox(app, session, stage, stranger, dana, gives):
    gives(stage)

    for path in stage.doors:
        page = stranger.get(path)
        assert (page.status, page.location and page.location.split("?")[0]) == (302, "/confirm"), path
    assert "Organize" not in stranger.get("/events").links()

    # Out and in again, with the password: the account opens by its mailbox only.
    stranger.post("/logout")
    answer = stranger.post("/login", email=DANA, password=THEIRS, next="/me")
    assert (answer.status, answer.location) == (303, "/confirm?next=/me")
    assert stranger.get("/me").status == 302

    link = mailed_link(session)
    assert dana.get(link).headings("h1") == ["Confirm your email address"]
    answer = dana.post(link, password=HERS)
    assert (answer.status, answer.location) == (303, "/login")

    # Every password and session made before is dead.
    assert [stranger.get(path).location.split("?")[0] for path in stage.doors] == ["/login"] * len(stage.doors)
    assert stranger.post("/login", email=DANA, password=THEIRS).status == 422
    assert dana.post("/login", email=DANA, password=HERS).location == "/events"
    opened = {path: dana.get(path).status for path in stage.doors}
    assert set(opened.values()) <= {200, 302, 303, 409} and 200 in opened.values(), opened
    assert not [path for path in stage.doors if "/confirm" in (dana.get(path).location or "")]
    with app.app_context():
        assert "unproved_owns_nothing" not in {finding.invariant for finding in broken_invariants(NOON)}


def test_a_closed_account_opens_no_route_at_all(app, session, stage, stranger):
    an_import(stage)
    open_to_all = {"public", "signed_link", "mailed_link", "signed_hook", "file", "any_session"}
    before = digest(session)

    for route in written_down():
        if route.guard in open_to_all:
            continue
        if route.method == "GET":
            page = stranger.get(route.path())
            assert (page.status, page.location.split("?")[0]) == (302, "/confirm"), route
        else:
            assert stranger.post(route.path()).status == 401, route
    assert digest(session) == before


def test_the_public_page_of_the_event_shows_nothing_of_the_place(stage, stranger):
    an_import(stage)

    page = stranger.get("/events/camp")

    assert (page.status, stage.secret in page.html) == (200, False)
    assert "You’re in" not in page.text and "Sign in" in page.text
    assert stranger.get("/events/camp", htmx=True).status == 200
    assert stage.secret not in stranger.get("/events/camp/enrollment", htmx=True).html


def test_a_session_is_closed_from_the_very_moment_on(stage, stranger):
    """No new sign-in is needed: the row says so, whatever any clock says."""
    assert stranger.get("/me/settings").status == 200
    an_import(stage)
    assert stranger.get("/me/settings").status == 302


def test_what_an_unproved_account_does_for_itself_stays_easy(stage, stranger, session):
    stage.event()

    answer = stranger.post("/events/camp/enroll", request_id="enroll-myself-0001")
    assert answer.status == 303, answer.text
    session.rollback()
    code = session.scalar(select(Enrollment.pass_code))

    own = ("/me", f"/me/pass/{code}", "/me/data.json", "/me/settings")
    assert [stranger.get(path).status for path in own] == [200] * 4
    assert "Confirm your email address" in stranger.get("/me").text
    assert stranger.post("/events/camp/leave").status == 303


def test_nothing_that_a_session_can_read_tells_the_link(stranger, session):
    """Else whoever signed up with a foreign address would prove it without the mailbox: take-out, pages, all of it."""
    token = mailed_link(session).rpartition("/")[2]
    looked_at = [route for route in written_down() if route.method == "GET" and route.guard != "file"]
    pages = {route.path(): stranger.get(route.path()) for route in looked_at}
    assert "address_confirmation" in pages["/me/data.json"].html
    assert [path for path, page in pages.items() if token in page.html] == []


def test_the_browser_that_signed_up_confirms_with_one_button(stage, stranger, session, app, world):
    """Whoever holds both the mailbox and the session keeps the password, and loses every other session."""
    user_id = stage.user_id(session)
    elsewhere = Reader(app.test_client())
    world.sign_in(elsewhere.client, user_id)
    link = mailed_link(session)
    before = digest(session)
    assert "Confirm my address" in stranger.get(link).buttons()
    assert digest(session) == before

    answer = stranger.post(link)

    assert (answer.status, answer.location) == (303, "/me")
    assert "Confirm your email address" not in stranger.get("/me").text
    assert elsewhere.get("/me").status == 302
    an_import(stage)
    assert stage.secret in stranger.get(stage.doors[0]).html.replace(" ", "")
    stranger.post("/logout")
    assert stranger.post("/login", email=DANA, password=THEIRS).status == 303
    assert stranger.get(link).status == 404


def test_a_session_of_another_account_confirms_nothing(app, session, stage, stranger, world, reader_of):
    other = reader_of(world.person("Ben"))
    link = mailed_link(session)
    before = digest(session)
    page = other.post(link)
    assert (page.status, "Use a password of at least 8 characters" in page.text) == (422, True)
    cookie = other.client.get_cookie("turnout_signed_in").value
    with app.app_context(), pytest.raises(Exception, match="link_of_somebody_else"):
        confirm_signed_in(token=link.rpartition("/")[2], cookie=cookie, now=NOON)
    assert digest(session) == before


def test_a_newer_link_ends_the_one_before(stage, stranger, session):
    older = mailed_link(session)
    answer = stranger.post("/confirm", next="/me")
    assert (answer.status, answer.location) == (303, "/confirm?next=/me")
    newer = mailed_link(session)
    assert older != newer
    assert [stranger.get(older).status, stranger.get(newer).status] == [404, 200]


def test_a_proof_by_a_new_password_counts_as_well(app, session, stage, stranger, dana):
    an_import(stage)
    from webapp.services.accounts.address_proof import request_reset, write_requested_resets  # noqa: PLC0415

    with app.app_context():
        request_reset(email=DANA, now=NOON)
        write_requested_resets(now=NOON)
    session.rollback()
    body = session.scalar(select(Message.body).where(Message.kind == "password_reset"))
    dana.post(re.search(r"(/reset/\S+)", body).group(1), password=HERS)
    dana.post("/login", email=DANA, password=HERS)
    assert stage.secret in dana.get(stage.doors[0]).html.replace(" ", "")


def test_staff_from_before_keep_their_role_for_a_while_and_are_asked_at_their_next_sign_in(app, session, stage, dana):
    with app.app_context():
        sign_up(email=DANA, name="Dana Kim", password=THEIRS, timezone=None, now=NOON)
    a_role(stage)
    session.execute(update(User).where(User.email == DANA).values(proof_grace_until=NOON + timedelta(days=14)))
    session.commit()

    answer = dana.post("/login", email=DANA, password=THEIRS, next="/admin/events")

    assert answer.location == "/confirm?next=/admin/events"
    page = dana.get(answer.location)
    assert page.links()["Later"] == "/admin/events"
    assert dana.get("/admin/events").status == 200
    session.execute(update(User).where(User.email == DANA).values(proof_grace_until=NOON))
    session.commit()
    assert dana.get("/admin/events").location == "/confirm?next=/admin/events"


@pytest.mark.parametrize(
    ("zone", "until"), [("Asia/Tokyo", "Wed 24 June, 21:00 to keep"), (None, "Wed 24 June, 12:00 UTC to keep")]
)
def test_how_long_a_role_is_kept_is_said_in_the_readers_time(app, session, stage, dana, zone, until):
    with app.app_context():
        sign_up(email=DANA, name="Dana Kim", password=THEIRS, timezone=zone, now=NOON)
    a_role(stage)
    session.execute(update(User).where(User.email == DANA).values(proof_grace_until=NOON + timedelta(days=14)))
    session.commit()

    dana.post("/login", email=DANA, password=THEIRS)

    assert f"Open it before {until} your role" in dana.get("/confirm").text


def test_asking_at_sign_in_mails_no_second_link_while_one_works(app, session, stage, stranger):
    an_import(stage)
    with app.app_context():
        assert send_confirmation(user_id=stage.user_id(session), now=NOON, only_if_none_works=True) is False
        assert send_confirmation(user_id=stage.user_id(session), now=NOON + timedelta(days=8), only_if_none_works=True)


def test_the_only_owner_cannot_leave_to_one_who_proved_nothing(stage, stranger, world, reader_of, session):
    owner = reader_of(world.person("Olga", role=Role.OWNER))
    a_role(stage)
    assert "You’re the only owner" in owner.get("/me/delete").text
    assert session.scalar(select(Event.title)) == "Harbour Code Camp"
