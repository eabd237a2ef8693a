"""Online sessions: everybody measured, records that add up, reports that show them, marks that were said."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from webapp.domain.online.presence import ScheduledSession, decide_presence, hundredths_of_percent
from webapp.domain.online.session_kind import KINDS
from webapp.models import MeetingAttendance, MeetingSession
from webapp.queries.audit.invariant import ComputedInvariant, Invariant

_CHUNK = 500


def _wrong_sums(session: Session) -> Iterator[Mapping[str, object]]:
    """What was counted lies inside the session, in order and apart, and comes to the seconds and the percentage."""
    for row, scheduled, intervals in _records(session):
        edges = [second for interval in intervals for second in interval]
        inside = not edges or (scheduled.starts <= edges[0] and edges[-1] <= scheduled.ends)
        total = sum(end - start for start, end in intervals)
        share = hundredths_of_percent(row.seconds, scheduled.length)
        is_right = inside and edges == sorted(set(edges)) and total == row.seconds == row.seconds_least
        if not is_right or round(row.percentage * 100) != share:
            yield {"session_id": row.session_id, "user_id": row.user_id, "seconds": row.seconds, "total": total}


def _wrong_statuses(session: Session) -> Iterator[Mapping[str, object]]:
    """The status is what the rule makes of what is certain and of what is possible; two answers are none."""
    for row, scheduled, _ in _records(session):
        came = int(row.first_join_at.timestamp()) if row.first_join_at else scheduled.starts
        came_after = max(came - scheduled.starts, 0)
        right = {decide_presence(seconds, came_after, scheduled) for seconds in (row.seconds_least, row.seconds_most)}
        if {row.status} != (right if len(right) == 1 else {None}):
            yield {
                "session_id": row.session_id,
                "user_id": row.user_id,
                "status": row.status,
                "right": " or ".join(sorted(right)),
            }


def _records(session: Session) -> Iterator[tuple]:
    """Records without an error, with their session and what was counted."""
    record, planned = MeetingAttendance, MeetingSession
    rows = session.execute(
        select(
            record.session_id,
            record.user_id,
            record.seconds,
            record.seconds_least,
            record.seconds_most,
            record.percentage,
            record.status,
            record.first_join_at,
            cast(record.intervals, Text).label("counted"),
            planned.kind,
            planned.starts_at,
            planned.ends_at,
        )
        .join(planned, planned.id == record.session_id)
        .where(record.error.is_(None), planned.calculated_at.is_not(None))
    )
    for row in rows.yield_per(_CHUNK):
        if row.kind in KINDS:
            times = (int(row.starts_at.timestamp()), int(row.ends_at.timestamp()))
            yield row, ScheduledSession(*times, KINDS[row.kind].thresholds), json.loads(row.counted)


INVARIANTS = (
    Invariant(
        "everybody_is_measured",
        "{counted} people who had a place when the session was calculated have no record",
        """
        SELECT s.event_id, s.id AS session_id, count(*) AS counted
        FROM meeting_sessions s
        JOIN enrollments e ON e.event_id = s.event_id AND e.confirmed_at < s.calculated_at
         AND e.status IN ('confirmed', 'checked_in', 'attended', 'no_show', 'undecided')
        LEFT JOIN meeting_attendances a ON a.session_id = s.id AND a.user_id = e.user_id
        WHERE a.id IS NULL
        GROUP BY s.event_id, s.id
        """,
    ),
    ComputedInvariant("record_adds_up", "it says {seconds} s, and what was counted comes to {total} s", _wrong_sums),
    ComputedInvariant("presence_follows_record", "it is {status}, and should be {right}", _wrong_statuses),
    Invariant(
        "report_shows_record",
        "the report does not say what was measured",
        """
        SELECT a.session_id, a.user_id FROM meeting_attendances a
        LEFT JOIN session_reports r ON r.session_id = a.session_id AND r.user_id = a.user_id
        WHERE a.is_enrolled AND a.is_calculated
          AND (r.id IS NULL OR r.status IS NULL OR r.status <> a.status OR r.minutes <> a.seconds / 60
               OR r.percentage <> a.percentage OR r.is_late <> (a.late_seconds > 0))
        """,
    ),
    Invariant(
        "report_of_calculated_records_only",
        "the report says {status}, and nothing calculated does",
        """
        SELECT r.session_id, r.user_id, r.status FROM session_reports r
        LEFT JOIN meeting_attendances a ON a.session_id = r.session_id AND a.user_id = r.user_id AND a.is_calculated
        WHERE r.status IS NOT NULL AND a.id IS NULL
        """,
    ),
    Invariant(
        "mark_is_the_last_word",
        "the report is marked {shown}, and the last mark says {said}",
        """
        SELECT r.session_id, r.user_id, coalesce(r.marked_status, 'nothing') AS shown,
               coalesce(m.status, 'nothing') AS said
        FROM session_reports r LEFT JOIN session_marks m ON m.session_id = r.session_id AND m.user_id = r.user_id
         AND m.id = (SELECT max(l.id) FROM session_marks l WHERE l.session_id = r.session_id AND l.user_id = r.user_id)
        WHERE coalesce(r.marked_status, '') <> coalesce(m.status, '')
           OR r.is_automatic <> (r.marked_status IS NULL)
        """,
    ),
    Invariant(
        "online_check_in_has_a_cause",
        "it is checked in for an online session, and no report says that they were there",
        """
        SELECT c.event_id, c.enrollment_id, c.id AS check_in_id
        FROM check_ins c
        JOIN enrollments e ON e.id = c.enrollment_id AND e.status IN ('confirmed', 'checked_in')
        JOIN events v ON v.id = c.event_id AND v.status = 'published'
        WHERE c.method = 'online'
          AND NOT EXISTS (SELECT 1 FROM check_in_reversals b WHERE b.check_in_id = c.id)
          AND NOT EXISTS (SELECT 1 FROM enrollments d WHERE d.event_id = c.event_id
               AND d.status IN ('attended', 'no_show', 'undecided'))
          AND NOT EXISTS (SELECT 1 FROM session_reports r JOIN meeting_sessions s ON s.id = r.session_id
               WHERE s.event_id = c.event_id AND s.cancelled_at IS NULL AND r.user_id = e.user_id
                 AND coalesce(r.marked_status, r.status) IN ('present', 'late'))
        """,
    ),
)
