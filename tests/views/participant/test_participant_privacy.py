"""Who sees my records: the switches, the address of the profile, the profile itself, and what organizers see."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.people.privacy import Sharing
from webapp.domain.permission import Role
from webapp.models import RecordPrivacy, User
from webapp.services.asking.privacy import choose_handle, choose_sharing
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.usefixtures("noon")]


@pytest.fixture
def mira(world) -> int:
    world.organization()
    return world.person("Mira Sand")


@pytest.fixture
def went(app, world, use_cases, mira):
    """Makes an event of the past in which she had a place: `went("clay", came=True)`."""

    def make(slug: str, title: str, *, came: bool = True) -> int:
        starts_at = NOON - timedelta(days=2)
        event_id = world.event(title, slug=slug, starts_at=starts_at)
        placed = use_cases.enrolls(event_id, mira, now=starts_at - timedelta(days=1))
        if came:
            use_cases.is_checked_in(event_id, placed, starts_at + timedelta(minutes=1))
        use_cases.is_closed(event_id, starts_at + timedelta(hours=3))
        return event_id

    return make


def shared(session, user_id: int) -> dict[object, tuple[bool, bool]]:
    """By event id, and `usual`."""
    session.rollback()
    rows = session.scalars(select(RecordPrivacy).where(RecordPrivacy.user_id == user_id)).all()
    person = session.get_one(User, user_id, populate_existing=True)
    found: dict[object, tuple[bool, bool]] = {row.event_id: (row.on_profile, row.to_organizations) for row in rows}
    return {"usual": (person.records_on_profile, person.records_to_organizations), **found}


def checked(page) -> set[str]:
    return {one.get("name") for one in page.tree.iter("input") if one.get("checked") is not None}


def test_the_page_shows_the_usual_choice_and_each_event(reader_of, mira, went):
    clay, lamps = went("clay", "Clay"), went("lamps", "Lamps", came=False)
    page = reader_of(mira).get("/me/privacy")

    assert checked(page) == {"on_profile", f"on_profile-{clay}"}
    assert page.by_id(f"on_profile-{lamps}") is None
    assert page.headings() == ["Privacy", "Default", "By event", "My profile", "My data"]


def test_without_scripts_one_save_keeps_what_was_moved_and_nothing_else(reader_of, mira, went, session):
    clay, choir = went("clay", "Clay"), went("choir", "Choir")
    browser = reader_of(mira)
    fields = {"event": [str(clay), str(choir)], f"was-{clay}": "10", f"was-{choir}": "10", "on_profile": "1"}

    saved = browser.post("/me/privacy", **fields, **{f"on_profile-{clay}": "1", f"to_organizations-{clay}": "1"})

    assert (saved.status, saved.location) == (303, "/me/privacy")
    assert shared(session, mira) == {"usual": (True, False), clay: (True, True), choir: (False, False)}
    browser.post(
        "/me/privacy",
        event=str(clay),
        **{f"was-{clay}": "11", f"on_profile-{clay}": "1", f"to_organizations-{clay}": "1"},
    )
    assert shared(session, mira) == {"usual": (False, False), clay: (True, True), choir: (False, False)}


def test_turning_the_usual_choice_off_takes_along_every_event_that_was_not_moved(reader_of, mira, went, session):
    clay = went("clay", "Clay")

    reader_of(mira).post("/me/privacy", event=str(clay), **{f"was-{clay}": "10", f"on_profile-{clay}": "1"})

    assert shared(session, mira) == {"usual": (False, False)}
    assert checked(reader_of(mira).get("/me/privacy")) == set()


def test_a_switch_saves_at_once_and_says_so(reader_of, mira, went, session):
    clay = went("clay", "Clay")
    browser = reader_of(mira)

    one = browser.post("/me/privacy/events/clay", htmx=True, **{f"to_organizations-{clay}": "1", "on_profile": "1"})
    usual = browser.post("/me/privacy/usual", htmx=True, to_organizations="1")

    assert (one.words_of("say"), usual.words_of("say")) == ("Saved for Clay", "Saved")
    assert shared(session, mira) == {"usual": (False, True), clay: (False, True)}
    assert f"to_organizations-{clay}" in checked(usual)


@pytest.mark.parametrize("path", ["/me/privacy/events/clay", "/me/privacy/events/nothing", "/me/privacy"])
def test_other_peoples_events_are_not_found(reader_of, world, mira, went, session, path):
    clay = went("clay", "Clay")
    ben = reader_of(world.person("Ben Okafor"))
    before = digest(session)

    answers = [
        ben.post(path, event=str(clay), **{f"was-{clay}": "10"}),
        ben.post(path, event="x", htmx=True),
        ben.post(path, event=["1", str(2**63)], on_profile="1"),
    ]

    assert [one.status for one in answers] == [404, 404, 404]
    assert digest(session) == before


@pytest.mark.parametrize(
    ("fields", "status", "handle"),
    [
        ({"what": "save", "handle": " Mira-Sand "}, 303, "mira-sand"),
        ({"what": "save", "handle": "admin"}, 422, None),
        ({"what": "save", "handle": "a b"}, 422, None),
        ({"what": "save", "handle": ""}, 422, None),
        ({"what": "save", "handle": "taken"}, 422, None),
        ({"what": "save", "handle": ["one", "two"]}, 422, None),
        ({"what": "publish", "handle": "mira"}, 422, None),
        ({"handle": "mira"}, 422, None),
        ({"what": "remove"}, 303, None),
    ],
)
def test_an_address_is_chosen_by_its_rules(app, reader_of, world, mira, session, fields, status, handle):
    with app.app_context():
        choose_handle(user_id=world.person("Ben"), text="taken")

    answer = reader_of(mira).post("/me/privacy/handle", **fields)

    session.rollback()
    assert (answer.status, session.scalar(select(User.handle).where(User.id == mira))) == (status, handle)


def test_there_is_no_profile_until_its_owner_asks_for_one(reader, reader_of, mira, session):
    browser = reader_of(mira)
    assert "Your profile is private. Choose a link to publish it." in browser.get("/me/privacy").text
    assert "would see your profile" in browser.get("/me/privacy/preview").text

    browser.post("/me/privacy/handle", what="draw", handle="")
    drawn = session.scalar(select(User.handle).where(User.id == mira))

    assert reader.get(f"/people/{drawn}").headings("h1") == ["Mira Sand"]
    assert "This is how others see your profile." in browser.get("/me/privacy/preview").text


def test_the_public_page_shows_what_is_allowed_and_is_what_the_owner_previews(app, reader, reader_of, mira, went):
    went("clay", "Clay")
    hidden, missed = went("choir", "Choir"), went("lamps", "Lamps", came=False)
    with app.app_context():
        choose_handle(user_id=mira, text="mira-sand")
        choose_sharing(user_id=mira, records={hidden: Sharing(False, True), missed: Sharing(True, True)}, now=NOON)

    page, preview = reader.get("/people/mira-sand"), reader_of(mira).get("/me/privacy/preview")

    assert page.words_of("main") == (
        "Mira Sand 1 event NMNorthside Makers 1 event Jun8 Clay NMNorthside Makers, Mon 8 June Attended"
    )
    assert preview.words_of("main").endswith(page.words_of("main"))
    assert ("noindex, nofollow", 'name="robots" content="noindex, nofollow"' in page.html) == (
        page.headers["X-Robots-Tag"],
        True,
    )
    assert reader.get("/people/mira-sand?page=2").status == 404


def test_unknown_disabled_deleted_and_given_up_profiles_are_the_same_nothing(app, reader, world, mira, session):
    people = {name: world.person(name) for name in ("disabled", "deleted-one", "renamed")}
    with app.app_context():
        for name, user_id in people.items():
            choose_handle(user_id=user_id, text=name)
        choose_handle(user_id=people["renamed"], text="another")
        delete_account(user_id=people["deleted-one"], password="", signed_in_at=NOON, now=NOON, real_now=NOON)
        with write_transaction() as writing:
            writing.execute(update(User).where(User.id == people["disabled"]).values(disabled_at=NOON))

    paths = [f"/people/{name}" for name in ("nobody", "disabled", "deleted-one", "renamed", "Another", "x")]
    answers = [reader.get(path) for path in paths]

    assert [one.status for one in answers] == [404] * len(paths)
    assert len({one.words_of("main") for one in answers}) == 1
    assert reader.get("/people/" + "x" * 61).status == 404


def test_an_organizer_sees_elsewhere_what_is_allowed_and_always_its_own(app, reader_of, world, use_cases, mira, went):
    shown, hidden = went("clay", "Clay"), went("choir", "Choir")
    went("lamps", "Lamps", came=False)
    with app.app_context():
        choose_sharing(user_id=mira, records={shown: Sharing(False, True), hidden: Sharing(True, False)}, now=NOON)
    here = reader_of(world.person("Orla", role=Role.ORGANIZER))
    own = use_cases.enrolls(world.event("Clay again"), mira)
    world.organization("Ateliê Sul")
    there = reader_of(world.person("Sofia", role=Role.ORGANIZER))
    placed = use_cases.enrolls(world.event("Samba"), mira)

    page = there.get(f"/admin/enrollments/{placed.enrollment_id}")

    assert "What Mira Sand lets you see. Events they missed aren’t shown. Jun8 Clay Northside Makers" in page.text
    assert [word for word in ("Choir", "Lamps", "Here so far") if word in page.text] == []
    assert here.get(f"/admin/enrollments/{placed.enrollment_id}").status == 404
    assert "Here so far attended 2 of 3" in here.get(f"/admin/enrollments/{own.enrollment_id}").text


def test_settings_and_the_account_menu_lead_here(reader_of, mira):
    links = reader_of(mira).get("/me/settings").links()

    assert (links["Privacy, profile and my data"], links["My history"]) == ("/me/privacy", "/me/history")
