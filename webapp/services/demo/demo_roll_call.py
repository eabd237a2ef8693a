"""Roll call of the demonstration's running class: everybody so far, but for its last session."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import cycle

from sqlalchemy import select

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import AbsenceCategory, Line, RollCallStatus
from webapp.domain.permission import Actor
from webapp.extensions import db
from webapp.models import ClassSession
from webapp.queries.row_types import AnyRow
from webapp.services.classes.roll_call import Said, take_roll_call

R = RollCallStatus
#: By letter; the sessions of the class begin at 18:30.
_LINES: Mapping[str, Line] = {
    "P": Line(R.PRESENT),
    "L": Line(R.PARTIAL, in_clock="18:50", category=AbsenceCategory.TRANSPORT, note="The train was late"),
    "E": Line(R.ABSENT_EXCUSED, category=AbsenceCategory.ILLNESS),
    "U": Line(R.ABSENT_UNEXCUSED),
}
#: Person by person in the order of their enrollment, session by session: most come, one never did.
_STORIES = ("PPPPPP", "PLPPLP", "UUUUUU", "PPPPPE", "PPPEEE", "PPUPPP", "PPPPPP", "UPUPUP")


def tell_roll_call(class_id: int, people: Sequence[int], actor: Actor, now: datetime) -> None:
    """Take roll-call of every session that is over, but for the last one. Told again it changes nothing."""
    over = _sessions_before(class_id, now)
    for number, row in enumerate(over[:-1]):
        said = {
            user_id: Said(_LINES[story[number % len(story)]], 0)
            for user_id, story in zip(people, cycle(_STORIES), strict=False)
        }
        take_roll_call(session_id=row.id, said=said, actor=actor, now=row.ends_at)


def _sessions_before(class_id: int, now: datetime) -> Sequence[AnyRow]:
    return db.session.execute(
        select(ClassSession.id, ClassSession.ends_at)
        .where(
            ClassSession.class_id == class_id,
            ClassSession.ends_at <= now,
            ClassSession.status == SessionStatus.SCHEDULED,
        )
        .order_by(ClassSession.starts_at)
    ).all()
