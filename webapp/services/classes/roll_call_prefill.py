"""Roll call from online presence, where staff said nothing: what the video room's report says of the class's people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.classes.roll_call import NOTHING, had_place, prefilled
from webapp.domain.permission import SYSTEM_USER_ID
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, MeetingSession, SessionReport
from webapp.queries.id_set import is_among
from webapp.services.classes.roll_call_book import Book, open_book, write_marks


def prefill_roll_call(session: Session, meeting_session_ids: Sequence[int], *, now: datetime) -> int:
    """Bring the roll-call of the classes behind these online sessions up to their reports; how many marks changed.

    A staff mark stays. Frozen classes and cancelled sessions are left alone. Twice changes nothing.
    """
    class_sessions = session.scalars(
        select(ClassSession.id)
        .join(MeetingSession, MeetingSession.class_session_id == ClassSession.id)
        .where(is_among(session, MeetingSession.id, meeting_session_ids), MeetingSession.cancelled_at.is_(None))
        # The order in which everybody locks classes.
        .order_by(ClassSession.class_id, ClassSession.id)
    ).all()
    changed = 0
    for session_id in class_sessions:
        try:
            book = open_book(session, session_id, now=now)
        except Refused:
            continue
        changed += prefill_book(session, book, now=now)
    return changed


def prefill_book(session: Session, book: Book, *, now: datetime) -> int:
    """The same for one open session. Two statements where nothing changes, and none for each person."""
    rows = session.execute(
        select(
            SessionReport.user_id,
            func.coalesce(SessionReport.marked_status, SessionReport.status).label("result"),
            SessionReport.minutes,
        )
        .join(MeetingSession, MeetingSession.id == SessionReport.session_id)
        .where(MeetingSession.class_session_id == book.row.id, MeetingSession.cancelled_at.is_(None))
    ).all()
    reported = {row.user_id: prefilled(row.result, row.minutes, book.scheduled) for row in rows}
    automatic = {user_id for user_id, standing in book.standing.items() if standing.is_automatic}
    marks = {}
    for user_id in reported.keys() | automatic:
        standing = book.stands(user_id)
        is_open = standing.is_automatic or standing.mark == NOTHING
        mark = reported.get(user_id, NOTHING)
        if is_open and mark != standing.mark and had_place(book.places.get(user_id, ()), book.bounds):
            marks[user_id] = mark
    write_marks(session, book, marks, actor_id=SYSTEM_USER_ID, now=now, is_automatic=True)
    return len(marks)
