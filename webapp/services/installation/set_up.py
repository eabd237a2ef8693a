"""How an installation begins: a code from its log lets somebody operate it and open its first organization.

Why it is so: docs/decisions/105-the-first-operator.md.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.signing_in.passwords import hash_password, is_right_password
from webapp.adapters.tokens import token_hash
from webapp.domain.event_days import require_timezone
from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.installation.setup_code import MOST_TRIES, clean_setup_code
from webapp.domain.people.written_code import new_written_code
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.domain.text import search_text, sort_name
from webapp.models import SetupCode, User
from webapp.queries.installation.operators import has_operator
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.address_proof import write_confirmation
from webapp.services.accounts.mailed_link import end_links, forget_devices
from webapp.services.accounts.password import end_sessions, require_password
from webapp.services.insertion import insert_unless_there
from webapp.services.installation.trail import record_act
from webapp.services.organizations.organization_setup import add_facility, add_member, add_organization
from webapp.services.unit_of_work import end_reading, write_transaction

_CODE = SetupCode.__table__


@dataclass(frozen=True, slots=True)
class FirstOperator:
    """Who sets the installation up; name and address are checked, the password is as it was typed."""

    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class FirstOrganization:
    """What they open; everything is checked."""

    name: str
    contact_email: str
    facility: str
    address: str
    timezone: str


def new_setup_code(*, now: datetime) -> str | None:
    """A code to set the installation up with, which ends every one before it; None where somebody operates it."""
    code = new_written_code()
    with write_transaction() as session:
        if has_operator(session):
            return None
        session.execute(update(_CODE).where(_CODE.c.ended_at.is_(None)).values(ended_at=now))
        session.execute(insert(SetupCode).values(code_hash=token_hash(code), created_at=now))
    return code


def try_setup_code(*, code: str) -> str:
    """The code in the one spelling that `set_up` takes; a wrong one is counted. It stays to be used.

    Raises `setup_code_missing`, `setup_code_wrong`.
    """
    clean = clean_setup_code(code)
    with write_transaction() as session:
        is_right = session.scalar(select(_CODE.c.id).where(_CODE.c.code_hash == token_hash(clean), *_IS_OPEN))
        if is_right is None:
            session.execute(update(_CODE).where(*_IS_OPEN).values(tries=_CODE.c.tries + 1))
    # Raised behind the transaction: a wrong guess counts.
    if is_right is None:
        raise Refused("setup_code_wrong")
    return clean


def set_up(*, code: str, operator: FirstOperator, organization: FirstOrganization, now: datetime) -> int:
    """Use the code up; the id of the account that operates the installation and owns its first organization.

    Raises `setup_code_wrong`, `installation_set_up`, `password_...`, `setup_password_wrong` where a proved account has
    that address and another password, `organization_exists`, `unknown_timezone`.
    """
    zone = require_timezone(organization.timezone).key
    end_reading()
    hashed = hash_password(require_password(operator.password, about=(operator.name, operator.email)))
    with write_transaction() as session:
        _use_code(session, code, now)
        user_id = _account(session, operator, hashed, now)
        made = add_organization(session, name=organization.name, contact_email=organization.contact_email, now=now)
        add_facility(session, made.id, name=organization.facility, timezone=zone, address=organization.address)
        add_member(session, made.id, user_id, role=Role.OWNER, now=now, by_themself=True)
        session.execute(update(User).where(User.id == user_id).values(is_operator=True))
        write_confirmation(session, user_id, now=now)
        record_act(session, OperatorAct.SET_UP, actor_id=user_id, organization_id=made.id, user_id=user_id, at=now)
    return user_id


_IS_OPEN = (_CODE.c.ended_at.is_(None), _CODE.c.tries < MOST_TRIES)


def _use_code(session: Session, code: str, now: datetime) -> None:
    """Lock what could be used by others at this moment, and end it: of two who set up, one does."""
    waiting = select(_CODE.c.code_hash).where(*_IS_OPEN).order_by(_CODE.c.id).with_for_update()
    usable = session.scalars(waiting).all()
    if has_operator(session):
        raise Refused("installation_set_up")
    if token_hash(code) not in usable:
        raise Refused("setup_code_wrong")
    session.execute(update(_CODE).where(_CODE.c.ended_at.is_(None)).values(ended_at=now))


def _account(session: Session, operator: FirstOperator, hashed: str, now: datetime) -> int:
    """The account of that address: made, or found. Nobody else's password or session survives at an unproved one."""
    values = {"email": operator.email, "is_operator": False, "is_system": False, "created_at": now}
    named = {
        "name": operator.name,
        "search_text": search_text(operator.name, operator.email),
        "sort_name": sort_name(operator.name),
        "password_hash": hashed,
    }
    session.execute(insert_unless_there(session, User.__table__, index_elements=["email"]), [{**values, **named}])
    found = session.execute(
        select(User.id, User.password_hash, User.address_proved_at, User.disabled_at, User.is_system).where(
            User.email == operator.email
        )
    ).one()
    if found.password_hash != hashed:
        _take(session, found, operator.password, named, now)
    user_id: int = found.id
    return user_id


def _take(session: Session, found: AnyRow, password: str, named: dict[str, str], now: datetime) -> None:
    if found.address_proved_at is not None:
        # A sixth of a second under the lock, once in the life of an installation.
        if found.disabled_at or found.is_system or not is_right_password(found.password_hash, password):
            raise Refused("setup_password_wrong")
        return
    session.execute(update(User).where(User.id == found.id).values(named))
    end_links(session, found.id, now=now)
    end_sessions(session, found.id)
    forget_devices(session, found.id)
