"""Of people who came together, who is told something for the others, and who these are."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.places.domain_event import DomainEvent
from webapp.models import Enrollment, OutboxEvent, User
from webapp.queries.id_set import is_among

#: What somebody who only came along hears nothing of: nobody asked them, and the leader has an outcome of their own.
_NOT_TO_GUESTS = (
    DomainEvent.PARTICIPANT_NO_SHOW,
    DomainEvent.PARTICIPANT_UNDECIDED,
    DomainEvent.PARTICIPANT_ATTENDED,
    DomainEvent.OUTCOME_TAKEN_BACK,
)


def is_asked_themselves() -> ColumnElement[bool]:
    """Whether the joined `User` is no guest of a party, whose leader is reminded and asked for themselves."""
    return User.guest_name.is_(None)


def is_told() -> ColumnElement[bool]:
    """Whether nobody else hears of that `OutboxEvent` in the same mailbox: of a party one mail tells what happened to
    several of them at once, to the eldest."""
    twin, other, reader = aliased(OutboxEvent), aliased(Enrollment), aliased(User)
    is_same = exists().where(
        other.party_id == Enrollment.party_id,
        other.id < Enrollment.id,
        twin.enrollment_id == other.id,
        twin.event_id == OutboxEvent.event_id,
        twin.kind == OutboxEvent.kind,
        twin.occurred_at == OutboxEvent.occurred_at,
        reader.id == other.user_id,
        func.coalesce(reader.managed_by_id, reader.id) == func.coalesce(User.managed_by_id, User.id),
    )
    told_alone = or_(Enrollment.party_id.is_(None), ~is_same.correlate(Enrollment, OutboxEvent, User))
    return and_(told_alone, or_(is_asked_themselves(), OutboxEvent.kind.not_in(_NOT_TO_GUESTS)))


def company_of(session: Session, enrollment_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of everybody of the same party who stands where that enrollment does and whose mail goes to the same
    person, the eldest first; only where they are several. One statement."""
    if not enrollment_ids:
        return {}
    own, owner, head, person = aliased(Enrollment), aliased(User), aliased(Enrollment), aliased(User)
    rows = session.execute(
        select(own.id, person.name)
        .join(owner, owner.id == own.user_id)
        .join(head, and_(head.party_id == own.party_id, head.status == own.status))
        .join(person, person.id == head.user_id)
        .where(is_among(session, own.id, enrollment_ids))
        .where(func.coalesce(person.managed_by_id, person.id) == func.coalesce(owner.managed_by_id, owner.id))
        .order_by(head.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for enrollment_id, name in rows:
        found[enrollment_id].append(name)
    return {enrollment_id: names for enrollment_id, names in found.items() if len(names) > 1}
