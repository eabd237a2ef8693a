"""What staff say about somebody's session: a mark with a reason, taking it back, and the report's own fields.

A mark beats what was measured and survives every calculation. The trail (`SessionMark`) keeps
all of them; the report shows the last one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.online.presence import StaffMark
from webapp.domain.online.session_kind import session_kind
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import MeetingSession, SessionMark, SessionReport, User
from webapp.queries.online.session_owner import class_id_of, owner_of, people_expected
from webapp.queries.row_types import AnyRow
from webapp.services.classes.people.class_seats import LockedClass
from webapp.services.classes.roll_call_prefill import prefill_roll_call
from webapp.services.insertion import insert_unless_there
from webapp.services.online.late_evidence import learn_late
from webapp.services.online.online_check_in import bridge_event
from webapp.services.online.session_lock import lock_owner, may_decide
from webapp.services.places.seats import LockedEvent
from webapp.services.unit_of_work import write_transaction

REASON_LIMIT = 500

_SESSION, _REPORT, _MARK = MeetingSession.__table__, SessionReport.__table__, SessionMark.__table__


@dataclass(frozen=True, slots=True)
class Marked:
    """A person's mark after this: its trail's id, and the status (None: taken back)."""

    mark_id: int
    status: StaffMark | None


def mark_presence(
    *,
    session_id: int,
    user_id: int,
    status: StaffMark,
    reason: str,
    actor: Actor,
    now: datetime,
    request_id: str,
    seen_mark_id: int | None = None,
) -> Marked:
    """Say how somebody with a place took part, whatever was measured. Sent twice it happens once.

    `seen_mark_id` is the latest mark on the page that was looked at. Check-ins of the event
    follow at once, until closure, and so does the roll-call of a class. Raises Refused: `not_found`
    (also for whoever may not), `text_missing`, `text_too_long`, `text_broken` (the reason),
    `session_cancelled`, `session_not_begun`, `not_on_roster`, `stale`, `request_id_reused`.
    """
    return _say(
        session_id,
        user_id,
        StaffMark(status),
        reason=reason,
        actor=actor,
        now=now,
        request_id=request_id,
        seen_mark_id=seen_mark_id,
    )


def withdraw_mark(
    *,
    session_id: int,
    user_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    request_id: str,
    seen_mark_id: int | None = None,
) -> Marked:
    """Take the mark back: what was measured counts again.

    Raises Refused: `not_marked`, and as `mark_presence`.
    """
    return _say(
        session_id,
        user_id,
        None,
        reason=reason,
        actor=actor,
        now=now,
        request_id=request_id,
        seen_mark_id=seen_mark_id,
    )


def save_report_fields(
    *, session_id: int, user_id: int, typed: Mapping[str, str], actor: Actor, now: datetime
) -> dict[str, str | int]:
    """Keep what the session's kind asks for besides; the whole set is replaced.

    Raises Refused: `not_found`, `not_on_roster`, and as `domain.session_kind.ReportField.read`.
    """
    with write_transaction() as session:
        _, row = _lock(session, session_id, actor)
        values = session_kind(row.kind).read_fields(typed)
        _require_expected(session, row, user_id)
        _ensure_report(session, session_id, user_id)
        session.execute(update(_REPORT).where(*_of(session_id, user_id)).values(fields=values))
    return values


def _say(
    session_id: int,
    user_id: int,
    status: StaffMark | None,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    request_id: str,
    seen_mark_id: int | None,
) -> Marked:
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=True)
    with write_transaction() as session:
        locked, row = _lock(session, session_id, actor)
        before = _said_before(session, session_id, user_id, request_id)
        if before is not None:
            return _same_or_refused(before, user_id, status)
        _require_markable(session, row, user_id, status, now=now, seen_mark_id=seen_mark_id)
        values = {"status": status, "reason": why, "actor_id": actor.user_id, "request_id": request_id, "at": now}
        mark_id = session.scalar(
            insert(_MARK).values(session_id=session_id, user_id=user_id, **values).returning(_MARK.c.id)
        )
        _ensure_report(session, session_id, user_id)
        is_set = status is not None
        session.execute(
            update(_REPORT)
            .where(*_of(session_id, user_id))
            .values(
                is_automatic=not is_set,
                marked_status=status,
                marked_reason=why if is_set else None,
                marked_by_id=actor.user_id if is_set else None,
                marked_at=now if is_set else None,
            )
        )
        if isinstance(locked, LockedEvent):
            bridge_event(session, locked, now=now, only_user_id=user_id)
            learn_late(session, locked, now=now, only_user_id=user_id)
        else:
            prefill_roll_call(session, [session_id], now=now)
    return Marked(mark_id, status)


def _lock(session: Session, session_id: int, actor: Actor) -> tuple[LockedEvent | LockedClass, AnyRow]:
    """The session under its owner's lock and its own, in the order in which a calculation takes them."""
    this = select(_SESSION, class_id_of().label("class_id")).where(_SESSION.c.id == session_id)
    found = session.execute(this).one_or_none()
    if found is None:
        raise Refused("not_found")
    locked = lock_owner(session, owner_of(found))
    if not may_decide(session, locked, actor):
        raise Refused("not_found")
    return locked, session.execute(this.with_for_update(key_share=True, of=_SESSION)).one()


def _require_markable(
    session: Session, row: AnyRow, user_id: int, status: StaffMark | None, *, now: datetime, seen_mark_id: int | None
) -> None:
    if row.cancelled_at is not None:
        raise Refused("session_cancelled")
    if now < row.starts_at:
        raise Refused("session_not_begun")
    latest = session.execute(
        select(_MARK.c.id, _MARK.c.status)
        .where(_MARK.c.session_id == row.id, _MARK.c.user_id == user_id)
        .order_by(_MARK.c.id.desc())
        .limit(1)
    ).one_or_none()
    if (latest.id if latest else None) != seen_mark_id:
        raise Refused("stale")
    if status is None and (latest is None or latest.status is None):
        raise Refused("not_marked")
    if status is not None:
        _require_expected(session, row, user_id)


def _require_expected(session: Session, row: AnyRow, user_id: int) -> None:
    expected = select(User.id).where(User.id == user_id, User.id.in_(people_expected(row)))
    if session.scalar(expected) is None:
        raise Refused("not_on_roster")


def _said_before(session: Session, session_id: int, user_id: int, request_id: str) -> AnyRow | None:
    return session.execute(
        select(_MARK.c.id, _MARK.c.user_id, _MARK.c.status).where(
            _MARK.c.session_id == session_id, _MARK.c.request_id == request_id
        )
    ).one_or_none()


def _same_or_refused(before: AnyRow, user_id: int, status: StaffMark | None) -> Marked:
    if (before.user_id, before.status) != (user_id, status):
        raise Refused("request_id_reused")
    return Marked(before.id, status)


def _ensure_report(session: Session, session_id: int, user_id: int) -> None:
    """A report to write on, also where nothing was measured yet."""
    blank = {
        "session_id": session_id,
        "user_id": user_id,
        "minutes": 0,
        "percentage": 0,
        "is_late": False,
        "late_minutes": 0,
        "is_automatic": True,
        "fields": {},
    }
    session.execute(insert_unless_there(session, _REPORT, index_elements=["session_id", "user_id"]).values(**blank))


def _of(session_id: int, user_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _REPORT.c.session_id == session_id, _REPORT.c.user_id == user_id
