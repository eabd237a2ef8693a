"""The list beside the field: who is not here yet, A to Z, then who is in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select

from webapp.domain.check_in import Typed
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, User
from webapp.queries.desk.guest import is_latest, matches

#: Without a search only those are listed whom the desk expects or has to decide about.
_EXPECTED = frozenset({S.CONFIRMED, S.CHECKED_IN, S.WAITLISTED, S.ATTENDED, S.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Row:
    """One guest in the list; `rank` for those who wait, `in_at` for those who are in today."""

    enrollment_id: int
    name: str
    email: str | None
    status: S
    rank: int | None
    in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A part of the list. `missing` and `arrived` count all of it."""

    rows: tuple[Row, ...]
    missing: int
    arrived: int

    @property
    def total(self) -> int:
        return self.missing + self.arrived

    @property
    def has_more(self) -> bool:
        return len(self.rows) < self.total


def roster(event_id: int, day: date, *, typed: Typed | None, show: int) -> Roster:
    """The first `show` guests of the day, by the last word of their names; one statement."""
    wanted = and_(matches(typed), is_latest()) if typed else Enrollment.status.in_(_EXPECTED)
    found = db.session.execute(
        select(
            Enrollment.id, User.name, User.email, Enrollment.status, Enrollment.waitlist_position, CheckIn.at,
        )
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(CheckIn, and_(CheckIn.enrollment_id == Enrollment.id, CheckIn.local_on == day, _stands()))
        .where(Enrollment.event_id == event_id, wanted)
    ).all()  # fmt: skip
    ordered = sorted(found, key=lambda row: (row.at is not None, _by_last_word(row.name), row.id))
    ranks = _ranks(event_id, ordered[:show], everybody=found if typed is None else None)
    rows = tuple(Row(row.id, row.name, row.email, S(row.status), ranks.get(row.id), row.at) for row in ordered[:show])
    arrived = sum(row.at is not None for row in found)
    return Roster(rows, len(found) - arrived, arrived)


def _stands():
    return ~select(CheckInReversal.check_in_id).where(CheckInReversal.check_in_id == CheckIn.id).exists()


def _by_last_word(name: str) -> tuple[str, str]:
    folded = fold(name)
    return folded.rsplit(" ", 1)[-1], folded


def _ranks(event_id: int, shown: list, everybody: list | None) -> dict[int, int]:
    """Ranks of the waiting guests that are shown."""
    if not any(row.status == S.WAITLISTED for row in shown):
        return {}
    if everybody is None:
        everybody = db.session.execute(
            select(Enrollment.id, Enrollment.status, Enrollment.waitlist_position).where(
                Enrollment.event_id == event_id, Enrollment.status == S.WAITLISTED
            )
        ).all()
    queue = sorted((row.waitlist_position, row.id) for row in everybody if row.status == S.WAITLISTED)
    return {enrollment_id: rank for rank, (_ticket, enrollment_id) in enumerate(queue, start=1)}
