"""Which rows go along when two rows of `users` become one, and how they change hands.

What belongs to one event or class changes hands as a whole: a place, and all that was said, measured and sent about it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, false, or_, select, union, update
from sqlalchemy.orm import Session

from webapp.domain.permission import SYSTEM_USER_ID
from webapp.models import (
    AttendanceResponse,
    ClassAttendance,
    ClassAttendanceMark,
    ClassCompletion,
    ClassEnrollment,
    ClassSession,
    Enrollment,
    EventInvitation,
    EventView,
    IdentityMatch,
    IdentityMatchChange,
    JoinToken,
    MeetingAttendance,
    MeetingSession,
    Message,
    Notification,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    SessionMark,
    SessionReport,
)
from webapp.queries.id_set import is_among
from webapp.queries.online.session_owner import class_id_of

_REMINDER = "reminder:"


@dataclass(frozen=True, slots=True)
class Offerings:
    """Events and classes by their ids."""

    events: frozenset[int] = frozenset()
    classes: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.events or self.classes)

    def __sub__(self, other: "Offerings") -> "Offerings":
        return Offerings(self.events - other.events, self.classes - other.classes)

    def __and__(self, other: "Offerings") -> "Offerings":
        return Offerings(self.events & other.events, self.classes & other.classes)

    def __or__(self, other: "Offerings") -> "Offerings":
        return Offerings(self.events | other.events, self.classes | other.classes)

    def kept(self) -> dict[str, list[int]]:
        """As a row keeps them."""
        return {"events": sorted(self.events), "classes": sorted(self.classes)}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Offerings":
        return cls(frozenset(kept["events"]), frozenset(kept["classes"]))


@dataclass(frozen=True)
class _Following:
    """A table whose rows are about one person and one event or class: how each is found from a row."""

    table: Table
    event: ColumnElement[Any] | None = None
    program_class: ColumnElement[Any] | None = None

    def of(self, session: Session, user_id: int, offerings: Offerings) -> list[ColumnElement[bool]]:
        """The person's rows about those."""
        among = (
            is_among(session, column, sorted(ids))
            for column, ids in ((self.event, offerings.events), (self.program_class, offerings.classes))
            if ids and column is not None
        )
        return [self.table.c.user_id == user_id, or_(false(), *among)]


def _by_event(model: type[Any]) -> _Following:
    return _Following(model.__table__, event=model.__table__.c.event_id)


def _by_class(model: type[Any]) -> _Following:
    return _Following(model.__table__, program_class=model.__table__.c.class_id)


def _by_owner(model: type[Any]) -> _Following:
    return _Following(model.__table__, model.__table__.c.event_id, model.__table__.c.class_id)


def _by_roll_call(model: type[Any]) -> _Following:
    table = model.__table__
    own = select(ClassSession.class_id).where(ClassSession.id == table.c.session_id)
    return _Following(table, program_class=own.correlate(table).scalar_subquery())


def _by_meeting(model: type[Any]) -> _Following:
    table = model.__table__
    session = MeetingSession.id == table.c.session_id
    event = select(MeetingSession.event_id).where(session).correlate(table).scalar_subquery()
    return _Following(table, event, select(class_id_of()).where(session).correlate(table).scalar_subquery())


_LINES = Notification.__table__
_LINE_CLASS = (
    select(ClassEnrollment.class_id)
    .where(ClassEnrollment.id == _LINES.c.class_enrollment_id)
    .correlate(_LINES)
    .scalar_subquery()
)
FOLLOWING = (
    _by_event(Enrollment),
    _by_event(EventInvitation),
    _by_event(ScheduledAttendancePrompt),
    _by_event(AttendanceResponse),
    _by_event(RecordPrivacy),
    _by_event(EventView),
    _by_class(ClassEnrollment),
    _by_class(ClassCompletion),
    _by_roll_call(ClassAttendance),
    _by_roll_call(ClassAttendanceMark),
    _by_owner(IdentityMatch),
    _by_owner(IdentityMatchChange),
    _by_meeting(MeetingAttendance),
    _by_meeting(SessionReport),
    _by_meeting(SessionMark),
    _by_meeting(JoinToken),
    _Following(_LINES, _LINES.c.event_id, _LINE_CLASS),
)


def offerings_of(session: Session, user_id: int) -> Offerings:
    """Every event and class of which some row says something about that person. Two statements."""
    return Offerings(
        _all_named(session, user_id, lambda one: one.event),
        _all_named(session, user_id, lambda one: one.program_class),
    )


def _all_named(
    session: Session, user_id: int, of_one: Callable[[_Following], ColumnElement[Any] | None]
) -> frozenset[int]:
    asked = union(*_named(user_id, of_one)).subquery()
    return frozenset(session.scalars(select(asked.c.offering).where(asked.c.offering.is_not(None))))


def _named(user_id: int, of_one: Callable[[_Following], ColumnElement[Any] | None]) -> Iterator[Any]:
    for one in FOLLOWING:
        column = of_one(one)
        if column is not None:
            yield select(column.label("offering")).select_from(one.table).where(one.table.c.user_id == user_id)


def hand_over(session: Session, offerings: Offerings, *, from_id: int, to_id: int) -> None:
    """Everything of those events and classes that was the one row's is the other's; that one has nothing there."""
    if not offerings:
        return
    _rename_reminders(session, offerings, from_id, to_id)
    for one in FOLLOWING:
        session.execute(update(one.table).where(*one.of(session, from_id, offerings)).values(user_id=to_id))


def exchange(session: Session, offerings: Offerings, *, one_id: int, other_id: int) -> None:
    """Each of the two gets what the other has there. The system holds one side meanwhile: no row exists twice."""
    hand_over(session, offerings, from_id=one_id, to_id=SYSTEM_USER_ID)
    hand_over(session, offerings, from_id=other_id, to_id=one_id)
    hand_over(session, offerings, from_id=SYSTEM_USER_ID, to_id=other_id)


def _rename_reminders(session: Session, offerings: Offerings, from_id: int, to_id: int) -> None:
    """A reminder is called after its person, with the mail beside it: nobody is reminded twice."""
    lines = next(one for one in FOLLOWING if one.table is _LINES)
    keys = session.scalars(
        select(_LINES.c.dedupe_key).where(
            *lines.of(session, from_id, offerings), _LINES.c.dedupe_key.startswith(_REMINDER, autoescape=True)
        )
    )
    for key in keys.all():
        renamed = f"{key.rpartition(':')[0]}:{to_id}"
        for table in (_LINES, Message.__table__):
            session.execute(update(table).where(table.c.dedupe_key == key).values(dedupe_key=renamed))
