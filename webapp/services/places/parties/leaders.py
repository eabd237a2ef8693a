"""Who leads a party: settled in the transaction that moves one of its heads, whatever moves it."""

from collections.abc import Sequence

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from webapp.domain.places.enrollment import LIVE
from webapp.models import Enrollment, Party, User
from webapp.queries.id_set import is_among
from webapp.services.places.seats import LockedEvent, LockedSeats

_PARTY = Party.__table__


def settle_leaders(
    session: Session, locked: LockedSeats, ids: Sequence[int], *, from_status: object, to_status: object
) -> None:
    """Of parties one of whose heads left or came back: who leads them while they are in goes on; else the eldest head
    with an account does, or nobody. No statement where nobody came with others."""
    if not isinstance(locked, LockedEvent) or not locked.row.has_parties:
        return
    if (from_status in LIVE) == (to_status in LIVE):
        return
    head, own = aliased(Enrollment), aliased(Enrollment)
    next_one = (
        select(head.user_id)
        .join(User, User.id == head.user_id)
        .where(head.party_id == _PARTY.c.id, head.is_live, User.managed_by_id.is_(None), User.email.is_not(None))
        .order_by(head.id)
        .limit(1)
        .correlate(_PARTY)
        .scalar_subquery()
    )
    concerned = select(own.party_id).where(is_among(session, own.id, ids), own.party_id.is_not(None))
    leads = aliased(Enrollment)
    is_in = exists().where(leads.party_id == _PARTY.c.id, leads.user_id == _PARTY.c.leader_id, leads.is_live)
    settled = update(_PARTY).where(_PARTY.c.id.in_(concerned), ~is_in.correlate(_PARTY))
    session.execute(settled.values(leader_id=next_one))
