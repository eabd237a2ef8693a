"""Asking to open an organization: decided once, told by mail, at most three within a month."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.installation.opening import Opening
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import MemberRole, Message, OperatorChange, Organization, OrganizationRequest
from webapp.queries.installation.requests import open_request_of, open_requests
from webapp.services.installation.requests import (
    RequestDraft,
    accept_request,
    ask_for_organization,
    decline_request,
)

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def fatima(world) -> Actor:
    return Actor(world.person("Fatima", email="fatima@nur.example"), "Fatima", email="fatima@nur.example")


@pytest.fixture
def iris(world) -> Actor:
    return Actor(world.person("Iris", is_operator=True), "Iris", is_operator=True)


def ask(actor: Actor, name: str = "Al-Nur", *, opening: Opening = Opening.REQUEST, now=NOON) -> int | None:
    draft = RequestDraft(name, "Hall", "Asia/Amman", "Evening classes")
    return ask_for_organization(draft=draft, opening=opening, actor=actor, now=now)


def refused_as(act, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **given)
    return refused.value.code


def test_a_request_waits_and_its_asker_becomes_the_owner(session, fatima, iris):
    assert ask(fatima) is None
    assert refused_as(ask, fatima, "Another") == "request_waits"
    (waiting,) = open_requests()
    assert (waiting.name, waiting.person, waiting.note) == ("Al-Nur", "Fatima", "Evening classes")

    organization_id = accept_request(request_id=waiting.id, reason="Welcome", actor=iris, now=NOON)
    assert session.execute(select(MemberRole.organization_id, MemberRole.user_id, MemberRole.role)).one() == (
        organization_id,
        fatima.user_id,
        "owner",
    )
    letter = session.scalars(select(Message)).one()
    assert letter.recipient == "fatima@nur.example"
    assert "Welcome" in letter.body
    assert session.scalars(select(Organization.contact_email)).one() == "fatima@nur.example"
    session.rollback()
    before = digest(session)
    again = {"request_id": waiting.id, "reason": "x", "actor": iris, "now": NOON}
    assert refused_as(accept_request, **again) == "request_decided"
    assert refused_as(decline_request, **again) == "request_decided"
    assert digest(session) == before


def test_a_declined_one_is_told_why_and_may_be_asked_again(session, fatima, iris):
    ask(fatima)
    request_id = open_request_of(fatima.user_id).id
    decline_request(request_id=request_id, reason="Too vague", actor=iris, now=NOON)

    assert session.scalar(select(Organization.id)) is None
    assert "Too vague" in session.scalars(select(Message.body)).one()
    assert session.scalars(select(OperatorChange.kind)).one() == "request_declined"
    session.rollback()
    assert ask(fatima) is None


def test_where_it_is_open_it_is_opened_at_once_three_times_a_month(session, fatima):
    for number in range(3):
        assert ask(fatima, f"Studio {number}", opening=Opening.OPEN)
    before = digest(session)

    assert refused_as(ask, fatima, "Studio 4", opening=Opening.OPEN) == "too_many_organizations"
    assert digest(session) == before
    assert ask(fatima, "Studio 4", opening=Opening.OPEN, now=NOON + timedelta(days=31))


def test_a_name_that_is_taken_opens_nothing_and_leaves_nothing(session, world, fatima, iris):
    world.organization("Al-Nur")
    before = digest(session)
    assert refused_as(ask, fatima, opening=Opening.OPEN) == "organization_exists"
    assert digest(session) == before

    ask(fatima)
    request_id = open_request_of(fatima.user_id).id
    before = digest(session)
    given = {"request_id": request_id, "reason": "", "actor": iris, "now": NOON}
    assert refused_as(accept_request, **given) == "organization_exists"
    assert digest(session) == before


def test_who_proved_no_address_and_where_operators_do_it_nobody_asks(session, world, fatima):
    unproved = Actor(world.person("Una", is_proved=False), "Una")
    assert refused_as(ask, unproved) == "prove_first"
    assert refused_as(ask, fatima, opening=Opening.OPERATOR) == "not_found"
    assert session.scalar(select(OrganizationRequest.id)) is None
