"""Answering: as a part of enrolling, on one's own page until the deadline, and at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from webapp.adapters.answer_files import CheckedFile, checked_file
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import LIVE
from webapp.domain.questions.answer import REMOVE, ReadAnswers, Sheet, read_answers
from webapp.domain.questions.question import AT_SIGN_UP, BY_THEMSELVES, Asking, QuestionKind, require_open_answers
from webapp.domain.refusal import Refused
from webapp.models import AnswerFile, EnrollmentAnswer
from webapp.queries.id_set import is_among
from webapp.queries.questions.questions import asks_at_sign_up
from webapp.queries.questions.sheets import sheet_of
from webapp.services.questions.locking import lock_answering
from webapp.services.unit_of_work import write_transaction

_ANSWER, _FILE = EnrollmentAnswer.__table__, AnswerFile.__table__
#: Kept of what is left blank, and read of a file that was refused.
_BLANK, _REFUSED = "", "?"


@dataclass(frozen=True, slots=True)
class SentAnswers:
    """What a form says, by question: texts as they were typed, files as they are kept, and refused files."""

    texts: Mapping[int, Sequence[str]] = field(default_factory=dict)
    files: Mapping[int, CheckedFile] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)


def sent_answers(texts: Mapping[int, Sequence[str]], files: Mapping[int, tuple[str, bytes]]) -> SentAnswers:
    """Look at the files (names and bytes), before any transaction: writing a picture anew takes a second."""
    checked: dict[int, CheckedFile] = {}
    refused: dict[int, Refused] = {}
    for question_id, (name, data) in files.items():
        try:
            checked[question_id] = checked_file(name, data)
        except Refused as no:
            refused[question_id] = no
    return SentAnswers(texts, checked, refused)


def require_nothing_asked(session: Session, event_id: int) -> None:
    """Refuse to let somebody in who was not asked what the event asks before (`questions_unanswered`)."""
    if asks_at_sign_up(session, event_id):
        raise Refused("questions_unanswered")


def keep_first_answers(session: Session, enrollment_id: int, sent: SentAnswers, *, by: Actor, now: datetime) -> None:
    """The answers of a newcomer, in the transaction that lets them in.

    Raises Refused: `questions_changed`, `answers_wrong` (`read_answers`).
    """
    _keep(session, enrollment_id, sent, AT_SIGN_UP, by=by, now=now)


def answer_own(*, enrollment_id: int, sent: SentAnswers, actor: Actor, now: datetime) -> None:
    """Answer, or say something else, until the deadline.

    Raises Refused: `not_found`, `not_enrolled`, `answers_over`, `event_called_off`, `questions_changed`,
    `answers_wrong`.
    """
    with write_transaction() as session:
        event, own = lock_answering(session, enrollment_id)
        if own.user_id != actor.user_id:
            raise Refused("not_found")
        if event.status == EventStatus.CANCELLED:
            raise Refused("event_called_off")
        if own.status not in LIVE:
            raise Refused("not_enrolled")
        require_open_answers(event.answers_due_at, event.starts_at, now)
        _keep(session, enrollment_id, sent, BY_THEMSELVES, by=actor, now=now)


def answer_at_door(
    *, event_id: int, enrollment_id: int, sent: SentAnswers, asking: Asking, actor: Actor, now: datetime
) -> None:
    """Keep what somebody says at the desk to what is asked there. The caller asked whether the actor runs the desk.

    Raises Refused: `not_found`, `not_enrolled`, `event_closed`, `questions_changed`, `answers_wrong`.
    """
    with write_transaction() as session:
        event, own = lock_answering(session, enrollment_id)
        if event.id != event_id:
            raise Refused("not_found")
        if event.status != EventStatus.PUBLISHED:
            raise Refused("event_closed")
        if own.status not in LIVE:
            raise Refused("not_enrolled")
        _keep(session, enrollment_id, sent, asking, by=actor, now=now)


def _keep(session: Session, enrollment_id: int, sent: SentAnswers, asking: Asking, *, by: Actor, now: datetime) -> None:
    sheet = sheet_of(session, enrollment_id)
    read = _read(sheet, sent, asking)
    changed = [id_ for id_, answer in read.kept.items() if sheet.answers.get(id_) != answer or id_ in sent.files]
    gone = [*changed, *read.dropped]
    if not gone:
        return
    for table in (_FILE, _ANSWER):
        mine = delete(table).where(table.c.enrollment_id == enrollment_id)
        session.execute(mine.where(is_among(session, table.c.question_id, gone)))
    if not changed:
        return
    who = {"enrollment_id": enrollment_id, "answered_at": now, "answered_by_id": by.acting_id}
    rows = [
        {**who, "question_id": id_, "number": number, "value": value}
        for id_ in changed
        for number, value in enumerate(read.kept[id_] or (_BLANK,))
    ]
    session.execute(insert(_ANSWER), rows)
    for id_ in changed:
        if id_ in sent.files:
            kept = sent.files[id_]
            file = {"enrollment_id": enrollment_id, "question_id": id_, "mimetype": kept.mimetype, "body": kept.body}
            session.execute(insert(_FILE).values(file))


def _read(sheet: Sheet, sent: SentAnswers, asking: Asking) -> ReadAnswers:
    """What was sent, refused files among it: of a file the text only says that it is taken away."""
    of_files = {one.id for one in sheet.of_form(asking) if one.draft.kind is QuestionKind.FILE}
    texts: dict[int, Sequence[str]] = {id_: text for id_, text in sent.texts.items() if id_ not in of_files}
    texts |= {id_: [REMOVE] for id_ in of_files if REMOVE in sent.texts.get(id_, ())}
    texts |= {id_: [file.name] for id_, file in sent.files.items()}
    # A refused file is said as such, and not as missing.
    texts |= {id_: [_REFUSED] for id_ in sent.refused}
    if not {*sent.files, *sent.refused} <= of_files:
        raise Refused("questions_changed")
    try:
        read = read_answers(sheet, texts, asking)
    except Refused as refused:
        if refused.code != "answers_wrong":
            raise
        raise Refused("answers_wrong", wrong={**refused.facts["wrong"], **sent.refused}) from None
    if sent.refused:
        raise Refused("answers_wrong", wrong=dict(sent.refused))
    return read
