"""What waits in the outbox and in the post, and what a mail about it needs to know."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, SQLColumnExpression, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.notices.notice import MAIL_PAUSES, TOLD, NotificationType
from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.offer import OfferOutcome
from webapp.extensions import db
from webapp.models import (
    Appeal,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventCertificate,
    EventPolicy,
    Facility,
    Membership,
    Message,
    Notification,
    NotificationPreference,
    Organization,
    OutboxEvent,
    PlaceOffer,
    ProgramClass,
    ResetRequest,
    StandbyArrival,
    User,
)
from webapp.queries.asking.prompt import effective_frequency
from webapp.queries.events.appeal import standing_appeal
from webapp.queries.events.event import columns_for_letters
from webapp.queries.id_set import is_among
from webapp.queries.ledger import EVENTS, Ledger, rank_among_units
from webapp.queries.mail_address import can_be_written_to, greeted_name, mail_address, told_about
from webapp.queries.notices.company import is_told
from webapp.queries.notices.notification import is_own_preference
from webapp.queries.row_types import AnySelect

#: No pause is longer, so what seems due later than this was written while the clock stood ahead.
_LONGEST_PAUSE = max(MAIL_PAUSES) + timedelta(minutes=1)
#: An event that is called off may be deleted a second later; people still have to hear of it.
_EVEN_OF_DELETED = (DomainEvent.ENROLLMENT_CANCELLED, DomainEvent.ENROLLMENT_REJECTED)


def waiting_ids(session: Session, outbox: Table, *, limit: int) -> Sequence[int]:
    """Domain events that were not handed over yet, oldest first, locked; others' are left out."""
    return session.scalars(
        select(outbox.c.id)
        .where(outbox.c.dispatched_at.is_(None))
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def is_waiting(outbox: Table) -> bool:
    """Whether anything waits to be handed over."""
    return bool(db.session.scalar(select(exists().where(outbox.c.dispatched_at.is_(None)))))


def events_to_tell(session: Session, event_ids: Sequence[int]) -> Sequence[Row]:
    """Those of the domain events that concern somebody who can be written to, with all a mail needs."""
    moved = select(
        OutboxEvent.id,
        OutboxEvent.kind,
        OutboxEvent.occurred_at,
        _is_outdated().label("is_outdated"),
        Event.status.label("event_status"),
        EventPolicy.method,
        EventPolicy.has_waitlist,
        EventPolicy.opens_at,
        EventPolicy.who_may,
        EventPolicy.list_opens_at,
        EventPolicy.closes_at,
        EventPolicy.capacity,
        EventPolicy.seats_taken,
        EnrollmentTransition.triggered_by,
        func.coalesce(_answer_to_appeal(), EnrollmentTransition.reason).label("reason"),
        EnrollmentTransition.from_status,
        _was_told_an_outcome().label("was_told"),
        standing_appeal().label("appealed"),
        _was_in_line().label("was_in_line"),
        PlaceOffer.id.label("offer_id"),
        PlaceOffer.held_until,
        PlaceOffer.is_last,
        *letter_columns(),
    ).join(Enrollment, Enrollment.id == OutboxEvent.enrollment_id)
    return session.execute(
        with_all_a_letter_names(moved)
        .outerjoin(
            EnrollmentTransition,
            and_(
                EnrollmentTransition.enrollment_id == OutboxEvent.enrollment_id,
                EnrollmentTransition.version == OutboxEvent.version,
            ),
        )
        .outerjoin(PlaceOffer, and_(PlaceOffer.enrollment_id == Enrollment.id, PlaceOffer.outcome == OfferOutcome.OPEN))
        .where(is_among(session, OutboxEvent.id, event_ids), OutboxEvent.kind.in_(TOLD), _may_be_news())
        .where(or_(Event.deleted_at.is_(None), OutboxEvent.kind.in_(_EVEN_OF_DELETED)))
        .where(can_be_written_to(), is_told())
        .order_by(OutboxEvent.id)
    ).all()


def letter_of(session: Session, enrollment_id: int) -> Row | None:
    """What a letter about that enrollment needs, as it is now; None where the person cannot be written to."""
    letter = with_all_a_letter_names(select(*letter_columns()).select_from(Enrollment))
    return session.execute(letter.where(Enrollment.id == enrollment_id, can_be_written_to())).one_or_none()


def with_all_a_letter_names(query: AnySelect) -> AnySelect:
    """Joins to `Enrollment` what `letter_columns` asks for."""
    return (
        query.join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == Enrollment.event_id)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(Organization, Organization.id == Event.organization_id)
        .outerjoin(NotificationPreference, is_own_preference())
    )


def _may_be_news() -> ColumnElement[bool]:
    """Attended is told only where it was undecided before, or brings a certificate; the others are not even read."""
    was_undecided = EnrollmentTransition.from_status == EnrollmentStatus.UNDECIDED
    is_more = or_(was_undecided, EventPolicy.issues_certificates)
    return or_(OutboxEvent.kind != DomainEvent.PARTICIPANT_ATTENDED, is_more)


def letter_columns() -> list[SQLColumnExpression[Any]]:
    """What a letter about an enrollment needs; for a select that joins all it names, and outer the preference."""
    return [
        Enrollment.id.label("enrollment_id"),
        Enrollment.version.label("enrollment_version"),
        Enrollment.status,
        Enrollment.source,
        Enrollment.pass_code,
        Enrollment.confirmed_at,
        Enrollment.leaves_freely,
        Enrollment.party_id,
        _of_certificate(EventCertificate.code, is_valid=True).label("certificate"),
        _of_certificate(EventCertificate.code, is_valid=False).is_not(None).label("is_certificate_revoked"),
        *reader_columns(),
        Event.id.label("event_id"),
        Event.version.label("event_version"),
        *columns_for_letters(),
        Event.description,
        EventPolicy.cancellation_deadline_hours,
        EventPolicy.offer_hours,
        EventPolicy.standby_at,
    ]


def _of_certificate(column: Any, *, is_valid: bool) -> ColumnElement[Any]:
    """A column of the certificate of the enrollment in the select around it, where that is valid, or is revoked."""
    stands = EventCertificate.revoked_at.is_(None)
    of_this = select(column).where(EventCertificate.enrollment_id == Enrollment.id, stands if is_valid else ~stands)
    return of_this.correlate(Enrollment).scalar_subquery()


def reader_columns() -> list[SQLColumnExpression[Any]]:
    """Who gets a letter, in which language, and what they chose to get; joined as `letter_columns` has it."""
    return [
        User.id.label("user_id"),
        greeted_name().label("name"),
        mail_address().label("email"),
        told_about().label("about"),
        func.coalesce(User.language, Organization.language).label("language"),
        effective_frequency().label("frequency"),
    ]


def is_held_back() -> ColumnElement[bool]:
    """Whether a mail is about something of a suspended organization, to somebody who is not on its team."""
    of_event = select(Event.organization_id).where(Event.id == Message.event_id)
    of_class = select(ProgramClass.organization_id).where(ProgramClass.id == Message.class_id)
    about = func.coalesce(*(one.correlate(Message).scalar_subquery() for one in (of_event, of_class)))
    on_team = select(Membership.user_id).where(Membership.organization_id == Organization.id)
    is_silent = (Organization.suspended_at.is_not(None), Message.user_id.not_in(on_team.correlate(Organization)))
    return select(Organization.id).where(Organization.id == about, *is_silent).correlate(Message).exists()


def _answer_to_appeal() -> ScalarSelect[str | None]:
    """What is said back to who appealed, of a domain event that tells of it; at most one appeal has an answer."""
    is_answer = OutboxEvent.kind.in_((DomainEvent.APPEAL_GRANTED, DomainEvent.APPEAL_DECLINED))
    answered = Appeal.outcome.in_((AppealOutcome.GRANTED, AppealOutcome.DECLINED))
    found = select(Appeal.answer).where(Appeal.enrollment_id == OutboxEvent.enrollment_id, answered, is_answer)
    return found.correlate(OutboxEvent).scalar_subquery()


def _is_outdated() -> ColumnElement[bool]:
    """Whether the same is told to the same person once more, later: such versions count down."""
    later = aliased(OutboxEvent)
    return and_(
        OutboxEvent.version < 0,
        exists().where(
            later.event_id == OutboxEvent.event_id,
            later.enrollment_id == OutboxEvent.enrollment_id,
            later.kind == OutboxEvent.kind,
            later.version < OutboxEvent.version,
        ),
    )


def _was_told_an_outcome() -> ColumnElement[bool]:
    """Whether the notification centre has an outcome of that enrollment."""
    told = (
        NotificationType.NO_SHOW,
        NotificationType.UNDECIDED,
        NotificationType.SETTLED,
        NotificationType.CERTIFICATE,
    )
    return exists().where(Notification.enrollment_id == OutboxEvent.enrollment_id, Notification.type.in_(told))


def _was_in_line() -> ColumnElement[bool]:
    """Whether they stood in the standby line until that move."""
    return exists().where(
        StandbyArrival.enrollment_id == OutboxEvent.enrollment_id, StandbyArrival.version == OutboxEvent.version - 1
    )


def ranks_of(session: Session, ledger: Ledger, enrollment_ids: Sequence[int]) -> dict[int, int]:
    """Where those of them who wait stand in their queues, from 1."""
    if not enrollment_ids:
        return {}
    own = ledger.enrollments.c
    concerned = select(own[ledger.key]).where(is_among(session, own.id, enrollment_ids))
    if ledger is EVENTS:
        place = rank_among_units(Enrollment, partition_by=own[ledger.key])
    else:
        place = func.row_number().over(partition_by=own[ledger.key], order_by=own.waitlist_position)
    queues = (
        select(own.id, place.label("rank"))
        .where(own.status == ledger.waiting, own[ledger.key].in_(concerned))
        .subquery()
    )
    rows = session.execute(select(queues.c.id, queues.c.rank).where(is_among(session, queues.c.id, enrollment_ids)))
    return {row.id: row.rank for row in rows}


def latest_of(now: datetime, real_now: datetime) -> datetime:
    """The time that mails go by: the later one, so that a clock set back holds none up."""
    return max(now, real_now)


def is_message_due(latest: datetime) -> ColumnElement[bool]:
    """Whether a mail has to be sent now."""
    return and_(
        Message.sent_at.is_(None),
        Message.dead_at.is_(None),
        or_(Message.next_try_at <= latest, Message.next_try_at > latest + _LONGEST_PAUSE),
    )


def has_due_messages(*, now: datetime, real_now: datetime) -> bool:
    """Whether any mail has to be sent now, or written first because somebody asked for a link."""
    waits = or_(exists().where(is_message_due(latest_of(now, real_now))), exists().where(ResetRequest.id.is_not(None)))
    return bool(db.session.scalar(select(waits)))
