"""Prompts that are due, and what decides about each at the moment of sending."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.asking.prompt import PromptFacts
from webapp.domain.notices.notice import Frequency
from webapp.domain.online.presence import Presence, StaffMark
from webapp.extensions import db
from webapp.models import (
    CheckIn,
    CheckInReversal,
    Enrollment,
    Event,
    Facility,
    MeetingSession,
    NotificationPreference,
    Organization,
    ScheduledAttendancePrompt,
    SessionReport,
    User,
)
from webapp.queries.asking.prompt import (
    can_answer,
    effective_frequency,
    has_answered,
    has_given_up,
    is_open,
    is_preference_for_event,
)
from webapp.queries.events.event import columns_for_letters
from webapp.queries.id_set import is_among
from webapp.queries.mail_address import greeted_name, mail_address, told_about

_PROMPT = ScheduledAttendancePrompt.__table__
#: What a room's report says of somebody who was there, for some of it at least.
_THERE = sorted(
    {Presence.PRESENT, Presence.LATE, Presence.PARTIAL} | {StaffMark.PRESENT, StaffMark.LATE, StaffMark.PARTIAL}
)


def has_due_prompts(now: datetime) -> bool:
    """Whether any prompt is to be sent now."""
    return bool(db.session.scalar(select(exists().where(is_due(now)))))


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a prompt is open and its time has come."""
    return and_(is_open, _PROMPT.c.due_at <= now)


def claim_due_prompts(session: Session, now: datetime, *, limit: int) -> Sequence[int]:
    """The prompts that are due longest, locked; those that somebody else is sending are left out."""
    return session.scalars(
        select(_PROMPT.c.id)
        .where(is_due(now))
        .order_by(_PROMPT.c.due_at, _PROMPT.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def prompts_to_decide(session: Session, prompt_ids: Sequence[int]) -> Sequence[Row]:
    """Those prompts with everything that decides about them and that a mail needs. One statement."""
    return session.execute(
        select(
            _PROMPT.c.id,
            _PROMPT.c.event_id,
            _PROMPT.c.user_id,
            _PROMPT.c.number,
            greeted_name().label("name"),
            mail_address().label("email"),
            told_about().label("about"),
            func.coalesce(User.language, Organization.language).label("language"),
            User.timezone.label("own_timezone"),
            *columns_for_letters(),
            Event.status.label("event_status"),
            Event.deleted_at,
            Organization.asks_twice,
            Organization.asks_only_unknown,
            effective_frequency().label("frequency"),
            can_answer().label("can_answer"),
            has_answered(_PROMPT.c.event_id, _PROMPT.c.user_id).label("has_answered"),
            has_given_up(_PROMPT.c.event_id, _PROMPT.c.user_id).label("has_given_up"),
            # The evidence is looked up only where it matters.
            and_(Organization.asks_only_unknown, was_seen(_PROMPT.c.event_id, _PROMPT.c.user_id)).label("was_seen"),
        )
        .join(User, User.id == _PROMPT.c.user_id)
        .join(Event, Event.id == _PROMPT.c.event_id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(Organization, Organization.id == Event.organization_id)
        .outerjoin(NotificationPreference, is_preference_for_event())
        .where(is_among(session, _PROMPT.c.id, prompt_ids))
        .order_by(_PROMPT.c.id)
    ).all()


def facts_of(row: Row) -> PromptFacts:
    """What `domain.prompt` asks of a row of `prompts_to_decide`."""
    return PromptFacts(
        number=row.number,
        event_status=row.event_status,
        is_event_deleted=row.deleted_at is not None,
        effective_end_at=row.effective_end_at,
        has_answered=row.has_answered,
        has_given_up=row.has_given_up,
        frequency=Frequency(row.frequency),
        can_answer=row.can_answer,
        was_seen=row.was_seen,
        asks_only_unknown=row.asks_only_unknown,
        timezone=row.own_timezone,
    )


def was_seen(event_id: SQLColumnExpression[int], user_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether a check-in that stands, or a room's report, says that this person was there."""
    at_the_desk = (
        exists()
        .where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
        .where(CheckIn.enrollment_id == Enrollment.id)
        .where(~exists().where(CheckInReversal.check_in_id == CheckIn.id))
    )
    in_the_room = (
        exists()
        .where(MeetingSession.event_id == event_id, MeetingSession.cancelled_at.is_(None))
        .where(SessionReport.session_id == MeetingSession.id, SessionReport.user_id == user_id)
        .where(func.coalesce(SessionReport.marked_status, SessionReport.status).in_(_THERE))
    )
    return or_(at_the_desk, in_the_room)
