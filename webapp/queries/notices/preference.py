"""How much a person wants to hear, from each organization and from the rest; and who holds a link to change it."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import and_, or_, select

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.notices.notice import Frequency
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventView, NotificationPreference, Organization, User


@dataclass(frozen=True, slots=True)
class OrganizationPreference:
    """What a person said about one organization; None is "as for the rest"."""

    organization_id: int
    name: str
    frequency: Frequency | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's word for everybody, and the organizations they had to do with, by name."""

    default: Frequency
    organizations: tuple[OrganizationPreference, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a signed link to unsubscribe is about: a person, an organization, and how it stands."""

    user_id: int
    organization_id: int
    organization_name: str
    email: str
    own: Frequency | None
    default: Frequency

    @property
    def frequency(self) -> Frequency:
        return self.own or self.default


def preferences_of(user_id: int) -> Preferences:
    """Two statements. An organization is listed if they enrolled there, looked at an event, or said something."""
    default = db.session.scalar(select(User.notification_frequency).where(User.id == user_id))
    enrolled = select(Event.organization_id).join(Enrollment, Enrollment.event_id == Event.id)
    looked = select(Event.organization_id).join(EventView, EventView.event_id == Event.id)
    rows = db.session.execute(
        select(Organization.id, Organization.name, NotificationPreference.frequency)
        .outerjoin(NotificationPreference, _is_own(user_id))
        .where(
            or_(
                NotificationPreference.user_id.is_not(None),
                Organization.id.in_(enrolled.where(Enrollment.user_id == user_id)),
                Organization.id.in_(looked.where(EventView.user_id == user_id)),
            )
        )
        .order_by(Organization.name, Organization.id)
    )
    return Preferences(
        Frequency(default or Frequency.ALL),
        tuple(OrganizationPreference(row.id, row.name, _frequency(row.frequency)) for row in rows),
    )


def subscription_of(token: str, now: datetime) -> Subscription:
    """What that link is about. Raises `link_invalid`, also for an account that is gone."""
    secret_keys = current_app.extensions["settings"].secret_keys
    claims = read(secret_keys, LinkPurpose.UNSUBSCRIBE, token, now)
    user_id, organization_id = int(claims["person"]), int(claims["organization"])
    row = db.session.execute(
        select(User.email, User.notification_frequency, Organization.name, NotificationPreference.frequency)
        .select_from(User)
        .join(Organization, Organization.id == organization_id)
        .outerjoin(NotificationPreference, _is_own(user_id))
        .where(User.id == user_id, User.anonymized_at.is_(None), User.email.is_not(None))
    ).one_or_none()
    if row is None:
        raise Refused("link_invalid")
    return Subscription(
        user_id, organization_id, row.name, row.email, _frequency(row.frequency), Frequency(row.notification_frequency)
    )


def _is_own(user_id: int):
    return and_(NotificationPreference.user_id == user_id, NotificationPreference.organization_id == Organization.id)


def _frequency(word: str | None) -> Frequency | None:
    return Frequency(word) if word else None
