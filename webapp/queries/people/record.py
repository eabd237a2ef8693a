"""Records: where a person stood in an event of the past, what they say themselves, and who may see it.

One select behind the history, the profile and what other organizations see.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from webapp.domain.asking.attendance_response import PRESENT, Answer
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.people.history import is_virtual
from webapp.domain.people.privacy import Sharing, Shown, shown_to_strangers
from webapp.domain.places.enrollment import EnrollmentStatus as S
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
from webapp.queries.events.appeal import standing_appeal
from webapp.queries.parameters import LIMIT, NOW, OFFSET, READER
from webapp.queries.places.certificates.own import own_certificate
from webapp.queries.places.standing import is_latest_of

#: What took place, or is about to be decided; nobody was at a draft or at what was called off.


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a person's past: the columns of `shown` in their order."""

    event_id: int
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    effective_end_at: datetime
    timezone: str
    place: str
    has_online_session: bool
    organization_id: int
    organization_slug: str
    organization_name: str
    contact_email: str
    logo_digest: str | None
    facility_name: str
    enrollment_id: int | None
    enrollment_status: str | None
    given_answer: str | None
    #: Its own choice of who sees it, or the person's usual one.
    on_profile: bool
    to_organizations: bool
    appeal_outcome: str | None
    #: The code of the person's valid certificate: for them, and for nobody else.
    certificate: str | None

    @property
    def appealed(self) -> AppealOutcome | None:
        """What became of the appeal about the place; None where there is none that was kept or answered."""
        return AppealOutcome(self.appeal_outcome) if self.appeal_outcome else None

    @property
    def status(self) -> S | None:
        """Where the person's latest enrollment stands; None where they never enrolled."""
        return S(self.enrollment_status) if self.enrollment_status else None

    @property
    def answer(self) -> Answer | None:
        """What the person said, `unknown` where they were asked and stayed silent."""
        return Answer(self.given_answer) if self.given_answer else None

    @property
    def is_virtual(self) -> bool:
        return is_virtual(self.place, has_online_session=bool(self.has_online_session))

    @property
    def is_contradicted(self) -> bool:
        """The person says that they were there, and the record says that it did not count."""
        return self.status is S.NO_SHOW and self.answer in PRESENT

    @property
    def sharing(self) -> Sharing:
        """What holds for this record: its own choice or the usual one."""
        return Sharing(bool(self.on_profile), bool(self.to_organizations))

    @property
    def shown(self) -> Shown | None:
        """The record as strangers see it."""
        return shown_to_strangers(self.status, self.answer)


def past() -> Select:
    """The `event_id` of every past event of `READER` at `NOW`; nothing deleted.

    Past is what the person had a place in, was asked about or spoke of. Carries what conditions ask of (the latest
    enrollment, the answer, the choice), which is looked up where one does, and nothing that is only shown: see `shown`.
    """
    theirs = _events_of_reader().subquery("theirs")
    return (
        select(Event.id.label("event_id"))
        .select_from(theirs)
        .join(Event, Event.id == theirs.c.event_id)
        .join(User, User.id == READER)
        .outerjoin(Enrollment, is_latest_of(READER))
        .outerjoin(AttendanceResponse, _is_answer_of_reader())
        .where(
            Event.effective_end_at <= NOW,
            Event.deleted_at.is_(None),
            Event.takes_place,
        )
    )


def shown(chosen: Select) -> Select:
    """Rows for `Record` of those that a select from `past` chose, newest first."""
    some = chosen.subquery("chosen")
    return newest_first(
        select(
            Event.id.label("event_id"),
            Event.slug,
            Event.title,
            Event.starts_at,
            Event.ends_at,
            Event.effective_end_at,
            Event.timezone,
            Event.place,
            _has_online_session().label("has_online_session"),
            Organization.id.label("organization_id"),
            Organization.slug.label("organization_slug"),
            Organization.name.label("organization_name"),
            Organization.contact_email,
            OrganizationLogo.digest.label("logo_digest"),
            Facility.name.label("facility_name"),
            Enrollment.id.label("enrollment_id"),
            Enrollment.status.label("enrollment_status"),
            AttendanceResponse.answer.label("given_answer"),
            _on_profile().label("on_profile"),
            _to_organizations().label("to_organizations"),
            standing_appeal().label("appeal_outcome"),
            own_certificate().label("certificate"),
        )
        .select_from(some)
        .join(Event, Event.id == some.c.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(User, User.id == READER)
        .outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Organization.id)
        .outerjoin(Enrollment, is_latest_of(READER))
        .outerjoin(AttendanceResponse, _is_answer_of_reader())
    )


def shown_page(which: ColumnElement[bool]) -> Select:
    """A page, `LIMIT` and `OFFSET`, of the records that `which` lets through."""
    return shown(newest_first(past()).where(which).limit(LIMIT).offset(OFFSET))


def by_organization(counted: Select, *totals: SQLColumnExpression[Any]) -> Select:
    """A select from `past`, summed up for each organization: its id, name, slug and logo, then the totals."""
    host = Event.organization_id
    sums = counted.with_only_columns(*totals, host.label("host")).group_by(host).subquery("sums")
    *summed, of_host = sums.c
    return (
        select(
            Organization.id.label("organization_id"),
            Organization.name.label("organization_name"),
            Organization.slug.label("organization_slug"),
            OrganizationLogo.digest.label("logo_digest"),
            *summed,
        )
        .join_from(sums, Organization, Organization.id == of_host)
        .outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Organization.id)
    )


def newest_first(query: Select) -> Select:
    """By the start of the event, not by when anything was written."""
    return query.order_by(Event.starts_at.desc(), Event.id.desc())


def is_shown() -> ColumnElement[bool]:
    """`domain.privacy.shown_to_strangers` finds something, in SQL; a test compares both."""
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    is_present = or_(Enrollment.is_attended, answer.in_([Answer.ATTENDED, Answer.PARTIAL]))
    return and_(is_present, answer != Answer.NOT_ATTENDED)


def is_worth_a_choice() -> ColumnElement[bool]:
    """`domain.privacy.is_worth_a_choice`, in SQL; a test compares both."""
    answer = func.coalesce(AttendanceResponse.answer, Answer.UNKNOWN.value)
    return or_(is_shown(), and_(Enrollment.has_open_outcome, answer != Answer.NOT_ATTENDED))


def is_on_profile() -> ColumnElement[bool]:
    """The person shows this record to everybody."""
    return and_(is_shown(), _on_profile())


def is_shown_to_organizations() -> ColumnElement[bool]:
    """The person shows this record to organizations other than the host."""
    return and_(is_shown(), _to_organizations())


def _on_profile() -> ColumnElement[bool]:
    return func.coalesce(_chosen(RecordPrivacy.on_profile), User.records_on_profile)


def _to_organizations() -> ColumnElement[bool]:
    return func.coalesce(_chosen(RecordPrivacy.to_organizations), User.records_to_organizations)


def _chosen(switch: Any) -> ColumnElement[bool | None]:
    """The reader's own choice for the event; nothing where the usual one holds."""
    return select(switch).where(*_of_reader(RecordPrivacy)).correlate(Event).scalar_subquery()


def _has_online_session() -> ColumnElement[bool]:
    return exists().where(MeetingSession.event_id == Event.id, MeetingSession.cancelled_at.is_(None)).correlate(Event)


def _is_answer_of_reader() -> ColumnElement[bool]:
    """Joins `AttendanceResponse` to what the reader said about the event; by id, as `is_latest_of` does."""
    said = aliased(AttendanceResponse)
    return AttendanceResponse.id == select(said.id).where(*_of_reader(said)).correlate(Event).scalar_subquery()


def _of_reader(table: Any) -> tuple[ColumnElement[bool], ...]:
    return table.event_id == Event.id, table.user_id == READER


def _events_of_reader() -> CompoundSelect:
    """From the person's side: three short lists by index, however many events there are."""
    said, asked = AttendanceResponse, ScheduledAttendancePrompt
    return union(
        select(Enrollment.event_id).where(Enrollment.user_id == READER, Enrollment.holds_place),
        select(said.event_id).where(said.user_id == READER),
        select(asked.event_id).where(asked.user_id == READER, asked.sent_at.is_not(None)),
    )
