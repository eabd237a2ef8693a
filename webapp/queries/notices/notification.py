"""A person's notification centre."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from webapp.extensions import db
from webapp.models import ClassEnrollment, Event, Notification, NotificationPreference, Organization, ProgramClass, User
from webapp.queries.page import Page, cut

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class NotificationPage(Page[Row]):
    """Newest first; `unread` are lines of all pages."""

    unread: int


def unread_count(user_id: int) -> int:
    """How many lines that person has not read."""
    return db.session.scalar(select(func.count()).where(is_unread(), Notification.user_id == user_id)) or 0


def notifications_page(user_id: int, page: int) -> NotificationPage:
    """One page of a person's lines, each with its event where that is still there; two statements."""
    counts = db.session.execute(
        select(func.count(), func.count().filter(is_unread())).where(Notification.user_id == user_id)
    ).one()
    lines = db.session.execute(cut(_lines(user_id).order_by(Notification.id.desc()), page, PAGE_SIZE)).all()
    return NotificationPage(lines, counts[0], page, PAGE_SIZE, unread=counts[1])


def notification_of(notification_id: int, user_id: int) -> Row | None:
    """That line if it is the person's own, or None."""
    return db.session.execute(_lines(user_id).where(Notification.id == notification_id)).one_or_none()


def is_unread() -> ColumnElement[bool]:
    """Whether a line was not read yet; as the partial index has it."""
    return Notification.read_at.is_(None)


def is_own_preference() -> ColumnElement[bool]:
    """Outer-joins `NotificationPreference` to `User` and `Organization`."""
    return and_(NotificationPreference.user_id == User.id, NotificationPreference.organization_id == Organization.id)


def _lines(user_id: int) -> Select:
    """Lines with `event_title`, `slug`, `timezone`, `organization_name`; empty where the event was deleted.

    A line about a class has `class_title` instead.
    """
    return (
        select(
            Notification.id,
            Notification.type,
            Notification.title,
            Notification.text,
            Notification.prompt_number,
            Notification.event_id,
            Notification.enrollment_id,
            Notification.class_enrollment_id,
            Notification.created_at,
            Notification.read_at,
            Notification.responded_at,
            Event.title.label("event_title"),
            Event.slug,
            Event.timezone,
            ProgramClass.title.label("class_title"),
            Organization.name.label("organization_name"),
        )
        .outerjoin(Event, and_(Event.id == Notification.event_id, Event.deleted_at.is_(None)))
        .outerjoin(ClassEnrollment, ClassEnrollment.id == Notification.class_enrollment_id)
        .outerjoin(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .outerjoin(Organization, Organization.id == func.coalesce(Event.organization_id, ProgramClass.organization_id))
        .where(Notification.user_id == user_id)
    )
