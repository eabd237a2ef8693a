"""Where mail about a person goes: to themselves, or to whoever looks after them, and who that is."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from webapp.models import User

_CARER = aliased(User, name="carer")


def mail_address() -> SQLColumnExpression[str | None]:
    """The address for the joined `User`; null where there is none."""
    return func.coalesce(User.email, _of_carer(_CARER.email))


def greeted_name() -> SQLColumnExpression[Any]:
    """Whom a mail greets."""
    return case((User.managed_by_id.is_(None), User.name), else_=_of_carer(_CARER.name))


def carer_name() -> SQLColumnExpression[str | None]:
    """Who looks after the joined `User`; null where nobody does."""
    return _of_carer(_CARER.name)


def told_about() -> SQLColumnExpression[str | None]:
    """Whom the mail is about, where that is not who reads it; else null."""
    return case((User.managed_by_id.is_not(None), User.name))


def can_be_written_to() -> ColumnElement[bool]:
    """Whether a person can be reached by mail, and their account is neither closed nor gone."""
    has_address = or_(User.email.is_not(None), _of_carer(_CARER.email).is_not(None))
    return and_(has_address, is_open_account())


def is_open_account() -> ColumnElement[bool]:
    """Whether the account is neither closed nor gone, be there an address or not."""
    return and_(User.disabled_at.is_(None), User.anonymized_at.is_(None))


def _of_carer(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    found = select(column).where(_CARER.id == User.managed_by_id, _CARER.disabled_at.is_(None))
    return found.correlate(User).scalar_subquery()
