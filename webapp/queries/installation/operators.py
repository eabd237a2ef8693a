"""Who operates the installation."""

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from webapp.extensions import db
from webapp.models import User


def is_in_office() -> ColumnElement[bool]:
    """The account of somebody who operates the installation and can sign in."""
    return and_(User.is_operator.is_(True), User.disabled_at.is_(None))


def has_operator(session: Session | None = None) -> bool:
    """Whether anybody operates the installation."""
    return bool((session or db.session()).scalar(select(exists().where(is_in_office()))))
