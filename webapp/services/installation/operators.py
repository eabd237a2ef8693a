"""Who operates the installation: made and ended by operators, never the last one."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import User
from webapp.queries.installation.operators import is_in_office
from webapp.services.installation.trail import record_act
from webapp.services.unit_of_work import write_transaction


def make_operator(*, user_id: int, actor: Actor, now: datetime) -> bool:
    """Let that person operate the installation, too; False where they do already.

    Raises Refused: `not_found`, `address_not_proved`.
    """
    with write_transaction() as session:
        _lock_operators(session)
        person = session.execute(
            select(User.address_proved_at, User.is_operator)
            .where(User.id == user_id, User.is_system.is_(False), User.disabled_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if person is None:
            raise Refused("not_found")
        if person.is_operator:
            return False
        if person.address_proved_at is None:
            raise Refused("address_not_proved")
        _set(session, OperatorAct.OPERATOR_MADE, user_id, actor, now)
    return True


def end_operator(*, user_id: int, actor: Actor, now: datetime) -> bool:
    """Let them do so no longer; False where they do not. Raises Refused: `last_operator`."""
    with write_transaction() as session:
        operators = _lock_operators(session)
        if user_id not in operators:
            return False
        if not any(is_proved for other, is_proved in operators.items() if other != user_id):
            raise Refused("last_operator")
        _set(session, OperatorAct.OPERATOR_ENDED, user_id, actor, now)
    return True


def _lock_operators(session: Session) -> dict[int, bool]:
    """Everybody in office, and whether their address is proved: changes of them come one after the other."""
    query = select(User.id, User.address_proved_at).where(is_in_office()).order_by(User.id).with_for_update()
    return {row.id: row.address_proved_at is not None for row in session.execute(query)}


def _set(session: Session, kind: OperatorAct, user_id: int, actor: Actor, now: datetime) -> None:
    is_made = kind is OperatorAct.OPERATOR_MADE
    session.execute(update(User).where(User.id == user_id).values(is_operator=is_made))
    record_act(session, kind, actor_id=actor.user_id or 0, user_id=user_id, at=now)
