"""Making a class, and changing it while people already count on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.class_draft import ClassDraft
from webapp.domain.classes.program_class import (
    ClassStatus,
    SessionStatus,
    require_dates,
    require_not_frozen,
    require_program_offers,
)
from webapp.domain.permission import Actor, Trigger
from webapp.domain.refusal import Refused
from webapp.domain.text import title_search_text
from webapp.models import ClassEnrollment, ClassSession, Membership, ProgramClass, Room
from webapp.models.program import ClassChangeKind
from webapp.services.classes.class_meetings import rename_meetings
from webapp.services.classes.class_trail import record_change
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.classes.program import LockedProgram, lock_program
from webapp.services.insertion import insert_unless_there
from webapp.services.organizations.facility import require_open_facility
from webapp.services.places.seats import save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_CLASS = ProgramClass.__table__


@dataclass(frozen=True, slots=True)
class ClassEdited:
    """What an edit did: enrollments that moved up, in order. Nothing changed: same version."""

    version: int
    promoted: tuple[int, ...] = ()


def create_class(
    *, program_id: int, draft: ClassDraft, actor: Actor, by: Trigger, request_id: str, now: datetime
) -> int:
    """Make a scheduled class and return its id. The same form sent twice makes one.

    Raises Refused: `not_found`, `program_inactive`, `program_not_offered_here`, `start_after_end`,
    `class_too_long`, `room_elsewhere`, `instructor_unknown`, `class_already_saved` (the form was
    sent before with other values; `class_id` names what it made).
    """
    require_dates(draft.starts_on, draft.ends_on)
    with write_transaction() as session:
        program = lock_program(session, program_id, shared=True)
        made = _made_by(session, program_id, request_id)
        if made is not None:
            return _same_or_refused(made, draft)
        _require_offered(program, draft.facility_id)
        require_open_facility(session, draft.facility_id, program.row.organization_id)
        require_room(session, draft.room_id, draft.facility_id)
        require_instructor(session, draft.instructor_id, program.row.organization_id)
        class_id: int | None = session.scalar(
            insert_unless_there(session, _CLASS)
            .values(
                **draft.columns(),
                program_id=program_id,
                organization_id=program.row.organization_id,
                search_text=title_search_text(draft.title),
                status=ClassStatus.SCHEDULED,
                created_at=now,
                updated_by_id=actor.user_id,
                request_id=request_id,
                version=1,
            )
            .returning(_CLASS.c.id)
        )
        if class_id is None:  # the other of two at the same instant
            return _same_or_refused(_made_by(session, program_id, request_id), draft)
        record_change(
            session,
            class_id=class_id,
            version=1,
            kind=ClassChangeKind.CREATED,
            from_status=None,
            to_status=ClassStatus.SCHEDULED,
            facts={},
            cause=Cause(by=by, actor=actor, at=now),
        )
        return class_id


def edit_class(
    *, class_id: int, draft: ClassDraft, expected_version: int, actor: Actor, by: Trigger, now: datetime
) -> ClassEdited:
    """Change a class; whoever gets a seat by it moves up in the same transaction, as one set.

    Sent twice it changes once. Raises Refused: `not_found`, `class_frozen`, `stale`,
    `start_after_end`, `class_too_long`, `program_inactive`, `program_not_offered_here`,
    `facility_fixed`, `room_elsewhere`, `instructor_unknown`, `class_capacity_below`,
    `sessions_outside_dates`.
    """
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        require_not_frozen(locked.status)
        changed = draft.differences(locked.row)
        if not changed:
            return ClassEdited(locked.row.version)
        if locked.row.version != expected_version:
            raise Refused("stale", fields=changed)
        _require_changeable(session, locked, draft, changed)
        version = write_change(
            session,
            locked,
            kind=ClassChangeKind.EDITED,
            cause=Cause(by=by, actor=actor, at=now),
            facts={"fields": list(changed)},
            **draft.columns(),
            search_text=title_search_text(draft.title),
        )
        if "title" in changed:
            rename_meetings(session, class_id, draft.title)
        # Read again under the same lock: what was just written decides who moves up.
        locked = lock_class(session, class_id)
        promoted = promote_next(session, locked, now=now)
        save_counters(session, locked)
        return ClassEdited(version, tuple(promoted))


def write_change(
    session: Session,
    locked: LockedClass,
    *,
    kind: ClassChangeKind,
    cause: Cause,
    facts: dict[str, Any] | None = None,
    **values: Any,
) -> int:
    """Write columns of the locked class and its line of the trail; returns the new version."""
    version: int = locked.row.version + 1
    session.execute(
        update(_CLASS)
        .where(_CLASS.c.id == locked.id)
        .values(**values, updated_by_id=cause.actor.user_id, version=version)
    )
    record_change(
        session,
        class_id=locked.id,
        version=version,
        kind=kind,
        from_status=locked.status,
        to_status=ClassStatus(values.get("status", locked.status)),
        facts=facts or {},
        cause=cause,
    )
    return version


def _require_changeable(session: Session, locked: LockedClass, draft: ClassDraft, changed: tuple[str, ...]) -> None:
    require_dates(draft.starts_on, draft.ends_on)
    if "facility_id" in changed:
        if _is_used(session, locked.id):
            raise Refused("facility_fixed")
        _require_offered(lock_program(session, locked.row.program_id, shared=True), draft.facility_id)
        require_open_facility(session, draft.facility_id, locked.row.organization_id)
    if {"room_id", "facility_id"} & set(changed):
        require_room(session, draft.room_id, draft.facility_id)
    if "instructor_id" in changed:
        require_instructor(session, draft.instructor_id, locked.row.organization_id)
    if draft.capacity < locked.taken - locked.over:
        raise Refused("class_capacity_below", capacity=draft.capacity, taken=locked.taken)
    _require_sessions_inside(session, locked.id, draft)


def _is_used(session: Session, class_id: int) -> bool:
    used = or_(exists().where(ClassSession.class_id == class_id), exists().where(ClassEnrollment.class_id == class_id))
    return bool(session.scalar(select(used)))


def _require_offered(program: LockedProgram, facility_id: int) -> None:
    require_program_offers(
        is_active=program.row.is_active,
        is_archived=program.row.archived_at is not None,
        is_offered_here=facility_id in program.facility_ids,
    )


def require_room(session: Session, room_id: int | None, facility_id: int) -> None:
    """Refuse a room of another facility (`room_elsewhere`)."""
    if room_id is not None and session.scalar(select(Room.facility_id).where(Room.id == room_id)) != facility_id:
        raise Refused("room_elsewhere")


def require_instructor(session: Session, instructor_id: int | None, organization_id: int) -> None:
    """Refuse somebody who is not of the organization's team (`instructor_unknown`)."""
    if instructor_id is None:
        return
    member = exists().where(Membership.user_id == instructor_id, Membership.organization_id == organization_id)
    if not session.scalar(select(member)):
        raise Refused("instructor_unknown")


def _require_sessions_inside(session: Session, class_id: int, draft: ClassDraft) -> None:
    outside = session.scalar(
        select(func.count()).where(
            ClassSession.class_id == class_id,
            ClassSession.status == SessionStatus.SCHEDULED,
            or_(ClassSession.local_on < draft.starts_on, ClassSession.local_on > draft.ends_on),
        )
    )
    if outside:
        raise Refused("sessions_outside_dates", sessions=outside)


def _made_by(session: Session, program_id: int, request_id: str) -> Any:
    return session.execute(
        select(*_CLASS.c).where(_CLASS.c.program_id == program_id, _CLASS.c.request_id == request_id)
    ).one_or_none()


def _same_or_refused(made: Any, draft: ClassDraft) -> int:
    class_id: int = made.id
    if draft.differences(made):
        raise Refused("class_already_saved", class_id=class_id)
    return class_id
