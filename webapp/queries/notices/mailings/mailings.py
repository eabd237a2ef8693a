"""Messages of one event as their organizers see them: the list, one of them, and who got it."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from webapp.domain.notices.audience import Audience, kept_audience
from webapp.domain.notices.mailing import MailingStatus, mailing_of_key
from webapp.domain.notices.notice import NotificationType
from webapp.domain.notices.relative_time import Anchor, RelativeTime
from webapp.extensions import db
from webapp.models import Enrollment, Mailing, MailingRecipient, Message, Notification, User
from webapp.queries.notices.mailings.audience import readers
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.row_types import AnyRow, value_of

#: Of one event.
LISTED, PAGE_SIZE = 100, 50
_AUTHOR, _WITHDREW = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class MailingFacts:
    """A message: its columns in their order, who wrote it, who withdrew it, and the state of its emails."""

    id: int
    event_id: int
    created_by_id: int
    subject: str
    body: str
    kept_audience: dict[str, Any]
    status: str
    send_at: datetime
    #: Of a reminder (`relative`).
    anchor: str | None
    offset_hours: int | None
    offset_days: int | None
    at_local: time | None
    goes_beyond: bool
    request_id: str
    version: int
    #: Who was found when it began to be sent, and how many of them were told how.
    people: int
    mails: int
    lines: int
    no_address: int
    gone: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    withdrawn_by_id: int | None
    dropped_because: str | None
    by_name: str
    withdrawn_by_name: str | None
    #: Of the emails: those that still wait for the mail server, and those that were given up.
    waiting: int = 0
    failed: int = 0

    @property
    def audience(self) -> Audience:
        return kept_audience(self.kept_audience)

    @property
    def relative(self) -> RelativeTime | None:
        """What its time goes by, where it is a reminder."""
        if self.anchor is None:
            return None
        return RelativeTime(Anchor(self.anchor), self.offset_hours, self.offset_days, self.at_local)

    @property
    def told(self) -> int:
        """Whose turn it was already."""
        return self.mails + self.lines + self.no_address + self.gone

    @property
    def sent(self) -> int:
        """Emails that the mail server took."""
        return self.mails - self.waiting - self.failed

    @property
    def is_planned(self) -> bool:
        return self.status == MailingStatus.PLANNED

    def is_moving(self, now: datetime) -> bool:
        """Whether its page changes by itself in a moment."""
        is_due = self.is_planned and self.send_at <= now
        return is_due or self.status == MailingStatus.SENDING or self.waiting > 0


def mailings_of_event(event_id: int) -> list[MailingFacts]:
    """The latest, what is to come first. Two statements."""
    latest = _facts().where(Mailing.event_id == event_id).order_by(Mailing.send_at.desc(), Mailing.id.desc())
    rows = db.session.execute(latest.limit(LISTED)).all()
    open_mails = _open_mails(Mailing.event_id == event_id)
    return [value_of(MailingFacts, row, *open_mails.get(row.id, (0, 0))) for row in rows]


def mailing_by_id(mailing_id: int) -> MailingFacts | None:
    """That message, or None. Two statements."""
    row = db.session.execute(_facts().where(Mailing.id == mailing_id)).one_or_none()
    if row is None:
        return None
    return value_of(MailingFacts, row, *_open_mails(Mailing.id == mailing_id).get(mailing_id, (0, 0)))


def recipients_page(mailing_id: int, number: int) -> Page[Row]:
    """`enrollment_id, name, reach, sent_at, dead_at, last_error`, who did not get it first. Two statements."""
    total = (
        db.session.scalar(
            select(func.count()).select_from(MailingRecipient).where(MailingRecipient.mailing_id == mailing_id)
        )
        or 0
    )
    number = nearest_page(number, total=total, size=PAGE_SIZE)
    rows = (
        select(
            MailingRecipient.enrollment_id,
            User.name,
            MailingRecipient.reach,
            Message.sent_at,
            Message.dead_at,
            Message.last_error,
        )
        .join(User, User.id == MailingRecipient.user_id)
        .outerjoin(Message, Message.id == MailingRecipient.message_id)
        .where(MailingRecipient.mailing_id == mailing_id)
        .order_by(case((Message.dead_at.is_not(None), 0), else_=1), User.sort_name, User.id)
    )
    return Page(db.session.execute(cut(rows, number, PAGE_SIZE)).all(), total, number, PAGE_SIZE)


def message_in(notification_id: int, user_id: int) -> AnyRow | None:
    """What a person's own line is about: the message (`subject`, `body`, `told_at`) with its reader; or None."""
    line = (
        Notification.id == notification_id,
        Notification.user_id == user_id,
        Notification.type == NotificationType.MESSAGE,
    )
    key = db.session.scalar(select(Notification.dedupe_key).where(*line))
    if key is None:
        return None
    written = Mailing.subject, Mailing.body, Notification.created_at.label("told_at")
    return db.session.execute(
        readers()
        .add_columns(*written)
        .join(Notification, Notification.enrollment_id == Enrollment.id)
        .join(Mailing, Mailing.id == mailing_of_key(key))
        .where(*line)
    ).one_or_none()


def _facts() -> Select[Any]:
    return (
        select(*Mailing.__table__.c, _AUTHOR.name.label("by_name"), _WITHDREW.name.label("withdrawn_by_name"))
        .join(_AUTHOR, _AUTHOR.id == Mailing.created_by_id)
        .outerjoin(_WITHDREW, _WITHDREW.id == Mailing.withdrawn_by_id)
    )


def _open_mails(which: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """How many emails of each message wait, and were given up: found by what waits and what failed, not by all."""
    waits = and_(Message.sent_at.is_(None), Message.dead_at.is_(None))
    mails = [
        select(MailingRecipient.mailing_id, literal(kind).label("kind"))
        .join(Message, Message.id == MailingRecipient.message_id)
        .join(Mailing, Mailing.id == MailingRecipient.mailing_id)
        .where(condition, which)
        for kind, condition in ((0, waits), (1, Message.dead_at.is_not(None)))
    ]
    each = union_all(*mails).subquery()
    counted = select(
        each.c.mailing_id, func.count().filter(each.c.kind == 0), func.count().filter(each.c.kind == 1)
    ).group_by(each.c.mailing_id)
    return {row[0]: (row[1], row[2]) for row in db.session.execute(counted)}
