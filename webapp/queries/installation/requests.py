"""Who asks to open an organization."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, select

from webapp.extensions import db
from webapp.models import OrganizationRequest, User

_MOST = 50


def open_requests() -> Sequence[Row]:
    """Those that wait for a decision, the longest wait first."""
    return db.session.execute(_waiting().order_by(OrganizationRequest.id).limit(_MOST)).all()


def open_request(request_id: int) -> Row | None:
    """One of them, or None."""
    return db.session.execute(_waiting().where(OrganizationRequest.id == request_id)).one_or_none()


def is_decided(request_id: int) -> bool:
    """Whether there is such a request, and somebody decided it."""
    own = OrganizationRequest
    query = select(own.id).where(own.id == request_id, own.decided_at.is_not(None))
    return db.session.scalar(query) is not None


def open_request_of(user_id: int) -> Row | None:
    """What that person asked for and waits for, or None."""
    return db.session.execute(_waiting().where(OrganizationRequest.user_id == user_id)).one_or_none()


def _waiting() -> Select:
    own = OrganizationRequest
    return (
        select(own.id, own.name, own.facility, own.timezone, own.note, own.created_at)
        .add_columns(own.user_id, User.name.label("person"), User.email)
        .join(User, User.id == own.user_id)
        .where(own.decided_at.is_(None))
    )
