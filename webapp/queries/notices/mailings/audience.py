"""Who belongs to an audience at this moment, and how they would be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.notices.audience import Audience, Came
from webapp.domain.notices.mailing import A_DAY, MOST_A_DAY, MailingStatus
from webapp.domain.notices.notice import Frequency
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import (
    CheckIn,
    CheckInReversal,
    ClassEnrollment,
    Enrollment,
    Event,
    FacilityPerson,
    Mailing,
    MailingRecipient,
    Organization,
    User,
)
from webapp.queries.asking.prompt import effective_frequency
from webapp.queries.events.event import columns_for_letters
from webapp.queries.mail_address import is_open_account, mail_address
from webapp.queries.notices.outbox import reader_columns, with_all_a_letter_names
from webapp.queries.questions.table import has_answer
from webapp.queries.row_types import AnyRow, value_of


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many people a message would go to, and who of them gets a line and no email."""

    people: int
    chose_none: int
    no_address: int

    @property
    def mails(self) -> int:
        return self.people - self.chose_none - self.no_address


def is_in_audience(event_id: int, audience: Audience) -> ColumnElement[bool]:
    """Whether the joined `Enrollment` and `User` belong to it. Who gave up and joined again stands where they do."""
    later = aliased(Enrollment)
    came_again = exists().where(
        later.event_id == Enrollment.event_id, later.user_id == Enrollment.user_id, later.id > Enrollment.id
    )
    return and_(
        Enrollment.event_id == event_id,
        Enrollment.status.in_(sorted(audience.wanted)),
        ~came_again,
        is_open_account(),
        *_wishes(audience),
    )


def count_audience(event_id: int, audience: Audience) -> AudienceCount:
    """One statement."""
    chose_none = effective_frequency() == Frequency.NONE
    counts = select(
        func.count(),
        func.count().filter(chose_none),
        func.count().filter(~chose_none, mail_address().is_(None)),
    ).select_from(Enrollment)
    row = db.session.execute(with_all_a_letter_names(counts).where(is_in_audience(event_id, audience))).one()
    return value_of(AudienceCount, row)


def count_beyond(event_id: int, audience: Audience, send_at: datetime, *, besides_id: int | None = None) -> int:
    """How many of them have so many messages of the organization within a day before then that one more is much.

    Messages of the event that are planned for that day count for everybody; `besides_id` is the one that is asked
    about. Three statements at most.
    """
    event = db.session.execute(select(Event.organization_id).where(Event.id == event_id)).one()
    since = send_at - A_DAY
    planned = select(func.count()).where(
        Mailing.event_id == event_id,
        Mailing.status == MailingStatus.PLANNED,
        Mailing.send_at > since,
        Mailing.send_at <= send_at,
        Mailing.id != (besides_id or 0),
    )
    room = MOST_A_DAY - (db.session.scalar(planned) or 0)
    people = select(func.count()).select_from(Enrollment).join(User, User.id == Enrollment.user_id)
    people = people.where(is_in_audience(event_id, audience))
    if room <= 0:
        return db.session.scalar(people) or 0
    had = (
        select(MailingRecipient.user_id)
        .join(Mailing, Mailing.id == MailingRecipient.mailing_id)
        .join(Event, Event.id == Mailing.event_id)
        .where(Event.organization_id == event.organization_id, Mailing.started_at > since)
        .group_by(MailingRecipient.user_id)
        .having(func.count() >= room)
    )
    return db.session.scalar(people.where(Enrollment.user_id.in_(had))) or 0


def people_of_audience(event_id: int, audience: Audience, *, limit: int) -> Sequence[Row]:
    """`enrollment_id, name, status` of the first of them, by name."""
    people = select(Enrollment.id.label("enrollment_id"), User.name, Enrollment.status).join(
        User, User.id == Enrollment.user_id
    )
    found = people.where(is_in_audience(event_id, audience)).order_by(User.sort_name, Enrollment.id)
    return db.session.execute(found.limit(limit)).all()


def reader_of_audience(event_id: int, audience: Audience, enrollment_id: int | None) -> AnyRow | None:
    """That person of the audience with all their email needs, or the first one by name; None: it is empty."""
    people = readers().where(is_in_audience(event_id, audience)).limit(1)
    chosen = None
    if enrollment_id is not None:
        chosen = db.session.execute(people.where(Enrollment.id == enrollment_id)).one_or_none()
    return chosen or db.session.execute(people.order_by(User.sort_name, Enrollment.id)).one_or_none()


def statuses_of(event_id: int) -> dict[EnrollmentStatus, int]:
    """How many people have which status. One statement."""
    groups = select(Enrollment.status, func.count()).where(Enrollment.event_id == event_id).group_by(Enrollment.status)
    return {EnrollmentStatus(status): count for status, count in db.session.execute(groups)}


def readers() -> Select[Any]:
    """Enrollments with all that an email of an organizer says to one person."""
    columns = (
        Enrollment.id.label("enrollment_id"),
        Enrollment.status,
        Enrollment.pass_code,
        *reader_columns(),
        Event.id.label("event_id"),
        *columns_for_letters(),
    )
    return with_all_a_letter_names(select(*columns).select_from(Enrollment))


def is_suspended(session: Session, event_id: int) -> bool:
    """Whether its organization is."""
    suspended = select(Organization.suspended_at).join(Event, Event.organization_id == Organization.id)
    return session.scalar(suspended.where(Event.id == event_id)) is not None


def _wishes(audience: Audience) -> list[ColumnElement[bool]]:
    wishes = [has_answer(one) for one in audience.answers]
    if audience.came is not None and audience.day is not None:
        was_there = (
            select(CheckIn.id)
            .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
            .where(
                CheckIn.enrollment_id == Enrollment.id,
                CheckIn.local_on == audience.day,
                CheckInReversal.check_in_id.is_(None),
            )
            .correlate(Enrollment)
            .exists()
        )
        wishes.append(was_there if audience.came is Came.CAME else ~was_there)
    if audience.facility_id is not None:
        wishes.append(
            exists().where(
                FacilityPerson.facility_id == audience.facility_id,
                FacilityPerson.user_id == Enrollment.user_id,
                FacilityPerson.deactivated_at.is_(None),
            )
        )
    if audience.class_id is not None:
        wishes.append(
            exists().where(
                ClassEnrollment.class_id == audience.class_id,
                ClassEnrollment.user_id == Enrollment.user_id,
                ClassEnrollment.is_live,
            )
        )
    if audience.is_first_time:
        wishes.append(~_came_before())
    return wishes


def _came_before() -> ColumnElement[bool]:
    """Whether the person was at another event of the organization, which began earlier."""
    own, earlier, this, other = aliased(Enrollment), aliased(Event), aliased(Event), EnrollmentStatus.ATTENDED
    return (
        select(own.id)
        .join(earlier, earlier.id == own.event_id)
        .join(this, this.organization_id == earlier.organization_id)
        .where(
            own.user_id == Enrollment.user_id,
            own.status == other,
            this.id == Enrollment.event_id,
            earlier.starts_at < this.starts_at,
        )
        .correlate(Enrollment)
        .exists()
    )
