"""What operators do with organizations: opened, renamed, suspended, given to another owner."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import Facility, MemberRole, Message, OperatorChange, Organization, TeamInvitation
from webapp.queries.installation.organizations import operator_trail, organization_of_operator, organizations_page
from webapp.services.installation.organizations import (
    OrganizationDraft,
    name_owner,
    open_organization,
    rename_organization,
    resume_organization,
    suspend_organization,
)
from webapp.services.organizations.team_invitation import answer_team_invitation

pytestmark = pytest.mark.usefixtures("app_context")
RAFAEL = "rafael@atelie.example"
DRAFT = OrganizationDraft("Ateliê Pinheiros", RAFAEL, "Loja", "America/Sao_Paulo")


@pytest.fixture
def iris(world) -> Actor:
    return Actor(world.person("Iris Nyberg", is_operator=True), "Iris Nyberg", is_operator=True)


def refused_as(act, **given) -> str:
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


def kinds(session) -> list[str]:
    found = list(session.scalars(select(OperatorChange.kind).order_by(OperatorChange.id)))
    session.rollback()
    return found


def token_in(session) -> str:
    body = session.scalar(select(Message.body).where(Message.kind == "team_invitation").order_by(Message.id.desc()))
    session.rollback()
    return next(word for word in body.split() if word.startswith("http")).rsplit("/", 1)[1]


def test_it_opens_with_a_facility_and_its_owner_says_yes_by_mail(session, world, iris):
    organization_id = open_organization(draft=DRAFT, actor=iris, now=NOON)

    assert session.scalars(select(Facility.timezone)).one() == "America/Sao_Paulo"
    assert session.scalar(select(MemberRole.id)) is None
    assert session.scalars(select(TeamInvitation.grants)).one() == "owner"
    token = token_in(session)
    rafael = world.person("Rafael", email=RAFAEL)
    answer_team_invitation(token=token, actor=Actor(rafael, "Rafael", email=RAFAEL), accepts=True, now=NOON)
    assert session.execute(select(MemberRole.organization_id, MemberRole.user_id, MemberRole.role)).one() == (
        organization_id,
        rafael,
        "owner",
    )
    assert organization_of_operator(organization_id, now=NOON).owner == "Rafael"


def test_the_trail_names_no_address(session, iris):
    organization_id = open_organization(draft=DRAFT, actor=iris, now=NOON)
    name_owner(organization_id=organization_id, address="bia@atelie.example", actor=iris, now=NOON)

    assert kinds(session) == ["organization_opened", "owner_invited"]
    said = str([tuple(line) for line in operator_trail(organization_id=organization_id)])
    assert "@" not in said
    assert "Iris Nyberg" in said


def test_a_name_is_there_once(session, world, iris):
    world.organization("Northside Makers")
    organization_id = open_organization(draft=DRAFT, actor=iris, now=NOON)
    before = digest(session)

    assert refused_as(open_organization, draft=DRAFT, actor=iris, now=NOON) == "organization_exists"
    again = {"organization_id": organization_id, "actor": iris, "now": NOON}
    assert refused_as(rename_organization, name="Northside Makers", **again) == "organization_exists"
    assert not rename_organization(name="Ateliê Pinheiros", **again)
    assert digest(session) == before
    assert rename_organization(name="Ateliê da Vila", **again)
    row = session.execute(select(Organization.name, Organization.slug).where(Organization.id == organization_id)).one()
    assert row == ("Ateliê da Vila", "atelie-pinheiros")
    session.rollback()
    line = operator_trail(organization_id=organization_id)[0]
    assert (line.before, line.after) == ("Ateliê Pinheiros", "Ateliê da Vila")


def test_it_is_suspended_and_opened_again_once_each_and_its_owners_are_told_why(session, world, iris):
    organization_id = world.organization()
    world.person("Dana Kim", role=Role.OWNER, email="dana@northside.example")
    world.person("Adam", role=Role.ADMIN)
    given = {"organization_id": organization_id, "actor": iris, "now": NOON}
    assert refused_as(resume_organization, reason="why not", **given) == "not_suspended"

    suspend_organization(reason="Nobody answers the phone", **given)
    assert refused_as(suspend_organization, reason="Again", **given) == "suspended_already"
    row = session.get_one(Organization, organization_id)
    assert (row.suspended_at, row.suspended_because) == (NOON, "Nobody answers the phone")
    letter = session.scalars(select(Message)).one()
    assert letter.recipient == "dana@northside.example"
    assert "Nobody answers the phone" in letter.body
    session.rollback()

    resume_organization(reason="They called back", **given)
    row = session.get_one(Organization, organization_id)
    session.refresh(row)
    assert (row.suspended_at, row.suspended_because) == (None, None)
    session.rollback()
    assert kinds(session) == ["organization_suspended", "organization_resumed"]


def test_an_owner_is_not_invited_again_but_an_admin_may_become_one(session, world, iris):
    organization_id = world.organization()
    world.person("Dana", role=Role.OWNER, email="dana@northside.example")
    world.person("Adam", role=Role.ADMIN, email="adam@northside.example")
    given = {"organization_id": organization_id, "actor": iris, "now": NOON}

    assert refused_as(name_owner, address="dana@northside.example", **given) == "owner_already"
    name_owner(address="adam@northside.example", **given)
    name_owner(address="adam@northside.example", **given)
    is_over = select(TeamInvitation.withdrawn_at.is_not(None)).order_by(TeamInvitation.id)
    assert session.scalars(is_over).all() == [True, False]


def test_what_is_not_there_is_not_found(iris):
    given = {"organization_id": 999, "actor": iris, "now": NOON}
    assert refused_as(rename_organization, name="X", **given) == "not_found"
    assert refused_as(suspend_organization, reason="X", **given) == "not_found"
    assert refused_as(name_owner, address=RAFAEL, **given) == "not_found"
    assert organization_of_operator(999, now=NOON) is None


def test_the_list_is_by_name_and_finds_words(world):
    for name in ("Zeta", "alpha 100%", "Ateliê Pinheiros"):
        world.organization(name)

    def names(query: str) -> list[str]:
        return [row.name for row in organizations_page(query, 1, now=NOON).rows]

    assert names("") == ["alpha 100%", "Ateliê Pinheiros", "Zeta"]
    assert names("pinhei ATELIÊ") == ["Ateliê Pinheiros"]
    assert names("100%") == ["alpha 100%"]
    assert len(names("%")) == 3
    assert names("nothing") == []
