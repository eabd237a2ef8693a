"""Attendance beyond one class: a facility's classes in a period, and a person's classes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select

from webapp.domain.classes.class_progress import Tally
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassEnrollment, ClassSession, ProgramClass
from webapp.queries.classes.program_class import ClassFacts, class_facts
from webapp.queries.classes.roll_call import places_in, session_line, tallies_of
from webapp.queries.classes.roll_call_report import OwnReport, own_reports
from webapp.queries.id_set import is_among
from webapp.queries.reach import class_within
from webapp.queries.row_types import value_of


@dataclass(frozen=True, slots=True)
class ClassTally:
    """One class of a facility in a period: how many sessions took place, and their marks in numbers."""

    facts: ClassFacts
    sessions: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class FacilityReport:
    """Class by class, and together."""

    classes: list[ClassTally]
    sessions: int
    total: Tally


@dataclass(frozen=True, slots=True)
class PersonClass:
    """One class in a person's report."""

    facts: ClassFacts
    report: OwnReport


def facility_report(facility_id: int, first: date, last: date, *, timezone: str, now: datetime) -> FacilityReport:
    """Classes with sessions from `first` to `last` (local dates, both included). Four statements."""
    session = db.session()
    rows = session.execute(
        select(*ClassSession.__table__.c)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .where(ProgramClass.facility_id == facility_id, ClassSession.local_on.between(first, last))
        .where(ClassSession.status == SessionStatus.SCHEDULED, ClassSession.starts_at <= now)
        .order_by(ClassSession.starts_at, ClassSession.id)
    ).all()
    if not rows:
        return FacilityReport([], 0, Tally())
    class_ids = sorted({row.class_id for row in rows})
    tallies, places = tallies_of(session, rows), places_in(session, class_ids)
    by_class: dict[int, list[Tally]] = defaultdict(list)
    for row in rows:
        line = session_line(row, timezone, tallies, places.get(row.class_id, {}), now=now)
        by_class[row.class_id].append(line.tally)
    found = session.execute(class_facts().where(is_among(session, ProgramClass.id, class_ids))).all()
    classes = [
        ClassTally(value_of(ClassFacts, row), len(by_class[row.id]), sum(by_class[row.id], Tally()))
        for row in sorted(found, key=lambda row: (row.title.casefold(), row.starts_on, row.id))
    ]
    return FacilityReport(classes, len(rows), sum((one.tally for one in classes), Tally()))


def person_classes(user_id: int, reach: Reach, *, now: datetime) -> list[PersonClass]:
    """The classes that are reached in which the person had a seat, the latest first. Four statements."""
    session = db.session()
    if not reach:
        return []
    theirs = select(ClassEnrollment.class_id).where(ClassEnrollment.user_id == user_id)
    rows: Sequence[Row] = session.execute(
        class_facts()
        .where(ProgramClass.id.in_(theirs))
        .where(class_within(reach))
        .order_by(ProgramClass.starts_on.desc(), ProgramClass.id.desc())
    ).all()
    classes = [value_of(ClassFacts, row) for row in rows]
    reports = own_reports(classes, user_id, now=now)
    return [PersonClass(facts, reports[facts.id]) for facts in classes if facts.id in reports]
