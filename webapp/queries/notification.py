"""A person's notification centre, and how much of an organization they want to hear."""

from sqlalchemy import ColumnElement, and_, func, select

from webapp.extensions import db
from webapp.models import Notification, NotificationPreference, Organization, User


def unread_count(user_id: int) -> int:
    """How many lines that person has not read."""
    return db.session.scalar(select(func.count()).where(is_unread(), Notification.user_id == user_id)) or 0


def is_unread() -> ColumnElement[bool]:
    """Whether a line was not read yet; as the partial index has it."""
    return Notification.read_at.is_(None)


def is_own_preference() -> ColumnElement[bool]:
    """Outer-joins `NotificationPreference` to `User` and `Organization`."""
    return and_(
        NotificationPreference.user_id == User.id, NotificationPreference.organization_id == Organization.id
    )

