"""A session's report as pages and files show it: everybody's line, their stays, and who it was that nobody knows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, union
from sqlalchemy.orm import aliased

from webapp.domain.online.identity import identity_for, user_id_of
from webapp.domain.online.presence import Presence, StaffMark, StayTimes
from webapp.extensions import db
from webapp.models import (
    IdentityMatch,
    MeetingAttendance,
    RoomGuest,
    SessionMark,
    SessionReport,
    User,
)
from webapp.queries.id_set import is_among, is_among_words
from webapp.queries.online.room_stays import readable_stays
from webapp.queries.online.session_calculation import people_among
from webapp.queries.online.session_owner import belongs_to, owner_of, people_expected
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

#: Each line of a report is a small picture: fewer of them make a page than lines of a plain table.
PAGE_SIZE = 25
#: Candidates for "who was that?" on one page.
MOST_CANDIDATES = 20
_MARKER = aliased(User)


class Result(StrEnum):
    """The results by which a report can be narrowed; a mark counts as what it says."""

    PRESENT = "present"
    LATE = "late"
    PARTIAL = "partial"
    ABSENT = "absent"
    REVIEW = "review"
    TEACHER = "teacher"
    STAFF = "staff"
    OUTSIDE = "outside"


#: Who has no place in the session, whatever brought them there.
WITHOUT_PLACE = frozenset({Result.TEACHER, Result.STAFF, Result.OUTSIDE})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One person's line: its columns in their order. `stays` are what was told of them in the room."""

    user_id: int
    name: str
    email: str | None
    is_enrolled: bool
    took_part_as: str | None
    possible_status: str | None
    entered_at: datetime | None
    left_at: datetime | None
    seconds: int
    seconds_least: int | None
    seconds_most: int | None
    percentage: Decimal | None
    #: What was measured, or what the report says where nothing was.
    status: str | None
    is_uncertain: bool
    late_seconds: int
    late_minutes: int
    note: str | None
    error: str | None
    report_id: int | None
    marked_status: str | None
    marked_reason: str | None
    marked_at: datetime | None
    fields: dict[str, Any] | None
    marked_by: str | None
    mark_id: int | None
    stays: tuple[StayTimes, ...] = ()

    @property
    def result(self) -> str | None:
        """What counts: staff's mark, else what was measured; None where nobody can tell yet."""
        return self.marked_status or self.status

    @property
    def needs_review(self) -> bool:
        """Nobody can tell the status for certain, and nobody has decided it by a mark."""
        return bool(self.is_uncertain) and self.marked_status is None


@dataclass(frozen=True, slots=True)
class ReportPage(FilteredPage[ReportLine, Result]):
    """A page of a report. `counts` are people per result, `matching` all of them but those without a place."""


def report_page(session: Row, *, only: Result | None = None, page: int = 1) -> ReportPage:
    """A page of the report, by name, with everybody's stays: six statements, whatever the number of people."""
    counts = _counts(session.id)
    everybody = sum(number for result, number in counts.items() if result not in WITHOUT_PLACE)
    chosen = counts.get(only, 0) if only else everybody
    page = nearest_page(page, total=chosen, size=PAGE_SIZE)
    rows = db.session.execute(cut(_narrowed(session.id, only), page, PAGE_SIZE)).all()
    stays = stays_of_people(session, [row.user_id for row in rows])
    lines = tuple(value_of(ReportLine, row, stays.get(row.user_id, ())) for row in rows)
    return ReportPage(lines, chosen, page, PAGE_SIZE, counts, everybody)


def report_line(session: Row, user_id: int) -> ReportLine | None:
    """One person's line, or None where the session has none."""
    row = db.session.execute(_lines(session.id).where(User.id == user_id)).one_or_none()
    if row is None:
        return None
    return value_of(ReportLine, row, stays_of_people(session, [user_id]).get(user_id, ()))


def report_lines(session_id: int) -> Iterator[ReportLine]:
    """Everybody of a session by name, those without a place last; without their stays."""
    query = _lines(session_id).order_by(None).order_by(_is_outside(), User.search_text, User.id)
    return (value_of(ReportLine, row) for row in db.session.execute(query))


def stays_of_people(session: Row, user_ids: Sequence[int]) -> dict[int, tuple[StayTimes, ...]]:
    """The stays of those people in a session, in order: by their own identity, and by what staff matched."""
    if not user_ids:
        return {}
    owners = {identity_for(user_id): user_id for user_id in user_ids}
    matched = select(IdentityMatch.identity, IdentityMatch.user_id).where(
        belongs_to(IdentityMatch, owner_of(session)), is_among(db.session(), IdentityMatch.user_id, user_ids)
    )
    owners |= {row.identity: row.user_id for row in db.session.execute(matched)}
    found: dict[int, list[StayTimes]] = defaultdict(list)
    for _, identity, stay in readable_stays(db.session(), [session.id], only=list(owners)):
        found[owners[identity]].append(stay)
    return {user_id: tuple(sorted(stays, key=lambda stay: stay.joined)) for user_id, stays in found.items()}


def _lines(session_id: int) -> Select:
    """Everybody who was measured or reported, with both, and who marked them."""
    measured, report = MeetingAttendance, SessionReport
    latest_mark = (
        select(func.max(SessionMark.id))
        .where(SessionMark.session_id == session_id, SessionMark.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    people = union(
        select(measured.user_id).where(measured.session_id == session_id),
        select(report.user_id).where(report.session_id == session_id),
    ).subquery("people")
    return (
        select(
            User.id.label("user_id"),
            User.name,
            User.email,
            func.coalesce(measured.is_enrolled, True).label("is_enrolled"),
            measured.took_part_as,
            measured.possible_status,
            func.coalesce(measured.first_join_at, report.entered_at).label("entered_at"),
            func.coalesce(measured.last_leave_at, report.left_at).label("left_at"),
            func.coalesce(measured.seconds, report.minutes * 60, 0).label("seconds"),
            measured.seconds_least,
            measured.seconds_most,
            func.coalesce(measured.percentage, report.percentage).label("percentage"),
            case((measured.is_calculated, measured.status), else_=report.status).label("status"),
            func.coalesce(measured.needs_review, False).label("is_uncertain"),
            func.coalesce(measured.late_seconds, 0).label("late_seconds"),
            (func.coalesce(measured.late_seconds, 0) // 60).label("late_minutes"),
            measured.note,
            measured.error,
            report.id.label("report_id"),
            report.marked_status,
            report.marked_reason,
            report.marked_at,
            report.fields,
            _MARKER.name.label("marked_by"),
            latest_mark.label("mark_id"),
        )
        .select_from(people)
        .join(User, User.id == people.c.user_id)
        .outerjoin(measured, and_(measured.user_id == User.id, measured.session_id == session_id))
        .outerjoin(report, and_(report.user_id == User.id, report.session_id == session_id))
        .outerjoin(_MARKER, _MARKER.id == report.marked_by_id)
        .order_by(User.search_text, User.id)
    )


def _is_outside() -> ColumnElement[bool]:
    return func.coalesce(MeetingAttendance.is_enrolled, True).is_(False)


def result_of() -> ColumnElement[str]:
    """The word of `Result` for a line of `_lines`."""
    marked, measured = SessionReport.marked_status, MeetingAttendance
    absent = (StaffMark.ABSENT_EXCUSED, StaffMark.ABSENT_UNEXCUSED)
    status = case((measured.is_calculated, measured.status), else_=SessionReport.status)
    return case(
        (_is_outside(), func.coalesce(measured.took_part_as, Result.OUTSIDE.value)),
        (marked.in_(absent), Result.ABSENT.value),
        (marked.is_not(None), marked),
        (status.in_(tuple(Presence)), status),
        else_=Result.REVIEW.value,
    )


def _narrowed(session_id: int, only: Result | None) -> Select:
    query = _lines(session_id)
    return query.where(~_is_outside()) if only is None else query.where(result_of() == only.value)


def _counts(session_id: int) -> dict[Result, int]:
    results = _lines(session_id).with_only_columns(result_of().label("result")).order_by(None).subquery()
    rows = db.session.execute(select(results.c.result, func.count()).group_by(results.c.result))
    return {Result(result): number for result, number in rows}


@dataclass
class Guest:
    """Somebody in the room whose identity is nobody's: what they called themselves there, and when they were in."""

    identity: str
    name: str | None
    stays: list[StayTimes] = field(default_factory=list)
    #: Whose it is, where staff said so, and who said it.
    match: Row | None = None


def guests_of(session: Row) -> tuple[list[Guest], list[Guest]]:
    """Identities in a session that are no account's: (not matched, matched). Four statements."""
    sessions = db.session()
    stays: dict[str, list[StayTimes]] = defaultdict(list)
    for _, identity, stay in readable_stays(sessions, [session.id]):
        stays[identity].append(stay)
    claimed = {identity: user_id_of(identity) for identity in stays}
    known = people_among(sessions, sorted({user_id for user_id in claimed.values() if user_id is not None}))
    strangers = sorted(identity for identity, user_id in claimed.items() if user_id not in known)
    if not strangers:
        return [], []
    names, matches = _names_of(session, strangers), _matches_of(session, strangers)
    guests = [Guest(one, names.get(one), sorted(stays[one]), matches.get(one)) for one in strangers]
    guests.sort(key=lambda guest: (guest.stays[0].joined, guest.identity))
    return [one for one in guests if one.match is None], [one for one in guests if one.match is not None]


def _names_of(session: Row, identities: Sequence[str]) -> dict[str, str]:
    query = select(RoomGuest.identity, RoomGuest.name).where(
        RoomGuest.room_name == session.room_name, is_among_words(db.session(), RoomGuest.identity, identities)
    )
    return {row.identity: row.name for row in db.session.execute(query)}


def _matches_of(session: Row, identities: Sequence[str]) -> dict[str, Row]:
    rows = db.session.execute(
        select(
            IdentityMatch.identity,
            IdentityMatch.user_id,
            IdentityMatch.matched_at,
            User.name,
            _MARKER.name.label("by"),
        )
        .join(User, User.id == IdentityMatch.user_id)
        .join(_MARKER, _MARKER.id == IdentityMatch.matched_by_id)
        .where(
            belongs_to(IdentityMatch, owner_of(session)),
            is_among_words(db.session(), IdentityMatch.identity, identities),
        )
    )
    return {row.identity: row for row in rows}


def candidates(session: Row, query: str) -> Sequence[Row]:
    """People with a place who may have been that guest: `(user_id, name, email, seconds)`.

    Who was not seen in the session comes first; at most twenty that match the words.
    """
    seconds = func.coalesce(MeetingAttendance.seconds, 0)
    return db.session.execute(
        select(User.id.label("user_id"), User.name, User.email, seconds.label("seconds"))
        .outerjoin(
            MeetingAttendance,
            and_(MeetingAttendance.user_id == User.id, MeetingAttendance.session_id == session.id),
        )
        .where(User.id.in_(people_expected(session)))
        .where(matches_words(User.search_text, query))
        .order_by(seconds > 0, User.search_text, User.id)
        .limit(MOST_CANDIDATES)
    ).all()
