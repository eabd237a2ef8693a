"""How much a person wants to hear: for everybody, for one organization, by a click in a mail."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.notices.notice import Frequency
from webapp.models import NotificationPreference, User
from webapp.queries.id_set import is_among
from webapp.services.asking.prompt import end_prompts_of_opted_out
from webapp.services.unit_of_work import write_transaction

_PREFERENCE = NotificationPreference.__table__


def save_preferences(
    *, user_id: int, default: Frequency, organizations: Mapping[int, Frequency | None], now: datetime
) -> None:
    """Keep what a person wants by default and from these organizations (None: as by default).

    What they are not to be asked any more is not asked any more.
    """
    with write_transaction() as session:
        # First, because it locks the person's row: two forms at once are one after the other.
        session.execute(update(User).where(User.id == user_id).values(notification_frequency=default))
        _keep(session, user_id, organizations, now=now)


def set_frequency(*, user_id: int, organization_id: int, frequency: Frequency | None, now: datetime) -> None:
    """Keep how much a person wants of one organization; None is "as for the rest"."""
    with write_transaction() as session:
        session.execute(select(User.id).where(User.id == user_id).with_for_update())
        _keep(session, user_id, {organization_id: frequency}, now=now)


def _keep(session: Session, user_id: int, organizations: Mapping[int, Frequency | None], *, now: datetime) -> None:
    if organizations:
        concerned = is_among(session, _PREFERENCE.c.organization_id, list(organizations))
        session.execute(delete(_PREFERENCE).where(_PREFERENCE.c.user_id == user_id, concerned))
    rows = [
        {"user_id": user_id, "organization_id": organization_id, "frequency": frequency, "changed_at": now}
        for organization_id, frequency in organizations.items()
        if frequency is not None
    ]
    if rows:
        session.execute(insert(_PREFERENCE), rows)
    end_prompts_of_opted_out(session, user_id=user_id, now=now)
