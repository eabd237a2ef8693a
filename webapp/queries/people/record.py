"""Records: where a person stood in an event of the past, what they say themselves, and who may see it.

One select behind the history, the profile and what other organizations see.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union

from webapp.domain.attendance_response import PRESENT, Answer
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.history import PLACE_HELD, is_virtual
from webapp.domain.privacy import Sharing, Shown, shown_to_strangers
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    Facility,
    MeetingSession,
    Organization,
    OrganizationLogo,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    User,
)
from webapp.models.event import EventStatus
from webapp.queries.places.standing import is_latest_of

#: What took place, or is about to be decided; nobody was at a draft or at what was called off.
_HAPPENED = (EventStatus.PUBLISHED, EventStatus.COMPLETED)


@dataclass(frozen=True)
class Record:
    """One event of a person's past; reads like a row (`record.title`)."""

    row: Row

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def status(self) -> S | None:
        """Where the person's latest enrollment stands; None where they never enrolled."""
        return S(self.row.status) if self.row.status else None

    @property
    def answer(self) -> Answer | None:
        """What the person said, `unknown` where they were asked and stayed silent."""
        return Answer(self.row.answer) if self.row.answer else None

    @property
    def is_virtual(self) -> bool:
        return is_virtual(self.row.place, has_online_session=bool(self.row.has_online_session))

    @property
    def is_contradicted(self) -> bool:
        """The person says that they were there, and the record says that it did not count."""
        return self.status is S.NO_SHOW and self.answer in PRESENT

    @property
    def sharing(self) -> Sharing:
        """What holds for this record: its own choice or the usual one."""
        return Sharing(bool(self.row.on_profile), bool(self.row.to_organizations))

    @property
    def shown(self) -> Shown | None:
        """The record as strangers see it."""
        return shown_to_strangers(self.status, self.answer)


def records_of(user_id: int, now: datetime) -> Select:
    """Every past event the person had a place in, was asked about or spoke of; nothing deleted."""
    return (
        select(
            Event.id.label("event_id"), Event.slug, Event.title, Event.starts_at, Event.ends_at,
            Event.effective_end_at, Event.timezone, Event.place, _has_online_session().label("has_online_session"),
            Organization.id.label("organization_id"), Organization.slug.label("organization_slug"),
            Organization.name.label("organization_name"), Organization.contact_email,
            OrganizationLogo.digest.label("logo_digest"), Facility.name.label("facility_name"),
            Enrollment.id.label("enrollment_id"), Enrollment.status, AttendanceResponse.answer,
            _on_profile().label("on_profile"), _to_organizations().label("to_organizations"),
        )
        .select_from(Event)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(User, User.id == user_id)
        .outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Organization.id)
        .outerjoin(Enrollment, is_latest_of(user_id))
        .outerjoin(
            AttendanceResponse,
            and_(AttendanceResponse.event_id == Event.id, AttendanceResponse.user_id == user_id),
        )
        .outerjoin(RecordPrivacy, and_(RecordPrivacy.event_id == Event.id, RecordPrivacy.user_id == user_id))
        .where(
            Event.id.in_(_events_of(user_id)),
            Event.effective_end_at <= now,
            Event.deleted_at.is_(None),
            Event.status.in_(_HAPPENED),
        )
    )  # fmt: skip


def newest_first(query: Select) -> Select:
    """By the start of the event, not by when anything was written."""
    return query.order_by(Event.starts_at.desc(), Event.id.desc())


def is_shown() -> ColumnElement[bool]:
    """`domain.privacy.shown_to_strangers` finds something, in SQL; a test compares both."""
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    is_present = or_(Enrollment.status == S.ATTENDED, answer.in_([Answer.ATTENDED, Answer.PARTIAL]))
    return and_(is_present, answer != Answer.NOT_ATTENDED)


def is_worth_a_choice() -> ColumnElement[bool]:
    """`domain.privacy.is_worth_a_choice`, in SQL; a test compares both."""
    is_undecided = Enrollment.status.in_([S.CONFIRMED, S.CHECKED_IN])
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    return or_(is_shown(), and_(is_undecided, answer != Answer.NOT_ATTENDED))


def is_on_profile() -> ColumnElement[bool]:
    """The person shows this record to everybody."""
    return and_(is_shown(), _on_profile())


def is_shown_to_organizations() -> ColumnElement[bool]:
    """The person shows this record to organizations other than the host."""
    return and_(is_shown(), _to_organizations())


def _on_profile() -> ColumnElement[bool]:
    return func.coalesce(RecordPrivacy.on_profile, User.records_on_profile)


def _to_organizations() -> ColumnElement[bool]:
    return func.coalesce(RecordPrivacy.to_organizations, User.records_to_organizations)


def _has_online_session() -> ColumnElement[bool]:
    return exists().where(MeetingSession.event_id == Event.id, MeetingSession.cancelled_at.is_(None))


def _events_of(user_id: int) -> Select:
    """From the person's side: three short lists by index, however many events there are."""
    said = AttendanceResponse
    asked = ScheduledAttendancePrompt
    return union(
        select(Enrollment.event_id).where(Enrollment.user_id == user_id, Enrollment.status.in_(sorted(PLACE_HELD))),
        select(said.event_id).where(said.user_id == user_id),
        select(asked.event_id).where(asked.user_id == user_id, asked.sent_at.is_not(None)),
    )
