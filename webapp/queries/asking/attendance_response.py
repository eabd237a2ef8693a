"""What one person was asked about one event, and what they said: one statement for a page and for the rule."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.asking.attendance_response import Answer, AnswerPhase, AskedEvent, Feedback, answer_phase
from webapp.domain.asking.prompt import ANSWER_WINDOW, LAST_NUMBER, AskedPrompt
from webapp.domain.event_life import EventStatus
from webapp.domain.people.privacy import Sharing, sharing_of
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    EventView,
    Notification,
    Organization,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    User,
)
from webapp.models.columns import UtcDateTime
from webapp.queries.asking.prompt import has_answered
from webapp.queries.asking.prompt_sending import was_seen
from webapp.queries.parameters import NOW, READER, built_once, reader_at, unseen
from webapp.queries.row_types import value_of

_RESPONSE = ("rating", "comment", "feedback_at")
#: Nobody was at more events within the days in which answers are taken.
MOST_WAITING = 50
_EVENT = ("id", "slug", "title", "timezone", "starts_at", "effective_end_at", "status", "deleted_at")


@dataclass(frozen=True, slots=True)
class GivenPrompt:
    """The latest prompt a person got about an event."""

    notification_id: int
    number: int
    is_read: bool
    #: Whether the person acted on it: answered, or put it off.
    is_responded: bool


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """An event somebody still has to say something about, and the prompt that asks."""

    notification_id: int
    title: str
    timezone: str
    starts_at: datetime
    effective_end_at: datetime
    organization_name: str


@dataclass(frozen=True, slots=True)
class Question:
    """An event as it is put to one person: the columns of the statement in their order."""

    id: int
    slug: str
    title: str
    timezone: str
    starts_at: datetime
    effective_end_at: datetime
    status: str
    deleted_at: datetime | None
    organization_name: str
    contact_email: str
    user_timezone: str | None
    handle: str | None
    records_on_profile: bool
    records_to_organizations: bool
    #: What the person said; without an answer all of it is None.
    given_answer: str | None
    rating: int | None
    comment: str | None
    feedback_at: datetime | None
    #: What was chosen for this record; None where what is usual holds.
    on_profile: bool | None
    to_organizations: bool | None
    #: The last prompt.
    notification_id: int | None
    prompt_number: int | None
    read_at: datetime | None
    responded_at: datetime | None
    asks_again_at: datetime | None
    #: The organization asks only what it does not know, and desk or room saw this person.
    is_settled: bool
    user_id: int

    @property
    def event(self) -> AskedEvent:
        """What the rule asks of the event."""
        return AskedEvent(
            self.starts_at,
            self.effective_end_at,
            is_called_off=self.status == EventStatus.CANCELLED,
            is_deleted=self.deleted_at is not None,
        )

    def phase(self, now: datetime) -> AnswerPhase:
        return answer_phase(self.event, now)

    @property
    def answer(self) -> Answer | None:
        """What the person said; having stayed silent is nothing."""
        return None if self.given_answer in {None, Answer.UNKNOWN} else Answer(self.given_answer)

    @property
    def feedback(self) -> Feedback:
        return Feedback(self.rating, self.comment)

    @property
    def sharing(self) -> Sharing:
        """Who else sees the record of this event."""
        chosen = None if self.on_profile is None else Sharing(self.on_profile, bool(self.to_organizations))
        return sharing_of(chosen, Sharing(self.records_on_profile, self.records_to_organizations))

    @property
    def prompt(self) -> GivenPrompt | None:
        if self.notification_id is None or self.prompt_number is None:
            return None
        return GivenPrompt(
            self.notification_id,
            self.prompt_number,
            is_read=self.read_at is not None,
            is_responded=self.responded_at is not None,
        )

    @property
    def asked_prompt(self) -> AskedPrompt | None:
        """What decides whether the question may come again."""
        prompt = self.prompt
        if prompt is None:
            return None
        return AskedPrompt(
            event_id=self.id,
            number=prompt.number,
            is_responded=prompt.is_responded,
            is_called_off=self.event.is_called_off,
            effective_end_at=self.effective_end_at,
            has_answered=self.answer is not None,
            timezone=self.user_timezone,
            asks_again_at=self.asks_again_at,
        )

    @property
    def is_snoozed(self) -> bool:
        """The person put the question off, and it comes back at `asks_again_at`."""
        return bool(self.prompt and self.prompt.is_responded and self.asks_again_at and self.answer is None)

    @property
    def is_dismissed(self) -> bool:
        """It was asked for the last time, and the person is done with it."""
        asked = self.asked_prompt
        return bool(asked and asked.is_last and asked.is_responded and not asked.has_answered)


def question_about(user_id: int, event_id: int) -> Question | None:
    """That event as it is put to that person; None where it never was their business."""
    return _find(user_id, Event.id == event_id)


def question_at(user_id: int, slug: str) -> Question | None:
    """`question_about` for a page that knows the event by its address; nothing where it was deleted."""
    return _find(user_id, and_(Event.slug == slug, Event.deleted_at.is_(None)))


def question_behind(user_id: int, notification_id: int) -> Question | None:
    """`question_about` the event of a prompt in that person's own notification centre."""
    asked = select(Notification.event_id).where(
        Notification.id == notification_id, Notification.user_id == user_id, Notification.prompt_number.is_not(None)
    )
    return _find(user_id, Event.id == asked.scalar_subquery())


def waiting_questions(user_id: int, now: datetime) -> tuple[WaitingQuestion, ...]:
    """What the person was asked and neither answered nor put off, while there is time; oldest first."""
    asked = reader_at(user_id, now) | {"answers_open": now - ANSWER_WINDOW}
    rows = db.session.connection().execute(_waiting_questions(), asked)
    return tuple(WaitingQuestion(**row._mapping) for row in rows)


@cache
def _waiting_questions() -> Select:
    return built_once(
        select(
            func.max(Notification.id).label("notification_id"),
            *(Event.__table__.c[name] for name in ("title", "timezone", "starts_at", "effective_end_at")),
            Organization.name.label("organization_name"),
        )
        .join(Event, Event.id == Notification.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .where(Notification.user_id == READER, Notification.prompt_number.is_not(None))
        .where(Notification.responded_at.is_(None), ~has_answered(Notification.event_id, Notification.user_id))
        .where(Event.deleted_at.is_(None), Event.takes_place)
        .where(Event.effective_end_at >= unseen(bindparam("answers_open", type_=UtcDateTime)), Event.starts_at <= NOW)
        .group_by(Event.id, Organization.id)
        .order_by(func.min(Notification.created_at), Event.id)
        .limit(MOST_WAITING)
    )


def _find(user_id: int, which: ColumnElement[bool]) -> Question | None:
    row = db.session.execute(_questions(user_id).where(which)).one_or_none()
    return None if row is None else value_of(Question, row, user_id)


def _questions(user_id: int) -> Select:
    """Every event that is this person's business: they were asked, enrolled, looked at it or answered."""
    follow_up = aliased(ScheduledAttendancePrompt)
    return (
        select(
            *(Event.__table__.c[name] for name in _EVENT),
            Organization.name.label("organization_name"),
            Organization.contact_email,
            User.timezone.label("user_timezone"),
            User.handle,
            User.records_on_profile,
            User.records_to_organizations,
            AttendanceResponse.answer.label("given_answer"),
            *(AttendanceResponse.__table__.c[name] for name in _RESPONSE),
            RecordPrivacy.on_profile,
            RecordPrivacy.to_organizations,
            Notification.id.label("notification_id"),
            Notification.prompt_number,
            Notification.read_at,
            Notification.responded_at,
            follow_up.due_at.label("asks_again_at"),
            and_(Organization.asks_only_unknown, was_seen(Event.id, User.id)).label("is_settled"),
        )
        .join(Organization, Organization.id == Event.organization_id)
        .join(User, User.id == user_id)
        .outerjoin(
            AttendanceResponse, and_(AttendanceResponse.event_id == Event.id, AttendanceResponse.user_id == user_id)
        )
        .outerjoin(RecordPrivacy, and_(RecordPrivacy.event_id == Event.id, RecordPrivacy.user_id == user_id))
        .outerjoin(Notification, _is_latest_prompt(user_id))
        .outerjoin(
            follow_up,
            and_(
                follow_up.event_id == Event.id,
                follow_up.user_id == user_id,
                follow_up.number == LAST_NUMBER,
                follow_up.sent_at.is_(None),
                follow_up.ended_at.is_(None),
            ),
        )
        .where(User.disabled_at.is_(None), User.anonymized_at.is_(None))
        .where(_was_public(), _is_business_of(user_id))
    )


def _is_latest_prompt(user_id: int) -> ColumnElement[bool]:
    """Joins `Notification` to the last prompt that the person got about the event."""
    any_prompt = aliased(Notification)
    latest = (
        select(func.max(any_prompt.prompt_number))
        .where(any_prompt.event_id == Event.id, any_prompt.user_id == user_id)
        .correlate(Event)
        .scalar_subquery()
    )
    return and_(
        Notification.event_id == Event.id, Notification.user_id == user_id, Notification.prompt_number == latest
    )


def _was_public() -> ColumnElement[bool]:
    """A draft is nobody's business, nor is what was called off before anybody saw it."""
    return and_(
        Event.status != EventStatus.DRAFT, or_(Event.status != EventStatus.CANCELLED, Event.published_at.is_not(None))
    )


def _is_business_of(user_id: int) -> ColumnElement[bool]:
    """Whether the person has anything to do with the event."""
    return or_(
        AttendanceResponse.id.is_not(None),
        Notification.id.is_not(None),
        *(
            exists().where(table.event_id == Event.id, table.user_id == user_id)
            for table in (Enrollment, ScheduledAttendancePrompt, EventView)
        ),
    )
