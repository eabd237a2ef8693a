"""Who of a party moves with one of its heads."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import Enrollment, Party
from webapp.queries.row_types import AnyRow

_ENROLLMENT, _PARTY = Enrollment.__table__, Party.__table__


def heads_with_status(session: Session, party_id: int, status: S) -> Sequence[AnyRow]:
    """The heads of that party with that status, in the order in which they wait, else came: `id` and `may_split`."""
    heads = (
        select(_ENROLLMENT.c.id, _PARTY.c.may_split, _PARTY.c.leader_id)
        .join(_PARTY, _PARTY.c.id == _ENROLLMENT.c.party_id)
        .where(_ENROLLMENT.c.party_id == party_id, _ENROLLMENT.c.status == status)
    )
    return session.execute(heads.order_by(_ENROLLMENT.c.waitlist_position, _ENROLLMENT.c.id)).all()


def who_is_placed_with(session: Session, enrollment: AnyRow, status: S) -> list[int]:
    """The enrollments that get a seat with this one, which has that status: of a party that is placed whole all of
    them. No statement where nobody came along."""
    if enrollment.party_id is None:
        return [enrollment.id]
    heads = heads_with_status(session, enrollment.party_id, status)
    return [enrollment.id] if heads[0].may_split else [one.id for one in heads]
