"""Sending prompts: the last look at each, then line, mail and mark in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.asking.prompt import LAST_NUMBER, PromptEnd, answers_close_at, decide_prompt, snoozed_until
from webapp.domain.notices.notice import Channel, Frequency, NotificationType, wants
from webapp.models import ScheduledAttendancePrompt
from webapp.queries.asking.prompt import is_open
from webapp.queries.asking.prompt_sending import claim_due_prompts, facts_of, has_due_prompts, prompts_to_decide
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.asking.prompt_letters import PromptLetters
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.notices.messages import write_messages
from webapp.services.notices.notification import notify
from webapp.services.unit_of_work import nudge_after_commit, write_transaction
from webapp.services.work.due import note_work

_PROMPT = ScheduledAttendancePrompt.__table__
#: Prompts per transaction.
BATCH = 500
#: Those who are asked by mail, too.
_WITH_MAIL = frozenset(one for one in Frequency if wants(NotificationType.ATTENDANCE_PROMPT, one, Channel.MAIL))


@dataclass
class SentPrompts:
    """What one batch did; `looked_at` is 0 where nothing was due."""

    looked_at: int = 0
    sent: int = 0
    put_off: int = 0
    ended: Counter[PromptEnd] = field(default_factory=Counter)

    def add(self, other: "SentPrompts") -> None:
        self.looked_at += other.looked_at
        self.sent += other.sent
        self.put_off += other.put_off
        self.ended += other.ended


def send_prompt_batch(*, now: datetime) -> SentPrompts:
    """Send the prompts that are due longest, or end or put off those that are not to be sent (any more).

    A prompt is sent when its line in the notification centre, its mail and `sent_at` are
    committed together. Two at once take different ones; cut off in between, nothing happened.
    """
    done = SentPrompts()
    if not has_due_prompts(now):
        return done
    with write_transaction() as session:
        ids = claim_due_prompts(session, now, limit=BATCH)
        if not ids:
            return done
        done.looked_at = len(ids)
        to_send = _settle_others(session, prompts_to_decide(session, ids), done, now)
        if to_send:
            _send(session, to_send, now)
            done.sent = len(to_send)
        note_work(session, "send-prompts", now)
    return done


def _settle_others(session: Session, rows: Sequence[AnyRow], done: SentPrompts, now: datetime) -> list[AnyRow]:
    """End and put off what is not to be sent; the rest."""
    to_send: list[AnyRow] = []
    ended: dict[PromptEnd, list[int]] = defaultdict(list)
    put_off: dict[datetime, list[int]] = defaultdict(list)
    for row in rows:
        verdict = decide_prompt(facts_of(row), now)
        if verdict.ended_because is not None:
            ended[verdict.ended_because].append(row.id)
        elif verdict.put_off_until is not None:
            put_off[verdict.put_off_until].append(row.id)
        else:
            to_send.append(row)
    for because, ids in ended.items():
        _update(session, ids, ended_at=now, ended_because=because)
        done.ended[because] += len(ids)
    for until, ids in put_off.items():
        _update(session, ids, due_at=until)
        done.put_off += len(ids)
    return to_send


def _send(session: Session, rows: Sequence[AnyRow], now: datetime) -> None:
    letters = PromptLetters(now)
    lines = [_line(row, letters.subject(row), now) for row in rows]
    notify(session, lines)
    mails = [
        letters.write(row, key=str(line["dedupe_key"]))
        for row, line in zip(rows, lines, strict=True)
        if row.frequency in _WITH_MAIL
    ]
    if write_messages(session, mails):
        nudge_after_commit(session, "send-messages")
    _update(session, [row.id for row in rows], sent_at=now)
    _plan_second(session, [row for row in rows if row.asks_twice and row.number < LAST_NUMBER], now)


def _line(row: AnyRow, title: str, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": f"prompt:{row.event_id}:{row.user_id}:{row.number}",
        "user_id": row.user_id,
        "type": NotificationType.ATTENDANCE_PROMPT,
        "event_id": row.event_id,
        "prompt_number": row.number,
        "title": title,
        "created_at": now,
    }


def _plan_second(session: Session, rows: Sequence[AnyRow], now: datetime) -> None:
    """Where an organization asks twice by itself: at the next 9:00 of each person, if that is time enough."""
    times: dict[str | None, datetime] = {}
    second = []
    for row in rows:
        due_at = times.setdefault(row.own_timezone, snoozed_until(now, row.own_timezone))
        if due_at <= answers_close_at(row.effective_end_at):
            second.append(
                {
                    "event_id": row.event_id,
                    "user_id": row.user_id,
                    "number": LAST_NUMBER,
                    "due_at": due_at,
                    "created_at": now,
                }
            )
    if second:
        insert_rows_unless_there(session, _PROMPT, second, _PROMPT.c.id)


def _update(session: Session, ids: Sequence[int], **values: object) -> None:
    session.execute(update(_PROMPT).where(is_among(session, _PROMPT.c.id, ids), is_open).values(values))
