"""Setting an installation up: once, by the newest code, for one account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.installation.setup_code import MOST_TRIES
from webapp.domain.people.proof import AddressState
from webapp.domain.refusal import Refused
from webapp.models import Facility, MemberRole, Message, OperatorChange, Organization, PasswordReset, SetupCode, User
from webapp.queries.people.account import address_proof_of
from webapp.services.accounts.account import authenticate
from webapp.services.accounts.address_proof import confirm_signed_in, confirm_with_password
from webapp.services.accounts.mail_code import ask_for_code, enter_code, use_code
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.installation.set_up import FirstOperator, FirstOrganization, new_setup_code, set_up, try_setup_code

pytestmark = pytest.mark.usefixtures("app_context")
IRIS = "iris@northside.example"
PASSWORD = "harbour lights in june"


def begin(code: str, *, email: str = IRIS, password: str = PASSWORD, name: str = "Northside Makers") -> int:
    return set_up(
        code=code,
        operator=FirstOperator("Iris Nyberg", email, password),
        organization=FirstOrganization(name, email, "Hafen Studio", "Hafenstrasse 41", "Europe/Berlin"),
        now=NOON,
    )


def refused_as(act, **given) -> str:
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


def test_a_code_makes_an_operator_who_owns_the_first_organization(session):
    user_id = begin(new_setup_code(now=NOON))

    person = session.get_one(User, user_id)
    assert (person.name, person.email, person.is_operator) == ("Iris Nyberg", IRIS, True)
    assert address_proof_of(user_id).state(NOON) is AddressState.OWN
    assert authenticate(email=IRIS, password=PASSWORD) == user_id
    organization = session.scalars(select(Organization)).one()
    assert (organization.name, organization.contact_email) == ("Northside Makers", IRIS)
    facility = session.scalars(select(Facility)).one()
    assert (facility.name, facility.address, facility.timezone) == (
        "Hafen Studio",
        "Hafenstrasse 41",
        "Europe/Berlin",
    )
    assert session.execute(select(MemberRole.user_id, MemberRole.role)).one() == (user_id, "owner")
    line = session.scalars(select(OperatorChange)).one()
    assert (line.kind, line.actor_id, line.organization_id, line.at) == ("set_up", user_id, organization.id, NOON)
    letter = session.scalars(select(Message)).one()
    assert (letter.kind, letter.recipient) == ("address_confirmation", IRIS)


def test_the_code_works_once_and_none_is_made_afterwards(session):
    code = new_setup_code(now=NOON)
    begin(code)
    before = digest(session)

    assert refused_as(try_setup_code, code=code) == "setup_code_wrong"
    assert refused_as(begin, code=code, email="other@post.example", name="Other") == "installation_set_up"
    assert new_setup_code(now=NOON) is None
    assert digest(session) == before


def test_a_newer_code_ends_the_one_before():
    old, new = new_setup_code(now=NOON), new_setup_code(now=NOON + timedelta(minutes=1))

    assert refused_as(begin, code=old) == "setup_code_wrong"
    assert try_setup_code(code=new.lower()) == new
    assert begin(new)


def test_a_hundred_wrong_codes_make_it_useless(session):
    code = new_setup_code(now=NOON)
    refused_as(try_setup_code, code="AAAA-AAAA-AAAA")
    assert session.scalar(select(SetupCode.tries)) == 1
    session.execute(update(SetupCode).values(tries=MOST_TRIES - 1))
    session.commit()

    assert try_setup_code(code=code) == code
    assert refused_as(try_setup_code, code="AAAA-AAAA-AAAA") == "setup_code_wrong"
    assert refused_as(try_setup_code, code=code) == "setup_code_wrong"
    assert refused_as(begin, code=code) == "setup_code_wrong"
    assert begin(new_setup_code(now=NOON))


@pytest.mark.parametrize("password", ["short", "password1", "iris@northside.example"])
def test_a_weak_password_is_refused_and_the_code_stays(session, password):
    code = new_setup_code(now=NOON)
    before = digest(session)

    assert refused_as(begin, code=code, password=password).startswith("password_")
    assert digest(session) == before
    assert begin(code)


def test_an_account_that_nobody_proved_is_taken_over(session, world):
    stranger = world.person("A Stranger", email=IRIS, is_proved=False)
    begin_sign_in(user_id=stranger, user_agent="theirs", real_now=clock.real_now())

    assert begin(new_setup_code(now=NOON)) == stranger
    person = session.get_one(User, stranger)
    assert (person.name, person.is_operator) == ("Iris Nyberg", True)
    assert session.scalar(select(func.count()).select_from(User).where(User.email == IRIS)) == 1
    assert not session.connection().exec_driver_sql("SELECT count(*) FROM sign_ins").scalar()


def test_what_others_gave_to_an_unproved_address_stays_closed(session, world):
    there = world.person("Iris", email=IRIS, is_proved=False)
    session.execute(update(User).where(User.id == there).values(given_by_others=True))
    session.commit()

    begin(new_setup_code(now=NOON))
    assert address_proof_of(there).state(NOON) is AddressState.CLOSED


def test_a_proved_account_is_found_by_its_own_password_only(session, world):
    begin(new_setup_code(now=NOON))
    session.execute(update(User).where(User.email == IRIS).values(is_operator=False, address_proved_at=NOON))
    session.commit()
    code = new_setup_code(now=NOON)
    before = digest(session)

    wrong = {"password": "some other lights in june", "name": "Other"}
    assert refused_as(begin, code=code, **wrong) == "setup_password_wrong"
    assert digest(session) == before
    user_id = begin(code, name="Other")
    assert session.get_one(User, user_id).is_operator


def link_of(session) -> str:
    body = session.scalar(select(Message.body).where(Message.kind == "address_confirmation"))
    session.rollback()
    return next(word for word in body.split() if "/confirm/" in word).rsplit("/", 1)[1]


def test_the_link_in_the_browser_that_is_signed_in_keeps_the_office(session):
    user_id = begin(new_setup_code(now=NOON))
    cookie = begin_sign_in(user_id=user_id, user_agent="", real_now=clock.real_now())

    confirm_signed_in(token=link_of(session), cookie=cookie, now=NOON)
    person = session.get_one(User, user_id)
    assert person.is_operator
    assert person.address_proved_at == NOON


def test_who_only_reads_the_mailbox_is_no_operator(session):
    """The address was mistyped: its owner gets the account, as always, and not the installation."""
    user_id = begin(new_setup_code(now=NOON))

    confirm_with_password(token=link_of(session), new="somebody else entirely", now=NOON)
    assert not session.get_one(User, user_id).is_operator
    session.rollback()
    assert new_setup_code(now=NOON) is not None


def test_nor_is_who_signs_in_by_a_mailed_code(session):
    user_id = begin(new_setup_code(now=NOON))
    secret = ask_for_code(email=IRIS, now=NOON)
    body = session.scalar(select(Message.body).where(Message.kind == "mail_code"))
    session.rollback()
    digits = next(word for word in body.split() if word.isdigit() and len(word) == 6)
    enter_code(token=secret, code=digits, now=NOON)

    assert use_code(token=secret, now=NOON) == user_id
    assert not session.get_one(User, user_id).is_operator


def test_the_name_of_an_organization_that_is_there_is_refused(session, world):
    world.organization("Northside Makers")
    code = new_setup_code(now=NOON)
    before = digest(session)

    assert refused_as(begin, code=code) == "organization_exists"
    assert digest(session) == before
    assert session.scalar(select(func.count()).select_from(PasswordReset)) == 0
