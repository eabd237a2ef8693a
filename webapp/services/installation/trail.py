"""The trail of what operators do: a line is written in the transaction of the act."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.installation.operator_act import OperatorAct
from webapp.models import OperatorChange


def record_act(
    session: Session, kind: OperatorAct, *, actor_id: int, at: datetime, organization_id: int | None = None,
    user_id: int | None = None, before: str | None = None, after: str | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    """Add a line; `before` and `after` are what changed, in words."""
    values = {"actor_id": actor_id, "organization_id": organization_id, "user_id": user_id, "at": at}
    said = {"before": before, "after": after, "reason": reason}
    session.execute(insert(OperatorChange).values(kind=kind, **values, **said))
