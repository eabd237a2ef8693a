"""The lock of a class, and the seats and the queue counted under it: the same engine as an event's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import LIVE
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.program_class import RUNNING, ClassStatus
from webapp.domain.refusal import Refused
from webapp.models import Facility, ProgramClass
from webapp.queries.ledger import CLASSES
from webapp.queries.row_types import AnySelect
from webapp.services.places.seats import LockedSeats
from webapp.services.places.stamps import FirstTime

_CLASS = ProgramClass.__table__

_LOCKING: AnySelect = (
    select(*_CLASS.c, Facility.timezone)
    .join(Facility, Facility.id == _CLASS.c.facility_id)
    .with_for_update(key_share=True, of=_CLASS)
    .where(_CLASS.c.id == bindparam("class_id", type_=_CLASS.c.id.type))
)


class LockedClass(LockedSeats):
    """A class whose row this transaction holds."""

    ledger = CLASSES

    @property
    def status(self) -> ClassStatus:
        return ClassStatus(self.row.status)

    @property
    def timezone(self) -> str:
        timezone: str = self.row.timezone
        return timezone

    @property
    def promotes_until(self) -> datetime | None:
        """Until its last local date is over, while it is not frozen."""
        if self.status is ClassStatus.SCHEDULED or self.status in RUNNING:
            return _end_of(self.row.ends_on, self.timezone)
        return None

    def stamps(self, from_status: E, to_status: E, *, at: datetime, actor_id: int | None) -> dict[str, object]:
        """While the class is active, whoever gets a seat begins now; the first time counts.

        Who got one while it was paused begins when it is resumed, or with its end.
        """
        values: dict[str, object] = {"ended_at": None if to_status in LIVE else at, "updated_by_id": actor_id}
        if to_status is E.COMPLETED or (to_status is E.ENROLLED and self.status is ClassStatus.ACTIVE):
            values["enrolled_at"] = FirstTime(at)
        return values


def lock_class(session: Session, class_id: int) -> LockedClass:
    """Lock the class, then read it. The first statement of every move of a class. Raises `not_found`.

    PostgreSQL: the row FOR NO KEY UPDATE, read as it is after the wait; the facility's row is
    not locked, its zone does not change.
    """
    row = session.execute(_LOCKING, {"class_id": class_id}).one_or_none()
    if row is None:
        raise Refused("not_found")
    return LockedClass.of(row)


def _end_of(local_on: date, timezone: str) -> datetime:
    """The first instant after that local date."""
    following = datetime.combine(local_on + timedelta(days=1), time.min, ZoneInfo(timezone))
    return following.astimezone(UTC)
