"""The entries of a trail with who wrote them: moves, changes and marks are read alike."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from webapp.models import User

#: Who wrote an entry.
ACTOR = aliased(User)


def entries(trail: type[Any]) -> Select:
    """All columns of that trail and `actor_name`, None where no account acted; add which, and the order."""
    return select(*trail.__table__.c, ACTOR.name.label("actor_name")).outerjoin(ACTOR, ACTOR.id == trail.actor_id)
