"""What an organizer asks: added, changed, put in order, not asked any longer, copied from another event.

Why it is so: docs/decisions/129-questions-of-an-event.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.questions.question import Question, QuestionDraft, moved, require_together, require_whole
from webapp.domain.refusal import Refused
from webapp.models import EventPolicy, EventQuestion
from webapp.queries.questions.questions import asked_questions, has_answers
from webapp.queries.row_types import AnyRow
from webapp.services.questions.locking import lock_asking_event, require_changeable
from webapp.services.unit_of_work import write_transaction

_QUESTION, _POLICY = EventQuestion.__table__, EventPolicy.__table__
#: Stands for the question that has no id yet.
_NEW = 0


def add_question(*, event_id: int, draft: QuestionDraft, now: datetime) -> int:
    """Ask something more, behind all others; its id. The very same question twice is one.

    Raises Refused: `not_found`, `event_frozen`, what `require_whole` and `require_together` refuse.
    """
    require_whole(draft)
    with write_transaction() as session:
        event = lock_asking_event(session, event_id)
        require_changeable(event)
        asked = asked_questions(session, event_id)
        same = next((one.id for one in asked if one.draft == draft), None)
        if same is not None:
            return same
        require_together([*asked, Question(_NEW, draft)])
        return _insert(session, event, draft, position=len(asked) + 1, now=now)


def change_question(*, question_id: int, draft: QuestionDraft, expected_version: int, now: datetime) -> int:
    """Change a question; its id. One that has answers and asks something else now is a new one in its place, the
    answers stay with the old one.

    Raises Refused: `stale`, and what `add_question` refuses.
    """
    require_whole(draft)
    with write_transaction() as session:
        row, asked = _lock_question(session, question_id)
        if row.version != expected_version:
            raise Refused("stale")
        before = next(one for one in asked if one.id == question_id)
        require_together([replace(one, draft=draft) if one.id == question_id else one for one in asked])
        if not draft.asks_else_than(before.draft) or not has_answers(session, question_id):
            changed = update(_QUESTION).where(_QUESTION.c.id == question_id)
            session.execute(changed.values(version=_QUESTION.c.version + 1, **_columns(draft)))
            return question_id
        return _replace(session, row, draft, now)


def move_question(*, question_id: int, up: bool) -> None:
    """Put it one place earlier or later.

    Raises Refused: `not_found`, `event_frozen`, `condition_not_before` (one depends on the other).
    """
    with write_transaction() as session:
        _row, asked = _lock_question(session, question_id)
        order = moved([one.id for one in asked], question_id, up=up)
        by_id = {one.id: one for one in asked}
        require_together([by_id[id_] for id_ in order])
        _number(session, order)


def retire_question(*, question_id: int, now: datetime) -> None:
    """Do not ask it any longer; answers stay.

    Raises Refused: `not_found`, `event_frozen`, `condition_not_before` (another one depends on it).
    """
    with write_transaction() as session:
        _row, asked = _lock_question(session, question_id)
        rest = [one for one in asked if one.id != question_id]
        require_together(rest)
        session.execute(update(_QUESTION).where(_QUESTION.c.id == question_id).values(retired_at=now))
        _number(session, [one.id for one in rest])


def set_answers_due(*, event_id: int, due_at: datetime | None) -> None:
    """Until when people answer; None: until the start.

    Raises Refused: `not_found`, `event_frozen`, `answers_due_after_end`.
    """
    with write_transaction() as session:
        event = lock_asking_event(session, event_id)
        require_changeable(event)
        if due_at is not None and due_at > event.effective_end_at:
            raise Refused("answers_due_after_end")
        session.execute(update(_POLICY).where(_POLICY.c.event_id == event_id).values(answers_due_at=due_at))


def copy_questions(*, event_id: int, from_id: int, now: datetime) -> int:
    """Ask what another event of the organization asks, behind one's own; how many questions are new.

    Raises Refused: `not_found`, `event_frozen`, `unknown_choice` (it is the same event), what `require_together`
    refuses.
    """
    if from_id == event_id:
        raise Refused("unknown_choice")
    with write_transaction() as session:
        event = lock_asking_event(session, event_id)
        require_changeable(event)
        other = lock_asking_event(session, from_id)
        if other.organization_id != event.organization_id:
            raise Refused("not_found")
        return copy_into(session, event, from_id, now=now)


def copy_into(session: Session, event: AnyRow, from_id: int, *, now: datetime) -> int:
    """`copy_questions` for an event that is locked, or that this transaction made."""
    asked, wanted = asked_questions(session, event.id), asked_questions(session, from_id)
    require_together([*asked, *wanted])
    ids: dict[int | None, int | None] = {None: None}
    for position, one in enumerate(wanted, len(asked) + 1):
        draft = replace(one.draft, shown_if_id=ids[one.draft.shown_if_id])
        ids[one.id] = _insert(session, event, draft, position=position, now=now)
    return len(wanted)


def _lock_question(session: Session, question_id: int) -> tuple[AnyRow, tuple[Question, ...]]:
    """The row of a question that is asked, and all that its event asks, under the event's lock."""
    event_id = session.scalar(select(_QUESTION.c.event_id).where(_QUESTION.c.id == question_id))
    if event_id is None:
        raise Refused("not_found")
    require_changeable(lock_asking_event(session, event_id))
    row = session.execute(select(*_QUESTION.c).where(_QUESTION.c.id == question_id)).one()
    if row.retired_at is not None:
        raise Refused("stale")
    return row, asked_questions(session, event_id)


def _replace(session: Session, row: AnyRow, draft: QuestionDraft, now: datetime) -> int:
    """Retire it for another one, on which depends what depended on it."""
    session.execute(update(_QUESTION).where(_QUESTION.c.id == row.id).values(retired_at=now))
    values = {"event_id": row.event_id, "position": row.position, "created_at": now, "replaces_id": row.id}
    new_id = session.scalars(insert(_QUESTION).values(**values, **_columns(draft)).returning(_QUESTION.c.id)).one()
    depending = update(_QUESTION).where(_QUESTION.c.shown_if_id == row.id, _QUESTION.c.retired_at.is_(None))
    session.execute(depending.values(shown_if_id=new_id))
    return int(new_id)


def _insert(session: Session, event: AnyRow, draft: QuestionDraft, *, position: int, now: datetime) -> int:
    values = {"event_id": event.id, "position": position, "created_at": now}
    added = insert(_QUESTION).values(**values, **_columns(draft)).returning(_QUESTION.c.id)
    question_id = session.scalars(added).one()
    if not event.has_questions:
        session.execute(update(_POLICY).where(_POLICY.c.event_id == event.id).values(has_questions=True))
    return int(question_id)


def _number(session: Session, ids: Sequence[int]) -> None:
    for position, question_id in enumerate(ids, 1):
        session.execute(update(_QUESTION).where(_QUESTION.c.id == question_id).values(position=position))


def _columns(draft: QuestionDraft) -> dict[str, Any]:
    names = ("kind", "wording", "help", "is_required", "asked", "seen_by", "kept_days", "shown_if_id")
    choices = "\n".join(draft.choices)
    return {name: getattr(draft, name) for name in names} | {
        "choices": choices,
        "shown_if_answer": draft.shown_if_answer,
    }
