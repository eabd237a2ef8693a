"""One event and the reader's own place in it: one statement, whoever else is enrolled."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Trigger
from webapp.domain.places.access import STRANGER, Comer
from webapp.domain.places.enrollment import CLOSED, DECIDED, EnrollmentStatus
from webapp.domain.places.standing import Seats, StandbyLine, Standing, decide_standing
from webapp.domain.places.waitlist import LANE, returns_until
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    CheckInReversal,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventView,
    LateFact,
    PlaceOffer,
)
from webapp.queries.events.event import FACTS_WIDTH, EventFacts, event_facts, facts_of
from webapp.queries.ledger import is_last_move, rank_in_line
from webapp.queries.online.meeting_session import OwnSession, sessions_for_reader
from webapp.queries.online.session_calculation import has_sessions
from webapp.queries.parameters import READER, built_once, unseen
from webapp.queries.places.access.comer import comer_of
from webapp.queries.places.certificates.own import own_certificate
from webapp.queries.places.offers import of_open_offer
from webapp.queries.places.own_appeal import OwnAppeal, own_appeal
from webapp.queries.row_types import value_of
from webapp.queries.standby_line import has_arrived, places_in_standby

_OWN = (
    "id",
    "status",
    "version",
    "pass_code",
    "enrolled_at",
    "confirmed_at",
    "promoted_at",
    "cancelled_at",
    "leaves_freely",
    "party_id",
)


# Not frozen, as a row that pages read many of.
@dataclass(slots=True)
class OwnEnrollment:
    """A person's latest enrollment in an event. `rank` counts from 1, for the waitlisted only.

    `moved_by`, `moved_from` and `reason` tell of the move that made the status what it is.
    """

    id: int
    status: EnrollmentStatus
    version: int
    pass_code: str
    enrolled_at: datetime
    confirmed_at: datetime | None
    promoted_at: datetime | None
    cancelled_at: datetime | None
    leaves_freely: bool
    #: Whom they came with; None: nobody.
    party_id: int | None
    rank: int | None
    #: They joined behind others, by the no-show policy.
    waits_behind: bool | None
    #: Until when a seat is held for somebody who waits; None where none is.
    held_until: datetime | None
    #: Whether that is the last offer: without an answer the wait ends.
    is_last_offer: bool | None
    #: The code of their valid certificate.
    certificate: str | None
    moved_by: Trigger | None
    moved_from: EnrollmentStatus | None
    reason: str | None

    @property
    def was_promoted(self) -> bool:
        """Whether a place was given to them while they waited, and they did not take it themselves."""
        has_taken = self.moved_by is Trigger.USER and self.moved_from is EnrollmentStatus.WAITLISTED
        return self.promoted_at is not None and not has_taken


@dataclass(frozen=True, slots=True)
class DayPresence:
    """A check-in that stands: the event day, and when it was made."""

    local_on: date
    at: datetime


@dataclass(frozen=True)
class EventStanding:
    """An event as one reader sees it."""

    event: EventFacts
    own: OwnEnrollment | None
    presence: tuple[DayPresence, ...] = ()
    #: Whether it is on record that the reader saw the event's page; not asked by lists.
    was_viewed: bool = True
    #: What the reader said about having been there; not asked by lists.
    answer: Answer | None = None
    #: The event's online sessions with the reader's own results; not asked by lists.
    sessions: tuple[OwnSession, ...] = ()
    #: What the outcome would be by what was learnt after it was decided; not asked by lists.
    late_outcome: EnrollmentStatus | None = None
    #: What the reader said against a no-show, and what became of it; not asked by lists.
    appeal: OwnAppeal | None = None
    #: An online session whose room is open to them now; asked by their own list only.
    open_session_id: int | None = None
    #: The reader's position in the standby line, from 1; not asked by lists.
    standby_rank: int | None = None
    #: What is known of the reader where not everybody may enroll; not asked by lists.
    comer: Comer = STRANGER

    @property
    def seats(self) -> Seats:
        event = self.event
        return Seats(event.capacity, event.seats_taken, event.waiting_count, event.seats_offered)

    def at(self, now: datetime, *, needs: int = 1) -> Standing:
        """Where the reader stands at that instant; `needs`: so many seats at once, where they wait with others."""
        own = self.own
        return decide_standing(
            self.event.terms,
            replace(self.seats, ahead=self.event.ahead_of_newcomer(now)),
            own.status if own else None,
            was_promoted=bool(own and own.was_promoted),
            held_until=own.held_until if own else None,
            needs=needs,
            standby=self._standby,
            comer=self.comer,
            now=now,
        )

    @property
    def _standby(self) -> StandbyLine | None:
        event = self.event
        if event.standby_minutes is None:
            return None
        return StandbyLine(event.last_call_at or event.starts_at, has_arrived=self.standby_rank is not None)

    @property
    def returns_until(self) -> datetime | None:
        """Until when somebody who left the line can have their place in it again; None where they did not."""
        own, event = self.own, self.event
        if own is None or event.status != EventStatus.PUBLISHED:
            return None
        return returns_until(
            own.status,
            moved_from=own.moved_from,
            moved_by=own.moved_by,
            left_at=own.cancelled_at,
            starts_at=event.starts_at,
        )

    @property
    def days_present(self) -> int:
        """Distinct event days with a check-in that stands."""
        return len({day.local_on for day in self.presence} & set(self.event.days))


def enrollment_columns() -> list[ColumnElement[Any]]:
    """The fields of `OwnEnrollment`, as `own_...`: right behind `event_facts` in a select that joins both tables."""
    return [
        *(Enrollment.__table__.c[name].label(f"own_{name}") for name in _OWN),
        case((Enrollment.is_waiting, rank_in_line())).label("own_rank"),
        case((Enrollment.is_waiting, Enrollment.waitlist_position >= LANE)).label("own_waits_behind"),
        case((Enrollment.is_waiting, of_open_offer(PlaceOffer.held_until))).label("own_held_until"),
        case((Enrollment.is_waiting, of_open_offer(PlaceOffer.is_last))).label("own_is_last_offer"),
        case((Enrollment.is_attended, own_certificate())).label("own_certificate"),
        EnrollmentTransition.triggered_by.label("own_moved_by"),
        EnrollmentTransition.from_status.label("own_moved_from"),
        EnrollmentTransition.reason.label("own_reason"),
    ]


_OWN_END = FACTS_WIDTH + len(enrollment_columns())


def is_latest() -> ColumnElement[bool]:
    """`Enrollment` is the person's latest in its event: for lists that begin with a person.

    Asked of each row by itself, so that a plan made for people with a few places is good for those with thousands.
    """
    any_of_theirs = aliased(Enrollment)
    latest = select(func.max(any_of_theirs.id)).where(
        any_of_theirs.user_id == Enrollment.user_id, any_of_theirs.event_id == Enrollment.event_id
    )
    return Enrollment.id == latest.correlate(Enrollment).scalar_subquery()


def is_latest_of(reader: Any) -> ColumnElement[bool]:
    """Joins `Enrollment` to the reader's latest one in the event: for events that are known already."""
    any_of_theirs = aliased(Enrollment)
    latest = (
        select(func.max(any_of_theirs.id))
        .where(any_of_theirs.event_id == Event.id, any_of_theirs.user_id == reader)
        .correlate(Event)
        .scalar_subquery()
    )
    return Enrollment.id == latest


def with_own_enrollment(reader: Any) -> Select:
    """`event_facts()` and the reader's latest enrollment in each event, as `own_...` columns."""
    return (
        event_facts()
        .outerjoin(Enrollment, is_latest_of(reader))
        .outerjoin(EnrollmentTransition, is_last_move())
        .add_columns(*enrollment_columns())
    )


_STANDING = built_once(
    with_own_enrollment(READER)
    .outerjoin(AttendanceResponse, and_(AttendanceResponse.event_id == Event.id, AttendanceResponse.user_id == READER))
    .add_columns(AttendanceResponse.answer.label("own_answer"))
    .add_columns(exists().where(EventView.event_id == Event.id, EventView.user_id == READER).label("was_viewed"))
    .add_columns(has_sessions().label("has_sessions"))
    .add_columns(and_(Enrollment.may_stand_by, has_arrived()).label("stands_by"))
    .where(Event.slug == unseen(bindparam("slug", type_=Event.slug.type)))
)


def event_standing(slug: str, user_id: int | None, *, links: Collection[str] = ()) -> EventStanding | None:
    """The event with that slug in any status, with the reader's own place; or None. `links`: the tokens they came by.

    One statement; a second one where the reader was checked in or stands in a standby line, one or two where it has
    online sessions, one where their attendance was decided, and one where not everybody may enroll.
    """
    # Straight on the connection: there is nothing for the ORM to load.
    row = db.session.connection().execute(_STANDING, {"slug": slug, "reader": user_id}).one_or_none()
    if row is None:
        return None
    answer = None if row.own_answer in {None, Answer.UNKNOWN} else Answer(row.own_answer)
    sessions = sessions_for_reader(row.id, user_id) if row.has_sessions else ()
    place = standing_of(row)
    was_decided = place.own is not None and place.own.status in DECIDED
    return replace(
        place,
        was_viewed=bool(row.was_viewed),
        answer=answer,
        sessions=sessions,
        late_outcome=_late_outcome(place.own.id) if sessions and was_decided and place.own else None,
        appeal=own_appeal(place.own.id) if was_decided and place.own else None,
        standby_rank=places_in_standby(place.event.id).get(place.own.id) if row.stands_by and place.own else None,
        comer=comer_of(db.session(), place.event, user_id, links),
    )


def _late_outcome(enrollment_id: int) -> EnrollmentStatus | None:
    found = db.session.scalar(select(LateFact.outcome).where(LateFact.enrollment_id == enrollment_id))
    return EnrollmentStatus(found) if found else None


def standing_of(row: Row) -> EventStanding:
    """A row of `with_own_enrollment` as a value, check-ins included where there can be any."""
    own = own_enrollment(row)
    has_presence = own is not None and own.status in CLOSED | {EnrollmentStatus.CHECKED_IN}
    return EventStanding(facts_of(row), own, presence_of(own.id) if own and has_presence else ())


def own_enrollment(row: Row) -> OwnEnrollment | None:
    """The `own_...` columns of a row, or None where the reader has none."""
    number, status, *between, moved_by, moved_from, reason = row[FACTS_WIDTH:_OWN_END]
    if number is None:
        return None
    by = Trigger(moved_by) if moved_by else None
    before = EnrollmentStatus(moved_from) if moved_from else None
    return value_of(OwnEnrollment, (number, EnrollmentStatus(status), *between), by, before, reason)


def presence_of(enrollment_id: int) -> tuple[DayPresence, ...]:
    """The check-ins of an enrollment that were not taken back, in order."""
    rows = db.session.execute(
        select(CheckIn.local_on, CheckIn.at)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.enrollment_id == enrollment_id, CheckInReversal.check_in_id.is_(None))
        .order_by(CheckIn.local_on, CheckIn.id)
    )
    return tuple(DayPresence(row.local_on, row.at) for row in rows)
