"""Places that people give back after the deadline, where the policy lets them: half a strike each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import is_late_leaving
from webapp.models import Enrollment
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.places.seats import LockedEvent

_ENROLLMENT = Enrollment.__table__


def note_late(session: Session, locked: LockedEvent, rows: Sequence[AnyRow], *, now: datetime) -> None:
    """Keep which of these (`id, status, leaves_freely`) are about to be cancelled by the person after the deadline."""
    starts_at, hours = locked.starts_at, locked.row.cancellation_deadline_hours
    late = [
        row.id
        for row in rows
        if is_late_leaving(
            S(row.status), starts_at=starts_at, hours_before=hours, leaves_freely=row.leaves_freely, now=now
        )
    ]
    if late:
        chosen = is_among(session, _ENROLLMENT.c.id, late)
        session.execute(_ENROLLMENT.update().where(chosen).values(cancelled_late=True))
