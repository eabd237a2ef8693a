"""What one person was asked about one event, and what they said: one statement for a page and for the rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.attendance_response import Answer, AnswerPhase, AskedEvent, Feedback, answer_phase
from webapp.domain.privacy import Sharing, sharing_of
from webapp.domain.prompt import ANSWER_WINDOW, LAST_NUMBER
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
from webapp.queries.asking.prompt import has_answered
from webapp.queries.asking.prompt_sending import was_seen

_RESPONSE = ("answer", "rating", "comment", "feedback_at")
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


@dataclass(frozen=True)
class Question:
    """An event as it is put to one person; reads like a row for the event's own columns (`question.title`)."""

    row: Row
    user_id: int

    def __getattr__(self, name: str):
        return getattr(self.row, name)

    @property
    def event(self) -> AskedEvent:
        """What the rule asks of the event."""
        row = self.row
        return AskedEvent(
            row.starts_at,
            row.effective_end_at,
            is_called_off=row.status == "cancelled",
            is_deleted=row.deleted_at is not None,
        )

    def phase(self, now: datetime) -> AnswerPhase:
        return answer_phase(self.event, now)

    @property
    def answer(self) -> Answer | None:
        """What the person said; having stayed silent is nothing."""
        return None if self.row.answer in {None, Answer.UNKNOWN} else Answer(self.row.answer)

    @property
    def feedback(self) -> Feedback:
        return Feedback(self.row.rating, self.row.comment)

    @property
    def sharing(self) -> Sharing:
        """Who else sees the record of this event."""
        row = self.row
        chosen = None if row.on_profile is None else Sharing(row.on_profile, row.to_organizations)
        return sharing_of(chosen, Sharing(row.records_on_profile, row.records_to_organizations))

    @property
    def prompt(self) -> GivenPrompt | None:
        row = self.row
        if row.notification_id is None:
            return None
        return GivenPrompt(
            row.notification_id,
            row.prompt_number,
            is_read=row.read_at is not None,
            is_responded=row.responded_at is not None,
        )

    @property
    def is_snoozed(self) -> bool:
        """The person put the question off, and it comes back at `asks_again_at`."""
        return bool(self.prompt and self.prompt.is_responded and self.row.asks_again_at and self.answer is None)

    @property
    def is_settled(self) -> bool:
        """The organization asks only what it does not know, and desk or room saw this person."""
        return bool(self.row.is_settled)


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
    rows = db.session.execute(
        select(
            func.max(Notification.id).label("notification_id"),
            *(Event.__table__.c[name] for name in ("title", "timezone", "starts_at", "effective_end_at")),
            Organization.name.label("organization_name"),
        )
        .join(Event, Event.id == Notification.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .where(Notification.user_id == user_id, Notification.prompt_number.is_not(None))
        .where(Notification.responded_at.is_(None), ~has_answered(Notification.event_id, Notification.user_id))
        .where(Event.deleted_at.is_(None), Event.status.in_(("published", "completed")))
        .where(Event.effective_end_at >= now - ANSWER_WINDOW, Event.starts_at <= now)
        .group_by(Event.id, Organization.id)
        .order_by(func.min(Notification.created_at), Event.id)
        .limit(MOST_WAITING)
    )
    return tuple(WaitingQuestion(**row._mapping) for row in rows)


def _find(user_id: int, which: ColumnElement[bool]) -> Question | None:
    row = db.session.execute(_questions(user_id).where(which)).one_or_none()
    return None if row is None else Question(row, user_id)


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
                follow_up.event_id == Event.id, follow_up.user_id == user_id, follow_up.number == LAST_NUMBER,
                follow_up.sent_at.is_(None), follow_up.ended_at.is_(None),
            ),
        )
        .where(User.disabled_at.is_(None), User.anonymized_at.is_(None))
        .where(_was_public(), _is_business_of(user_id))
    )  # fmt: skip


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
    return and_(Event.status != "draft", or_(Event.status != "cancelled", Event.published_at.is_not(None)))


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

