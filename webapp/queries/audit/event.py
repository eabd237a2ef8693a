"""Events and their policies: whole, ended when they say, finished when they are; what they ask, and the answers."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.event_days import effective_end, known_timezones
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.questions.question import ends_to_forget
from webapp.models import EnrollmentAnswer, Event, EventPolicy, EventQuestion
from webapp.queries.audit.invariant import ComputedInvariant, Invariant, TimedInvariant, days_of

_CHUNK = 500


def _wrong_ends(session: Session) -> Iterator[Mapping[str, object]]:
    rows = session.execute(select(Event.id, Event.starts_at, Event.ends_at, Event.effective_end_at))
    for row in rows.yield_per(_CHUNK):
        right = effective_end(row.starts_at, row.ends_at)
        if row.effective_end_at != right:
            yield {"event_id": row.id, "kept": row.effective_end_at.isoformat(), "right": right.isoformat()}


def _unknown_zones(session: Session) -> Iterator[Mapping[str, object]]:
    for zone in session.scalars(select(Event.timezone).distinct()).all():
        if zone not in known_timezones():
            for event_id in session.scalars(select(Event.id).where(Event.timezone == zone)):
                yield {"event_id": event_id, "timezone": zone}


def _impossible_minimums(session: Session) -> Iterator[Mapping[str, object]]:
    rows = session.execute(
        select(Event.id, Event.starts_at, Event.ends_at, Event.timezone, EventPolicy.minimum_days)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(EventPolicy.attendance_requirement == AttendanceRequirement.MINIMUM_DAYS)
    )
    for row in rows.yield_per(_CHUNK):
        total = len(days_of(row))
        if total and (row.minimum_days is None or not 1 <= row.minimum_days <= total):
            yield {"event_id": row.id, "minimum": row.minimum_days, "total": total}


#: The job that deletes answers may have stood still for so long.
_GRACE = timedelta(days=2)


def _kept_answers(session: Session, now: datetime) -> Iterator[Mapping[str, object]]:
    is_over = or_(
        *(
            and_(EventQuestion.kept_days == days, Event.effective_end_at <= end)
            for days, end in ends_to_forget(now - _GRACE).items()
        )
    )
    columns = (EventQuestion.event_id, EventQuestion.id.label("question_id"), EventQuestion.kept_days)
    kept = (
        select(*columns, func.count().label("counted"))
        .join(Event, Event.id == EventQuestion.event_id)
        .join(EnrollmentAnswer, EnrollmentAnswer.question_id == EventQuestion.id)
        .where(is_over)
        .group_by(*columns)
    )
    for row in session.execute(kept):
        yield row._asdict()


INVARIANTS = (
    Invariant(
        "event_has_policy",
        "the event has no policy",
        """
        SELECT v.id AS event_id FROM events v LEFT JOIN event_policies p ON p.event_id = v.id
        WHERE p.event_id IS NULL
        """,
    ),
    Invariant(
        "policy_complete",
        "the policy contradicts itself: capacity {capacity}, {attendance_requirement}, minimum {minimum_days}",
        """
        SELECT event_id, capacity, attendance_requirement, minimum_days FROM event_policies
        WHERE capacity < 1 OR (attendance_requirement = 'minimum_days') <> (minimum_days IS NOT NULL)
           OR method NOT IN ('rsvp', 'application') OR cancellation_deadline_hours < 0
        """,
    ),
    ComputedInvariant(
        "minimum_days_possible", "{minimum} days are asked for, and the event has {total}", _impossible_minimums
    ),
    ComputedInvariant("effective_end_right", "the effective end is {kept} and should be {right}", _wrong_ends),
    ComputedInvariant("timezone_known", "nobody knows the timezone {timezone}", _unknown_zones),
    Invariant(
        "event_in_its_organization",
        "the event's facility belongs to another organization",
        """
        SELECT v.id AS event_id, v.facility_id FROM events v JOIN facilities f ON f.id = v.facility_id
        WHERE f.organization_id <> v.organization_id
        """,
    ),
    Invariant(
        "completed_is_decided",
        "the event is completed, but {counted} enrollments are still {status}",
        """
        SELECT v.id AS event_id, e.status, count(*) AS counted
        FROM events v JOIN enrollments e ON e.event_id = v.id AND e.status IN ('confirmed', 'checked_in')
        WHERE v.status = 'completed' GROUP BY v.id, e.status
        """,
    ),
    Invariant(
        "cancelled_is_empty",
        "the event is called off, but {counted} enrollments are still {status}",
        """
        SELECT v.id AS event_id, e.status, count(*) AS counted
        FROM events v JOIN enrollments e ON e.event_id = v.id
         AND e.status IN ('pending', 'waitlisted', 'confirmed', 'checked_in', 'released')
        WHERE v.status = 'cancelled' GROUP BY v.id, e.status
        """,
    ),
    Invariant(
        "draft_is_empty",
        "the event is a draft, but {counted} people enrolled",
        """
        SELECT v.id AS event_id, count(*) AS counted FROM events v JOIN enrollments e ON e.event_id = v.id
        WHERE v.status = 'draft' GROUP BY v.id
        """,
    ),
    Invariant(
        "event_status_has_its_time",
        "the event is {status} without the time of that",
        """
        SELECT id AS event_id, status FROM events
        WHERE (status = 'completed' AND completed_at IS NULL)
           OR (status = 'cancelled' AND (cancelled_at IS NULL OR trim(coalesce(cancel_reason, '')) = ''))
        """,
    ),
    Invariant(
        "deleted_event_asks_nobody",
        "the event was deleted while it was {status}, or with {counted} prompts still planned",
        """
        SELECT v.id AS event_id, v.status, count(p.id) AS counted
        FROM events v LEFT JOIN scheduled_attendance_prompts p
          ON p.event_id = v.id AND p.sent_at IS NULL AND p.ended_at IS NULL
        WHERE v.deleted_at IS NOT NULL GROUP BY v.id, v.status
        HAVING v.status = 'published' OR count(p.id) > 0
        """,
    ),
    Invariant(
        "outcome_after_the_end",
        "an outcome was decided before the end",
        """
        SELECT t.event_id, t.enrollment_id, t.id AS transition_id
        FROM enrollment_transitions t JOIN events v ON v.id = t.event_id
        WHERE t.kind = 'move' AND t.to_status IN ('attended', 'no_show', 'undecided') AND t.at < v.effective_end_at
          -- Before it was closed too early: it was opened again since, with another end.
          AND NOT EXISTS (SELECT 1 FROM enrollment_transitions r WHERE r.event_id = t.event_id
                          AND r.kind = 'reopening' AND r.id > t.id)
        """,
    ),
    TimedInvariant(
        "answers_deleted_in_time",
        "{counted} answers are kept, though they were to be deleted {kept_days} days after the end",
        _kept_answers,
    ),
    Invariant(
        "answer_of_its_event",
        "an answer of one event stands at a question of another",
        """
        SELECT q.event_id, a.enrollment_id, a.question_id FROM enrollment_answers a
        JOIN enrollments e ON e.id = a.enrollment_id JOIN event_questions q ON q.id = a.question_id
        WHERE q.event_id <> e.event_id
        """,
    ),
    Invariant(
        "one_answer_to_a_question",
        "{counted} answers to a question that takes one",
        """
        SELECT q.event_id, a.enrollment_id, a.question_id, count(*) AS counted FROM enrollment_answers a
        JOIN event_questions q ON q.id = a.question_id WHERE q.kind <> 'several_of'
        GROUP BY q.event_id, a.enrollment_id, a.question_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "answer_file_has_answer",
        "a file is kept without the answer it belongs to",
        """
        SELECT f.enrollment_id, f.question_id FROM answer_files f LEFT JOIN enrollment_answers a
          ON a.enrollment_id = f.enrollment_id AND a.question_id = f.question_id AND a.value <> ''
        LEFT JOIN event_questions q ON q.id = f.question_id
        WHERE a.enrollment_id IS NULL OR q.kind <> 'file'
        """,
    ),
    Invariant(
        "list_in_its_organization",
        "the list of the event names a facility or a class of another organization",
        """
        SELECT v.id AS event_id, l.id AS entry_id FROM event_list_entries l JOIN events v ON v.id = l.event_id
        LEFT JOIN facilities f ON f.id = l.facility_id LEFT JOIN program_classes c ON c.id = l.class_id
        WHERE coalesce(f.organization_id, c.organization_id, v.organization_id) <> v.organization_id
        """,
    ),
    Invariant(
        "list_can_be_matched",
        "an entry on the list of the event fits nobody: {value}",
        """
        SELECT event_id, id AS entry_id, value FROM event_list_entries
        WHERE value IS NOT NULL AND (value <> lower(value) OR trim(value) = '' OR value LIKE '% %'
           OR (kind = 'address') <> (value LIKE '%_@_%') OR (kind = 'domain' AND value LIKE '%@%'))
        """,
    ),
    Invariant(
        "yes_to_invitation_enrolled",
        "somebody said yes to an invitation, and never enrolled",
        """
        SELECT i.event_id, i.id AS invitation_id FROM event_invitations i
        WHERE i.status = 'accepted'
          AND NOT EXISTS (SELECT 1 FROM enrollments e WHERE e.event_id = i.event_id AND e.user_id = i.user_id)
        """,
    ),
    Invariant(
        "invitation_has_its_times",
        "the invitation is {status}, and its times or the number of its mails say otherwise",
        """
        SELECT event_id, id AS invitation_id, status FROM event_invitations
        WHERE (status = 'open') <> (ended_at IS NULL) OR mails < 1 OR (mails > 1) <> (mailed_again_at IS NOT NULL)
        """,
    ),
    Invariant(
        "who_may_enroll_is_whole",
        "the event lets in {who_may}, and its link or its earlier opening says otherwise",
        """
        SELECT event_id, who_may FROM event_policies
        WHERE (who_may = 'link') <> (link_token IS NOT NULL)
           OR (list_opens_at IS NOT NULL AND (who_may <> 'open' OR opens_at IS NULL OR list_opens_at >= opens_at))
        """,
    ),
    Invariant(
        "event_knows_it_asks",
        "the event asks something, and its policy says that it does not",
        """
        SELECT DISTINCT q.event_id FROM event_questions q JOIN event_policies p ON p.event_id = q.event_id
        WHERE NOT p.has_questions
        """,
    ),
    Invariant(
        "condition_in_its_event",
        "a question depends on one of another event, or on one that is not asked any longer",
        """
        SELECT q.event_id, q.id AS question_id FROM event_questions q JOIN event_questions o ON o.id = q.shown_if_id
        WHERE o.event_id <> q.event_id OR (q.retired_at IS NULL AND o.retired_at IS NOT NULL)
        """,
    ),
)
