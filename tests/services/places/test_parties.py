"""People who enroll together: placed whole or in part, in order, left by head, led by one of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.enrolling import join, join_together, leave, let_in, refusal_of
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.models import Enrollment, Party, PlaceOffer, User
from webapp.queries.audit import broken_invariants
from webapp.services.care.people import claim_record, make_claim_link
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.places.decision import decide_application
from webapp.services.places.enrollment import cancel
from webapp.services.places.line.line_return import return_to_line
from webapp.services.places.line.offer_answer import answer_offer
from webapp.services.places.line.sweep import expire_offers
from webapp.services.places.parties.growing import add_people_to_party
from webapp.services.places.parties.heads import leave_together, leave_with_heads, name_head
from webapp.services.places.parties.joining import Company

START = NOON + timedelta(days=9)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def clay(world):
    """Six seats, parties of up to five."""

    def make(**policy):
        return world.event("Clay", slug="clay", starts_at=START, **{"capacity": 6, "party_size": 5, **policy})

    return make


def heads(session, event_id: int) -> list[tuple[str, str]]:
    """Everybody who is or was in, with their status, in the order in which they came."""
    session.rollback()
    rows = session.execute(
        select(User.name, Enrollment.status)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event_id)
        .order_by(Enrollment.id)
    )
    found = [tuple(row) for row in rows]
    session.rollback()
    return found


def counted(session, event_id: int) -> str:
    """How many have which status: "5 confirmed, 3 waitlisted"."""
    statuses = [status for _, status in heads(session, event_id)]
    return ", ".join(f"{statuses.count(status)} {status}" for status in sorted(set(statuses)))


def ids_of(session, event_id: int, user_id: int) -> list[int]:
    """The enrollments of the party that this person enrolled, the eldest first."""
    session.rollback()
    own = select(Enrollment.party_id).where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
    found = list(session.scalars(select(Enrollment.id).where(Enrollment.party_id.in_(own)).order_by(Enrollment.id)))
    session.rollback()
    return found


def faults(session, event_id: int, now=NOON) -> list[str]:
    session.rollback()
    found = broken(session, event_id) + [f"{one.invariant}: {one.wrong}" for one in broken_invariants(now)]
    session.rollback()
    return found


def test_all_get_a_seat_with_a_pass_each_and_are_called_after_who_brings_them(world, session, clay):
    event_id, ana = clay(), world.person("Ana Silva")
    placed = join_together(world, "clay", ana, 3, names=("Jonas Weber", ""))
    assert placed.status == "confirmed"
    assert heads(session, event_id) == [
        ("Ana Silva", "confirmed"),
        ("Jonas Weber", "confirmed"),
        ("Ana Silva +2", "confirmed"),
    ]
    session.rollback()
    rows = session.execute(select(User.managed_by_id, User.guest_name, User.email).where(User.id != ana)).all()
    assert [tuple(row) for row in rows if row.guest_name] == [(ana, "named", None), (ana, "unnamed", None)]
    assert len(set(session.scalars(select(Enrollment.pass_code)))) == 3
    assert session.scalars(select(Party.leader_id)).all() == [ana]
    assert faults(session, event_id) == []


def test_whom_somebody_looks_after_comes_as_the_same_person(world, session, clay):
    clay()
    world.event("Ink", slug="ink", starts_at=START, party_size=5)
    ana = world.person("Ana Silva")
    join_together(world, "clay", ana, 2, names=("Jonas Weber",))
    join_together(world, "ink", ana, 2, names=("jonas  weber",))
    session.rollback()
    assert len(set(session.scalars(select(Enrollment.user_id)))) == 2
    session.rollback()
    cancel(
        enrollment_id=session.scalar(select(Enrollment.id).where(Enrollment.user_id == ana)),
        actor=world.actor(ana),
        by=Trigger.USER,
        now=NOON,
    )
    # Jonas still has his place there.
    again = lambda: join_together(world, "clay", ana, 2, names=("Jonas Weber",))  # noqa: E731
    assert refusal_of(again, session=session) == "head_enrolled"


@pytest.mark.parametrize(
    ("policy", "size", "code"),
    [
        ({}, 6, "party_too_large"),
        ({"party_size": 1}, 2, "party_too_large"),
        ({"capacity": 3}, 4, "party_over_capacity"),
        ({"has_waitlist": False, "capacity": 4}, 3, "party_does_not_fit"),
        ({"has_waitlist": False, "capacity": 2}, 2, "event_full"),
    ],
)
def test_who_cannot_come_is_told_and_nothing_changes(world, session, clay, policy, size, code):
    event_id = clay(**policy)
    for _ in range(2):
        join(world, event_id, world.person())
    ana = world.person("Ana")
    assert refusal_of(lambda: join_together(world, "clay", ana, size), session=session) == code


def test_where_some_fit_the_person_says_what_happens(world, session, clay):
    event_id, ana, bea = clay(capacity=5), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 3)
    assert refusal_of(lambda: join_together(world, "clay", bea, 4, may_split=None), session=session) == (
        "party_fits_in_part"
    )
    placed = join_together(world, "clay", bea, 4, may_split=True)
    assert (placed.status, counted(session, event_id)) == ("confirmed", "5 confirmed, 2 waitlisted")
    assert faults(session, event_id) == []


def test_a_whole_party_holds_up_the_line_until_all_of_it_fits(world, session, clay):
    event_id, ana, bea, cy = clay(), *(world.person(name) for name in ("Ana", "Bea", "Cy"))
    join_together(world, "clay", ana, 5)
    placed = join_together(world, "clay", bea, 3)
    assert (placed.status, placed.rank) == ("waitlisted", 1)
    assert join(world, event_id, cy).rank == 2
    first, second, *_ = ids_of(session, event_id, ana)
    leave_with_heads(enrollment_ids=[second], actor=world.actor(ana), now=NOON)
    assert counted(session, event_id) == "1 cancelled, 4 confirmed, 4 waitlisted"
    assert faults(session, event_id) == []
    leave_with_heads(enrollment_ids=[first], actor=world.actor(ana), now=NOON)
    assert counted(session, event_id) == "2 cancelled, 6 confirmed, 1 waitlisted"
    assert faults(session, event_id) == []


def test_it_is_passed_where_the_event_says_so(world, session, clay):
    event_id, ana, bea = clay(parties_pass=True), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 5)
    join_together(world, "clay", bea, 3)
    # One seat is free, and not enough for Bea's: whoever comes now gets it.
    assert join(world, event_id, world.person("Cy")).status == "confirmed"
    dee = join(world, event_id, world.person("Dee"))
    assert (dee.status, dee.rank) == ("waitlisted", 2)
    _, second, *_ = ids_of(session, event_id, ana)
    leave_with_heads(enrollment_ids=[second], actor=world.actor(ana), now=NOON)
    assert heads(session, event_id)[-1] == ("Dee", "confirmed")
    assert faults(session, event_id) == []


def test_one_that_may_be_split_gets_each_seat_as_it_comes(world, session, clay):
    event_id, ana, bea = clay(), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 5)
    join_together(world, "clay", bea, 3, may_split=True)
    assert counted(session, event_id) == "6 confirmed, 2 waitlisted"
    for enrollment_id in ids_of(session, event_id, ana)[1:3]:
        leave_with_heads(enrollment_ids=[enrollment_id], actor=world.actor(ana), now=NOON)
    assert counted(session, event_id) == "2 cancelled, 6 confirmed"
    assert faults(session, event_id) == []


def test_when_the_leader_leaves_the_eldest_with_an_account_leads_else_nobody(world, session, clay):
    event_id, ana = clay(), world.person("Ana")
    placed = join_together(world, "clay", ana, 3)
    own, second, _ = ids_of(session, event_id, ana)
    leave(world, placed, ana)
    assert session.scalars(select(Party.leader_id)).all() == [None]
    assert (
        refusal_of(lambda: leave_with_heads(enrollment_ids=[second], actor=world.actor(ana), now=NOON), session=session)
        == "not_found"
    )
    assert faults(session, event_id) == []


def test_a_name_is_said_once_and_by_the_leader(world, session, clay):
    event_id, ana, bea = clay(), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 2)
    _, second = ids_of(session, event_id, ana)
    named = {"enrollment_id": second, "now": NOON}
    assert refusal_of(lambda: name_head(**named, name="Cy", actor=world.actor(bea)), session=session) == "not_found"
    assert refusal_of(lambda: name_head(**named, name=" ", actor=world.actor(ana)), session=session) == "text_missing"
    name_head(**named, name="Jonas  Weber", actor=world.actor(ana))
    assert heads(session, event_id)[1] == ("Jonas Weber", "confirmed")
    # Somebody else for him would be a transfer.
    assert refusal_of(lambda: name_head(**named, name="Cy", actor=world.actor(ana)), session=session) == (
        "head_is_named"
    )


def test_leaving_the_line_by_the_link_takes_all_along_and_so_does_coming_back(world, session, clay):
    event_id, ana, bea = clay(capacity=3), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 3)
    placed = join_together(world, "clay", bea, 2)
    cy = join(world, event_id, world.person("Cy"))
    assert cy.rank == 2
    leave_together(enrollment_id=placed.enrollment_id, actor=world.actor(bea), now=NOON)
    assert counted(session, event_id) == "2 cancelled, 3 confirmed, 1 waitlisted"
    return_to_line(enrollment_id=placed.enrollment_id, actor=world.actor(bea), now=NOON + timedelta(minutes=9))
    assert counted(session, event_id) == "3 confirmed, 3 waitlisted"
    leave(world, cy, cy and session.get_one(Enrollment, cy.enrollment_id).user_id)
    assert set(session.scalars(select(Party.leader_id))) == {ana, bea}
    assert faults(session, event_id) == []


def test_a_party_is_offered_its_seats_at_once_and_answers_once(world, session, clay):
    event_id, ana, bea = clay(capacity=3, offer_hours=12), world.person("Ana"), world.person("Bea")
    first = join_together(world, "clay", ana, 3)
    join_together(world, "clay", bea, 2)
    one, two, three = ids_of(session, event_id, ana)
    leave_with_heads(enrollment_ids=[two], actor=world.actor(ana), now=NOON)
    assert session.scalars(select(PlaceOffer.id)).all() == []
    leave_with_heads(enrollment_ids=[three], actor=world.actor(ana), now=NOON)
    session.rollback()
    offers = session.execute(select(PlaceOffer.id, PlaceOffer.held_until)).all()
    assert len(offers) == 2 and len({row.held_until for row in offers}) == 1
    assert faults(session, event_id) == []
    answer_offer(offer_id=offers[0].id, accepts=True, now=NOON)
    assert counted(session, event_id) == "2 cancelled, 3 confirmed"
    assert faults(session, event_id) == []
    assert first.status == "confirmed"


def test_an_offer_that_nobody_answers_puts_all_of_them_to_the_end(world, session, clay):
    event_id, ana, bea, cy = clay(capacity=2, offer_hours=12), *(world.person(name) for name in ("Ana", "Bea", "Cy"))
    join_together(world, "clay", ana, 2)
    join_together(world, "clay", bea, 2)
    join(world, event_id, cy)
    leave_with_heads(enrollment_ids=ids_of(session, event_id, ana), actor=world.actor(ana), now=NOON)
    expire_offers(now=NOON + timedelta(days=1), most=9)
    session.rollback()
    asked = session.scalars(select(Enrollment.user_id).join(PlaceOffer).where(PlaceOffer.outcome == "open")).all()
    assert asked == [cy]
    # Two seats, and one of them held: Bea's wait behind Cy, and hold the other up for nobody.
    assert faults(session, event_id, NOON + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("may_split", "came_to"), [(False, "3 confirmed, 3 waitlisted"), (True, "4 confirmed, 2 waitlisted")]
)
def test_an_application_is_decided_for_all_of_them(world, orla, session, clay, may_split, came_to):
    event_id, ana, bea = clay(capacity=4, method="application"), world.person("Ana"), world.person("Bea")
    first = join_together(world, "clay", ana, 3)
    second = join_together(world, "clay", bea, 3, may_split=may_split)
    assert (first.status, counted(session, event_id)) == ("pending", "6 pending")
    for placed in (first, second):
        decided = {"enrollment_id": placed.enrollment_id, "approve": True, "actor": orla, "by": Trigger.ORGANIZER}
        decide_application(**decided, now=NOON)
    assert counted(session, event_id) == came_to
    assert faults(session, event_id) == []


def test_a_place_out_of_turn_is_for_all_who_are_placed_whole(world, orla, session, clay):
    event_id, ana, bea = clay(capacity=4), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 3)
    placed = join_together(world, "clay", bea, 3)
    assert refusal_of(lambda: let_in(orla, placed), session=session) == "party_does_not_fit"
    let_in(orla, placed, over=True)
    assert counted(session, event_id) == "6 confirmed"
    assert faults(session, event_id) == []


def test_an_event_that_is_called_off_ends_for_all_of_them(world, orla, session, clay):
    event_id, ana = clay(capacity=2), world.person("Ana")
    join_together(world, "clay", ana, 2)
    join_together(world, "clay", world.person("Bea"), 2)
    cancel_event(event_id=event_id, actor=orla, reason="Ill", now=NOON)
    assert counted(session, event_id) == "4 cancelled"
    assert faults(session, event_id) == []


def test_more_people_are_placed_like_newcomers(world, session, clay):
    event_id, ana = clay(), world.person("Ana")
    placed = join(world, event_id, ana)
    more(world, placed, ana, 2)
    assert heads(session, event_id) == [("Ana", "confirmed"), ("Ana +1", "confirmed"), ("Ana +2", "confirmed")]
    assert refusal_of(lambda: more(world, placed, ana, 3), session=session) == "party_too_large"
    other = world.person("Bea")
    assert refusal_of(lambda: more(world, placed, other, 1), session=session) == "not_found"
    assert session.scalars(select(Party.leader_id)).all() == [ana]
    assert faults(session, event_id) == []


def test_whoever_waits_together_goes_to_the_end_of_the_line_with_who_is_added(world, session, clay):
    event_id, ana, bea = clay(capacity=3), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 3)
    placed = join_together(world, "clay", bea, 2)
    cy = join(world, event_id, world.person("Cy"))
    assert (placed.rank, cy.rank) == (1, 2)
    assert more(world, placed, bea, 1) == ("waitlisted",)
    assert faults(session, event_id) == []
    leave_with_heads(enrollment_ids=ids_of(session, event_id, ana), actor=world.actor(ana), now=NOON)
    # Three seats: Cy stands first by now, and Bea's three wait for one more.
    assert counted(session, event_id) == "3 cancelled, 1 confirmed, 3 waitlisted"
    assert faults(session, event_id) == []


def test_of_a_party_that_may_be_split_only_who_is_added_stands_at_the_end(world, session, clay):
    event_id, ana, bea = clay(capacity=3), world.person("Ana"), world.person("Bea")
    join_together(world, "clay", ana, 3)
    placed = join_together(world, "clay", bea, 2, may_split=True)
    cy = world.person("Cy")
    join(world, event_id, cy)
    more(world, placed, bea, 1)
    leave_with_heads(enrollment_ids=ids_of(session, event_id, ana), actor=world.actor(ana), now=NOON)
    assert heads(session, event_id)[3:] == [
        ("Bea", "confirmed"),
        ("Bea +1", "confirmed"),
        ("Cy", "confirmed"),
        ("Bea +2", "waitlisted"),
    ]
    assert faults(session, event_id) == []


def test_who_takes_their_record_over_leads_when_the_leader_leaves(world, session, clay):
    event_id, ana, jonas = clay(), world.person("Ana"), world.person("Jonas Weber")
    placed = join_together(world, "clay", ana, 3, names=("Jonas Weber", ""))
    session.rollback()
    guest = session.scalars(select(User.id).where(User.guest_name == "named")).one()
    session.rollback()
    token = make_claim_link(carer_id=ana, user_id=guest, now=NOON)
    claim_record(token=token, actor=world.actor(jonas), now=NOON)
    assert faults(session, event_id) == []
    leave(world, placed, ana)
    assert session.scalars(select(Party.leader_id)).all() == [jonas]
    own = ids_of(session, event_id, jonas)
    leave_with_heads(enrollment_ids=own[1:], actor=world.actor(jonas), now=NOON)
    assert counted(session, event_id) == "3 cancelled"
    assert session.scalars(select(Party.leader_id)).all() == [None]
    assert faults(session, event_id) == []


def more(world, placed, user_id: int, people: int):
    """So many more come with somebody who is in."""
    company = Company(("",) * people)
    return add_people_to_party(
        enrollment_id=placed.enrollment_id, company=company, actor=world.actor(user_id), now=NOON
    )
