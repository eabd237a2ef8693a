"""Five o'clock: scheduled classes begin, and with them the enrollments of their people.

One transaction per facility. Locks, in this order: the run, the facility, its classes by id. Staff
lock a class first and ask for nothing before it, so nobody waits in a circle.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, Insert, func, insert, literal, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.activation import Morning
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import SYSTEM_USER_ID, Trigger
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import ClassChange, ClassEnrollment, Facility, FacilityActivation, ProgramClass
from webapp.models.program import ClassChangeKind
from webapp.queries.classes.activation import (
    begins_on,
    facilities_due,
    facility_dates,
    has_system_account,
    is_unstamped,
    people_to_stamp,
)
from webapp.queries.row_set import row_set
from webapp.services.beat import Beat
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, write_transaction
from webapp.services.work.run import ClaimLost

log = logging.getLogger(__name__)

_CLASS, _ENROLLMENT, _TRAIL = ProgramClass.__table__, ClassEnrollment.__table__, ClassChange.__table__
_FACILITY, _DONE = Facility.__table__, FacilityActivation.__table__


class SystemAccountMissing(Exception):
    """There is nobody in whose name classes could be activated."""

    def __init__(self) -> None:
        super().__init__(
            f"the system account (user {SYSTEM_USER_ID}, is_system) is missing, so no class was activated; "
            "restore that row, then run the job again"
        )


@dataclass(frozen=True, slots=True)
class Activated:
    """What one facility's activation changed."""

    classes: int = 0
    people: int = 0


def activate_classes(
    *,
    now: datetime,
    run_id: int | None = None,
    by_hand: bool = False,
    facility_id: int | None = None,
    beat: Beat | None = None,
) -> dict[str, int]:
    """Activate what is due at `now`: by the schedule where five o'clock has come and was not done, by hand anywhere.

    Returns how many classes and people. A facility that fails holds no other up; the first
    error is raised at the end. Raises SystemAccountMissing before anything is written.
    """
    if not has_system_account(db.session()):
        raise SystemAccountMissing
    counts = {"classes": 0, "people": 0}
    failed: Exception | None = None
    for place, local_on, morning in _places(now, by_hand=by_hand, facility_id=facility_id):
        try:
            done = activate_facility(
                facility_id=place, local_on=local_on, now=now, run_id=run_id, morning=morning, beat=beat, counts=counts
            )
        except (ClaimLost, SystemAccountMissing):
            raise
        except Exception as error:
            log.exception("facility %s could not be activated", place)
            failed = failed or error
        else:
            counts = _sum(counts, done)
    if failed is not None:
        raise failed
    return counts


def activate_facility(
    *,
    facility_id: int,
    local_on: date,
    now: datetime,
    run_id: int | None = None,
    morning: Morning | None = None,
    beat: Beat | None = None,
    counts: dict[str, int] | None = None,
) -> Activated:
    """Begin the facility's classes whose start date is not after `local_on`, in one transaction.

    With `morning` this is the five-o'clock of that date, which is done once: where somebody did
    it already, nothing is written. Status, activation time, updating user and trail of the
    classes and the still empty `enrolled_at` of their people are set together, to `now`.
    Raises SystemAccountMissing, and Refused: `not_found`.
    """
    before = counts or {}
    with write_transaction() as session:
        if beat is not None:
            # Holding the claim while we work: whoever wants it waits, and then sees it renewed.
            beat(session, before)
        if not has_system_account(session):
            raise SystemAccountMissing
        _lock_facility(session, facility_id)
        if morning is not None and not _claim(session, facility_id, morning, run_id=run_id, now=now):
            return Activated()
        done = _begin(session, facility_id, local_on, now=now, run_id=run_id)
        if morning is not None and done.classes:
            session.execute(
                update(_DONE)
                .where(_DONE.c.facility_id == facility_id, _DONE.c.local_on == morning.local_on)
                .values(classes=done.classes, people=done.people)
            )
        if beat is not None:
            beat(session, _sum(before, done))
    return done


def _places(now: datetime, *, by_hand: bool, facility_id: int | None) -> Iterator[tuple[int, date, Morning | None]]:
    """Facility, local date and morning (none by hand) of what there is to do."""
    found: list[tuple[int, date, Morning | None]]
    if by_hand:
        found = [(place, local_on, None) for place, local_on in facility_dates(now, facility_id).items()]
    else:
        found = [(due.id, due.morning.local_on, due.morning) for due in facilities_due(now)]
    end_reading()
    yield from found


def _sum(counts: dict[str, int], done: Activated) -> dict[str, int]:
    return {
        "classes": counts.get("classes", 0) + done.classes,
        "people": counts.get("people", 0) + done.people,
    }


def _lock_facility(session: Session, facility_id: int) -> None:
    """Activations of one facility take turns; whoever only refers to it need not wait."""
    query = select(_FACILITY.c.id).where(_FACILITY.c.id == facility_id).with_for_update(key_share=True)
    if session.scalar(query) is None:
        raise Refused("not_found")


def _claim(session: Session, facility_id: int, morning: Morning, *, run_id: int | None, now: datetime) -> bool:
    """Take the five-o'clock of that date; False where it was taken before."""
    taking = insert_unless_there(session, _DONE).values(
        facility_id=facility_id, local_on=morning.local_on, job_run_id=run_id, classes=0, people=0, at=now
    )
    return session.execute(taking.returning(_DONE.c.facility_id)).one_or_none() is not None


def _begin(session: Session, facility_id: int, local_on: date, *, now: datetime, run_id: int | None) -> Activated:
    """Trail, people and classes in three statements, whatever their number."""
    due = select(_CLASS.c.id).where(_CLASS.c.facility_id == facility_id, begins_on(local_on))
    ids = list(session.scalars(due.order_by(_CLASS.c.id).with_for_update(key_share=True)))
    if not ids:
        return Activated()
    begun_ids = row_set(session, {"id": BigInteger()}, [(class_id,) for class_id in ids])
    chosen = _CLASS.c.id.in_(select(begun_ids.c.id))
    # First the trail: it counts whose `enrolled_at` is still empty.
    session.execute(_telling(session, chosen, now=now, run_id=run_id))
    stamped = rows_changed(
        session,
        update(_ENROLLMENT)
        # Joined: PostgreSQL would go through the whole list of ids for every enrollment.
        .where(_ENROLLMENT.c.class_id.in_(select(begun_ids.c.id)), is_unstamped())
        .values(enrolled_at=now, updated_by_id=SYSTEM_USER_ID),
    )
    begun = rows_changed(
        session,
        update(_CLASS)
        .where(chosen)
        .values(
            status=ClassStatus.ACTIVE, activated_at=now, updated_by_id=SYSTEM_USER_ID, version=_CLASS.c.version + 1
        ),
    )
    return Activated(begun, stamped)


def _telling(session: Session, chosen: ColumnElement[bool], *, now: datetime, run_id: int | None) -> Insert:
    """The insert of one line of the trail per class."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    facts = (func.json_build_object if postgresql else func.json_object)("people", people_to_stamp())
    row = {
        "class_id": _CLASS.c.id,
        "version": _CLASS.c.version + 1,
        "kind": literal(ClassChangeKind.ACTIVATED),
        "from_status": _CLASS.c.status,
        "to_status": literal(ClassStatus.ACTIVE),
        "facts": facts,
        "triggered_by": literal(Trigger.SYSTEM),
        "actor_id": literal(SYSTEM_USER_ID),
        "job_run_id": literal(run_id, _TRAIL.c.job_run_id.type),
        "at": literal(now, _TRAIL.c.at.type),
    }
    return insert(_TRAIL).from_select(list(row), select(*row.values()).where(chosen).order_by(_CLASS.c.id))
