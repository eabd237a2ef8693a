"""Who teaches a class."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.extensions import db
from webapp.models import ProgramClass
from webapp.queries.reach import taught_by


def teaches(session: Session, user_id: int | None, class_id: int) -> bool:
    """Whether they teach the class, or one session of it that was not cancelled."""
    if user_id is None:
        return False
    query = select(ProgramClass.id).where(ProgramClass.id == class_id, taught_by(user_id))
    return session.scalar(query) is not None


def open_classes_of(organization_id: int, user_id: int) -> Sequence[Row]:
    """`id, title` of the classes that are not over and that somebody teaches, or a session of which they teach."""
    own = (ProgramClass.organization_id == organization_id, ~ProgramClass.is_frozen, taught_by(user_id))
    query = select(ProgramClass.id, ProgramClass.title).where(*own).order_by(ProgramClass.id)
    return db.session.execute(query).all()
