"""Reports of online sessions as lines of CSV: one session's people, and all sessions of an event in numbers."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select, union

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.online.session_kind import KINDS
from webapp.extensions import db
from webapp.models import MeetingAttendance, MeetingSession, SessionReport
from webapp.queries.online.meeting_session import sessions_of_event
from webapp.queries.online.session_report import WITHOUT_PLACE, ReportLine, Result, report_lines, result_of

_PEOPLE = (
    "user_id",
    "name",
    "email",
    "has_place",
    "took_part_as",
    "result",
    "measured",
    "marked",
    "marked_reason",
    "marked_by",
    "marked_at",
    "joined_at",
    "left_at",
    "seconds",
    "minutes",
    "percentage",
    "late_minutes",
    "needs_review",
    "note",
)
_SESSIONS = (
    "id",
    "title",
    "kind",
    "room",
    "starts_at",
    "ends_at",
    "state",
    "people",
    "present",
    "late",
    "partial",
    "absent",
    "needs_review",
    "without_place",
    "minutes",
)


def report_csv(session: Row) -> Iterator[str]:
    """One record per person of a session, those without a place last; then the fields of its kind."""
    fields = [field.name for field in KINDS.get(session.kind, KINDS["event"]).report_fields]
    yield "\ufeff" + csv_line((*_PEOPLE, *fields))
    for line in report_lines(session.id):
        noted = line.fields or {}
        yield csv_line((*_person(line), *(noted.get(name) for name in fields)))


def sessions_csv(event_id: int, *, is_called_off: bool, now: datetime) -> Iterator[str]:
    """One record per session of an event; `people` is the sum of the five results after it."""
    counts = _counts_of(event_id)
    yield "\ufeff" + csv_line(_SESSIONS)
    for one in sessions_of_event(event_id, is_called_off=is_called_off):
        people, seconds = counts[one.id]
        results = [people[result] for result in Result if result not in WITHOUT_PLACE]
        yield csv_line(
            (
                one.id,
                one.title,
                one.kind,
                one.room_name,
                _iso(one.starts_at),
                _iso(one.ends_at),
                one.state(now).value,
                sum(results),
                *results,
                sum(people[result] for result in WITHOUT_PLACE),
                seconds // 60,
            )
        )


def _person(line: ReportLine) -> tuple[Any, ...]:
    minutes = line.seconds // 60
    return (
        line.user_id,
        line.name,
        line.email,
        _yes(line.is_enrolled),
        line.took_part_as,
        line.result,
        line.status,
        line.marked_status,
        line.marked_reason,
        line.marked_by,
        _iso(line.marked_at),
        _iso(line.entered_at),
        _iso(line.left_at),
        line.seconds,
        minutes,
        line.percentage,
        line.late_minutes,
        _yes(line.needs_review),
        line.note,
    )


def _counts_of(event_id: int) -> dict[int, tuple[dict[Result, int], int]]:
    """Session id -> people per result, and seconds of those with a place; one statement for all sessions."""
    measured, report = MeetingAttendance, SessionReport
    own = MeetingSession.event_id == event_id
    people = union(
        select(measured.session_id, measured.user_id)
        .join(MeetingSession, measured.session_id == MeetingSession.id)
        .where(own),
        select(report.session_id, report.user_id)
        .join(MeetingSession, report.session_id == MeetingSession.id)
        .where(own),
    ).subquery("people")
    lines = (
        select(people.c.session_id, result_of().label("result"), func.coalesce(measured.seconds, 0).label("seconds"))
        .select_from(people)
        .outerjoin(measured, and_(measured.session_id == people.c.session_id, measured.user_id == people.c.user_id))
        .outerjoin(report, and_(report.session_id == people.c.session_id, report.user_id == people.c.user_id))
        .subquery("lines")
    )
    rows = db.session.execute(
        select(lines.c.session_id, lines.c.result, func.count().label("number"), func.sum(lines.c.seconds)).group_by(
            lines.c.session_id, lines.c.result
        )
    )
    counts: dict[int, tuple[dict[Result, int], int]] = defaultdict(lambda: (defaultdict(int), 0))
    for session_id, result, number, seconds in rows:
        by_result, total = counts[session_id]
        by_result[Result(result)] = number
        counts[session_id] = (by_result, total + (0 if result in WITHOUT_PLACE else int(seconds)))
    return counts


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"
