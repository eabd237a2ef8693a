"""Staff asks somebody to look after a person: only their yes does it, within 7 days, and never for an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.people.care import ASK_LIFETIME
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import CareRequest, Message, User
from webapp.queries.audit import broken_invariants
from webapp.queries.people.records.care import open_request_about, open_requests_to
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.care.attaching import answer_care_request, ask_to_look_after, withdraw_care_request
from webapp.services.care.people import add_cared_for
from webapp.services.leaving.account_deletion import leave_for_good
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
MIRA = "mira@sand.example"


@pytest.fixture
def staff(world) -> Actor:
    world.organization()
    return world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)


@pytest.fixture
def mira(world, use_cases, staff) -> int:
    user_id = world.person("Mira Sand", email=MIRA)
    use_cases.enrolls(world.event(), user_id)
    return user_id


@pytest.fixture
def lina(world, use_cases, staff) -> int:
    with write_transaction() as session:
        (user_id,) = add_people_without_address(session, [("Lina Sand", "+49 30 5550142")], now=NOON)
    use_cases.enrolls(world.event(), user_id)
    return user_id


def ask(world, staff, user_id, address=MIRA, now=NOON) -> int:
    place = {"organization_id": world.organization_id, "user_id": user_id}
    return ask_to_look_after(**place, address=address, actor=staff, now=now)


def answer(request_id, *, accepts=True, now=NOON) -> str:
    return answer_care_request(request_id=request_id, accepts=accepts, now=now)


def carer_of(session, user_id) -> int | None:
    session.rollback()
    found = session.scalar(select(User.managed_by_id).where(User.id == user_id))
    session.rollback()
    return found


def refused(act, *given, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(*given, **values)
    return caught.value.code


def test_only_a_yes_attaches_them(world, staff, mira, lina, session):
    request_id = ask(world, staff, lina)
    assert carer_of(session, lina) is None
    letter = session.execute(select(Message.recipient, Message.body).where(Message.kind == "care_request")).one()
    session.rollback()
    assert (letter.recipient, "/care/" in letter.body, "Lina Sand" in letter.body) == (MIRA, True, True)
    assert [one.id for one in open_requests_to(mira, NOON)] == [request_id]
    assert refused(ask, world, staff, lina) == "care_asked"

    assert [answer(request_id), answer(request_id)] == ["accepted"] * 2
    assert carer_of(session, lina) == mira
    assert open_requests_to(mira, NOON) == []
    assert refused(answer, request_id, accepts=False) == "care_request_over"
    assert refused(ask, world, staff, lina) == "care_managed"
    assert list(broken_invariants(NOON)) == []


def test_a_no_a_withdrawal_and_seven_days_end_it(world, staff, mira, lina, session):
    assert answer(ask(world, staff, lina), accepts=False) == "declined"
    withdrawn = ask(world, staff, lina)
    withdraw_care_request(organization_id=world.organization_id, user_id=lina, now=NOON)
    assert refused(answer, withdrawn) == "care_request_over"
    here = {"organization_id": world.organization_id, "user_id": lina, "now": NOON}
    assert refused(withdraw_care_request, **here) == "care_request_over"
    late = ask(world, staff, lina)
    assert refused(answer, late, now=NOON + ASK_LIFETIME) == "care_request_over"
    assert open_request_about(lina, world.organization_id, NOON + ASK_LIFETIME) is None
    assert carer_of(session, lina) is None
    assert answer(ask(world, staff, lina, now=NOON + ASK_LIFETIME), now=NOON + timedelta(days=8)) == "accepted"


def test_who_cannot_be_attached_or_asked(world, use_cases, staff, mira, lina, session):
    child = add_cared_for(carer_id=mira, name="Emil Sand", now=NOON)
    use_cases.enrolls(world.event(), child)
    ben = world.person("Ben", email="ben@post.example")
    world.person("A stranger here", email="stranger@post.example")
    with write_transaction() as writing:
        (elsewhere,) = add_people_without_address(writing, [("Known elsewhere", None)], now=NOON)
    use_cases.enrolls(world.event(), elsewhere)
    own = world.organization_id
    world.organization("Another")
    use_cases.enrolls(world.event(), elsewhere)
    world.organization_id = own
    before = digest(session)

    assert [
        refused(ask, world, staff, ben),
        refused(ask, world, staff, child),
        refused(ask, world, staff, elsewhere),
        refused(ask, world, staff, mira),
        refused(ask, world, staff, lina, "stranger@post.example"),
        refused(ask, world, staff, lina, "nobody@post.example"),
        refused(ask, world, staff, lina, "no address"),
    ] == [
        "care_has_account", "care_managed", "care_elsewhere", "merge_same", "care_unknown", "care_unknown",
        "email_invalid",
    ]  # fmt: skip
    assert digest(session) == before


def test_what_changed_meanwhile_is_looked_at_again_and_who_leaves_is_forgotten(
    world, use_cases, staff, mira, lina, session
):
    request_id = ask(world, staff, lina)
    own = world.organization_id
    world.organization("Another")
    use_cases.enrolls(world.event(), lina)
    world.organization_id = own
    assert refused(answer, request_id) == "care_elsewhere"
    assert carer_of(session, lina) is None
    with write_transaction() as writing:
        leave_for_good(writing, [mira], actor=world.actor(mira), now=NOON)
    assert session.scalar(select(CareRequest.id)) is None
    session.rollback()
    assert refused(answer, request_id) == "not_found"
