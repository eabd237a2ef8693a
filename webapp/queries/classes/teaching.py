"""Who teaches a class."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import ProgramClass
from webapp.queries.reach import taught_by


def teaches(session: Session, user_id: int | None, class_id: int) -> bool:
    """Whether they teach the class, or one session of it that was not cancelled."""
    if user_id is None:
        return False
    query = select(ProgramClass.id).where(ProgramClass.id == class_id, taught_by(user_id))
    return session.scalar(query) is not None
