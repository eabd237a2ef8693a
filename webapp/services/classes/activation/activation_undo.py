"""Taking an activation back on the day it happened: the class is scheduled again, and nobody has begun."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import UNDO_OF_ACTIVATION
from webapp.domain.event_days import local_date
from webapp.domain.permission import SYSTEM_USER_ID, Actor, Permission, Trigger
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import ClassEnrollment
from webapp.models.program import ClassChangeKind
from webapp.queries.classes.activated import has_left, has_marks, last_activation
from webapp.queries.row_types import AnyRow
from webapp.services.classes.class_editing import write_change
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.places.transition import Cause
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

REASON_LIMIT = 500
_ENROLLMENT = ClassEnrollment.__table__
_ACTIVE, _SCHEDULED = UNDO_OF_ACTIVATION


def undo_activation(*, class_id: int, reason: str, expected_version: int, actor: Actor, now: datetime) -> int:
    """Make an activated class scheduled again; how many people's `enrolled_at` is empty again.

    Empty again is what exactly that activation set; whoever came while the class ran keeps theirs.
    The five-o'clock of the day stays done: the class begins with the next one, unless its start
    date is changed. Raises Refused: `not_found` (also for whoever may not), `text_missing`,
    `text_too_long`, `text_broken` (the reason), `not_activated`, `stale`, `activation_too_old`,
    `activation_has_marks`, `activation_left`.
    """
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=True)
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        if not actor.can(Permission.UNDO_ACTIVATION, locked.row.organization_id, locked.row.facility_id):
            raise Refused("not_found")
        activation = _require_undoable(session, locked, expected_version, now)
        emptied = rows_changed(
            session,
            update(_ENROLLMENT)
            .where(_ENROLLMENT.c.class_id == class_id, _ENROLLMENT.c.enrolled_at == activation.at)
            .where(_ENROLLMENT.c.updated_by_id == SYSTEM_USER_ID)
            .values(enrolled_at=None, updated_by_id=actor.user_id),
        )
        write_change(
            session,
            locked,
            kind=ClassChangeKind.ACTIVATION_UNDONE,
            facts={"people": emptied},
            cause=Cause(by=Trigger.ADMIN, actor=actor, at=now, reason=why),
            status=_SCHEDULED,
            activated_at=None,
        )
    return emptied


def _require_undoable(session: Session, locked: LockedClass, expected_version: int, now: datetime) -> AnyRow:
    activation = last_activation(session, locked.id)
    if locked.status is not _ACTIVE or activation is None or activation.at != locked.row.activated_at:
        raise Refused("not_activated", status=locked.status)
    if locked.row.version != expected_version:
        raise Refused("stale")
    if local_date(activation.at, locked.timezone) != local_date(now, locked.timezone):
        raise Refused("activation_too_old", on=local_date(activation.at, locked.timezone))
    if has_marks(session, locked.id):
        raise Refused("activation_has_marks")
    if has_left(session, locked.id):
        raise Refused("activation_left")
    return activation
