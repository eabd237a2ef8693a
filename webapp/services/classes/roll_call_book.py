"""One session's roll-call, open under the lock of its class: what stands, who may be marked, writing marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import Mark, Place, Scheduled, day_bounds, had_place, require_roll_call
from webapp.domain.event_days import local_date
from webapp.domain.refusal import Refused
from webapp.models import ClassAttendance, ClassAttendanceMark, ClassSession
from webapp.queries.classes.roll_call import Standing, places_in_class, scheduled_of, standings
from webapp.queries.id_set import is_among
from webapp.services.classes.people.class_seats import LockedClass, lock_class

_SESSION, _ATTENDANCE, _MARK = ClassSession.__table__, ClassAttendance.__table__, ClassAttendanceMark.__table__


@dataclass(frozen=True)
class Book:
    """Everything that a mark in one session is decided from."""

    locked: LockedClass
    row: Row[Any]
    places: Mapping[int, Sequence[Place]]
    standing: Mapping[int, Standing]
    bounds: tuple[datetime, datetime]

    @property
    def scheduled(self) -> Scheduled:
        return scheduled_of(self.row)

    def stands(self, user_id: int) -> Standing:
        """What stands about that person; nothing at all, perhaps."""
        return self.standing.get(user_id, Standing())

    def require_place(self, user_id: int) -> None:
        """Refuse (`not_enrolled_that_day`) somebody without a seat on the session's date."""
        if not had_place(self.places.get(user_id, ()), self.bounds):
            raise Refused("not_enrolled_that_day")


def open_book(session: Session, session_id: int, *, now: datetime) -> Book:
    """Lock the class of that session and read its roll-call. Five statements, whatever the number of people.

    Raises `not_found` and what `require_roll_call` refuses.
    """
    class_id = session.scalar(select(_SESSION.c.class_id).where(_SESSION.c.id == session_id))
    if class_id is None:
        raise Refused("not_found")
    locked = lock_class(session, class_id)
    row = session.execute(select(*_SESSION.c).where(_SESSION.c.id == session_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    today = local_date(now, locked.timezone)
    is_cancelled = row.status == SessionStatus.CANCELLED
    require_roll_call(locked.status, is_cancelled=is_cancelled, local_on=row.local_on, today=today)
    bounds = day_bounds(row.local_on, locked.timezone)
    return Book(locked, row, places_in_class(session, class_id), standings(session, session_id), bounds)


def write_marks(
    session: Session,
    book: Book,
    marks: Mapping[int, Mark],
    *,
    actor_id: int | None,
    now: datetime,
    is_automatic: bool = False,
) -> None:
    """Say these marks (user id -> mark; nothing takes one away): one line of the trail each, and what stands.

    Three statements at most.
    """
    if not marks:
        return
    versions = {user_id: book.stands(user_id).version + 1 for user_id in marks}
    known = {
        user_id: {"session_id": book.row.id, "user_id": user_id, "version": versions[user_id]} for user_id in marks
    }
    session.execute(
        insert(_MARK),
        [
            {
                **known[user_id],
                "status": mark.status,
                "facts": _facts(mark, is_automatic=is_automatic),
                "note": mark.note,
                "actor_id": actor_id,
                "at": now,
            }
            for user_id, mark in marks.items()
        ],
    )
    gone = [user_id for user_id, mark in marks.items() if mark.status is None]
    if gone:
        of_session = _ATTENDANCE.c.session_id == book.row.id
        session.execute(delete(_ATTENDANCE).where(of_session, is_among(session, _ATTENDANCE.c.user_id, gone)))
    by = {"is_automatic": is_automatic, "marked_by_id": actor_id, "marked_at": now}
    rows = [known[user_id] | _standing(mark) | by for user_id, mark in marks.items() if mark.status is not None]
    if rows:
        _stand(session, rows)


def _standing(mark: Mark) -> dict[str, Any]:
    """What stands of a mark in the session's own row."""
    names = ("status", "minutes", "in_at", "out_at", "category", "note")
    return {name: getattr(mark, name) for name in names}


def _stand(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make these what stands, whatever stood before."""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    inserting = dialect.insert(_ATTENDANCE)
    changing = {name: inserting.excluded[name] for name in rows[0] if name not in {"session_id", "user_id"}}
    session.execute(inserting.on_conflict_do_update(index_elements=["session_id", "user_id"], set_=changing), rows)


def _facts(mark: Mark, *, is_automatic: bool) -> dict[str, Any]:
    """Everything of a mark that is no column of the trail, as JSON."""
    if mark.status is None:
        return {"is_automatic": True} if is_automatic else {}
    facts = {
        "minutes": mark.minutes,
        "in_at": mark.in_at and mark.in_at.isoformat(),
        "out_at": mark.out_at and mark.out_at.isoformat(),
        "category": mark.category,
        "is_automatic": is_automatic,
    }
    return {name: value for name, value in facts.items() if value is not None}
