"""People whom somebody looks after: theirs alone, written to at that address, gone with them, or on their own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import NOON
from webapp.domain.people.care import CLAIM_LIFETIME, MOST_CARED_FOR
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition, Message, PersonMerge, User
from webapp.queries.audit import broken_invariants
from webapp.services.care.people import (
    add_cared_for,
    claim_record,
    make_claim_link,
    remove_cared_for,
    rename_cared_for,
)
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.merging.merge import merge_people
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import enroll

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def jonas(world) -> int:
    world.organization()
    return world.person("Jonas Weber", email="jonas@weber.example")


@pytest.fixture
def lina(jonas) -> int:
    return add_cared_for(carer_id=jonas, name="Lina Weber", now=NOON)


def enrolls(event_id, child, carer):
    actor = Actor(user_id=child, name="Lina Weber", through_id=carer)
    return enroll(event_id=event_id, user_id=child, actor=actor, now=NOON)


def code(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def person(session, user_id) -> User:
    session.rollback()
    found = session.get_one(User, user_id, populate_existing=True)
    session.rollback()
    return found


def assert_all_is_well(session) -> None:
    session.rollback()
    assert list(broken_invariants(NOON)) == []
    session.rollback()


def test_who_is_looked_after_is_enrolled_by_them_and_mail_goes_to_them(session, world, jonas, lina):
    event_id = world.event("Clay for all")
    enrolls(event_id, lina, jonas)
    relay_batch(now=NOON)

    mail = session.execute(select(Message)).scalar_one()
    assert (mail.recipient, mail.user_id) == ("jonas@weber.example", lina)
    assert mail.subject.startswith("Lina: ")
    assert mail.body.startswith("This email is about Lina Weber, whom you look after.\n\nHi Jonas,")
    assert "Lina Weber" in mail.html and "Hi <bdi>Jonas" in mail.html
    acted = session.scalars(select(EnrollmentTransition.actor_id)).all()
    session.rollback()
    assert acted == [jonas]
    assert broken(session, event_id) == []
    assert_all_is_well(session)


def test_a_mail_to_somebody_with_an_address_of_their_own_says_nothing_of_it(session, world, use_cases, jonas):
    use_cases.enrolls(world.event(), jonas)
    relay_batch(now=NOON)

    mail = session.execute(select(Message)).scalar_one()
    assert mail.body.startswith("Hi Jonas,")
    assert "look after" not in mail.html


def test_nobody_else_renames_removes_or_hands_over(session, world, jonas, lina):
    stranger = world.person("Mira Sand")
    before = digest(session)

    for act in (
        lambda: rename_cared_for(carer_id=stranger, user_id=lina, name="Mine"),
        lambda: remove_cared_for(carer_id=stranger, user_id=lina, now=NOON),
        lambda: make_claim_link(carer_id=stranger, user_id=lina, now=NOON),
        lambda: remove_cared_for(carer_id=jonas, user_id=stranger, now=NOON),
    ):
        assert code(act) == "not_found"
    assert code(lambda: rename_cared_for(carer_id=jonas, user_id=lina, name=" ")) == "text_missing"
    assert digest(session) == before
    rename_cared_for(carer_id=jonas, user_id=lina, name="Lina W.")
    assert person(session, lina).name == "Lina W."


def test_nobody_looks_after_more_than_the_limit(session, jonas):
    for number in range(MOST_CARED_FOR):
        add_cared_for(carer_id=jonas, name=f"Child {number}", now=NOON)

    assert code(lambda: add_cared_for(carer_id=jonas, name="One more", now=NOON)) == "cared_for_full"


def test_who_is_removed_gives_up_their_place_and_their_name(session, world, jonas, lina):
    event_id = world.event(capacity=1, has_waitlist=True)
    enrolls(event_id, lina, jonas)
    waiting = world.person("Ben Okafor")
    enroll(event_id=event_id, user_id=waiting, actor=world.actor(waiting), now=NOON)

    remove_cared_for(carer_id=jonas, user_id=lina, now=NOON)

    gone = person(session, lina)
    assert (gone.name, gone.managed_by_id) == ("Deleted person", None)
    found = select(Enrollment.status).where(Enrollment.user_id == waiting)
    assert session.scalars(found).all() == ["confirmed"]
    assert_all_is_well(session)


def test_who_deletes_an_account_takes_them_along(session, world, jonas, lina):
    event_id = world.event()
    enrolls(event_id, lina, jonas)

    delete_account(user_id=jonas, password="", signed_in_at=NOON, now=NOON, real_now=NOON)

    assert {person(session, one).name for one in (jonas, lina)} == {"Deleted person"}
    assert session.scalars(select(Enrollment.status)).all() == ["cancelled"]
    assert_all_is_well(session)


def test_by_the_link_they_take_everything_into_their_own_account(session, world, jonas, lina):
    event_id, both = world.event(), world.event()
    own = world.person("Lina W.")
    for one in (event_id, both):
        enrolls(one, lina, jonas)
    enroll(event_id=both, user_id=own, actor=world.actor(own), now=NOON)
    token = make_claim_link(carer_id=jonas, user_id=lina, now=NOON)

    claim_record(token=token, actor=world.actor(own), now=NOON + CLAIM_LIFETIME - timedelta(seconds=1))

    places = select(Enrollment.event_id).where(Enrollment.user_id == own, Enrollment.is_confirmed)
    assert sorted(session.scalars(places).all()) == sorted([event_id, both])
    assert (person(session, lina).managed_by_id, person(session, lina).merged_into_id) == (None, own)
    assert code(lambda: make_claim_link(carer_id=jonas, user_id=lina, now=NOON)) == "not_found"
    assert session.scalars(select(PersonMerge.way)).all() == ["claim"]
    assert_all_is_well(session)


def test_a_link_works_once_for_seven_days_until_a_newer_one_and_not_for_its_maker(session, world, jonas, lina):
    own, unproved = world.person("Lina W."), world.person("L.", is_proved=False)
    old = make_claim_link(carer_id=jonas, user_id=lina, now=NOON)
    new = make_claim_link(carer_id=jonas, user_id=lina, now=NOON)

    def claims(token, who, now=NOON):
        return lambda: claim_record(token=token, actor=world.actor(who), now=now)

    assert code(claims(old, own)) == "claim_over"
    assert code(claims("x", own)) == "claim_over"
    assert code(claims(new, own, NOON + CLAIM_LIFETIME)) == "claim_over"
    assert code(claims(new, jonas)) == "claim_own"
    assert code(claims(new, unproved)) == "merge_unproved"
    claims(new, own)()
    assert code(claims(new, own)) == "claim_over"


def test_staff_merges_nobody_into_or_out_of_somebody_s_care(session, world, jonas, lina):
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)
    other = add_cared_for(carer_id=world.person("Mira Sand"), name="L. Weber", now=NOON)

    said = {"reason": "One", "actor": admin, "now": NOON, "organization_id": world.organization_id}
    for kept, gone in ((jonas, lina), (lina, other)):
        assert code(lambda kept=kept, gone=gone: merge_people(kept_id=kept, merged_id=gone, way="staff", **said)) == (
            "merge_managed"
        )
