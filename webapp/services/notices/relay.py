"""The relay: domain events of one outbox become mails and lines of the notification centre, each event once, in
the transaction that ticks it off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from webapp.domain.notices.notice import Channel, Frequency, wants
from webapp.domain.notices.notice import NotificationType as N
from webapp.queries.id_set import is_among
from webapp.queries.notices.outbox import is_waiting, waiting_ids
from webapp.queries.row_types import AnyRow
from webapp.services.notices.messages import write_messages
from webapp.services.notices.notification import notify
from webapp.services.unit_of_work import nudge_after_commit, write_transaction
from webapp.services.work.due import note_work

#: Domain events per transaction: few enough that nobody waits long for the database meanwhile.
BATCH = 150


@dataclass(frozen=True)
class NewsSource:
    """What becomes of the domain events of one outbox.

    `rows_of` reads them with all a mail needs, `notice_of` says what a person hears of one (None: nothing),
    `mails_of` writes the mails; `about` are the columns of a line that say what it is about.
    """

    outbox: Table
    key: str
    rows_of: Callable[[Session, Sequence[int]], Sequence[AnyRow]]
    notice_of: Callable[[AnyRow, datetime], N | None]
    mails_of: Callable[[Session, Sequence[tuple[AnyRow, N]], datetime], list[dict[str, object]]]
    about: tuple[str, ...]
    #: Staff said why, and the person reads it; of the others the trail's own words are for staff.
    with_reason: frozenset[N]

    def key_of(self, row: AnyRow) -> str:
        """One line and one mail per domain event."""
        return f"{self.key}:{row.id}"

    def reason_of(self, row: AnyRow, notice: N) -> str:
        """What the person reads of it."""
        return (row.reason or "") if notice in self.with_reason else ""

    def line_of(self, row: AnyRow, notice: N, now: datetime) -> dict[str, object]:
        """The line of the notification centre."""
        return {
            "dedupe_key": self.key_of(row),
            "user_id": row.user_id,
            "type": notice,
            "title": row.title,
            "created_at": now,
            "text": self.reason_of(row, notice),
            **{name: getattr(row, name) for name in self.about},
        }


def relay(source: NewsSource, *, now: datetime) -> int:
    """Hand over the oldest waiting domain events with what they cause; how many there were.

    Two at once take different ones; cut off in between, nothing happened. Whether a person wants
    to hear of it is asked here, so that what they said a moment ago holds.
    """
    outbox = source.outbox
    if not is_waiting(outbox):
        return 0
    with write_transaction() as session:
        ids = waiting_ids(session, outbox, limit=BATCH)
        if not ids:
            return 0
        session.execute(update(outbox).where(is_among(session, outbox.c.id, ids)).values(dispatched_at=now))
        read = [(row, source.notice_of(row, now)) for row in source.rows_of(session, ids)]
        rows = [(row, notice) for row, notice in read if notice is not None]
        notify(session, [source.line_of(*one, now) for one in rows if _wants(*one, Channel.PAGE)])
        if write_messages(session, source.mails_of(session, [one for one in rows if _wants(*one, Channel.MAIL)], now)):
            nudge_after_commit(session, "send-messages")
        note_work(session, "relay-outbox", now)
    return len(ids)


def _wants(row: AnyRow, notice: N, channel: Channel) -> bool:
    return wants(notice, Frequency(row.frequency), channel)
