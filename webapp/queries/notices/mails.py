"""The post as its watchers see it: what waits, what was given up and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from webapp.extensions import db
from webapp.models import Event, Message, ProgramClass
from webapp.queries.page import Page, cut

PAGE_SIZE = 50
#: Of those that wait, the first are enough to see what is wrong.
_SHOWN_WAITING = 20


@dataclass(frozen=True, slots=True)
class MailPage:
    """What was given up (newest first, one page), by reason, and what waits (due first)."""

    dead: Page[Row]
    reasons: Sequence[Row]
    waiting: Sequence[Row]
    waiting_total: int


def mail_page(organization_ids: Sequence[int] | None, page: int) -> MailPage:
    """Mails about events of these organizations; None is the operator, who sees all. Four statements."""
    theirs = may_see(organization_ids)
    dead, waiting = Message.dead_at.is_not(None), _waits()
    counts = db.session.execute(
        select(func.count().filter(dead), func.count().filter(waiting))
        .select_from(Message)
        .where(theirs)
        .where(dead | waiting)
    ).one()
    reasons = db.session.execute(
        select(Message.last_error, func.count().label("count"), func.max(Message.dead_at).label("latest_at"))
        .where(dead, theirs)
        .group_by(Message.last_error)
        .order_by(func.count().desc(), func.max(Message.dead_at).desc())
        .limit(PAGE_SIZE)
    ).all()
    given_up = db.session.execute(cut(_mails().where(dead, theirs).order_by(Message.id.desc()), page, PAGE_SIZE)).all()
    due = db.session.execute(
        _mails().where(waiting, theirs).order_by(Message.next_try_at, Message.id).limit(_SHOWN_WAITING)
    ).all()
    return MailPage(Page(given_up, counts[0], page, PAGE_SIZE), reasons, due, counts[1])


def failed_mails(organization_ids: Sequence[int] | None) -> int:
    """How many mails that these may see were given up; one statement."""
    query = select(func.count()).select_from(Message).where(Message.dead_at.is_not(None), may_see(organization_ids))
    return db.session.scalar(query) or 0


def may_see(organization_ids: Sequence[int] | None) -> ColumnElement[bool]:
    """Whether a mail has an address, and is about an event or class of these organizations; None is all of them."""
    if organization_ids is None:
        return Message.recipient != ""
    theirs = select(Event.id).where(Event.organization_id.in_(organization_ids), Event.deleted_at.is_(None))
    of_classes = select(ProgramClass.id).where(ProgramClass.organization_id.in_(organization_ids))
    return and_(Message.recipient != "", or_(Message.event_id.in_(theirs), Message.class_id.in_(of_classes)))


def _waits() -> ColumnElement[bool]:
    return Message.sent_at.is_(None) & Message.dead_at.is_(None)


def _mails() -> Select:
    return select(
        Message.id,
        Message.recipient,
        Message.subject,
        Message.attempts,
        Message.last_error,
        Message.dead_at,
        Message.next_try_at,
        Message.created_at,
    )
