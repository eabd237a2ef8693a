"""People who came together, at the door."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.extensions import db
from webapp.models import Enrollment, Party
from webapp.queries.desk.guest import Guest, guests


def party_at_door(session: Session, guest: Guest, *, may_stand_by: bool) -> list[Guest]:
    """Everybody with a place who came with that guest, if that is who leads them; else nobody. Two statements.

    `may_stand_by`: also who has none, at an event with a standby line.
    """
    leader = select(Party.leader_id).where(Party.id == guest.party_id)
    if guest.party_id is None or session.scalar(leader) != guest.user_id:
        return []
    at_door = CLOSABLE | MAY_STAND_BY if may_stand_by else CLOSABLE
    return guests(session, and_(Enrollment.party_id == guest.party_id, Enrollment.status.in_(sorted(at_door))))


def read_party(guest: Guest, *, may_stand_by: bool) -> list[Guest]:
    """The same for a page."""
    return party_at_door(db.session(), guest, may_stand_by=may_stand_by)
