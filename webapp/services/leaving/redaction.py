"""Taking a person's name out of what others typed: trails keep their rows, and lose the words.

The database accepts no other change of a trail (see migration 0007).
"""

from collections.abc import Iterable
from typing import Any

from markupsafe import escape
from sqlalchemy import ColumnElement, Select, Table, func, or_, select, union, update
from sqlalchemy.orm import Session

from webapp.domain.people.redaction import REDACTED, mentions, telling_words, whole_names
from webapp.models import (
    Appeal,
    AppealNote,
    CertificateNameChange,
    CheckIn,
    CheckInReversal,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventSeriesChange,
    IdentityMatchChange,
    MeetingSession,
    Message,
    NoShowExcuse,
    Notification,
    PersonMerge,
    SessionMark,
    SessionReport,
)
from webapp.queries.id_set import is_among_words
from webapp.queries.online.session_owner import class_id_of
from webapp.services.leaving.class_redaction import (
    Trail,
    class_trails,
    classes_near,
    enrollments_near,
    redact_roll_call_notes,
    trail,
)

_MOVE, _REVERSAL = EnrollmentTransition.__table__, CheckInReversal.__table__
_APPEAL, _NOTE, _EXCUSE = Appeal.__table__, AppealNote.__table__, NoShowExcuse.__table__
_MARK, _REPORT = SessionMark.__table__, SessionReport.__table__
_MATCH, _MERGE = IdentityMatchChange.__table__, PersonMerge.__table__
_CERTIFIED, _SERIES = CertificateNameChange.__table__, EventSeriesChange.__table__
_MERGED = ("kept_id", "merged_id", "actor_id")


def redact_trails(session: Session, *, user_id: int, name: str, email: str | None, handle: str | None) -> None:
    """Replace every text that speaks of the person.

    In rows of their enrollments and in rows they made, one word of the name is enough; in other
    rows of the same events it has to be the whole name or the address. What letters and
    notifications quote of it goes, too.
    """
    words, whole = telling_words(name, email, handle), whole_names(name, email)
    removed: set[str] = set()
    for one in (*_trails(user_id), *class_trails(user_id)):
        for column in one.columns:
            removed |= _redact(session, one.table, column, one.own, words)
            removed |= _redact(session, one.table, column, one.near, whole)
    _redact_cancellations(session, user_id, words)
    _redact_report_fields(session, user_id, words)
    redact_roll_call_notes(session, user_id)
    _redact_quotes(session, user_id, removed)


def _trails(user_id: int) -> list[Trail]:
    enrollments = select(Enrollment.id).where(Enrollment.user_id == user_id)
    check_ins = select(CheckIn.id).where(CheckIn.enrollment_id.in_(enrollments))
    appeals_near = select(_APPEAL.c.id).where(_APPEAL.c.event_id.in_(_events_of(user_id)))
    called_off = select(Event.id).where(Event.cancelled_by_id == user_id)
    near, near_session = {"event_id": _events_of(user_id)}, {"session_id": _sessions_of(user_id)}
    is_theirs = or_(_MERGE.c.kept_id == user_id, _MERGE.c.merged_id == user_id)
    merged_at = select(_MERGE.c.organization_id).where(is_theirs)
    about_or_by = {"user_id": user_id, "actor_id": user_id}
    return [
        trail(
            _MOVE,
            "reason",
            "actor_label",
            near=near,
            own={"enrollment_id": enrollments, "actor_id": user_id, "event_id": called_off},
        ),
        trail(_REVERSAL, "reason", near=near, own={"check_in_id": check_ins, "actor_id": user_id}),
        trail(_APPEAL, "answer", near=near, own={"enrollment_id": enrollments, "decided_by_id": user_id}),
        trail(_EXCUSE, "words", near={"enrollment_id": _enrollments_near(user_id)}, own={"given_by_id": user_id}),
        trail(_NOTE, "text", near={"appeal_id": appeals_near}, own={"author_id": user_id}),
        trail(_MARK, "reason", near=near_session, own=about_or_by),
        trail(_MATCH, "reason", near={**near, "class_id": classes_near(user_id)}, own=about_or_by),
        trail(
            _CERTIFIED,
            "reason",
            near={"enrollment_id": _enrollments_near(user_id)},
            own={"enrollment_id": enrollments, "actor_id": user_id},
        ),
        trail(_SERIES, "reason", near=near, own={"actor_id": user_id}),
        trail(_MERGE, "reason", near={"organization_id": merged_at}, own=dict.fromkeys(_MERGED, user_id)),
        trail(_REPORT, "marked_reason", near=near_session, own={"user_id": user_id, "marked_by_id": user_id}),
    ]


def _redact(session: Session, table: Table, column: str, rows: ColumnElement[bool], words: Iterable[str]) -> set[str]:
    """Two statements, however many rows: a reason is typed once and often stands on many."""
    text = table.c[column]
    typed = session.scalars(select(text).where(rows, text.is_not(None), text != REDACTED).distinct())
    found = {one for one in typed if mentions(one, words)}
    if found:
        session.execute(
            update(table).where(rows, is_among_words(session, text, sorted(found))).values({column: REDACTED})
        )
    return found


def _redact_cancellations(session: Session, user_id: int, words: Iterable[str]) -> None:
    """Why the person called an event off, as its page says it."""
    _redact(session, Event.__table__, "cancel_reason", Event.__table__.c.cancelled_by_id == user_id, words)


def _redact_report_fields(session: Session, user_id: int, words: Iterable[str]) -> None:
    """What staff wrote into the fields of the person's session reports; one row per session."""
    rows = session.execute(select(_REPORT.c.id, _REPORT.c.fields).where(_REPORT.c.user_id == user_id)).all()
    for row in rows:
        cleaned = {field: _cleaned(value, words) for field, value in (row.fields or {}).items()}
        if cleaned != (row.fields or {}):
            session.execute(update(_REPORT).where(_REPORT.c.id == row.id).values(fields=cleaned))


def _cleaned(value: Any, words: Iterable[str]) -> Any:
    return REDACTED if isinstance(value, str) and mentions(value, words) else value


def _redact_quotes(session: Session, user_id: int, removed: set[str]) -> None:
    """A reason is quoted in the mails and lines of the event's or class's people, too."""
    events = union(
        _events_of(user_id),
        select(Event.id).where(Event.cancelled_by_id == user_id),
        select(_MOVE.c.event_id).where(_MOVE.c.actor_id == user_id),
    )
    about = {
        _LINES.name: _LINES.c.event_id.in_(events) | _LINES.c.class_enrollment_id.in_(enrollments_near(user_id)),
        _MAILS.name: _MAILS.c.event_id.in_(events) | _MAILS.c.class_id.in_(classes_near(user_id)),
    }
    for text in sorted(removed, key=len, reverse=True):
        for table, column in _QUOTING:
            for said in {text, _in_html(text)} if column.name == "html" else {text}:
                session.execute(
                    update(table)
                    .where(about[table.name], column.contains(said, autoescape=True))
                    .values({column.name: func.replace(column, said, REDACTED)})
                )


_LINES, _MAILS = Notification.__table__, Message.__table__
_QUOTING = (
    (_LINES, _LINES.c.text),
    (_LINES, _LINES.c.title),
    (_MAILS, _MAILS.c.body),
    (_MAILS, _MAILS.c.html),
    (_MAILS, _MAILS.c.subject),
)


def _events_of(user_id: int) -> Select[int]:
    return select(Enrollment.event_id).where(Enrollment.user_id == user_id)


def _enrollments_near(user_id: int) -> Select[int]:
    return select(Enrollment.id).where(Enrollment.event_id.in_(_events_of(user_id)))


def _sessions_of(user_id: int) -> Select[int]:
    is_theirs = or_(MeetingSession.event_id.in_(_events_of(user_id)), class_id_of().in_(classes_near(user_id)))
    return select(MeetingSession.id).where(is_theirs)


def _in_html(text: str) -> str:
    """As a template writes it."""
    return str(escape(text))
