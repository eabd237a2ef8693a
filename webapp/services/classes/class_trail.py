"""The trail of a class: one row per change, beside the version that the change made."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import ClassStatus
from webapp.models import ClassChange
from webapp.models.program import ClassChangeKind
from webapp.services.places.transition import Cause

_TRAIL = ClassChange.__table__


def record_change(
    session: Session,
    *,
    class_id: int,
    version: int,
    kind: ClassChangeKind,
    from_status: ClassStatus | None,
    to_status: ClassStatus,
    facts: Mapping[str, Any],
    cause: Cause,
) -> None:
    """Write what just happened to the locked class. `version` is the class's after the change.

    `facts` is kept as JSON: names of edited fields, how many people it concerned, ...
    """
    session.execute(
        insert(_TRAIL).values(
            class_id=class_id,
            version=version,
            kind=kind,
            from_status=from_status,
            to_status=to_status,
            facts=dict(facts),
            triggered_by=cause.by,
            actor_id=cause.actor.user_id,
            reason=cause.reason,
            at=cause.at,
        )
    )
