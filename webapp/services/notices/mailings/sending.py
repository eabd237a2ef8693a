"""Sending messages of organizers: who gets one is found first, then everybody is told in portions.

Line, email and "told" of a portion are one transaction, so whoever goes on after a worker was killed tells nobody
twice. Why it is so: docs/decisions/137-messages-of-organizers.md.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, func, insert, literal, select, update
from sqlalchemy.orm import Session

from webapp.domain.notices.audience import kept_audience
from webapp.domain.notices.mailing import MailingStatus, Reach, drop_reason, mailing_key, reach_of
from webapp.domain.notices.notice import Frequency
from webapp.domain.notices.notice import NotificationType as N
from webapp.domain.notices.relative_time import is_missed
from webapp.domain.work.run import OpenedRun
from webapp.domain.work.schedule import SEND_MAILING
from webapp.models import Enrollment, Mailing, MailingRecipient, Message, User
from webapp.queries.id_set import is_among
from webapp.queries.mail_address import is_open_account
from webapp.queries.notices.mailings.audience import is_in_audience, is_suspended, readers
from webapp.queries.notices.mailings.sending import gave_up_lately, mailing_to_go_on, mailings_due
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.notices.mailings.letters import MailingLetters
from webapp.services.notices.messages import write_messages
from webapp.services.notices.notification import notify
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction
from webapp.services.work.opening import open_runs

_MAILING, _RECIPIENT, _MESSAGE = Mailing.__table__, MailingRecipient.__table__, Message.__table__
#: People per transaction: few enough that nobody waits long for the database.
PORTION = 250
#: The counter of the message for each way of being told.
_COUNTERS = {Reach.MAIL: "mails", Reach.LINE: "lines", Reach.NO_ADDRESS: "no_address", Reach.GONE: "gone"}


def start_mailings(*, now: datetime, real_now: datetime) -> list[OpenedRun]:
    """Open a run for every event whose message is due. One that failed a moment ago is left alone for a while."""
    events = mailings_due(now)
    if not events:
        return []
    waiting = [one for one in events if not gave_up_lately(one, real_now)]
    end_reading()
    if not waiting:
        return []
    with write_transaction() as session:
        opened = open_runs(session, SEND_MAILING, event_ids=waiting, now=now, real_now=real_now)
    return [OpenedRun(run_id, SEND_MAILING, event_id) for run_id, event_id in opened]


def send_mailings(*, event_id: int, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Send what is due of that event, the oldest first; how many people were told.

    Safe to repeat, also half done; two at once tell each person once.
    """
    counts = {"messages": 0}
    while (mailing_id := mailing_to_go_on(event_id, now)) is not None:
        if _begin(mailing_id, now):
            while told := _tell_portion(mailing_id, now, counts, beat):
                counts["messages"] += told
    end_reading()
    return counts


def _begin(mailing_id: int, now: datetime) -> bool:
    """Find who gets it, unless somebody did; False where it is not sent, or not any more."""
    with write_transaction() as session:
        row = _lock(session, mailing_id)
        if row.status != MailingStatus.PLANNED or row.send_at > now:
            return bool(row.status == MailingStatus.SENDING)
        found = select(literal(mailing_id, _RECIPIENT.c.mailing_id.type), Enrollment.user_id, Enrollment.id).join(
            User, User.id == Enrollment.user_id
        )
        names = ["mailing_id", "user_id", "enrollment_id"]
        suspended = is_suspended(session, row.event_id)
        has_missed = row.anchor is not None and is_missed(row.send_at, now)
        people = 0
        if not (suspended or has_missed):
            chosen = found.where(is_in_audience(row.event_id, kept_audience(row.audience)))
            session.execute(insert(_RECIPIENT).from_select(names, chosen, include_defaults=False))
            people = session.scalar(select(func.count()).where(_RECIPIENT.c.mailing_id == mailing_id)) or 0
        because = drop_reason(people=people, is_suspended=suspended, has_missed=has_missed)
        values: dict[str, object] = {"status": MailingStatus.SENDING, "people": people, "started_at": now}
        if because is not None:
            values = {"status": MailingStatus.DROPPED, "dropped_because": because, "finished_at": now}
        session.execute(update(_MAILING).where(_MAILING.c.id == mailing_id).values(values))
    return because is None


def _tell_portion(mailing_id: int, now: datetime, counts: dict[str, int], beat: Beat | None) -> int:
    """Tell the next of its people; how many, 0 when all are told."""
    with write_transaction() as session:
        row = _lock(session, mailing_id)
        if row.status != MailingStatus.SENDING:
            return 0
        waiting = _next(session, mailing_id)
        if not waiting:
            _finish(session, mailing_id, now)
            return 0
        people = session.execute(readers().where(is_among(session, Enrollment.id, waiting), is_open_account())).all()
        told = _tell(session, row, people, now)
        told[Reach.GONE] = _mark_gone(session, mailing_id, waiting, {one.enrollment_id for one in people})
        more = {_COUNTERS[how]: _MAILING.c[_COUNTERS[how]] + number for how, number in told.items()}
        session.execute(update(_MAILING).where(_MAILING.c.id == mailing_id).values(more))
        if beat is not None:
            beat(session, {"messages": counts["messages"] + len(waiting)})
        if len(waiting) < PORTION:
            _finish(session, mailing_id, now)
    return len(waiting)


def _tell(session: Session, mailing: AnyRow, people: Sequence[AnyRow], now: datetime) -> Counter[Reach]:
    letters = MailingLetters(mailing.subject, mailing.body, now)
    words = {one.user_id: letters.words_for(one) for one in people}
    how = {one.user_id: reach_of(Frequency(one.frequency), has_address=one.email is not None) for one in people}
    notify(session, [_line(mailing, one, letters.subject_of(words[one.user_id]), now) for one in people])
    mails = [
        letters.write(one, words[one.user_id], key=mailing_key(mailing.id, one.user_id))
        for one in people
        if how[one.user_id] is Reach.MAIL
    ]
    if write_messages(session, mails):
        nudge_after_commit(session, "send-messages")
    for reach in set(how.values()):
        _mark(session, mailing.id, [one for one, its in how.items() if its is reach], reach)
    return Counter(how.values())


def _line(mailing: AnyRow, one: AnyRow, subject: str, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": mailing_key(mailing.id, one.user_id),
        "user_id": one.user_id,
        "type": N.MESSAGE,
        "event_id": one.event_id,
        "enrollment_id": one.enrollment_id,
        "title": one.title,
        "text": subject,
        "created_at": now,
    }


def _next(session: Session, mailing_id: int) -> Sequence[int]:
    """Enrollments through which the next people were found."""
    waiting = select(_RECIPIENT.c.enrollment_id).where(
        _RECIPIENT.c.mailing_id == mailing_id, _RECIPIENT.c.reach.is_(None)
    )
    return session.scalars(waiting.order_by(_RECIPIENT.c.user_id).limit(PORTION)).all()


def _mark(session: Session, mailing_id: int, user_ids: Sequence[int], reach: Reach) -> None:
    """Keep how they were told, and by which email."""
    values: dict[str, object] = {"reach": reach}
    if reach is Reach.MAIL:
        # As `mailing_key` has it.
        key = literal(f"{mailing_key(mailing_id, 0)[:-1]}") + cast(_RECIPIENT.c.user_id, String)
        values["message_id"] = select(_MESSAGE.c.id).where(_MESSAGE.c.dedupe_key == key).scalar_subquery()
    theirs = update(_RECIPIENT).where(
        _RECIPIENT.c.mailing_id == mailing_id, is_among(session, _RECIPIENT.c.user_id, user_ids)
    )
    session.execute(theirs.values(values))


def _mark_gone(session: Session, mailing_id: int, waiting: Sequence[int], there: set[int]) -> int:
    """Who closed the account a moment ago."""
    gone = [one for one in waiting if one not in there]
    if gone:
        theirs = update(_RECIPIENT).where(
            _RECIPIENT.c.mailing_id == mailing_id, is_among(session, _RECIPIENT.c.enrollment_id, gone)
        )
        session.execute(theirs.values(reach=Reach.GONE))
    return len(gone)


def _finish(session: Session, mailing_id: int, now: datetime) -> None:
    values = {"status": MailingStatus.SENT, "finished_at": now}
    session.execute(update(_MAILING).where(_MAILING.c.id == mailing_id).values(values))


def _lock(session: Session, mailing_id: int) -> AnyRow:
    return session.execute(select(_MAILING).where(_MAILING.c.id == mailing_id).with_for_update()).one()
