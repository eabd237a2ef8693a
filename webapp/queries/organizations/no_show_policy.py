"""The no-show policy of an organization, where it has one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.extensions import db
from webapp.models import NoShowRule, User


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """A policy that is on: since when, and who changed it last."""

    policy: NoShowPolicy
    since: datetime
    changed_at: datetime
    changed_by: str


def no_show_policy_of(organization_id: int) -> KeptPolicy | None:
    """The policy that is on there; None: none is."""
    row = db.session.execute(
        select(*NoShowRule.__table__.c, User.name)
        .join(User, User.id == NoShowRule.changed_by_id)
        .where(NoShowRule.organization_id == organization_id)
    ).one_or_none()
    if row is None:
        return None
    policy = NoShowPolicy(row.strikes, row.fade_days, Consequence(row.consequence), row.hours, row.late_counts)
    return KeptPolicy(policy, row.since, row.changed_at, row.name)
