"""Moving a class through its life: activate, pause, complete, cancel; archiving and deleting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import (
    ClassStatus,
    Traces,
    require_archivable,
    require_deletable,
    require_legal_move,
)
from webapp.domain.permission import Actor, Trigger
from webapp.domain.refusal import Refused
from webapp.models import (
    ClassAttendanceMark,
    ClassCompletion,
    ClassEnrollment,
    ClassRule,
    ClassSession,
    EventListEntry,
    MeetingRoom,
    MeetingSession,
    ProgramClass,
)
from webapp.models.program import ClassChangeKind
from webapp.queries.classes.activation import is_unstamped
from webapp.services.classes.class_editing import write_change
from webapp.services.classes.class_ending import cancel_people, complete_people
from webapp.services.classes.class_trail import record_change
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.places.transition import Cause
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_CLASS, _ENROLLMENT, _MEETING = ProgramClass.__table__, ClassEnrollment.__table__, MeetingSession.__table__

#: When a status was reached, for those that keep it.
_REACHED = {
    ClassStatus.ACTIVE: "activated_at",
    ClassStatus.COMPLETED: "completed_at",
    ClassStatus.CANCELLED: "cancelled_at",
}
#: A list shows fewer; more at once come from no page.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ClassMoved:
    """What a move did: the version it made, and how many people it concerned. Already there: `changed` is False."""

    version: int
    people: int = 0
    changed: bool = True


@dataclass(frozen=True, slots=True)
class MoveResult:
    """One class of several: what happened, or why not."""

    class_id: int
    moved: ClassMoved | None = None
    refused: Refused | None = None


def move_class(
    *,
    class_id: int,
    to_status: ClassStatus,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
) -> ClassMoved:
    """Move a class to that status; what it means for its people happens in the same transaction.

    Activating and resuming stamp the still empty `enrolled_at`; completing completes the enrolled with a
    record each; cancelling cancels everybody and needs a reason. Where it stands there
    already, nothing happens. Raises Refused: `not_found`, `class_frozen`, `illegal_class_move`,
    `stale`, `reason_required`.
    """
    if to_status is ClassStatus.CANCELLED and not (reason or "").strip():
        raise Refused("reason_required")
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        if locked.status is to_status:
            return ClassMoved(locked.row.version, changed=False)
        require_legal_move(locked.status, to_status)
        _require_version(locked, expected_version)
        cause = Cause(by=by, actor=actor, at=now, reason=reason or None)
        people = _move_people(session, locked, to_status, cause)
        values: dict[str, object] = {"status": to_status}
        if to_status in _REACHED and not (to_status is ClassStatus.ACTIVE and locked.row.activated_at):
            values[_REACHED[to_status]] = now
        version = write_change(
            session, locked, kind=ClassChangeKind.MOVED, cause=cause, facts={"people": people}, **values
        )
        return ClassMoved(version, people)


def move_classes(
    *,
    class_ids: Sequence[int],
    to_status: ClassStatus,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
) -> list[MoveResult]:
    """Move several classes, each in its own transaction: one that cannot be moved stops no other.

    A result per class, in the order given. Raises Refused: `reason_required`, `too_many_classes`.
    """
    if to_status is ClassStatus.CANCELLED and not (reason or "").strip():
        raise Refused("reason_required")
    if len(class_ids) > MOST_AT_ONCE:
        raise Refused("too_many_classes", most=MOST_AT_ONCE)
    results = []
    for class_id in class_ids:
        try:
            moved = move_class(class_id=class_id, to_status=to_status, actor=actor, by=by, now=now, reason=reason)
        except Refused as refused:
            results.append(MoveResult(class_id, refused=refused))
        else:
            results.append(MoveResult(class_id, moved))
    return results


def archive_class(*, class_id: int, expected_version: int, actor: Actor, by: Trigger, now: datetime) -> int:
    """Take a finished class out of the lists; returns the version. Archived already: nothing happens.

    Raises Refused: `not_found`, `class_not_archivable`, `stale`.
    """
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        if locked.row.archived_at is not None:
            version: int = locked.row.version
            return version
        require_archivable(locked.status)
        _require_version(locked, expected_version)
        cause = Cause(by=by, actor=actor, at=now)
        return write_change(session, locked, kind=ClassChangeKind.ARCHIVED, cause=cause, archived_at=now)


def delete_class(*, class_id: int, expected_version: int, actor: Actor, by: Trigger, now: datetime) -> None:
    """Delete a class that nobody was ever in, with its sessions. Its trail stays, with a last line.

    Raises Refused: `not_found`, `class_not_deletable`, `stale`.
    """
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        require_deletable(locked.status, _traces(session, class_id))
        _require_version(locked, expected_version)
        record_change(
            session,
            class_id=class_id,
            version=locked.row.version + 1,
            kind=ClassChangeKind.DELETED,
            from_status=locked.status,
            to_status=locked.status,
            facts={"title": locked.row.title},
            cause=Cause(by=by, actor=actor, at=now),
        )
        of_class = select(ClassSession.id).where(ClassSession.class_id == class_id)
        session.execute(delete(_MEETING).where(_MEETING.c.class_session_id.in_(of_class)))
        for table in (ClassSession.__table__, ClassRule.__table__, EventListEntry.__table__):
            session.execute(delete(table).where(table.c.class_id == class_id))
        session.execute(delete(_CLASS).where(_CLASS.c.id == class_id))


def _require_version(locked: LockedClass, expected_version: int | None) -> None:
    if expected_version is not None and locked.row.version != expected_version:
        raise Refused("stale")


def _move_people(session: Session, locked: LockedClass, to_status: ClassStatus, cause: Cause) -> int:
    """What a move of the class does to its people; returns how many it concerned."""
    if to_status is ClassStatus.COMPLETED:
        ended = complete_people(session, locked, cause)
        return ended.people + ended.waiting
    if to_status is ClassStatus.CANCELLED:
        ended = cancel_people(session, locked, cause)
        return ended.people + ended.waiting
    if to_status is ClassStatus.ACTIVE:
        return _begin_for_people(session, locked, cause)
    return 0


def _begin_for_people(session: Session, locked: LockedClass, cause: Cause) -> int:
    """The class begins for whoever is enrolled and was not stamped before."""
    return rows_changed(
        session,
        update(_ENROLLMENT)
        .where(ClassEnrollment.class_id == locked.id, is_unstamped())
        .values(enrolled_at=cause.at, updated_by_id=cause.actor.user_id),
    )


def _traces(session: Session, class_id: int) -> Traces:
    """What the class left behind, counted under its lock."""
    its_sessions = select(ClassSession.id).where(ClassSession.class_id == class_id)
    its_rooms = select(MeetingSession.room_name).where(MeetingSession.class_session_id.in_(its_sessions))
    count = func.count()
    row = session.execute(
        select(
            select(count).where(ClassEnrollment.class_id == class_id).scalar_subquery(),
            select(count)
            .select_from(ClassAttendanceMark)
            .where(ClassAttendanceMark.session_id.in_(its_sessions))
            .scalar_subquery(),
            select(count).where(ClassCompletion.class_id == class_id).scalar_subquery(),
            select(count).select_from(MeetingRoom).where(MeetingRoom.name.in_(its_rooms)).scalar_subquery(),
        )
    ).one()
    return Traces(*row)
