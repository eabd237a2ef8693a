"""Somebody leaves a team, or is taken off it: what they teach goes to a member who is named."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.session_change import KEPT
from webapp.domain.people.team import TeamChangeKind, require_removable
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, Facility, ProgramClass
from webapp.models.program import ClassChangeKind
from webapp.queries.organizations.team import roles_named
from webapp.queries.reach import taught_by
from webapp.services.classes.class_editing import require_instructor, write_change
from webapp.services.classes.people.class_seats import LockedClass
from webapp.services.classes.session_writing import Why, lock_for_sessions, lock_teachers, sessions_where, write_rows
from webapp.services.organizations.team import end_membership, lock_member, record, require_owner_left
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

#: What the trail of a session says; `languages.kept_texts` has it in other languages.
HANDED_OVER = "Their teacher left the team"


def leave_team(*, organization_id: int, user_id: int, successor_id: int | None, actor: Actor, now: datetime) -> int:
    """End somebody's membership, by themselves or by who manages the team; how many classes changed hands.

    Sessions that have begun stay theirs. Raises Refused: `not_found`, `role_above_own`, `last_owner`,
    `successor_missing` (they teach, and nobody takes over), `instructor_unknown` (who does is not on the team),
    `instructor_clash`, `stale`.
    """
    with write_transaction() as session:
        held = lock_member(session, organization_id, user_id)
        require_removable(actor, organization_id, user_id, held)
        require_owner_left(session, organization_id, user_id, held=held, wanted=())
        classes = _taught(session, organization_id, user_id)
        if classes:
            _require_successor(session, organization_id, user_id, successor_id)
            _hand_over(session, classes, user_id, successor_id or 0, Why(actor, HANDED_OVER, now))
        kind = TeamChangeKind.LEFT if actor.user_id == user_id else TeamChangeKind.REMOVED
        said = {"before": roles_named(held), "after": [], "successor_id": successor_id if classes else None}
        end_membership(session, organization_id, user_id)
        record(session, kind, organization_id, user_id, actor=actor, at=now, **said)
    return len(classes)


def _taught(session: Session, organization_id: int, user_id: int) -> Sequence[int]:
    own = (ProgramClass.organization_id == organization_id, ~ProgramClass.is_frozen, taught_by(user_id))
    return session.scalars(select(ProgramClass.id).where(*own).order_by(ProgramClass.id)).all()


def _require_successor(session: Session, organization_id: int, user_id: int, successor_id: int | None) -> None:
    if successor_id is None or successor_id == user_id:
        raise Refused("successor_missing")
    require_instructor(session, successor_id, organization_id)


def _hand_over(session: Session, class_ids: Sequence[int], from_id: int, to_id: int, why: Why) -> None:
    """Facilities, teachers and classes are locked in this order before the first is changed."""
    facilities = select(ProgramClass.facility_id).where(ProgramClass.id.in_(class_ids))
    places = select(Facility.id).where(Facility.id.in_(facilities)).order_by(Facility.id)
    session.execute(places.with_for_update(key_share=True)).all()
    teachers = select(ClassSession.instructor_id).where(ClassSession.class_id.in_(class_ids))
    lock_teachers(session, {to_id, *session.scalars(teachers.distinct())})
    for class_id in class_ids:
        _hand_over_class(session, lock_for_sessions(session, class_id, {to_id}), from_id, to_id, why)


def _hand_over_class(session: Session, locked: LockedClass, from_id: int, to_id: int, why: Why) -> None:
    organization_id = locked.row.organization_id
    if locked.row.instructor_id == from_id:
        cause = Cause(by=why.actor.acts_as(organization_id), actor=why.actor, at=why.at, reason=why.reason)
        facts = {"fields": ["instructor_id"]}
        write_change(session, locked, kind=ClassChangeKind.EDITED, facts=facts, cause=cause, instructor_id=to_id)
    rows = sessions_where(
        session,
        ClassSession.__table__.c.class_id == locked.id,
        ClassSession.__table__.c.instructor_id == from_id,
        ClassSession.__table__.c.status == SessionStatus.SCHEDULED,
        ClassSession.__table__.c.starts_at > why.at,
    )
    wanted = {row.id: {**{name: getattr(row, name) for name in KEPT}, "instructor_id": to_id} for row in rows}
    if rows:
        write_rows(session, rows, wanted, why=why, organization_id=organization_id)
