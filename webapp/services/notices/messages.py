"""The post: mails written once per cause, sent by one worker at a time, tried again, given up."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.adapters.mail import Letter, Mailer, NotDelivered
from webapp.domain.notices.notice import MAIL_PAUSES, MAIL_TRIES
from webapp.domain.refusal import Refused
from webapp.models import Message, User
from webapp.queries.id_set import is_among
from webapp.queries.mail_address import can_be_written_to
from webapp.queries.notices.mails import may_see
from webapp.queries.notices.outbox import is_held_back, is_message_due, latest_of
from webapp.queries.notices.reply_address import reply_addresses
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction
from webapp.services.work.due import note_work

log = logging.getLogger(__name__)

_MESSAGE = Message.__table__
#: Mails claimed at once, and for how long: longer than sending them may take.
_BATCH = 50
_LEASE = timedelta(minutes=5)
#: A run ends after this long, so that a slow mail server holds up nothing else; the next goes on.
_LONGEST_RUN = timedelta(seconds=20)

#: What a mail may leave out.
_USUAL = {"event_id": None, "class_id": None, "html": None, "calendar": None, "unsubscribe_url": None}

Clock = Callable[[], datetime]


@dataclass
class Posted:
    """What one run of the post did."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0


def write_messages(session: Session, messages: Sequence[dict[str, object]]) -> int:
    """Put mails into the post, due at once; one of the same `dedupe_key` is there already. How many were new."""
    if not messages:
        return 0
    rows = [{**_USUAL, **message, "attempts": 0, "next_try_at": message["created_at"]} for message in messages]
    return len(insert_rows_unless_there(session, _MESSAGE, rows, _MESSAGE.c.id, index_elements=["dedupe_key"]))


def send_due_messages(mailer: Mailer, *, now: Clock, real_now: Clock) -> Posted:
    """Send every mail that is due; one that does not go out is tried again, then given up with the reason.

    Without a mail server, in the demonstration, a mail is delivered by lying in the mailbox page.
    """
    posted = Posted()
    until = real_now() + _LONGEST_RUN
    while real_now() < until:
        letters = _claim(latest_of(now(), real_now()), at_once=None if mailer.has_server else now())
        if not letters:
            break
        if not mailer.has_server:
            posted.sent += len(letters)
            continue
        with mailer:
            for at, letter in enumerate(letters):
                if real_now() >= until:
                    _give_back(letters[at:])
                    break
                _send(mailer, letter, posted, now=now, real_now=real_now)
    return posted


def send_again(*, message_id: int, now: datetime, organization_ids: Sequence[int] | None = None) -> bool:
    """Give a mail that was given up all its tries again; False if it was not given up.

    `organization_ids`: only if it is about an event of theirs. Raises `not_found`.
    """
    with write_transaction() as session:
        chosen = Message.id == message_id, may_see(organization_ids)
        if session.scalar(select(Message.id).where(*chosen)) is None:
            raise Refused("not_found")
        return _revive(session, *chosen, now=now) == 1


def send_all_again(*, reason: str, now: datetime, organization_ids: Sequence[int] | None = None) -> int:
    """The same for all mails that were given up for exactly that reason; how many there were."""
    with write_transaction() as session:
        return _revive(session, Message.last_error == reason, may_see(organization_ids), now=now)


def _revive(session: Session, *chosen: ColumnElement[bool], now: datetime) -> int:
    revived = (
        update(Message)
        # A mail to somebody who deleted their account has no address any more.
        .where(Message.dead_at.is_not(None), Message.recipient != "", *chosen)
        .values(dead_at=None, attempts=0, next_try_at=now)
    )
    return rows_changed(session, revived.execution_options(synchronize_session=False))


def _claim(latest: datetime, *, at_once: datetime | None) -> list[Letter]:
    """Take due mails for a while, so that nobody else sends them (`at_once`: they count as sent then)."""
    with write_transaction() as session:
        due = session.execute(
            select(Message.id, can_be_written_to().label("is_wanted"), is_held_back().label("is_held_back"))
            .join(User, User.id == Message.user_id)
            .where(is_message_due(latest))
            # What somebody asked for a moment ago, such as a new password, never waits behind what thousands are told.
            .order_by(Message.unsubscribe_url.is_not(None), Message.id)
            .limit(_BATCH if at_once is None else _BATCH * 20)
            .with_for_update(skip_locked=True, of=Message)
        ).all()
        _give_up(session, [row.id for row in due if not row.is_wanted], latest, "The account was closed")
        held_back = [row.id for row in due if row.is_wanted and row.is_held_back]
        _give_up(session, held_back, latest, "The organization is suspended")
        ids = [row.id for row in due if row.is_wanted and not row.is_held_back]
        if not ids:
            return []
        values = {"next_try_at": latest + _LEASE} if at_once is None else {"sent_at": at_once}
        rows = session.execute(
            update(_MESSAGE)
            .where(is_among(session, _MESSAGE.c.id, ids))
            .values(attempts=_MESSAGE.c.attempts + 1, **values)
            .returning(*_MESSAGE.c)
        ).all()
        answered_by = reply_addresses(session, ids)
        note_work(session, "send-messages", at_once or latest)
    return [
        Letter(
            row.id,
            row.recipient,
            row.subject,
            row.body,
            row.created_at,
            row.attempts,
            html=row.html,
            calendar=row.calendar,
            unsubscribe_url=row.unsubscribe_url,
            reply_to=answered_by.get(row.id),
        )
        for row in sorted(rows, key=lambda row: (row.unsubscribe_url is not None, row.id))
    ]


def _give_up(session: Session, ids: Sequence[int], latest: datetime, reason: str) -> None:
    """Nobody is written to any more whose account was closed, or whose organization, while a mail waited."""
    if ids:
        gone = update(_MESSAGE).where(is_among(session, _MESSAGE.c.id, ids))
        session.execute(gone.values(dead_at=latest, last_error=reason))


def _send(mailer: Mailer, letter: Letter, posted: Posted, *, now: Clock, real_now: Clock) -> None:
    try:
        mailer.deliver(letter, at=real_now())
    except NotDelivered as failure:
        _keep_failure(letter, failure, posted, latest=latest_of(now(), real_now()))
    else:
        _settle(letter, _note_address, sent_at=now(), last_error=None)
        posted.sent += 1


def _keep_failure(letter: Letter, failure: NotDelivered, posted: Posted, *, latest: datetime) -> None:
    reason = str(failure)[:500]
    log.warning("mail %s was not delivered (try %s): %s", letter.id, letter.attempt, reason)
    if failure.is_final or letter.attempt >= MAIL_TRIES:
        note = partial(_note_address, refused_at=latest) if failure.is_of_address else None
        _settle(letter, note, dead_at=latest, last_error=reason)
        posted.dead += 1
    else:
        _settle(letter, next_try_at=latest + MAIL_PAUSES[letter.attempt - 1], last_error=reason)
        posted.postponed += 1


def _settle(letter: Letter, note: Callable[[Session, Letter], None] | None = None, **values: object) -> None:
    """Keep what became of this try; a claim that ran out meanwhile belongs to somebody else."""
    with write_transaction() as session:
        session.execute(
            update(_MESSAGE)
            .where(_MESSAGE.c.id == letter.id, _MESSAGE.c.attempts == letter.attempt, _MESSAGE.c.sent_at.is_(None))
            .values(**values)
        )
        if note is not None:
            note(session, letter)


def _note_address(session: Session, letter: Letter, refused_at: datetime | None = None) -> None:
    """Keep with the person that the server refuses their address for good, or that it takes it again."""
    whose = select(_MESSAGE.c.user_id).where(_MESSAGE.c.id == letter.id).scalar_subquery()
    person = update(User).where(User.id == whose, User.email == letter.recipient)
    if refused_at is None:
        person = person.where(User.mail_refused_at.is_not(None))
    session.execute(person.values(mail_refused_at=refused_at).execution_options(synchronize_session=False))


def _give_back(letters: Sequence[Letter]) -> None:
    """What was claimed and not tried is due at once."""
    with write_transaction() as session:
        session.execute(
            update(_MESSAGE)
            .where(is_among(session, _MESSAGE.c.id, [letter.id for letter in letters]))
            .values(attempts=_MESSAGE.c.attempts - 1, next_try_at=_MESSAGE.c.created_at)
        )
