"""Appeals: those that staff reads, and those whose time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.permission import Reach
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import Appeal, AppealPicture, AttendanceResponse, Enrollment, Event, Organization, User
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.reach import within

PAGE_SIZE = 10


class Shown(StrEnum):
    """Which appeals a page shows."""

    OPEN = "open"
    #: Granted, declined, lapsed, or answered in another way.
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ListedAppeal:
    """An appeal as staff reads it. `filed_by` is a name where somebody else filed it for the person."""

    id: int
    event_id: int
    enrollment_id: int
    user_id: int
    name: str
    status: EnrollmentStatus
    event_title: str
    timezone: str
    starts_at: datetime
    organization_id: int
    facility_id: int
    organizers_decide: bool
    filed_at: datetime
    filed_by: str | None
    words: str
    came_at: datetime | None
    decided_until: datetime
    outcome: AppealOutcome
    ended_at: datetime | None
    decided_by: str | None
    answer: str
    has_picture: bool
    #: What they answered after the event.
    said: Answer | None

    @property
    def pivot(self) -> datetime:
        """The time around which the desk is looked at: when they say that they came, else the start."""
        return self.came_at or self.starts_at


_decider, _filer = aliased(User), aliased(User)
_has_picture = exists().where(AppealPicture.appeal_id == Appeal.id)


def appeals_page(reach: Reach, *, shown: Shown, page: int) -> FilteredPage[ListedAppeal, Shown]:
    """Those of the events that are reached: open ones by their deadline, others newest first. Two statements."""
    mine = and_(_is_listed(), within(reach, Event.organization_id, Event.facility_id))
    is_open = Appeal.outcome == AppealOutcome.OPEN
    counting = select(is_open, func.count()).select_from(Appeal).join(Event, Event.id == Appeal.event_id)
    counted: dict[bool, int] = {
        bool(one): people for one, people in db.session.execute(counting.where(mine).group_by(is_open))
    }
    counts = {Shown.OPEN: counted.get(True, 0), Shown.OVER: counted.get(False, 0)}
    page = nearest_page(page, total=counts[shown], size=PAGE_SIZE)
    chosen = _listed().where(mine, is_open if shown is Shown.OPEN else ~is_open)
    order = (Appeal.decided_until, Appeal.id) if shown is Shown.OPEN else (Appeal.ended_at.desc(), Appeal.id.desc())
    rows = db.session.execute(cut(chosen.order_by(*order), page, PAGE_SIZE)).all()
    found = [_of(row) for row in rows]
    return FilteredPage(found, counts[shown], page, PAGE_SIZE, counts=counts, matching=sum(counts.values()))


def appeal_of_id(appeal_id: int) -> ListedAppeal | None:
    """One of them, of an event that was not deleted and that the person did not withdraw."""
    row = db.session.execute(_listed().where(_is_listed(), Appeal.id == appeal_id)).one_or_none()
    return _of(row) if row else None


def is_due(now: datetime) -> ColumnElement[bool]:
    """An open appeal whose time is over and that nobody has ended yet."""
    return and_(Appeal.outcome == AppealOutcome.OPEN, Appeal.decided_until <= now)


def due_appeals(now: datetime, most: int) -> Sequence[int]:
    """Events (ids) with an appeal that is due, the longest due first."""
    oldest = func.min(Appeal.decided_until)
    return db.session.scalars(
        select(Appeal.event_id).where(is_due(now)).group_by(Appeal.event_id).order_by(oldest).limit(most)
    ).all()


def _is_listed() -> ColumnElement[bool]:
    return and_(Appeal.outcome != AppealOutcome.WITHDRAWN, Event.deleted_at.is_(None))


def _listed() -> Select:
    """The columns of `ListedAppeal`."""
    is_said = and_(AttendanceResponse.event_id == Enrollment.event_id, AttendanceResponse.user_id == Enrollment.user_id)
    return (
        select(
            Appeal.id,
            Appeal.event_id,
            Appeal.enrollment_id,
            User.id.label("user_id"),
            User.name,
            Enrollment.status,
            Event.title,
            Event.timezone,
            Event.starts_at,
            Event.organization_id,
            Event.facility_id,
            Organization.organizers_decide_appeals,
            Appeal.filed_at,
            _filer.name.label("filed_by"),
            Appeal.words,
            Appeal.came_at,
            Appeal.decided_until,
            Appeal.outcome,
            Appeal.ended_at,
            _decider.name.label("decided_by"),
            Appeal.answer,
            _has_picture.label("has_picture"),
            AttendanceResponse.answer.label("said"),
        )
        .join(Enrollment, Enrollment.id == Appeal.enrollment_id)
        .join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == Appeal.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .outerjoin(_filer, and_(_filer.id == Appeal.filed_by_id, _filer.id != User.id))
        .outerjoin(_decider, _decider.id == Appeal.decided_by_id)
        .outerjoin(AttendanceResponse, is_said)
    )


def _of(row: Row) -> ListedAppeal:
    values = row._asdict()
    values["event_title"] = values.pop("title")
    values["organizers_decide"] = values.pop("organizers_decide_appeals")
    said = values.pop("said")
    return ListedAppeal(
        **{**values, "status": EnrollmentStatus(row.status), "outcome": AppealOutcome(row.outcome)},
        said=Answer(said) if said else None,
    )
