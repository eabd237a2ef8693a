"""What activations did: class by class, from the trail."""

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.classes.class_enrollment import ENDED
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassChange,
    ClassEnrollmentTransition,
    ClassSession,
    Facility,
    ProgramClass,
)
from webapp.models.program import ClassChangeKind
from webapp.queries.reach import class_within

#: So many classes are listed at once.
MOST_LISTED = 300


def activated_by(run_id: int, reach: Reach | None, *, limit: int = MOST_LISTED) -> list[Row]:
    """The classes that this run activated, as far as is reached (None: all), as `recent_activations`."""
    query = _activations(reach).where(ClassChange.job_run_id == run_id)
    return list(db.session.execute(query.order_by(Facility.id, ClassChange.id).limit(limit)))


def recent_activations(reach: Reach, *, limit: int = MOST_LISTED) -> list[Row]:
    """What was activated last, newest first: class, facility, when, for how many people, and whether it stands.

    A class that was deleted since is left out.
    """
    return list(db.session.execute(_activations(reach).order_by(ClassChange.id.desc()).limit(limit)))


def last_activation(session: Session, class_id: int) -> Row | None:
    """The class's activation that was not undone: version, at, and for how many people."""
    row = session.execute(
        _activations(None).where(ClassChange.class_id == class_id).order_by(ClassChange.version.desc()).limit(1)
    ).one_or_none()
    return row if row is not None and row.undone_at is None else None


def has_marks(session: Session, class_id: int) -> bool:
    """Whether roll-call was ever taken in a session of the class, also where a mark was deleted again."""
    of_class = select(ClassSession.id).where(ClassSession.class_id == class_id)
    marked = select(
        exists().where(ClassAttendance.session_id.in_(of_class))
        | exists().where(ClassAttendanceMark.session_id.in_(of_class))
    )
    return bool(session.scalar(marked))


def has_left(session: Session, class_id: int) -> bool:
    """Whether somebody's enrollment was ever ended: such an end exists in a running class only.

    Not "since the activation": no earlier one was taken back after somebody left, and whoever
    wrote the end may have another clock.
    """
    trail = ClassEnrollmentTransition
    left = exists().where(trail.class_id == class_id, trail.to_status.in_(sorted(ENDED)))
    return bool(session.scalar(select(left)))


def _activations(reach: Reach | None) -> Select:
    undo = aliased(ClassChange)
    undone_at = (
        select(undo.at)
        .where(
            undo.class_id == ClassChange.class_id,
            undo.version > ClassChange.version,
            undo.kind == ClassChangeKind.ACTIVATION_UNDONE,
        )
        .order_by(undo.version)
        .limit(1)
        .correlate(ClassChange)
        .scalar_subquery()
    )
    return (
        select(
            ClassChange.id,
            ClassChange.class_id,
            ClassChange.version,
            ClassChange.at,
            ClassChange.job_run_id,
            ClassChange.facts["people"].as_integer().label("people"),
            undone_at.label("undone_at"),
            _stands().label("stands"),
            ProgramClass.title,
            ProgramClass.status,
            ProgramClass.organization_id,
            ProgramClass.facility_id,
            Facility.name.label("facility_name"),
            Facility.timezone,
        )
        .join(ProgramClass, ProgramClass.id == ClassChange.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .where(ClassChange.kind == ClassChangeKind.ACTIVATED)
        .where(*_in(reach))
    )


def _stands() -> ColumnElement[bool]:
    """Whether the class is active since this very activation."""
    return and_(ProgramClass.status == ClassStatus.ACTIVE, ProgramClass.activated_at == ClassChange.at)


def _in(reach: Reach | None) -> list[ColumnElement[bool]]:
    return [] if reach is None else [class_within(reach)]
