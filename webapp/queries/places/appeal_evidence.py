"""What is known beside an appeal: the desk around that time, online sessions, the family, earlier places, notes.

A fixed number of statements, whatever the number of appeals on the page.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from webapp.domain.desk.check_in import CheckInMethod
from webapp.domain.event_days import local_date
from webapp.domain.events.explanation import Explanation
from webapp.domain.permission import SYSTEM_USER_ID
from webapp.extensions import db
from webapp.models import AppealNote, CheckIn, CheckInReversal, Enrollment, Event, MeetingSession, SessionReport, User
from webapp.queries.id_set import is_among
from webapp.queries.places.appeals import ListedAppeal
from webapp.queries.places.outcome import explanations_of
from webapp.queries.row_types import AnySelect

#: So many check-ins before the time and after it.
NEIGHBOURS = 2
_AT_THE_DESK = (CheckInMethod.MANUAL, CheckInMethod.CODE, CheckInMethod.QR, CheckInMethod.WALK_IN)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`before` and `after`: check-ins of others at the desk (`name`, `desk`, `at`) on that day, in order of time.

    `sessions`: own online sessions (`title`, `minutes`, `percentage`, `status`). `came` of `places`: earlier places of
    the same organization that were decided. `family_came` of `family`: others looked after by the same person, at the
    same event. `notes`: `author`, `text`, `written_at`.
    """

    explanation: Explanation
    before: Sequence[Row] = ()
    after: Sequence[Row] = ()
    sessions: Sequence[Row] = ()
    came: int = 0
    places: int = 0
    family_came: int = 0
    family: int = 0
    notes: Sequence[Row] = ()

    @property
    def gap(self) -> tuple[datetime, datetime] | None:
        """Between which check-ins nobody else was checked in, around that time."""
        return (self.before[-1].at, self.after[0].at) if self.before and self.after else None


@dataclass(slots=True)
class _Found:
    before: list[Row] = field(default_factory=list)
    after: list[Row] = field(default_factory=list)


def evidence_of(appeals: Sequence[ListedAppeal]) -> dict[int, Evidence]:
    """By appeal. Eight statements at most."""
    if not appeals:
        return {}
    session = db.session()
    explained = explanations_of(session, [one.enrollment_id for one in appeals])
    desk, online, notes = _at_the_desk(session, appeals), _online(session, appeals), _notes(session, appeals)
    earlier, family = _earlier(session, appeals), _family(session, appeals)
    return {
        one.id: Evidence(
            explained[one.enrollment_id],
            desk[one.id].before,
            desk[one.id].after,
            online[one.enrollment_id],
            *earlier.get(one.id, (0, 0)),
            *family.get(one.id, (0, 0)),
            notes[one.id],
        )
        for one in appeals
    }


def _at_the_desk(session: Session, appeals: Sequence[ListedAppeal]) -> Mapping[int, _Found]:
    """The last check-ins before each time and the first from it on."""
    parts = [part for one in appeals for part in (_neighbours(one, is_before=True), _neighbours(one, is_before=False))]
    found: dict[int, _Found] = defaultdict(_Found)
    for row in sorted(session.execute(union_all(*parts)), key=lambda row: row.at):
        (found[row.appeal_id].before if row.is_before else found[row.appeal_id].after).append(row)
    return found


def _neighbours(one: ListedAppeal, *, is_before: bool) -> AnySelect:
    side = CheckIn.at < one.pivot if is_before else CheckIn.at >= one.pivot
    near = (
        select(
            literal(one.id).label("appeal_id"),
            literal(int(is_before)).label("is_before"),
            User.name,
            CheckIn.desk,
            CheckIn.at,
        )
        .join(Enrollment, Enrollment.id == CheckIn.enrollment_id)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.event_id == one.event_id, CheckIn.local_on == local_date(one.pivot, one.timezone), side)
        .where(CheckIn.method.in_(_AT_THE_DESK), CheckInReversal.check_in_id.is_(None))
        .where(CheckIn.enrollment_id != one.enrollment_id)
        .order_by(CheckIn.at.desc() if is_before else CheckIn.at)
        .limit(NEIGHBOURS)
        .subquery()
    )
    return select(near)


def _online(session: Session, appeals: Sequence[ListedAppeal]) -> Mapping[int, list[Row]]:
    """Own results in the event's online sessions, by enrollment; what staff marked counts."""
    rows = session.execute(
        select(
            Enrollment.id.label("enrollment_id"),
            MeetingSession.title,
            SessionReport.minutes,
            SessionReport.percentage,
            func.coalesce(SessionReport.marked_status, SessionReport.status).label("status"),
        )
        .join(MeetingSession, MeetingSession.event_id == Enrollment.event_id)
        .join(
            SessionReport,
            (SessionReport.session_id == MeetingSession.id) & (SessionReport.user_id == Enrollment.user_id),
        )
        .where(is_among(session, Enrollment.id, [one.enrollment_id for one in appeals]))
        .where(MeetingSession.cancelled_at.is_(None))
        .order_by(MeetingSession.starts_at, MeetingSession.id)
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.enrollment_id].append(row)
    return found


def _earlier(session: Session, appeals: Sequence[ListedAppeal]) -> dict[int, tuple[int, int]]:
    """By appeal: how often they came, of the places at earlier events of that organization that were decided."""
    own, other, event = aliased(Enrollment), aliased(Enrollment), aliased(Event)
    counted = (
        select(own.id, _number_of(other.is_attended), func.count())
        .join(Event, Event.id == own.event_id)
        .join(other, other.user_id == own.user_id)
        .join(event, event.id == other.event_id)
        .where(is_among(session, own.id, [one.enrollment_id for one in appeals]))
        .where(event.organization_id == Event.organization_id, event.starts_at < Event.starts_at, other.is_decided)
        .where(event.deleted_at.is_(None))
        .group_by(own.id)
    )
    return _by_appeal(appeals, session.execute(counted).all())


def _family(session: Session, appeals: Sequence[ListedAppeal]) -> dict[int, tuple[int, int]]:
    """By appeal: how many of those who are looked after together with the person came, of those with an outcome."""
    own, other, person, relative = aliased(Enrollment), aliased(Enrollment), aliased(User), aliased(User)
    head = func.coalesce(person.managed_by_id, person.id)
    counted = (
        select(own.id, _number_of(other.is_attended), func.count())
        .join(person, person.id == own.user_id)
        .join(other, other.event_id == own.event_id)
        .join(relative, relative.id == other.user_id)
        .where(is_among(session, own.id, [one.enrollment_id for one in appeals]))
        .where(or_(relative.managed_by_id == head, relative.id == head), relative.id != person.id, other.is_closed)
        .where(head != SYSTEM_USER_ID)
        .group_by(own.id)
    )
    return _by_appeal(appeals, session.execute(counted).all())


def _notes(session: Session, appeals: Sequence[ListedAppeal]) -> Mapping[int, list[Row]]:
    rows = session.execute(
        select(AppealNote.appeal_id, AppealNote.text, AppealNote.written_at, User.name.label("author"))
        .join(User, User.id == AppealNote.author_id)
        .where(is_among(session, AppealNote.appeal_id, [one.id for one in appeals]))
        .order_by(AppealNote.id)
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.appeal_id].append(row)
    return found


def _number_of(which: SQLColumnExpression[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _by_appeal(appeals: Sequence[ListedAppeal], rows: Sequence[Row]) -> dict[int, tuple[int, int]]:
    found = {enrollment_id: (int(came), int(places)) for enrollment_id, came, places in rows}
    return {one.id: found[one.enrollment_id] for one in appeals if one.enrollment_id in found}
