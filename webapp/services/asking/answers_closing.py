"""The end of the answers: who was asked and stayed silent is recorded as such."""

from datetime import datetime

from sqlalchemy import update

from webapp.domain.asking.prompt import PromptEnd
from webapp.models import AttendanceResponse, Event, ScheduledAttendancePrompt
from webapp.queries.asking.answers_closing import events_to_close, has_prompts, is_answerable_no_more, silent_people
from webapp.queries.asking.prompt import is_open
from webapp.services.beat import Beat
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_RESPONSE = AttendanceResponse.__table__
_PROMPT = ScheduledAttendancePrompt.__table__
#: People per transaction.
CHUNK = 2000


def close_answers(*, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Record `unknown` for everybody who was asked about an event and did not answer in time; how many.

    Prompts that were still open end. In chunks: cut off, the next run goes on; twice is harmless.
    """
    counts = {"silent": 0}
    if not events_to_close(now):
        return counts
    _close_where_nobody_was_asked(now)
    for event_id in events_to_close(now):
        while not _close_chunk(event_id, now, counts, beat):
            pass
    return counts


def _close_where_nobody_was_asked(now: datetime) -> None:
    with write_transaction() as session:
        session.execute(
            update(Event)
            .where(is_answerable_no_more(now), ~has_prompts())
            .values(answers_closed_at=now)
            .execution_options(synchronize_session=False)
        )


def _close_chunk(event_id: int, now: datetime, counts: dict[str, int], beat: Beat | None) -> bool:
    """Record some of the silent; whether that were all, and the event is done with."""
    columns = ["event_id", "user_id", "answer", "changed_at", "created_at"]
    people = silent_people(event_id, now=now).limit(CHUNK)
    with write_transaction() as session:
        if beat is not None:
            beat(session, counts)
        record = insert_unless_there(session, _RESPONSE).from_select(columns, people)
        recorded = rows_changed(session, record.execution_options(preserve_rowcount=True))
        counts["silent"] += recorded
        if recorded:
            return False
        session.execute(
            update(_PROMPT)
            .where(_PROMPT.c.event_id == event_id, is_open)
            .values(ended_at=now, ended_because=PromptEnd.WINDOW_OVER)
        )
        session.execute(
            update(Event)
            .where(Event.id == event_id, is_answerable_no_more(now))
            .values(answers_closed_at=now)
            .execution_options(synchronize_session=False)
        )
    return True
