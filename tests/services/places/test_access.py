"""Who may enroll by themselves: by page, as a guest, with others; whatever way they try, on both databases."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.editing import edit
from tests.support.worlds.places.access import LINK, link_of, listed, put_on_list
from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.access import WhoMay
from webapp.domain.places.access_list import MOST_ENTRIES
from webapp.domain.refusal import Refused
from webapp.models import EventListEntry, EventPolicy, FacilityPerson, GuestHold, Message, User
from webapp.queries.audit import broken_invariants
from webapp.queries.people.take_out import take_out
from webapp.services.accounts.mail_code import enter_code
from webapp.services.classes.program_class import delete_class
from webapp.services.events.copying import copy_event
from webapp.services.leaving.erasure import erase_person
from webapp.services.places.access.entries import Additions, add_to_list, remove_from_list
from webapp.services.places.access.link import replace_link
from webapp.services.places.enrollment import cancel, enroll_by_slug
from webapp.services.places.guest_hold import enroll_guest, hold_place
from webapp.services.places.parties.growing import add_people_to_party
from webapp.services.places.parties.joining import Company, enroll_company
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
ANA = "ana@studio.example"
OPENS, LIST_OPENS = NOON + timedelta(hours=6), NOON - timedelta(hours=1)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def event_id(world) -> int:
    """For people on a list, with two places."""
    return world.event(slug="clay", capacity=2, who_may="list", party_size=4)


def enroll(world, user_id: int, *, now=NOON, links=(), through: int | None = None):
    actor = Actor(user_id=user_id, name="Somebody", through_id=through)
    return enroll_by_slug(slug="clay", actor=actor, now=now, links=links)


def refusal(act, *args, **values) -> str | None:
    try:
        act(*args, **values)
    except Refused as refused:
        return refused.code
    return None


def looks_after(world, carer_id: int) -> int:
    """Somebody without an address whom that person looks after."""
    with write_transaction() as session:
        child = User(name="Kim", created_at=NOON, managed_by_id=carer_id)
        session.add(child)
        session.flush()
        return child.id


@pytest.mark.parametrize("entry", [ANA, "Ana <ANA@Studio.example>", "@studio.example"])
def test_an_address_or_its_domain_lets_in_whose_it_is(world, session, event_id, entry):
    ana = world.person("Ana", email=ANA)
    others = [
        world.person("Ben", email="ben@post.example"),
        world.person("Cy", email="ana@notstudio.example"),
        world.person("Dee", email="ana@studio.example.post.example"),
    ]
    put_on_list(event_id, entry)
    assert enroll(world, ana).status == "confirmed"
    before = digest(session)
    assert [refusal(enroll, world, one) for one in others] == ["not_on_list"] * 3
    assert digest(session) == before
    assert (broken(session, event_id), list(broken_invariants(NOON))) == ([], [])


def test_an_address_that_nobody_proved_is_on_no_list(world, event_id):
    unproved = world.person("Ana", email=ANA, is_proved=False)
    put_on_list(event_id, "@studio.example", facilities=[world.facility_id])
    Classroom(world.app, world).belong([unproved])
    assert refusal(enroll, world, unproved) == "not_on_list"


def test_people_of_a_facility_and_of_a_class_are_on_the_list_while_they_are_that(app, world, session, event_id):
    classroom = Classroom(app, world)
    here, gone, learns, waits = classroom.people(4)
    class_id = classroom.make(capacity=1)
    for one in (learns, waits):
        classroom.enrolls(class_id, one)
    with write_transaction() as writing:
        left = update(FacilityPerson).where(FacilityPerson.user_id == gone)
        writing.execute(left.values(deactivated_at=NOON))
    put_on_list(event_id, classes=[class_id])
    assert [refusal(enroll, world, one) for one in (here, waits)] == ["not_on_list"] * 2
    assert enroll(world, learns).status == "confirmed"
    put_on_list(event_id, facilities=[world.facility_id])
    assert refusal(enroll, world, gone) == "not_on_list"
    assert enroll(world, here).status == "confirmed"


def test_who_is_looked_after_is_on_the_list_with_who_looks_after_them(world, event_id):
    carer, other = world.person("Ana", email=ANA), world.person("Ben")
    put_on_list(event_id, ANA)
    assert enroll(world, looks_after(world, carer), through=carer).status == "confirmed"
    assert refusal(enroll, world, looks_after(world, other), through=other) == "not_on_list"


def test_a_place_stays_when_the_list_changes_and_once_given_back_it_needs_the_list_again(world, session, event_id):
    ana = world.person("Ana", email=ANA)
    put_on_list(event_id, ANA)
    placed = enroll(world, ana)
    entry_id = session.scalar(select(EventListEntry.id))
    session.rollback()
    for _ in range(2):
        remove_from_list(entry_id=entry_id)
    assert standing(session, event_id).statuses == {"confirmed": 1}
    session.rollback()
    assert refusal(enroll, world, ana) == "already_enrolled"
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(ana), by=Trigger.USER, now=NOON)
    assert refusal(enroll, world, ana) == "not_on_list"


def test_who_waits_takes_a_seat_after_the_start_also_when_the_list_changed(world, session):
    event_id = world.event(
        slug="clay",
        capacity=1,
        who_may="list",
        starts_at=NOON + timedelta(hours=1),
        closes_at=NOON + timedelta(hours=2),
    )
    ana, ben = world.person("Ana", email=ANA), world.person("Ben", email="ben@studio.example")
    put_on_list(event_id, "@studio.example")
    placed = enroll(world, ana)
    assert enroll(world, ben).status == "waitlisted"
    session.rollback()
    remove_from_list(entry_id=session.scalar(select(EventListEntry.id)))
    during = NOON + timedelta(minutes=90)
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(ana), by=Trigger.ORGANIZER, now=during, reason="Ill")
    assert enroll(world, ben, now=during).status == "confirmed"
    assert broken(session, event_id) == []


def test_whoever_is_on_the_list_brings_others_and_nobody_else_does(world, session, event_id):
    ana, ben = world.person("Ana", email=ANA), world.person("Ben")
    put_on_list(event_id, ANA)
    joins = partial(enroll_company, slug="clay", company=Company(("Bo",)), now=NOON)
    assert refusal(joins, actor=world.actor(ben)) == "not_on_list"
    placed = joins(actor=world.actor(ana))
    assert standing(session, event_id).statuses == {"confirmed": 2}
    session.rollback()
    more = partial(add_people_to_party, company=Company(("",)), actor=world.actor(ana), now=NOON)
    remove_from_list(entry_id=session.scalar(select(EventListEntry.id)))
    assert refusal(more, enrollment_id=placed.enrollment_id) == "not_on_list"


def confirm(session, email: str, token: str) -> None:
    code, _ = mailed_code(session, email)
    enter_code(token=token, code=code, now=NOON, then=partial(enroll_guest, now=NOON))


def test_a_guest_holds_no_seat_and_is_looked_for_once_the_address_is_confirmed(world, session, event_id):
    put_on_list(event_id, ANA)
    tokens = {
        email: hold_place(slug="clay", name="Guest", email=email, now=NOON) for email in (ANA, "ben@post.example")
    }
    # The same for both: nobody learns from it who is on the list.
    holds = session.execute(select(GuestHold.has_seat, GuestHold.outcome).order_by(GuestHold.id)).all()
    assert [tuple(one) for one in holds] == [(False, "open")] * 2
    bodies = session.scalars(select(Message.body).order_by(Message.id)).all()
    assert all("If your address is on the organizer’s list, your turn counts" in body for body in bodies)
    assert standing(session, event_id).taken == 0
    session.rollback()
    for email, token in tokens.items():
        confirm(session, email, token)
    assert standing(session, event_id).statuses == {"confirmed": 1}
    outcomes = session.scalars(select(GuestHold.outcome).order_by(GuestHold.id)).all()
    assert outcomes == ["confirmed", "withdrawn"]
    assert list(broken_invariants(NOON)) == []


def test_by_link_only_the_link_that_works_now_lets_in(world, session):
    event_id = world.event(slug="clay", capacity=3, who_may="link", link_token=LINK)
    ana, ben, cy = world.people(3)
    assert [refusal(enroll, world, ana, links=links) for links in ((), ("another",))] == ["needs_link"] * 2
    assert enroll(world, ana, links=("another", LINK)).status == "confirmed"
    assert refusal(enroll, world, ana) == "already_enrolled"
    replace_link(event_id=event_id, seen=LINK)
    new = link_of(session, event_id)
    # Pressed twice: the new link stays.
    replace_link(event_id=event_id, seen=LINK)
    assert link_of(session, event_id) == new != LINK
    session.rollback()
    assert refusal(enroll, world, ben, links=(LINK,)) == "needs_link"
    assert enroll(world, ben, links=(new,)).status == "confirmed"
    hold = partial(hold_place, slug="clay", name="Guest", email="g@post.example", now=NOON)
    assert refusal(hold, links=(LINK,)) == "needs_link"
    # Who had the link when they asked confirms on any device.
    token = hold(links=(new,))
    assert session.scalar(select(GuestHold.has_seat)) is True
    session.rollback()
    replace_link(event_id=event_id, seen=new)
    confirm(session, "g@post.example", token)
    assert standing(session, event_id).statuses == {"confirmed": 3}
    session.rollback()
    edit(session, event_id, who_may=WhoMay.OPEN)
    assert link_of(session, event_id) is None
    session.rollback()
    assert enroll(world, cy).status == "waitlisted"
    assert refusal(replace_link, event_id=event_id, seen="") == "link_not_used"
    assert list(broken_invariants(NOON)) == []


def test_the_list_comes_before_everybody(world, session):
    event_id = world.event(slug="clay", capacity=2, opens_at=OPENS, list_opens_at=LIST_OPENS)
    ana, ben = world.person("Ana", email=ANA), world.person("Ben")
    put_on_list(event_id, ANA)
    assert refusal(enroll, world, ana, now=LIST_OPENS - timedelta(seconds=1)) == "not_open_yet"
    assert refusal(enroll, world, ben) == "not_open_yet"
    assert enroll(world, ana).status == "confirmed"
    token = hold_place(slug="clay", name="Guest", email="g@post.example", now=NOON)
    assert session.scalar(select(GuestHold.has_seat)) is False
    session.rollback()
    confirm(session, "g@post.example", token)
    assert standing(session, event_id).statuses == {"confirmed": 1}
    session.rollback()
    assert enroll(world, ben, now=OPENS).status == "confirmed"


def test_a_list_is_of_its_organization_and_of_some_length(world, session, event_id, monkeypatch):
    assert put_on_list(event_id, f"{ANA}\n@studio.example", facilities=[world.facility_id]) == 3
    assert put_on_list(event_id, f"{ANA}\nben@post.example", facilities=[world.facility_id]) == 1
    facility_id = world.facility_id
    world.organization("Others")
    before = digest(session)
    session.rollback()
    assert refusal(put_on_list, event_id, facilities=[world.facility_id]) == "unknown_facility"
    assert refusal(put_on_list, event_id, classes=[999]) == "unknown_class"
    monkeypatch.setattr("webapp.services.places.access.entries.MOST_ENTRIES", 4)
    assert refusal(put_on_list, event_id, "cy@post.example") == "list_full"
    assert refusal(add_to_list, event_id=999, additions=Additions(), now=NOON) == "not_found"
    assert digest(session) == before
    assert listed(session, event_id) == [ANA, "studio.example", facility_id, "ben@post.example"]
    assert MOST_ENTRIES > 500


def test_a_copy_has_the_list_and_a_link_of_its_own(world, session):
    event_id = world.event(slug="clay", who_may="link", link_token=LINK)
    put_on_list(event_id, ANA, facilities=[world.facility_id])
    start = NOON + timedelta(days=8)
    copy = partial(copy_event, actor=world.actor(world.person()), now=NOON, starts_at=start)
    copy_id = copy(event_id=event_id, request_id="1")
    assert listed(session, copy_id) == [ANA, world.facility_id]
    assert link_of(session, copy_id) not in {None, LINK}
    session.rollback()
    early = world.event(opens_at=OPENS, list_opens_at=LIST_OPENS)
    copy_id = copy(event_id=early, request_id="2")
    found = session.execute(
        select(EventPolicy.who_may, EventPolicy.opens_at, EventPolicy.list_opens_at).where(
            EventPolicy.event_id == copy_id
        )
    ).one()
    assert tuple(found) == ("open", OPENS + timedelta(days=7), LIST_OPENS + timedelta(days=7))
    assert list(broken_invariants(NOON)) == []


def test_an_edit_keeps_the_link_while_it_decides(world, session):
    event_id = world.event(who_may="link", link_token=LINK)
    edit(session, event_id, title="Wheel")
    assert link_of(session, event_id) == LINK
    edit(session, event_id, who_may=WhoMay.LIST)
    assert link_of(session, event_id) is None
    edit(session, event_id, who_may=WhoMay.LINK)
    assert link_of(session, event_id) not in {None, LINK}


def test_what_lists_say_of_somebody_is_taken_out_and_goes_with_them(world, session, event_id):
    ana = world.person("Ana", email=ANA)
    put_on_list(event_id, f"{ANA}\n@studio.example\nben@post.example")
    parts = {one.name: list(rows) for one, rows in take_out(ana)}
    assert [row["value"] for row in parts["lists_of_events"]] == [ANA]
    session.rollback()
    with write_transaction() as writing:
        erase_person(writing, ana, now=NOON)
    assert listed(session, event_id) == ["studio.example", "ben@post.example"]


def test_a_class_that_is_deleted_is_on_no_list(app, world, session, event_id):
    classroom = Classroom(app, world)
    class_id = classroom.make()
    put_on_list(event_id, ANA, classes=[class_id])
    staff = world.actor(world.person())
    delete_class(class_id=class_id, expected_version=1, actor=staff, by=Trigger.ORGANIZER, now=NOON)
    assert listed(session, event_id) == [ANA]
