"""Everything about one event, read in a fixed number of statements and a few rows at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import FromClause, ScalarSelect, Select, case, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import (
    Appeal,
    CheckIn,
    CheckInReversal,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventPolicy,
    Facility,
    Organization,
    OutboxEvent,
    User,
)
from webapp.queries.events.appeal import is_filed
from webapp.queries.ledger import rank_among_units

#: Rows in memory at a time.
_ROWS = 500
_TIMES = (
    "enrolled_at",
    "confirmed_at",
    "promoted_at",
    "checked_in_at",
    "attended_at",
    "no_show_at",
    "undecided_at",
    "released_at",
    "cancelled_at",
    "rejected_at",
    "changed_at",
)


@dataclass(frozen=True)
class EventExport:
    """The event with its policy, and its lists by name; each list is read while it is gone through."""

    event: dict[str, Any]
    policy: dict[str, Any]
    lists: dict[str, Iterator[dict[str, Any]]]


def event_export(event_id: int) -> EventExport:
    """All that is stored about an event, for a machine. Raises NoResultFound for no such event."""
    session = steady_session()
    event = session.execute(_event(event_id)).mappings().one()
    policy = session.execute(select(*EventPolicy.__table__.c).where(EventPolicy.event_id == event_id)).mappings().one()
    lists = {
        "enrollments": _enrollments(event_id),
        "check_ins": _check_ins(event_id),
        "transitions": _trail(event_id),
        "appeals": _appeals(event_id),
        "outbox_events": _outbox(event_id),
    }
    streams = {name: streamed(session, query) for name, query in lists.items()}
    return EventExport(_plain(event), _plain(policy), streams)


def enrollment_rows(event_id: int) -> Iterator[dict[str, Any]]:
    """One row per enrollment, for a spreadsheet: `days_present` holds the dates that stand."""
    people = _enrollments(event_id).subquery()
    query = (
        select(*people.c, CheckIn.local_on)
        .outerjoin(
            CheckIn,
            (CheckIn.enrollment_id == people.c.id)
            & ~select(CheckInReversal.check_in_id).where(CheckInReversal.check_in_id == CheckIn.id).exists(),
        )
        .order_by(people.c.id, CheckIn.local_on)
    )
    for _, rows in groupby(streamed(steady_session(), query), key=lambda row: row["id"]):
        together = list(rows)
        days = dict.fromkeys(row["local_on"] for row in together if row["local_on"])
        row = {name: value for name, value in together[0].items() if name != "local_on"}
        yield {**row, "days_present": ", ".join(days)}


def steady_session() -> Session:
    """A session that sees one moment: PostgreSQL would show each statement a later one."""
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    return session


def streamed(session: Session, query: Select) -> Iterator[dict[str, Any]]:
    """The rows as JSON knows them, a few in memory at a time."""
    rows = session.execute(query.execution_options(yield_per=_ROWS)).mappings()
    return (_plain(row) for row in rows)


def _event(event_id: int) -> Select:
    left_out = {"search_text", "request_id"}
    return (
        select(
            *(column for column in Event.__table__.c if column.name not in left_out),
            Organization.name.label("organization_name"),
            Organization.slug.label("organization_slug"),
            Facility.name.label("facility_name"),
            Facility.address.label("facility_address"),
        )
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
        .where(Event.id == event_id, Event.deleted_at.is_(None))
    )


def _enrollments(event_id: int) -> Select:
    own = Enrollment.__table__
    rank = rank_among_units(Enrollment, partition_by=own.c.status)
    return (
        select(
            own.c.id,
            own.c.user_id,
            User.name,
            User.email,
            User.phone,
            own.c.status,
            case((own.c.status == EnrollmentStatus.WAITLISTED, rank)).label("rank"),
            own.c.source,
            own.c.over_capacity,
            own.c.party_id,
            own.c.pass_code,
            own.c.version,
            _appeal_of(own).label("appeal"),
            *(own.c[name] for name in _TIMES),
        )
        .join(User, User.id == own.c.user_id)
        .where(own.c.event_id == event_id)
        .order_by(own.c.id)
    )


def _appeal_of(own: FromClause) -> ScalarSelect[str]:
    """What became of the appeal about the place; nothing where there is none that stands."""
    stands = Appeal.outcome.not_in((AppealOutcome.WITHDRAWN, AppealOutcome.OVERTAKEN))
    found = select(Appeal.outcome).where(Appeal.enrollment_id == own.c.id, stands)
    return found.correlate(own).scalar_subquery()


def _appeals(event_id: int) -> Select:
    filed = Appeal.__table__
    columns = [column for column in filed.c if column.name != "event_id"]
    return select(*columns).where(filed.c.event_id == event_id, is_filed()).order_by(filed.c.id)


def _check_ins(event_id: int) -> Select:
    reverser = aliased(User)
    return (
        select(
            CheckIn.id,
            CheckIn.enrollment_id,
            CheckIn.local_on,
            CheckIn.sequence,
            CheckIn.method,
            CheckIn.desk,
            CheckIn.actor_id,
            User.name.label("actor_name"),
            CheckIn.helper_id,
            CheckIn.device_at,
            CheckIn.at,
            CheckInReversal.at.label("reversed_at"),
            CheckInReversal.reason.label("reversal_reason"),
            CheckInReversal.actor_id.label("reversal_actor_id"),
            reverser.name.label("reversal_actor_name"),
            CheckInReversal.helper_id.label("reversal_helper_id"),
        )
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .outerjoin(User, User.id == CheckIn.actor_id)
        .outerjoin(reverser, reverser.id == CheckInReversal.actor_id)
        .where(CheckIn.event_id == event_id)
        .order_by(CheckIn.id)
    )


def _trail(event_id: int) -> Select:
    move = EnrollmentTransition.__table__
    columns = [column for column in move.c if column.name != "event_id"]
    return (
        select(*columns, User.name.label("actor_name"))
        .outerjoin(User, User.id == move.c.actor_id)
        .where(move.c.event_id == event_id)
        .order_by(move.c.id)
    )


def _outbox(event_id: int) -> Select:
    told = OutboxEvent.__table__
    columns = [column for column in told.c if column.name != "event_id"]
    return select(*columns).where(told.c.event_id == event_id).order_by(told.c.id)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Values as JSON knows them: instants in UTC with Z, dates as they are written."""
    return {str(name): _written(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
