"""Switching an organization's no-show policy on, changing it, and switching it off."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor
from webapp.domain.places.no_shows.policy import NoShowPolicy, require_policy
from webapp.models import NoShowRule
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_RULE = NoShowRule.__table__


def switch_on(*, organization_id: int, policy: NoShowPolicy, actor: Actor, now: datetime) -> None:
    """From now on this policy holds. Where one is on already it is changed, and what counted goes on counting by the
    new one; else strikes begin at zero. The same twice is once.

    Raises Refused: `strikes_outside`, `fade_days_outside`, `hours_outside`.
    """
    require_policy(policy)
    values = {
        "strikes": policy.strikes,
        "fade_days": policy.fade_days,
        "consequence": policy.consequence,
        "hours": policy.hours,
        "late_counts": policy.late_counts,
        "changed_at": now,
        "changed_by_id": actor.user_id,
    }
    with write_transaction() as session:
        _keep(session, organization_id, values, now)


def switch_off(*, organization_id: int) -> None:
    """Nothing counts for anybody any more; off already: nothing happens."""
    with write_transaction() as session:
        session.execute(delete(_RULE).where(_RULE.c.organization_id == organization_id))


def _keep(session: Session, organization_id: int, values: dict[str, object], now: datetime) -> None:
    first = insert_unless_there(session, _RULE, index_elements=["organization_id"])
    row = first.values(organization_id=organization_id, since=now, **values).returning(_RULE.c.organization_id)
    if session.scalar(row) is None:
        session.execute(update(_RULE).where(_RULE.c.organization_id == organization_id).values(values))
