"""Reminders the day before: line and mail, once per person and day, and the person's own "I'm coming"."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, update

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.notices.notice import Channel, Frequency, wants
from webapp.domain.notices.notice import NotificationType as N
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.models import Notification
from webapp.queries.notices.company import company_of
from webapp.queries.notices.reminder import (
    ComingEvent,
    coming_events,
    has_people_to_remind,
    people_to_remind,
    reminded_in,
)
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.letters import Letters
from webapp.services.notices.messages import write_messages
from webapp.services.notices.notification import notify
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction

_NOTIFICATION = Notification.__table__
#: People per transaction: few enough that nobody waits long for the database.
CHUNK = 250


def send_reminders(*, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Remind everybody with a place in an event that starts within a day; how many.

    In chunks, each one transaction: cut off in between, the next run goes on; run twice or at
    the same time somewhere else, everybody has one reminder.
    """
    counts = {"reminders": 0}
    for event in coming_events(now):
        # Asked without holding anything up: nearly always there is nobody left.
        while has_people_to_remind(event, now):
            reminded = _remind_chunk(event, now, counts, beat)
            counts["reminders"] += reminded
            if not reminded:
                # Somebody else was faster, or the event is another one by now.
                break
    end_reading()
    return counts


def say_coming(*, notification_id: int, user_id: int, now: datetime) -> None:
    """A person answered a reminder with "I'm coming"; kept with the reminder, and changes nothing else.

    Raises Refused: `not_found`, `already_said_coming`, `place_gone`, `event_over`.
    """
    with write_transaction() as session:
        reminded = reminded_in(notification_id, user_id)
        if reminded.status is not EnrollmentStatus.CONFIRMED:
            raise Refused("place_gone")
        if now >= reminded.effective_end_at:
            raise Refused("event_over", ended_at=reminded.effective_end_at)
        kept = rows_changed(
            session,
            update(_NOTIFICATION)
            .where(_NOTIFICATION.c.id == reminded.notification_id, _NOTIFICATION.c.responded_at.is_(None))
            .values(responded_at=now, read_at=func.coalesce(_NOTIFICATION.c.read_at, now)),
        )
        if kept != 1:
            raise Refused("already_said_coming")


def _remind_chunk(event: ComingEvent, now: datetime, counts: dict[str, int], beat: Beat | None) -> int:
    with write_transaction() as session:
        if beat is not None:
            beat(session, counts)
        rows = people_to_remind(session, event, now, limit=CHUNK)
        lines = notify(session, [_line(row, now) for row in rows])
        by_mail = [
            row
            for row in rows
            if row.reminder_key in lines and wants(N.REMINDER, Frequency(row.frequency), Channel.MAIL)
        ]
        company = company_of(session, [row.enrollment_id for row in by_mail if row.party_id is not None])
        if write_messages(session, _mails(by_mail, lines, company, now)):
            nudge_after_commit(session, "send-messages")
    return len(lines)


def _line(row: AnyRow, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": row.reminder_key,
        "user_id": row.user_id,
        "type": N.REMINDER,
        "event_id": row.event_id,
        "enrollment_id": row.enrollment_id,
        "title": row.title,
        "created_at": now,
    }


def _mails(
    rows: list[AnyRow], lines: Mapping[str, int], company: Mapping[int, list[str]], now: datetime
) -> list[dict[str, object]]:
    letters = Letters(now)
    return [_mail(letters, row, lines[row.reminder_key], company.get(row.enrollment_id, [])) for row in rows]


def _mail(letters: Letters, row: AnyRow, notification_id: int, company: list[str]) -> dict[str, object]:
    claims = {"person": row.user_id, "notification": notification_id}
    page = letters.link(LinkPurpose.ATTEND, "participant.reminder", expires_at=row.effective_end_at, **claims)
    return letters.write(
        N.REMINDER,
        row,
        key=row.reminder_key,
        company=company,
        coming_url=page,
        give_up_url=f"{page}?wish=give-up",
    )
